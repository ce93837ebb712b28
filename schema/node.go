package schema

import (
	"fmt"
	"strings"
	"sync"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// kindNames are what messages call the kinds of nodes.
var kindNames = map[syntax.Kind]string{
	syntax.Scalar: "a single value",
	syntax.Map:    "a mapping",
	syntax.List:   "a list",
}

// kind reports a node that is not of the kind wanted. What has been reported
// before passes in silence.
func (f *fileParser) kind(n *syntax.Node, want syntax.Kind, what string) bool {
	if n.Kind == want {
		return true
	}
	if n.Kind != syntax.Bad {
		f.report(n, "NODE_KIND", "%s must be %s, not %s", what, kindNames[want], kindNames[n.Kind])
	}
	return false
}

// text reads a value that is text. What YAML converts must be quoted, because
// a reader of the contract cannot tell what it becomes.
func (f *fileParser) text(n *syntax.Node, what string) (string, bool) {
	if !f.kind(n, syntax.Scalar, what) {
		return "", false
	}
	if n.Tag != "str" {
		f.report(n, "VALUE_INVALID", "%s is text, but YAML reads %s as %s", what, quoted(n.Text), n.ReadAs()).
			help("write %s in quotes", quoted(n.Text))
		return "", false
	}
	return n.Text, true
}

// prose reads documentation.
func (f *fileParser) prose(n *syntax.Node, what string) string {
	text, ok := f.text(n, what)
	if !ok {
		return ""
	}
	if text = cleanProse(text); text == "" {
		f.report(n, "VALUE_MISSING", "%s is empty", what)
	}
	return text
}

// cleanProse removes what could make documentation read as something else:
// control characters and those that reverse the direction of text.
func cleanProse(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < 0x20 || r >= 0x7f && r <= 0x9f,
			r == '\u061c', r == '\u200e', r == '\u200f', r == '\u2028', r == '\u2029', r == '\ufeff',
			r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069':
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

// joinDocs puts the comment of a key in front of what its doc key says.
func joinDocs(docs ...string) string {
	var parts []string
	for _, doc := range docs {
		if doc = cleanProse(doc); doc != "" {
			parts = append(parts, doc)
		}
	}
	return strings.Join(parts, "\n\n")
}

// flag reads true or false.
func (f *fileParser) flag(n *syntax.Node, what string) bool {
	if !f.kind(n, syntax.Scalar, what) {
		return false
	}
	if n.Tag != "bool" {
		f.report(n, "VALUE_INVALID", "%s must be true or false", what)
		return false
	}
	return strings.EqualFold(n.Text, "true")
}

// A keyTable says what to do with the value of each key of a mapping.
type keyTable map[string]func(key, value *syntax.Node)

// foreignKeys are what other schema languages say in ways of their own.
var foreignKeys = map[string]string{
	"optional": "a field that may be absent is written name?: T", "required": "a field that may be absent is written name?: T",
	"nullable": "write T | null", "enum": "declare an enum under types", "items": "write list<T>", "description": "write doc",
	"min": "write range: 1..64", "max": "write range: 1..64", "minLength": "write range: 1..64", "maxLength": "write range: 1..64",
	"response": "write ack", "returns": "write ack", "reply": "write ack",
}

// keys reads a mapping with fixed keys.
func (f *fileParser) keys(n *syntax.Node, what string, table keyTable) {
	if !f.kind(n, syntax.Map, what) {
		return
	}
	names := sync.OnceValue(table.names)
	for _, e := range n.Entries {
		if read, ok := table[e.Key.Text]; ok {
			if e.Value.Kind != syntax.Bad {
				read(e.Key, e.Value)
			} else if sections[e.Key.Text] {
				f.incomplete = true
			}
			continue
		}
		d := f.report(e.Key, "KEY_UNKNOWN", "%s has no key %s", what, quoted(e.Key.Text))
		if near := f.nearest(e.Key.Text, names); near != "" {
			f.incomplete = f.incomplete || sections[near]
			d.help("did you mean %s?", quoted(near))
		} else if help, ok := foreignKeys[e.Key.Text]; ok {
			d.help("%s", help)
		} else {
			d.help("the keys are %s", strings.Join(names(), ", "))
		}
	}
}

// each calls read for the items of a list, which are different names.
func (f *fileParser) each(n *syntax.Node, what string, read func(item *syntax.Node, name string)) {
	if n.Kind == syntax.Scalar {
		f.report(n, "NODE_KIND", "%s is a list", what).help("write [%s]", n.Text)
		return
	}
	if !f.kind(n, syntax.List, what) {
		return
	}
	first := make(map[string]*syntax.Node)
	for _, item := range n.Items {
		name, ok := f.text(item, fmt.Sprintf("an item of %s", what))
		if !ok {
			continue
		}
		if other, twice := first[name]; twice {
			f.report(item, "KEY_DUPLICATE", "%s is listed twice", quoted(name)).
				related(f.at(other), "first listed here")
			continue
		}
		first[name] = item
		read(item, name)
	}
}
