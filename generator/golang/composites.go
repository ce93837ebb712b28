package golang

import (
	"bytes"
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/rtgen/rtgen/schema"
)

// fromJSON returns a value of e, given as it looks on the wire, as an
// expression of Go. The schema has checked that the text is such a value, so
// faults of the text are not looked for.
func (c *contract) fromJSON(p *printer, e *schema.Expr, text json.RawMessage) string {
	b := base(e)
	t := record(e)
	switch {
	case b.Scalar == schema.JSON:
		return p.use(jsonPath, "RawMessage") + "(" + rawString(string(text)) + ")"
	case b.Kind == schema.ExprList:
		return c.listFromJSON(p, e, text)
	case b.Kind == schema.ExprMap:
		return c.mapFromJSON(p, e, text)
	case t != nil && t.Kind == schema.KindUnion:
		return c.unionFromJSON(p, t, text)
	case t != nil:
		return c.structFromJSON(p, t, text)
	case enum(e) != nil:
		return valueName(c.types[enum(e)], enumValue(enum(e), scalarFromJSON(text)))
	}
	switch v := scalarFromJSON(text).(type) {
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		r, _ := new(big.Rat).SetString(v.String())
		return p.number(b, r)
	case string:
		return p.text(b, v)
	}
	return "nil"
}

func (c *contract) listFromJSON(p *printer, e *schema.Expr, text json.RawMessage) string {
	var elems []json.RawMessage
	_ = json.Unmarshal(text, &elems)
	var items []string
	for _, elem := range elems {
		items = append(items, c.fromJSON(p, base(e).Elem, elem))
	}
	return p.typ(c.typeOf(e)) + "{" + strings.Join(items, ", ") + "}"
}

func (c *contract) mapFromJSON(p *printer, e *schema.Expr, text json.RawMessage) string {
	entries := object(text)
	var items []string
	for _, k := range slices.Sorted(maps.Keys(entries)) {
		items = append(items, strconv.Quote(k)+": "+c.fromJSON(p, base(e).Elem, entries[k]))
	}
	return p.typ(c.typeOf(e)) + "{" + strings.Join(items, ", ") + "}"
}

func (c *contract) unionFromJSON(p *printer, t *schema.Type, text json.RawMessage) string {
	tag := scalarFromJSON(object(text)[t.Tag])
	i := slices.IndexFunc(t.Variants, func(v *schema.Variant) bool { return v.Tag == tag })
	v := t.Variants[i]
	return c.types[t] + "{" + c.variants[variantOf{t, v}] + ": &" + c.structFromJSON(p, v.Type, text) + "}"
}

func (c *contract) structFromJSON(p *printer, t *schema.Type, text json.RawMessage) string {
	entries := object(text)
	var items []string
	for _, f := range t.Fields {
		entry, ok := entries[f.Wire]
		switch null := string(entry) == "null"; {
		case !ok && f.Default != nil && f.Default.Value != nil:
			items = append(items, c.fields[f]+": "+c.defaultValue(p, f))
		case null && storageOf(f) == option:
			items = append(items, c.fields[f]+": "+p.use(rtPath, "Null")+"["+p.typ(c.optOf(f))+"]()")
		case ok && !(null && f.Nullable):
			items = append(items, c.fields[f]+": "+c.stored(p, f, c.fromJSON(p, f.Type, entry)))
		}
	}
	return c.types[t] + "{" + strings.Join(items, ", ") + "}"
}

func object(text json.RawMessage) map[string]json.RawMessage {
	var entries map[string]json.RawMessage
	_ = json.Unmarshal(text, &entries)
	return entries
}

// scalarFromJSON returns a bool, a string, a json.Number or nil.
func scalarFromJSON(text json.RawMessage) any {
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	_ = d.Decode(&v)
	return v
}

// enumValue returns the value that has v on the wire.
func enumValue(t *schema.Type, v any) *schema.EnumValue {
	i := slices.IndexFunc(t.Values, func(have *schema.EnumValue) bool {
		if n, ok := v.(json.Number); ok {
			return t.Numeric && n.String() == strconv.FormatInt(have.Number, 10)
		}
		return !t.Numeric && v == have.Wire
	})
	return t.Values[i]
}
