package schema

import (
	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// enum reads the long form of an enum.
func (f *fileParser) enum(t *Type, n *syntax.Node) {
	t.Kind = KindEnum
	s := f.enumScope()
	if reserved := n.Get("$reserved"); reserved != nil {
		s.reserve(reserved)
	}
	table := f.typeKeys(t)
	table["$reserved"] = func(_, _ *syntax.Node) {}
	table["$closed"] = func(_, v *syntax.Node) { t.Closed = f.flag(v, "$closed") }
	table["$enum"] = func(_, v *syntax.Node) {
		if v.Kind == syntax.Map {
			f.enumMap(t, v, s)
			return
		}
		f.enumList(t, v, s)
	}
	f.keys(n, "an enum", table)
}

// enumScope is the scope of an enum: what is written twice is its own rule.
func (f *fileParser) enumScope() *scope {
	s := f.scope()
	s.twiceRule, s.wireRule = "ENUM_INVALID", "ENUM_INVALID"
	return s
}

// enumList reads a list of values, with or without documentation.
func (f *fileParser) enumList(t *Type, n *syntax.Node, s *scope) {
	if !f.kind(n, syntax.List, "an enum") {
		f.broken[t] = true
		return
	}
	if len(n.Items) == 0 {
		f.report(n, "ENUM_INVALID", "an enum has at least one value")
	}
	for _, item := range n.Items {
		switch {
		case item.Kind == syntax.Scalar:
			f.enumName(t, item, s)
		case item.Kind == syntax.Map && len(item.Entries) == 1:
			key := *item.Entries[0].Key
			key.Doc = item.Doc
			f.enumEntry(t, syntax.Entry{Key: &key, Value: item.Entries[0].Value}, s)
		case item.Kind != syntax.Bad:
			f.report(item, "NODE_KIND", "a value of an enum is a name, or a name with its documentation").
				help("write - online, or - online: Reachable now.")
			f.broken[t] = true
		default:
			f.broken[t] = true
		}
	}
}

// enumName reads a value that is only a name.
func (f *fileParser) enumName(t *Type, item *syntax.Node, s *scope) {
	if item.Tag != "str" {
		d := f.report(item, "NAME_INVALID", "YAML reads %s as %s", quoted(item.Text), item.ReadAs())
		if proposal := camel(item.Text); proposal != "" && proposal != item.Text {
			d.help("write {%s: {wire: %s}}", proposal, quoted(item.Text))
		} else {
			d.help("write %s in quotes", quoted(item.Text))
		}
		f.broken[t] = true
		return
	}
	f.addValue(t, item, item, &EnumValue{Name: item.Text, Wire: item.Text, Doc: joinDocs(item.Doc)}, s)
}

// enumMap reads a mapping: names to numbers, or names to documentation.
func (f *fileParser) enumMap(t *Type, n *syntax.Node, s *scope) {
	if len(n.Entries) == 0 {
		f.report(n, "ENUM_INVALID", "an enum has at least one value")
		return
	}
	numbers := 0
	for _, e := range n.Entries {
		if isNumber(e.Value) {
			numbers++
		}
	}
	if numbers == 0 {
		for _, e := range n.Entries {
			f.enumEntry(t, e, s)
		}
		return
	}
	t.Numeric = true
	first := make(map[int64]*EnumValue)
	for _, e := range n.Entries {
		f.numericEntry(t, e, s, first)
	}
}

func isNumber(n *syntax.Node) bool {
	return n.Kind == syntax.Scalar && (n.Tag == "int" || n.Tag == "float")
}

func (f *fileParser) numericEntry(t *Type, e syntax.Entry, s *scope, first map[int64]*EnumValue) {
	if e.Value.Kind == syntax.Bad {
		f.broken[t] = true
		return
	}
	number, ok := parseNumber(e.Value.Text, true)
	switch {
	case !isNumber(e.Value):
		f.report(e.Value, "ENUM_INVALID", "the values of an enum are all numbers or all text")
		return
	case !ok || !limits[Int53].contains(number):
		f.report(e.Value, "ENUM_INVALID", "%s is no whole number within 2^53", quoted(e.Value.Text))
		return
	}
	v := &EnumValue{Name: e.Key.Text, Number: number.Num().Int64(), Doc: joinDocs(e.Key.Doc)}
	if other, twice := first[v.Number]; twice {
		f.report(e.Value, "ENUM_INVALID", "%d is the value of %s already", v.Number, quoted(other.Name)).
			related(other.Pos, "first written here")
		return
	}
	first[v.Number] = v
	if !f.name(e.Key, "an enum value") || !s.add(e.Key, v.Name, e.Key, v.Name) {
		f.broken[t] = true
		return
	}
	v.Pos = f.at(e.Key)
	t.Values = append(t.Values, v)
}

// enumEntry reads a value with its documentation or in its long form.
func (f *fileParser) enumEntry(t *Type, e syntax.Entry, s *scope) {
	v := &EnumValue{Name: e.Key.Text, Wire: e.Key.Text, Doc: joinDocs(e.Key.Doc)}
	wireNode := e.Key
	switch e.Value.Kind {
	case syntax.Scalar:
		v.Doc = joinDocs(e.Key.Doc, f.prose(e.Value, "the documentation of a value"))
	default:
		f.keys(e.Value, "an enum value", keyTable{
			"doc":        func(_, n *syntax.Node) { v.Doc = joinDocs(e.Key.Doc, f.prose(n, "doc")) },
			"deprecated": func(_, n *syntax.Node) { v.Deprecated = f.prose(n, "deprecated") },
			"since":      func(_, n *syntax.Node) { v.Since = f.since(n) },
			"wire": func(_, n *syntax.Node) {
				if wire := f.wire(n); wire != "" {
					v.Wire, wireNode = wire, n
				}
			},
		})
	}
	f.addValue(t, e.Key, wireNode, v, s)
}

// addValue adds a value whose name and text on the wire are new to the enum.
func (f *fileParser) addValue(t *Type, key, wireNode *syntax.Node, v *EnumValue, s *scope) {
	if !f.name(key, "an enum value") || !s.add(key, v.Name, wireNode, v.Wire) {
		f.broken[t] = true
		return
	}
	v.Pos = f.at(key)
	t.Values = append(t.Values, v)
}
