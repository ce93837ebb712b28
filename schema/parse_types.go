package schema

import (
	"strings"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// typesSection reads the declarations of types.
func (f *fileParser) typesSection(_, n *syntax.Node) {
	if !f.kind(n, syntax.Map, "types") {
		f.incomplete = true
		return
	}
	for _, e := range n.Entries {
		if first, twice := f.types[e.Key.Text]; twice {
			f.report(e.Key, "KEY_DUPLICATE", "type %s is declared twice", quoted(e.Key.Text)).
				related(first.Pos, "first declared here")
			continue
		}
		f.typeName(e.Key)
		f.declareType(e)
	}
}

// typeName reports a name that no type can have. The type is declared all the
// same, so that its uses are not reported as well.
func (f *fileParser) typeName(key *syntax.Node) {
	name := key.Text
	if typePattern.MatchString(name) {
		return
	}
	d := f.report(key, "NAME_INVALID", "%s is no name for a type", quoted(name))
	if proposal := camel(name); proposal != "" {
		proposal = strings.ToUpper(proposal[:1]) + proposal[1:]
		f.meant[proposal] = true
		d.help("write %s", proposal)
	} else {
		d.help("types start with a capital; letters and digits of ASCII follow, at most 64")
	}
}

func (f *fileParser) declareType(entry syntax.Entry) {
	key, n := entry.Key, entry.Value
	t := &Type{Name: key.Text, Pos: f.at(key), Doc: joinDocs(key.Doc)}
	f.types[t.Name] = t
	f.model.Types = append(f.model.Types, t)
	f.note(t, key)
	switch n.Kind {
	case syntax.Scalar:
		t.Kind = KindAlias
		t.Base = f.aliasBase(n)
		f.broken[t] = t.Base.Kind == 0
	case syntax.List:
		t.Kind = KindEnum
		f.enumList(t, n, f.enumScope())
	case syntax.Map:
		f.typeBody(t, n)
	default:
		f.broken[t] = true
	}
}

// note remembers a type for the rules.
func (f *fileParser) note(t *Type, at *syntax.Node) {
	f.allTypes = append(f.allTypes, t)
	f.typeSpans[t] = f.span(at)
}

// aliasBase reads the type an alias stands for.
func (f *fileParser) aliasBase(n *syntax.Node) *Expr {
	if _, _, ok := cutDefault(n.Text); ok {
		f.report(n, "DEFAULT_INVALID", "a type has no default").help("write it where a field uses the type")
		return new(Expr)
	}
	if _, ok := cutNull(n.Text); ok {
		f.report(n, "VALUE_INVALID", "a type cannot be null").help("write | null where a field uses the type")
		return new(Expr)
	}
	text, before := trimSpace(n.Text)
	return f.expr(n, text, before, "")
}

// typeBody reads a mapping: what it is, one of its $ keys tells.
func (f *fileParser) typeBody(t *Type, n *syntax.Node) {
	switch {
	case n.Get("$union") != nil:
		f.union(t, n)
	case n.Get("$enum") != nil:
		f.enum(t, n)
	case n.Get("$type") != nil:
		f.alias(t, n)
	default:
		f.structBody(t, n)
	}
}

// typeKeys are the keys that every long form of a type has.
func (f *fileParser) typeKeys(t *Type) keyTable {
	return keyTable{
		"$doc":        func(_, v *syntax.Node) { t.Doc = joinDocs(t.Doc, f.prose(v, "$doc")) },
		"$deprecated": func(_, v *syntax.Node) { t.Deprecated = f.prose(v, "$deprecated") },
		"$since":      func(_, v *syntax.Node) { t.Since = f.since(v) },
		"$names":      func(_, v *syntax.Node) { f.names(v, &t.Names) },
		"$example": func(_, v *syntax.Node) {
			f.literals = append(f.literals, literalDecl{
				node: v, file: f, rule: "EXAMPLE_INVALID", into: &t.Example, typ: t,
			})
		},
	}
}

// split separates the $ keys of a type, which it reads, from the rest.
func (f *fileParser) split(n *syntax.Node, what string, table keyTable) (rest []syntax.Entry) {
	settings := &syntax.Node{Kind: syntax.Map, Pos: n.Pos, End: n.End}
	for _, e := range n.Entries {
		if strings.HasPrefix(e.Key.Text, "$") {
			settings.Entries = append(settings.Entries, e)
		} else {
			rest = append(rest, e)
		}
	}
	f.keys(settings, what, table)
	return rest
}

func (f *fileParser) structBody(t *Type, n *syntax.Node) {
	t.Kind = KindStruct
	s := f.scope()
	table := f.typeKeys(t)
	table["$reserved"] = func(_, v *syntax.Node) { s.reserve(v) }
	entries := f.split(n, "a struct", table)
	hint := f.longFormHint(entries)
	for _, e := range entries {
		field := f.field(s, e, t, hint)
		if field == nil {
			f.broken[t] = true
			continue
		}
		t.Fields = append(t.Fields, field)
	}
}

// longFormHint helps with a struct that looks like the long form of a field.
func (f *fileParser) longFormHint(entries []syntax.Entry) string {
	hasType := false
	for _, e := range entries {
		if !longFieldKeys[e.Key.Text] {
			return ""
		}
		hasType = hasType || e.Key.Text == "type"
	}
	if !hasType {
		return ""
	}
	return "this is a struct; an alias in its long form starts with $type"
}

// alias reads the long form of an alias.
func (f *fileParser) alias(t *Type, n *syntax.Node) {
	t.Kind = KindAlias
	t.Base = new(Expr)
	var rangeNode, patternNode *syntax.Node
	table := f.typeKeys(t)
	for _, key := range []string{"doc", "deprecated", "since", "names", "example"} {
		table[key] = table["$"+key]
	}
	table["$type"] = func(_, v *syntax.Node) {
		if f.kind(v, syntax.Scalar, "$type") {
			t.Base = f.aliasBase(v)
		}
	}
	table["range"] = func(_, v *syntax.Node) { rangeNode = v }
	table["pattern"] = func(_, v *syntax.Node) { patternNode = v }
	f.keys(n, "an alias", table)
	f.constrain(t.Base, rangeNode, patternNode)
	f.broken[t] = t.Base.Kind == 0
}

// union reads a union: the keys that are no settings are its tags.
func (f *fileParser) union(t *Type, n *syntax.Node) {
	t.Kind = KindUnion
	s := f.scope()
	table := f.typeKeys(t)
	table["$reserved"] = func(_, v *syntax.Node) { s.reserve(v) }
	table["$closed"] = func(_, v *syntax.Node) { t.Closed = f.flag(v, "$closed") }
	table["$union"] = func(_, v *syntax.Node) {
		if v.Kind != syntax.Scalar && v.Kind != syntax.Bad {
			f.report(v, "NODE_KIND", "$union is the name of the field that tells the variants apart").
				help("write $union: kind, and below it each variant: tag: Struct")
			return
		}
		if tag, ok := f.text(v, "$union"); ok && f.name(v, "a field") {
			t.Tag = tag
		}
	}
	entries := f.split(n, "a union", table)
	if len(entries) == 0 {
		f.report(n, "UNION_INVALID", "a union has at least one variant").help("write below $union: tag: Struct")
	}
	for _, e := range entries {
		if !f.name(e.Key, "a tag") || !s.add(e.Key, e.Key.Text, e.Key, e.Key.Text) {
			f.broken[t] = true
			continue
		}
		v := &Variant{Tag: e.Key.Text, Pos: f.at(e.Key), Doc: joinDocs(e.Key.Doc)}
		f.variants[v] = f.span(e.Key)
		t.Variants = append(t.Variants, v)
		f.structRef(e.Value, "a variant", &v.Type)
	}
}

// A typeRef is a place where a struct, or a union, is named.
type typeRef struct {
	into   **Type
	name   string
	what   string // what it is for
	unions bool   // a union may stand here
	at     span
	file   *fileParser
}

// structRef reads the name of a struct, or a struct written in place.
func (f *fileParser) structRef(n *syntax.Node, what string, into **Type) {
	f.bodyRef(n, what, false, into)
}

// payloadRef reads the name of a struct or union, or one written in place. An
// empty mapping is nothing.
func (f *fileParser) payloadRef(n *syntax.Node, what string, into **Type) {
	if n.Kind == syntax.Map && len(n.Entries) == 0 {
		return
	}
	f.bodyRef(n, what, true, into)
}

func (f *fileParser) bodyRef(n *syntax.Node, what string, unions bool, into **Type) {
	switch n.Kind {
	case syntax.Scalar:
		f.namedRef(n, what, unions, into)
	case syntax.Map:
		t := &Type{Pos: f.at(n)}
		*into = t
		f.note(t, n)
		for _, key := range []string{"$enum", "$type"} {
			if v := n.Get(key); v != nil {
				f.report(v, "NODE_KIND", "%s is a struct%s", what, orUnion(unions)).help("declare other types under types")
				t.Kind, f.broken[t] = KindStruct, true
				return
			}
		}
		if v := n.Get("$union"); v != nil && !unions {
			f.report(v, "NODE_KIND", "%s is a struct", what).help("declare the union under types and use it as a field")
			t.Kind, f.broken[t] = KindStruct, true
			return
		}
		f.typeBody(t, n)
	default:
		f.kind(n, syntax.Map, what)
	}
}

func orUnion(unions bool) string {
	if unions {
		return " or union"
	}
	return ""
}

func (f *fileParser) namedRef(n *syntax.Node, what string, unions bool, into **Type) {
	name, _ := trimSpace(n.Text)
	if f.isTypeName(n, name) {
		f.typeRefs = append(f.typeRefs, typeRef{into, name, what, unions, f.span(n), f})
		return
	}
	d := f.report(n, "VALUE_INVALID", "%s is a struct%s, not %s", what, orUnion(unions), quoted(name))
	if n.Tag == "str" {
		d.help("wrap it in a struct: {value: %s}", name)
	} else if unions {
		d.help("write {} for nothing")
	}
}

// isTypeName tells whether a scalar is meant to name a declared type.
func (f *fileParser) isTypeName(n *syntax.Node, name string) bool {
	switch {
	case n.Tag != "str" || strings.ContainsAny(name, "<( "):
		return false
	case strings.Contains(name, "."):
		return true
	}
	builtIn := scalars[name] != "" || foreignNames[strings.ToLower(name)] != ""
	return typePattern.MatchString(name) || namePattern.MatchString(name) && !builtIn
}
