package schema

import (
	"strings"
	"unicode/utf8"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// A literalDecl is a default or an example that is read once the types are
// known.
type literalDecl struct {
	node *syntax.Node
	file *fileParser
	rule string // DEFAULT_INVALID or EXAMPLE_INVALID

	into **Literal

	// What the value is for; one of them.
	field *Field
	typ   *Type
	event *eventDecl
}

// A sinceDecl is a version that must not be later than the package's.
type sinceDecl struct {
	text string
	at   span
}

// longFieldKeys are the keys of a field's long form.
var longFieldKeys = set("type", "range", "pattern", "default", "doc", "deprecated", "since",
	"example", "sensitive", "wire", "names")

// field reads a field of a struct. It returns nil when the name is unusable.
func (f *fileParser) field(s *scope, entry syntax.Entry, owner *Type, hint string) *Field {
	key := *entry.Key
	name, optional := strings.CutSuffix(key.Text, "?")
	key.Text = name
	if !f.name(&key, "a field") {
		return nil
	}
	field := &Field{
		Name: name, Wire: name, Pos: f.at(&key), Doc: joinDocs(key.Doc),
		Optional: optional, Type: new(Expr),
	}
	f.fields[field] = f.span(&key)
	wireNode := &key
	switch entry.Value.Kind {
	case syntax.Scalar:
		f.fieldType(entry.Value, field, hint)
	case syntax.Map:
		wireNode = f.longField(&key, entry.Value, field)
	case syntax.List:
		d := f.report(entry.Value, "NODE_KIND", "the type of a field is not a list")
		if name == "enum" {
			d.help("an enum in its long form starts with $enum")
		} else {
			d.help("declare an enum under types, or write list<T>")
		}
	}
	if field.Type.Kind == 0 {
		f.broken[owner] = true
	}
	if optional && field.Default != nil {
		f.report(&key, "DEFAULT_INVALID", "a field with a default is optional already").
			help("write %s without the ?", name)
	}
	if !s.add(&key, name, wireNode, field.Wire) {
		return nil
	}
	return field
}

// fieldType reads the short form: type, "| null" and default.
func (f *fileParser) fieldType(n *syntax.Node, field *Field, hint string) {
	text := n.Text
	typ, value, hasDefault := cutDefault(text)
	if before, null := cutNull(typ); null {
		typ, field.Nullable = before, true
	}
	if hasDefault {
		offset := utf8.RuneCountInString(text[:len(text)-len(value)])
		if before, null := cutNull(value); null {
			value, field.Nullable = before, true
		}
		f.shortDefault(n, value, offset, field)
	}
	trimmed, before := trimSpace(typ)
	field.Type = f.expr(n, trimmed, before, hint)
}

// cutDefault splits "type = default" at the equals sign outside of brackets.
func cutDefault(text string) (typ, value string, ok bool) {
	depth := 0
	for i := range len(text) {
		switch text[i] {
		case '(', '<':
			depth++
		case ')', '>':
			depth--
		case '=':
			if depth <= 0 {
				return text[:i], text[i+1:], true
			}
		}
	}
	return text, "", false
}

// cutNull splits off "| null" from the end.
func cutNull(s string) (before string, ok bool) {
	rest, ok := strings.CutSuffix(strings.TrimRight(s, " "), "null")
	if !ok {
		return s, false
	}
	rest, ok = strings.CutSuffix(strings.TrimRight(rest, " "), "|")
	if !ok {
		return s, false
	}
	return rest, true
}

// shortDefault notes the default of the short form, which is the text as it
// stands.
func (f *fileParser) shortDefault(n *syntax.Node, text string, offset int, field *Field) {
	value, before := trimSpace(text)
	offset += before
	at := f.part(n, offset, offset+max(utf8.RuneCountInString(value), 1))
	if value == "" || strings.ContainsAny(value, "|\"'") {
		f.pkg.report(at, "DEFAULT_INVALID", "%s is no default of the short form", quoted(value)).
			help("write {type: T, default: …}")
		return
	}
	tag := "str"
	if value == "null" {
		tag = "null"
	}
	node := &syntax.Node{Kind: syntax.Scalar, Pos: at.pos, End: at.end, Text: value, Tag: tag}
	f.defaultValue(node, field)
}

func (f *fileParser) defaultValue(n *syntax.Node, field *Field) {
	field.Default = &Literal{Raw: n.Text}
	f.literals = append(f.literals, literalDecl{
		node: n, file: f, rule: "DEFAULT_INVALID", into: &field.Default, field: field,
	})
}

// longField reads the long form, a mapping. It returns the node that says the
// name on the wire.
func (f *fileParser) longField(key, n *syntax.Node, field *Field) (wireNode *syntax.Node) {
	wireNode = key
	if n.Get("type") == nil {
		f.noFieldType(key, n)
		return wireNode
	}
	var rangeNode, patternNode *syntax.Node
	f.keys(n, "a field", keyTable{
		"type": func(_, v *syntax.Node) {
			if f.kind(v, syntax.Scalar, "type") {
				f.fieldType(v, field, "")
			}
		},
		"range":      func(_, v *syntax.Node) { rangeNode = v },
		"pattern":    func(_, v *syntax.Node) { patternNode = v },
		"doc":        func(_, v *syntax.Node) { field.Doc = joinDocs(key.Doc, f.prose(v, "doc")) },
		"deprecated": func(_, v *syntax.Node) { field.Deprecated = f.prose(v, "deprecated") },
		"since":      func(_, v *syntax.Node) { field.Since = f.since(v) },
		"sensitive":  func(_, v *syntax.Node) { field.Sensitive = f.flag(v, "sensitive") },
		"names":      func(_, v *syntax.Node) { f.names(v, &field.Names) },
		"default": func(k, v *syntax.Node) {
			if field.Default != nil {
				f.report(k, "DEFAULT_INVALID", "the default is written twice")
				return
			}
			f.defaultValue(v, field)
		},
		"example": func(_, v *syntax.Node) {
			f.literals = append(f.literals, literalDecl{
				node: v, file: f, rule: "EXAMPLE_INVALID", into: &field.Example, field: field,
			})
		},
		"wire": func(_, v *syntax.Node) {
			if wire := f.wire(v); wire != "" {
				field.Wire, wireNode = wire, v
			}
		},
	})
	f.constrain(field.Type, rangeNode, patternNode)
	return wireNode
}

// noFieldType tells a long form without type from a struct within a struct.
func (f *fileParser) noFieldType(key, n *syntax.Node) {
	for _, e := range n.Entries {
		if !longFieldKeys[e.Key.Text] {
			f.report(e.Key, "KEY_UNKNOWN", "a field has no key %s", quoted(e.Key.Text)).
				help("a struct inside a struct needs a name: declare it under types")
			return
		}
	}
	f.report(key, "KEY_MISSING", "field %s has no type", quoted(key.Text)).
		help("add type:, or declare a struct under types")
}

// constrain adds the range and the pattern of a long form.
func (f *fileParser) constrain(e *Expr, rangeNode, patternNode *syntax.Node) {
	if e.Kind == 0 {
		return // its problem has been reported
	}
	if rangeNode != nil && f.kind(rangeNode, syntax.Scalar, "range") {
		if e.Range != nil {
			f.report(rangeNode, "RANGE_INVALID", "the range is written twice")
			return
		}
		e.Range = f.rangeOf(e, rangeNode.Text, f.span(rangeNode))
	}
	if patternNode == nil {
		return
	}
	pattern, ok := f.text(patternNode, "pattern")
	switch {
	case !ok:
	case e.Kind != ExprScalar || e.Scalar != String:
		f.report(patternNode, "PATTERN_INVALID", "only strings take a pattern, not %s", exprName(e))
	default:
		if problem := checkPattern(pattern); problem != "" {
			f.report(patternNode, "PATTERN_INVALID", "%s", problem).
				help("patterns must mean the same in Go and in JavaScript")
			return
		}
		e.Pattern = pattern
	}
}

// since reads the version in which something appeared.
func (f *fileParser) since(n *syntax.Node) string {
	if !f.kind(n, syntax.Scalar, "since") {
		return ""
	}
	if _, ok := parseVersion(n.Text); !ok {
		f.report(n, "VALUE_INVALID", "%s is no semantic version", quoted(n.Text)).help("write three numbers: 1.4.0")
		return ""
	}
	f.sinces = append(f.sinces, sinceDecl{n.Text, f.span(n)})
	return n.Text
}
