package schema

import (
	"encoding/json"
	"math/big"
	"strconv"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// appendJSON appends a literal as it looks on the wire.
func (p *pkg) appendJSON(b []byte, n *syntax.Node, e *Expr) ([]byte, *fault) {
	e = under(e)
	switch {
	case n.Kind == syntax.Bad, e.Kind == 0, e.Kind == ExprNamed && p.broken[e.Named]:
		return append(b, "null"...), nil // reported where it is wrong
	case e.Kind == ExprList:
		return p.appendList(b, n, e)
	case e.Kind == ExprMap:
		return p.appendMap(b, n, e)
	case e.Kind == ExprScalar && e.Scalar == JSON:
		return appendAny(b, n)
	case e.Kind == ExprScalar:
		v, fault := p.scalarValue(n, e)
		if fault != nil {
			return nil, fault
		}
		return appendScalar(b, v, e), nil
	case e.Named.Kind == KindEnum:
		v, fault := p.enumValue(n, e.Named)
		if fault != nil {
			return nil, fault
		}
		return appendEnum(b, v.(*EnumValue), e.Named), nil
	case e.Named.Kind == KindUnion:
		return p.appendUnion(b, n, e.Named)
	}
	return p.appendStruct(b, n, e.Named, nil)
}

func appendScalar(b []byte, v any, e *Expr) []byte {
	switch v := v.(type) {
	case bool:
		return strconv.AppendBool(b, v)
	case *big.Rat:
		text := v.RatString()
		switch e.Scalar {
		case Float32, Float64:
			f, _ := v.Float64()
			text = strconv.FormatFloat(f, 'g', -1, 64)
		case Decimal:
			text = v.FloatString(e.Scale)
		}
		switch e.Scalar {
		case Int64, Uint64, Decimal:
			return appendString(b, text)
		}
		return append(b, text...)
	}
	return appendString(b, v.(string))
}

func appendString(b []byte, s string) []byte {
	text, _ := json.Marshal(s) // a string does not fail
	return append(b, text...)
}

func appendEnum(b []byte, v *EnumValue, t *Type) []byte {
	if t.Numeric {
		return strconv.AppendInt(b, v.Number, 10)
	}
	return appendString(b, v.Wire)
}

func (p *pkg) appendList(b []byte, n *syntax.Node, e *Expr) ([]byte, *fault) {
	if n.Kind != syntax.List {
		return nil, faultf(n, "a list is expected")
	}
	if !e.Range.contains(new(big.Rat).SetInt64(int64(len(n.Items)))) {
		return nil, faultf(n, "a list of %d is outside of the range", len(n.Items))
	}
	b = append(b, '[')
	for i, item := range n.Items {
		if i > 0 {
			b = append(b, ',')
		}
		var fault *fault
		if b, fault = p.appendJSON(b, item, e.Elem); fault != nil {
			return nil, fault
		}
	}
	return append(b, ']'), nil
}

func (p *pkg) appendMap(b []byte, n *syntax.Node, e *Expr) ([]byte, *fault) {
	if n.Kind != syntax.Map {
		return nil, faultf(n, "a map is expected")
	}
	if !e.Range.contains(new(big.Rat).SetInt64(int64(len(n.Entries)))) {
		return nil, faultf(n, "a map of %d is outside of the range", len(n.Entries))
	}
	b = append(b, '{')
	for i, entry := range n.Entries {
		if i > 0 {
			b = append(b, ',')
		}
		key := entry.Key.Text
		if e.Key != nil {
			v, fault := p.value(entry.Key, e.Key)
			if fault != nil {
				return nil, fault
			}
			if enum, ok := v.(*EnumValue); ok {
				key = enum.Wire
			}
		}
		b = append(appendString(b, key), ':')
		var fault *fault
		if b, fault = p.appendJSON(b, entry.Value, e.Elem); fault != nil {
			return nil, fault
		}
	}
	return append(b, '}'), nil
}

// appendUnion appends the fields of the variant that the tag names, with the
// tag.
func (p *pkg) appendUnion(b []byte, n *syntax.Node, t *Type) ([]byte, *fault) {
	if n.Kind != syntax.Map {
		return nil, faultf(n, "a mapping with %s is expected", quoted(t.Tag))
	}
	tag := n.Get(t.Tag)
	if tag == nil {
		return nil, faultf(n, "the tag %s is missing", quoted(t.Tag))
	}
	v, ok := p.index(t).variants[tag.Text]
	switch {
	case !ok:
		return nil, faultf(tag, "%s is no variant of the union", quoted(tag.Text))
	case v.Type == nil:
		return append(b, "null"...), nil // reported where it is wrong
	}
	return p.appendStruct(b, n, v.Type, t)
}

// appendStruct appends a struct; as the variant of a union with its tag and
// the fields beside it.
func (p *pkg) appendStruct(b []byte, n *syntax.Node, t, union *Type) ([]byte, *fault) {
	if n.Kind != syntax.Map {
		return nil, faultf(n, "a mapping with the fields of a struct is expected")
	}
	if f := p.missing(n, t); f != nil {
		return nil, faultf(n, "field %s is missing", quoted(f.Name))
	}
	b = append(b, '{')
	for i, e := range n.Entries {
		if i > 0 {
			b = append(b, ',')
		}
		var fault *fault
		if union != nil && e.Key.Text == union.Tag {
			b = appendString(append(appendString(b, union.Tag), ':'), e.Value.Text)
		} else if b, fault = p.appendField(b, e, t, union); fault != nil {
			return nil, fault
		}
	}
	return append(b, '}'), nil
}

// missing returns a required field that a literal does not have.
func (p *pkg) missing(n *syntax.Node, t *Type) *Field {
	written := make(map[string]bool, len(n.Entries))
	for _, e := range n.Entries {
		written[e.Key.Text] = true
	}
	for _, f := range p.index(t).required {
		if !written[f.Name] {
			return f
		}
	}
	return nil
}

// appendField appends a field of a struct, or one beside the tag of a union.
func (p *pkg) appendField(b []byte, e syntax.Entry, t, union *Type) ([]byte, *fault) {
	f := p.index(t).field(e.Key.Text)
	if f == nil && union != nil {
		f = p.index(union).field(e.Key.Text)
	}
	if f == nil && !p.broken[t] {
		return nil, faultf(e.Key, "there is no field %s", quoted(e.Key.Text))
	}
	if f == nil {
		return append(appendString(b, e.Key.Text), ":null"...), nil // reported where it is wrong
	}
	b = append(appendString(b, f.Wire), ':')
	if f.Nullable && isNull(e.Value) {
		return append(b, "null"...), nil
	}
	return p.appendJSON(b, e.Value, f.Type)
}

// appendAny appends what YAML makes of a value; it is for fields of type json.
func appendAny(b []byte, n *syntax.Node) ([]byte, *fault) {
	switch n.Kind {
	case syntax.List:
		b = append(b, '[')
		for i, item := range n.Items {
			if i > 0 {
				b = append(b, ',')
			}
			var fault *fault
			if b, fault = appendAny(b, item); fault != nil {
				return nil, fault
			}
		}
		return append(b, ']'), nil
	case syntax.Map:
		b = append(b, '{')
		for i, e := range n.Entries {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendString(b, e.Key.Text), ':')
			var fault *fault
			if b, fault = appendAny(b, e.Value); fault != nil {
				return nil, fault
			}
		}
		return append(b, '}'), nil
	}
	switch n.Tag {
	case "null":
		return append(b, "null"...), nil
	case "int", "float", "bool":
		if !json.Valid([]byte(n.Text)) {
			return nil, faultf(n, "%s is no JSON", quoted(n.Text))
		}
		return append(b, n.Text...), nil
	}
	return appendString(b, n.Text), nil
}
