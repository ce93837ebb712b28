package schema

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"net/mail"
	"net/url"
	"regexp"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// A fault says what is wrong with a literal, and where.
type fault struct {
	node    *syntax.Node
	message string
}

func faultf(n *syntax.Node, format string, args ...any) *fault {
	return &fault{n, fmt.Sprintf(format, args...)}
}

// checkLiterals reads defaults and examples, whose types are known by now.
func (p *pkg) checkLiterals() {
	for _, l := range p.literals {
		value, fault := p.literal(l)
		if fault != nil {
			d := l.file.report(fault.node, l.rule, "%s", fault.message)
			if l.field != nil && l.rule == "DEFAULT_INVALID" && fault.node.Kind == syntax.Scalar && isComposed(l.field.Type) {
				d.help("write {type: T, default: …}, with a list or mapping behind default")
			}
			continue
		}
		*l.into = &Literal{Raw: l.node.Text, Value: value}
	}
}

func (p *pkg) literal(l literalDecl) (any, *fault) {
	switch {
	case l.field != nil:
		if l.field.Nullable && isNull(l.node) {
			return nil, nil
		}
		return p.value(l.node, l.field.Type)
	case l.event != nil:
		switch payload := l.event.event.Payload; {
		case payload != nil:
			return p.composed(l.node, &Expr{Kind: ExprNamed, Named: payload})
		case l.event.payloadBad:
			return nil, nil
		}
		return nil, faultf(l.node, "the event has no payload")
	}
	return p.value(l.node, &Expr{Kind: ExprNamed, Named: l.typ})
}

// isComposed tells whether the values of a type are lists or mappings.
func isComposed(e *Expr) bool {
	kind := under(e).Kind
	return kind == ExprList || kind == ExprMap
}

// value reads a literal of a type into what Literal.Value documents.
func (p *pkg) value(n *syntax.Node, e *Expr) (any, *fault) {
	e = under(e)
	switch {
	case e.Kind == ExprScalar && e.Scalar != JSON:
		return p.scalarValue(n, e)
	case e.Kind == ExprNamed && e.Named.Kind == KindEnum:
		return p.enumValue(n, e.Named)
	case e.Kind == 0:
		return nil, nil
	}
	return p.composed(n, e)
}

// composed reads a literal that is no single value as JSON.
func (p *pkg) composed(n *syntax.Node, e *Expr) (any, *fault) {
	text, fault := p.appendJSON(nil, n, e)
	if fault != nil {
		return nil, fault
	}
	return json.RawMessage(text), nil
}

func (p *pkg) enumValue(n *syntax.Node, t *Type) (any, *fault) {
	if n.Kind != syntax.Scalar {
		return nil, faultf(n, "a value of %s is expected", quoted(t.Name))
	}
	if v, ok := p.index(t).values[n.Text]; ok {
		return v, nil
	}
	return nil, faultf(n, "%s is no value of %s", quoted(n.Text), quoted(t.Name))
}

// scalarValue reads a single value from its raw text.
func (p *pkg) scalarValue(n *syntax.Node, e *Expr) (any, *fault) {
	if n.Kind != syntax.Scalar || isNull(n) {
		return nil, faultf(n, "a value of type %s is expected", exprName(e))
	}
	text := n.Text
	switch e.Scalar {
	case Bool:
		if text != "true" && text != "false" {
			return nil, faultf(n, "%s is neither true nor false", quoted(text))
		}
		return text == "true", nil
	case Int32, Uint32, Int53, Int64, Uint64, Float32, Float64, Decimal, Duration:
		return numberValue(n, e)
	}
	if problem := p.textProblem(text, e); problem != "" {
		return nil, faultf(n, "%s %s", quoted(text), problem)
	}
	return text, nil
}

func numberValue(n *syntax.Node, e *Expr) (any, *fault) {
	v, ok := parseLiteralNumber(n.Text, e)
	switch {
	case !ok:
		return nil, faultf(n, "%s is no value of type %s", quoted(n.Text), exprName(e))
	case !limits[e.Scalar].contains(v):
		return nil, faultf(n, "%s is outside of %s", quoted(n.Text), exprName(e))
	case !e.Range.contains(v):
		return nil, faultf(n, "%s is outside of the range", quoted(n.Text))
	}
	return v, nil
}

func parseLiteralNumber(text string, e *Expr) (*big.Rat, bool) {
	if e.Scalar == Duration {
		millis, ok := parseMillis(text)
		return new(big.Rat).SetInt64(millis), ok
	}
	_, whole := measureOf(e)
	v, ok := parseNumber(text, whole)
	if ok && e.Scalar == Decimal {
		ok = fits(v, e)
	}
	return v, ok
}

// fits tells whether a number has no more digits than a decimal.
func fits(v *big.Rat, e *Expr) bool {
	power := func(n int) *big.Rat {
		return new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil))
	}
	scaled := new(big.Rat).Mul(v, power(e.Scale))
	return scaled.IsInt() && scaled.Abs(scaled).Cmp(power(e.Precision)) < 0
}

var uuidPattern = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// textProblem says what keeps a text from being a value of a type.
func (p *pkg) textProblem(text string, e *Expr) string {
	length := utf8.RuneCountInString(text)
	switch e.Scalar {
	case Timestamp:
		if _, err := time.Parse(time.RFC3339, text); err != nil {
			return "is no timestamp, such as 2027-01-31T12:00:00Z"
		}
	case Date:
		if !isDate(text) {
			return "is no date, such as 2027-01-31"
		}
	case UUID:
		if !uuidPattern.MatchString(text) {
			return "is no uuid"
		}
	case URL:
		if u, err := url.Parse(text); err != nil || u.Scheme == "" {
			return "is no absolute URL"
		}
	case Email:
		if a, err := mail.ParseAddress(text); err != nil || a.Address != text {
			return "is no email address"
		}
	case Bytes, Base64:
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return "is not base64"
		}
		length = len(data)
	case String:
		if e.Pattern != "" && !p.matches(e.Pattern, text) {
			return "does not match the pattern"
		}
	}
	if !e.Range.contains(new(big.Rat).SetInt64(int64(length))) {
		return "has a length outside of the range: " + strconv.Itoa(length)
	}
	return ""
}

// matches compiles a pattern once, however many literals have to match it.
func (p *pkg) matches(pattern, text string) bool {
	compiled, ok := p.patterns[pattern]
	if !ok {
		compiled = regexp.MustCompile(pattern) // checkPattern has parsed it
		p.patterns[pattern] = compiled
	}
	return compiled.MatchString(text)
}
