package schema

import (
	"strings"
	"unicode/utf8"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// scalars are the built-in types by name.
var scalars = scalarsByName(
	Bool, String, Int32, Uint32, Int53, Int64, Uint64, Float32, Float64, Decimal,
	Timestamp, Date, Duration, UUID, URL, Email, Bytes, Base64, JSON,
)

func scalarsByName(all ...Scalar) map[string]Scalar {
	byName := make(map[string]Scalar, len(all))
	for _, s := range all {
		byName[string(s)] = s
	}
	return byName
}

// foreignNames are what other languages call our types.
var foreignNames = map[string]string{
	"int": "int32 or int53", "integer": "int32 or int53", "uint": "uint32", "long": "int53 or int64",
	"number": "float64 or int53", "float": "float64", "double": "float64", "boolean": "bool",
	"str": "string", "text": "string", "datetime": "timestamp", "time": "timestamp", "any": "json",
	"object": "json, or a struct under types", "array": "list<T>", "binary": "bytes", "buffer": "bytes",
	"uri": "url", "guid": "uuid", "null": "T | null", "record": "map<V>", "dict": "map<V>",
}

// An exprRef is a use of a named type that resolve closes.
type exprRef struct {
	expr *Expr
	name string
	at   span
	// limits is where the range behind the name stands, or nil: no named type
	// takes one.
	limits *span
	hint   string // help for the case that the name is unknown
	file   *fileParser
}

// A keyExpr is the key of a map, which must be string-like.
type keyExpr struct {
	expr *Expr
	at   span
}

// An exprParser reads one type expression. After a problem it stands still:
// the first is reported, the rest would follow from it.
type exprParser struct {
	f      *fileParser
	node   *syntax.Node
	text   string
	offset int // of text in the node, in code points
	pos    int // in text, in bytes
	depth  int
	failed bool
	hint   string // help for whatever is wrong
}

// expr reads a type that is written in a part of a scalar, from an offset in
// code points on. After a problem the Expr has no Kind.
func (f *fileParser) expr(n *syntax.Node, text string, offset int, hint string) *Expr {
	p := &exprParser{f: f, node: n, text: text, offset: offset, hint: hint}
	refs, keys := len(f.exprRefs), len(f.keyExprs)
	e := p.parse()
	p.space()
	if !p.failed && p.pos < len(p.text) {
		p.trailing()
	}
	if p.failed {
		f.exprRefs, f.keyExprs = f.exprRefs[:refs], f.keyExprs[:keys]
		return &Expr{}
	}
	return e
}

// part returns the span of a part of a scalar, in code points.
func (f *fileParser) part(n *syntax.Node, from, to int) span {
	if n.Style == syntax.Quoted {
		from, to = from+1, to+1
	}
	return f.span(n).cut(from, to)
}

func (p *exprParser) span(from, to int) span {
	count := func(i int) int { return p.offset + utf8.RuneCountInString(p.text[:min(i, len(p.text))]) }
	return p.f.part(p.node, count(from), max(count(to), count(from)+1))
}

func (p *exprParser) fail(from, to int, rule, format string, args ...any) *Diagnostic {
	if p.failed {
		return new(Diagnostic) // not one of the package's
	}
	p.failed = true
	d := p.f.pkg.report(p.span(from, to), rule, format, args...)
	if p.hint != "" {
		d.help("%s", p.hint)
	}
	return d
}

func (p *exprParser) space() {
	for p.pos < len(p.text) && p.text[p.pos] == ' ' {
		p.pos++
	}
}

// next takes a character if it is the one that follows.
func (p *exprParser) next(ch byte) bool {
	p.space()
	if p.pos < len(p.text) && p.text[p.pos] == ch {
		p.pos++
		return true
	}
	return false
}

func (p *exprParser) word() string {
	p.space()
	start := p.pos
	for p.pos < len(p.text) && (isAlphanumeric(p.text[p.pos]) || p.text[p.pos] == '.' && !strings.HasPrefix(p.text[p.pos:], "..")) {
		p.pos++
	}
	return p.text[start:p.pos]
}

func isAlphanumeric(ch byte) bool {
	return 'a' <= ch && ch <= 'z' || 'A' <= ch && ch <= 'Z' || '0' <= ch && ch <= '9' || ch == '_'
}

func (p *exprParser) parse() *Expr {
	if p.depth++; p.depth > syntax.MaxDepth {
		p.fail(p.pos, p.pos+1, "FILE_LIMIT", "the type is nested deeper than %d levels", syntax.MaxDepth)
		return nil
	}
	defer func() { p.depth-- }()
	p.space()
	start := p.pos
	name := p.word()
	switch scalar, ok := scalars[name]; {
	case name == "":
		p.noType(start)
		return nil
	case name == "list":
		return p.list(start)
	case name == "map":
		return p.mapOf(start)
	case scalar == Decimal:
		return p.decimal(start)
	case ok:
		return p.ranged(&Expr{Kind: ExprScalar, Scalar: scalar})
	}
	return p.named(name, start)
}

func (p *exprParser) noType(start int) {
	d := p.fail(start, start+1, "VALUE_INVALID", "a type is expected here")
	rest := p.text[start:]
	if elem, ok := strings.CutPrefix(rest, "[]"); ok {
		d.help("write list<%s>", strings.TrimSpace(elem))
	} else if typ, ok := strings.CutPrefix(rest, "?"); ok {
		d.help(optionalHelp, strings.TrimSpace(typ))
	}
}

func (p *exprParser) list(start int) *Expr {
	if !p.next('<') {
		p.fail(start, p.pos, "VALUE_INVALID", "list needs the type of its elements").help("write list<string>")
		return nil
	}
	e := &Expr{Kind: ExprList, Elem: p.element()}
	p.closing()
	return p.ranged(e)
}

func (p *exprParser) mapOf(start int) *Expr {
	if !p.next('<') {
		p.fail(start, p.pos, "VALUE_INVALID", "map needs the type of its values").
			help("write map<int53>, or map<UserID:int53> with the type of the keys")
		return nil
	}
	from := p.pos
	e := &Expr{Kind: ExprMap, Elem: p.element()}
	if key, keyEnd := e.Elem, p.pos; p.next(':') {
		e.Key, e.Elem = key, p.element()
		p.f.keyExprs = append(p.f.keyExprs, keyExpr{key, p.span(from, keyEnd)})
	} else if p.pos < len(p.text) && p.text[p.pos] == ',' {
		p.fail(p.pos, p.pos+1, "VALUE_INVALID", "types are written without commas").
			help("write map<K:V>")
	}
	p.closing()
	return p.ranged(e)
}

// element reads the type of an element, which cannot be null.
func (p *exprParser) element() *Expr {
	e := p.parse()
	p.space()
	if !p.failed && p.pos < len(p.text) && p.text[p.pos] == '|' {
		p.fail(p.pos, p.pos+1, "VALUE_INVALID", "elements cannot be null").
			help("leave such elements out, or wrap them in a struct")
	}
	return e
}

func (p *exprParser) closing() {
	if !p.failed && !p.next('>') {
		p.fail(p.pos, p.pos+1, "VALUE_INVALID", `">" is expected here`)
	}
}

// parens takes "(…)" if it follows, and returns what is inside.
func (p *exprParser) parens() (inside string, from int, ok bool) {
	if p.failed || !p.next('(') {
		return "", 0, false
	}
	from = p.pos
	end := strings.IndexByte(p.text[p.pos:], ')')
	if end < 0 {
		p.fail(from-1, from, "RANGE_INVALID", `the ")" is missing`)
		return "", 0, false
	}
	p.pos += end + 1
	return p.text[from : from+end], from, true
}

func (p *exprParser) ranged(e *Expr) *Expr {
	inside, from, ok := p.parens()
	if !ok {
		return e
	}
	e.Range = p.f.rangeOf(e, inside, p.span(from, p.pos-1))
	p.failed = p.failed || e.Range == nil
	return e
}

func (p *exprParser) decimal(start int) *Expr {
	e := &Expr{Kind: ExprScalar, Scalar: Decimal}
	inside, from, ok := p.parens()
	if !ok {
		p.fail(start, p.pos, "VALUE_INVALID", "decimal needs its number of digits").
			help("write decimal(10,2) for ten digits, two of them after the point")
		return nil
	}
	precision, scale, two := strings.Cut(inside, ",")
	digits, okDigits := parseNumber(strings.TrimSpace(precision), true)
	after, okAfter := parseNumber(strings.TrimSpace(scale), true)
	if !two || !okDigits || !okAfter || !integers(1, maxDigits).contains(digits) || after.Sign() < 0 || after.Cmp(digits) > 0 {
		p.fail(from, p.pos-1, "VALUE_INVALID", "%s are no digits of a decimal", quoted(inside)).
			help("write decimal(10,2) for ten digits, two of them after the point; at most %d", maxDigits)
		return nil
	}
	e.Precision, e.Scale = int(digits.Num().Int64()), int(after.Num().Int64())
	return e
}

// maxDigits is what the decimal types of databases hold.
const maxDigits = 38

func (p *exprParser) named(name string, start int) *Expr {
	ref := exprRef{expr: &Expr{Kind: ExprNamed}, name: name, at: p.span(start, p.pos), hint: p.hint, file: p.f}
	if _, from, ok := p.parens(); ok {
		limits := p.span(from, p.pos-1)
		ref.limits = &limits
	}
	if p.failed {
		return nil
	}
	p.f.exprRefs = append(p.f.exprRefs, ref)
	return ref.expr
}

const optionalHelp = "the ? belongs to the name of the field: name?: %s"

// trailing reports what follows a complete type.
func (p *exprParser) trailing() {
	rest := p.text[p.pos:]
	typ := strings.TrimSpace(p.text[:p.pos])
	d := p.fail(p.pos, len(p.text), "VALUE_INVALID", "%s does not belong to a type", quoted(rest))
	switch {
	case strings.HasPrefix(rest, "[]"):
		d.help("write list<%s>", typ)
	case strings.HasPrefix(rest, "["), strings.HasPrefix(rest, "{"):
		d.help("a range stands in parentheses: %s(1..64)", typ)
	case strings.HasPrefix(rest, "?"):
		d.help(optionalHelp, typ)
	case strings.HasPrefix(rest, "|"):
		p.alternatives(d, typ, strings.TrimSpace(rest[1:]))
	case strings.HasPrefix(rest, "<") && foreignNames[strings.ToLower(typ)] != "":
		d.help("write %s", foreignNames[strings.ToLower(typ)])
	case strings.HasPrefix(rest, "<"):
		d.help("only list and map take the type of elements")
	}
}

// alternatives helps with a "|", which other languages have for unions.
func (p *exprParser) alternatives(d *Diagnostic, typ, other string) {
	switch {
	case typ == "null":
		d.help("write %s | null", other)
	case other == "undefined":
		d.help(optionalHelp, typ)
	default:
		d.help("a type is one thing, or null; an enum is a list under types, [online, away], and a union starts with $union")
	}
}

// exprName is what messages call a type.
func exprName(e *Expr) string {
	switch e.Kind {
	case ExprScalar:
		return string(e.Scalar)
	case ExprNamed:
		return "a type with a name"
	case ExprList:
		return "a list"
	case ExprMap:
		return "a map"
	}
	return "this type"
}
