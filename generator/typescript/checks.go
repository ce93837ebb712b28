package typescript

import (
	"strings"

	"github.com/rtgen/rtgen/schema"
)

// A checksView prints <namespace>.checks.ts: what a client can check of the
// payloads it sends and receives.
type checksView struct {
	Imports string
	Name    string
	Rules   []string // declarations, needed ones first
	Checks  string   // declaration of chatChecks
	Schemas []string
}

func (c *contract) checksView(n *namespace) any {
	v := checksView{Name: n.name}
	r := &rules{contract: c, place: map[*schema.Type]int{}}
	tables := append(r.table("sent", n.sent), r.table("received", n.received)...)
	rules := text("{}")
	if len(tables) > 0 {
		rules = expanded(tables)
	}
	left := text("export const " + lowerFirst(n.name) + "Checks: rt.Checks")
	v.Checks = print(concat(assignment(left, concat(text("/*#__PURE__*/ c.checks("), rules, text(")"))), text(";")), 0)
	list := []module{importRuntime, {"import * as c", "check"}}
	if len(r.order) > 0 {
		list = append(list, c.importTypes())
	}
	v.Imports = c.modules(list...)
	for _, t := range r.order {
		left := text("const " + r.name(t) + ": c.Rule")
		v.Rules = append(v.Rules, print(concat(assignment(left, r.of(t)), text(";")), 0))
		v.Schemas = append(v.Schemas, r.schema(t))
	}
	return v
}

// rules finds and writes the rules of types.
type rules struct {
	contract *contract
	order    []*schema.Type
	place    map[*schema.Type]int
}

func (r *rules) name(t *schema.Type) string {
	return lowerFirst(r.contract.types[t]) + "Rule"
}

// table writes, for events with a payload:
//
//	received: [["messageSent", messageSentRule]]
func (r *rules) table(name string, events []*event) []doc {
	var entries [][]doc
	for _, e := range events {
		if e.Payload == nil {
			continue
		}
		r.visit(e.Payload)
		entries = append(entries, []doc{text(quote(e.Wire)), text(r.name(e.Payload))})
	}
	if len(entries) == 0 {
		return nil
	}
	return []doc{property(name, pairs(entries))}
}

// schema writes:
//
//	export const messageSchema: c.StandardSchema<t.Message> =
//	  /*#__PURE__*/ c.schema(messageRule);
func (r *rules) schema(t *schema.Type) string {
	name := r.contract.types[t]
	left := text("export const " + lowerFirst(name) + "Schema: c.StandardSchema<t." + name + ">")
	return print(concat(constant(left, call("/*#__PURE__*/ c.schema", r.name(t))), text(";")), 0)
}

// visit puts what t needs in front of t.
func (r *rules) visit(t *schema.Type) {
	if r.place[t] != 0 {
		return
	}
	r.place[t] = -1
	for _, e := range parts(t) {
		for e.Kind == schema.ExprList || e.Kind == schema.ExprMap {
			if e.Key != nil && e.Key.Kind == schema.ExprNamed {
				r.visit(e.Key.Named)
			}
			e = e.Elem
		}
		if e.Kind == schema.ExprNamed {
			r.visit(e.Named)
		}
	}
	for _, v := range t.Variants {
		r.visit(v.Type)
	}
	r.order = append(r.order, t)
	r.place[t] = len(r.order)
}

// of is the rule of a type.
func (r *rules) of(t *schema.Type) doc {
	switch t.Kind {
	case schema.KindAlias:
		return r.expr(t, t.Base)
	case schema.KindEnum:
		return r.enum(t)
	case schema.KindUnion:
		return r.union(t)
	}
	return expanded([]doc{text(`is: "object"`), property("fields", r.fields(t))})
}

func (r *rules) enum(t *schema.Type) doc {
	var literals []string
	for _, v := range t.Values {
		literals = append(literals, enumLiteral(t, v))
	}
	values := array(texts(literals))
	if t.Numeric {
		values = numbers(literals, 2)
	}
	properties := []doc{text(`is: "enum"`), property("values", values)}
	if t.Closed {
		properties = append(properties, text("closed: true"))
	}
	return expanded(properties)
}

func (r *rules) union(t *schema.Type) doc {
	var variants [][]doc
	for _, v := range t.Variants {
		variants = append(variants, []doc{text(quote(v.Tag)), r.reference(t, v.Type)})
	}
	properties := []doc{text(`is: "union"`), stringProperty("tag", t.Tag), property("variants", pairs(variants))}
	if len(t.Fields) > 0 {
		properties = append(properties, property("fields", r.fields(t)))
	}
	if t.Closed {
		properties = append(properties, text("closed: true"))
	}
	return expanded(properties)
}

// fields writes the table of fields: name, rule, and whether it may be absent
// ("?") or null ("0").
func (r *rules) fields(t *schema.Type) doc {
	var fields [][]doc
	for _, f := range t.Fields {
		field := []doc{text(quote(f.Wire)), r.expr(t, f.Type)}
		mark := ""
		if f.Optional || f.Default != nil {
			mark = "?"
		}
		if f.Nullable {
			mark += "0"
		}
		if mark != "" {
			field = append(field, text(quote(mark)))
		}
		fields = append(fields, field)
	}
	return pairs(fields)
}

// expr is the rule of a part of the type from.
func (r *rules) expr(from *schema.Type, e *schema.Expr) doc {
	switch e.Kind {
	case schema.ExprNamed:
		return r.reference(from, e.Named)
	case schema.ExprList:
		return object(append([]doc{text(`is: "list"`), property("of", r.expr(from, e.Elem))}, bounds(e.Range)...))
	case schema.ExprMap:
		properties := []doc{text(`is: "map"`), property("of", r.expr(from, e.Elem))}
		if e.Key != nil {
			properties = append(properties, property("key", r.expr(from, e.Key)))
		}
		return object(append(properties, bounds(e.Range)...))
	}
	return scalarRule(e)
}

// reference names the rule of t, late when it is declared after from.
func (r *rules) reference(from, t *schema.Type) doc {
	if r.place[t] >= r.place[from] {
		return text("() => " + r.name(t))
	}
	return text(r.name(t))
}

// scalarRule writes a name alone where there is nothing more to say.
func scalarRule(e *schema.Expr) doc {
	is, extra := ruleOf(e)
	if e.Scalar == schema.Int64 || e.Scalar == schema.Uint64 {
		extra = textBounds(e.Range)
	}
	rule := text(quote(is))
	if len(extra) > 0 {
		rule = object(append([]doc{text("is: " + quote(is))}, extra...))
	}
	if e.Pattern == "" {
		return rule
	}
	return object([]doc{text(`is: "both"`), property("rule", rule), text("pattern: " + regexpLiteral(e.Pattern))})
}

// ruleOf is the kind of rule of a scalar and its constraints.
func ruleOf(e *schema.Expr) (string, []doc) {
	switch e.Scalar {
	case schema.Bool:
		return "boolean", nil
	case schema.JSON:
		return "any", nil
	case schema.Int32:
		return "integer", boundsOr(e.Range, "-2147483648", "2147483647")
	case schema.Uint32:
		return "integer", boundsOr(e.Range, "0", "4294967295")
	case schema.Int53, schema.Duration:
		return "integer", bounds(e.Range)
	case schema.Float32, schema.Float64:
		return "number", bounds(e.Range)
	case schema.Decimal:
		return "decimal", []doc{
			text("whole: " + integer(int64(e.Precision-e.Scale))), text("scale: " + integer(int64(e.Scale))),
		}
	case schema.URL, schema.Email:
		if e.Range != nil {
			return "string", append([]doc{text("format: " + quote(string(e.Scalar)))}, bounds(e.Range)...)
		}
	}
	return string(e.Scalar), bounds(e.Range)
}

// bounds are the properties of a range; a bound that is not there is left out.
func bounds(r *schema.Range) []doc { return boundsOr(r, "", "") }

// boundsOr is bounds with what holds anyway.
func boundsOr(r *schema.Range, min, max string) []doc {
	if r != nil && r.Min != nil {
		min = ratio(r.Min)
	}
	if r != nil && r.Max != nil {
		max = ratio(r.Max)
	}
	var properties []doc
	if min != "" {
		properties = append(properties, text("min: "+min))
	}
	if max != "" {
		properties = append(properties, text("max: "+max))
	}
	return properties
}

// textBounds are the bounds of 64-bit integers, which numbers cannot hold.
func textBounds(r *schema.Range) []doc {
	var properties []doc
	for _, d := range bounds(r) {
		name, value, _ := strings.Cut(d.text, ": ")
		properties = append(properties, text(name+": "+quote(value)))
	}
	return properties
}
