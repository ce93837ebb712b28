package syntax

import (
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"
)

// rawKeys hold values of any shape, null among them.
var rawKeys = map[string]bool{"default": true, "example": true, "$example": true}

func (c *converter) mapping(y *yaml.Node, n *Node, at place) {
	n.Kind = Map
	flow := y.Style&yaml.FlowStyle != 0
	first := make(map[string]Pos, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		if flow && c.splitByComma(y.Content, i) {
			i += 2
			continue
		}
		doc := c.claimDoc(y.Content[i].Line)
		key, ok := c.key(y.Content[i], n, flow, at)
		inside := place{depth: at.depth + 1, indent: n.Pos.Col, nullOK: at.nullOK || rawKeys[key.Text]}
		if flow {
			inside.indent = at.indent
		}
		value := c.node(y.Content[i+1], inside)
		if !ok {
			continue
		}
		if pos, twice := first[key.Text]; twice {
			c.report(Problem{
				Pos: key.Pos, End: key.End, Rule: "KEY_DUPLICATE",
				Message: "key " + quote(key.Text) + " is written twice", First: pos, Key: key.Text,
			})
			continue
		}
		first[key.Text] = key.Pos
		key.Doc = doc
		n.Entries = append(n.Entries, Entry{key, value})
	}
}

// key reads a key, which is a plain word or a quoted one.
func (c *converter) key(y *yaml.Node, parent *Node, flow bool, at place) (*Node, bool) {
	key := c.node(y, place{depth: at.depth, indent: parent.Pos.Col, nullOK: true})
	switch {
	case key.Kind == Bad:
		return key, false
	case key.Kind != Scalar:
		c.report(Problem{Pos: key.Pos, End: key.End, Rule: "NODE_KIND", Message: "a key is a name, not a list or a mapping"})
	case c.explicit(key, parent, flow):
		c.report(Problem{
			Pos: key.Pos, End: key.End, Rule: "SYNTAX", Message: `keys marked with "? " are not allowed`,
			Help: []string{"write " + key.Text + ": …"},
		})
	case key.Tag != "str" && !at.nullOK:
		c.report(Problem{
			Pos: key.Pos, End: key.End, Rule: "NAME_INVALID",
			Message: "YAML reads the key " + quote(key.Text) + " as " + key.ReadAs(),
			Help:    []string{"write " + quote(key.Text) + " in quotes if it is a name"},
		})
	default:
		return key, true
	}
	return key, false
}

// explicit tells whether a key was introduced by "? ". In block style such a
// key does not stand in the column of its mapping.
func (c *converter) explicit(key, parent *Node, flow bool) bool {
	if !flow {
		return key.Pos.Col != parent.Pos.Col
	}
	for line := key.Pos.Line; line >= parent.Pos.Line; line-- {
		before := c.file.Line(line)
		if line == key.Pos.Line {
			before = strings.TrimSuffix(before, c.rest(key.Pos))
		}
		if before = strings.TrimRight(before, " \t"); before != "" {
			return strings.HasSuffix(before, "?")
		}
	}
	return false
}

// splitByComma reports a type such as map<string, Item>, which YAML takes
// apart inside braces: what follows the comma becomes a key without a value.
func (c *converter) splitByComma(content []*yaml.Node, i int) bool {
	if i+3 >= len(content) {
		return false
	}
	value, tail, rest := content[i+1], content[i+2], content[i+3]
	if value.Kind != yaml.ScalarNode || value.Style != 0 || rest.Tag != "!!null" || rest.Value != "" {
		return false
	}
	open := strings.Count(value.Value, "<") + strings.Count(value.Value, "(")
	closed := strings.Count(value.Value, ">") + strings.Count(value.Value, ")")
	if open <= closed || !strings.ContainsAny(tail.Value, ">)") {
		return false
	}
	at := Pos{tail.Line, tail.Column}
	c.report(Problem{
		Pos: at, End: at.Shift(len([]rune(tail.Value))), Rule: "VALUE_MISSING",
		Message: "the comma splits a type: " + quote(tail.Value) + " became a key without a value",
		Help:    commaHelp(value.Value, tail.Value),
	})
	return true
}

func commaHelp(head, tail string) []string {
	switch {
	case strings.Contains(head, "<"):
		return []string{"write " + head + ":" + tail + ", with a colon"}
	case strings.HasPrefix(head, "decimal("):
		return []string{"write " + quote(head+","+tail) + " in quotes"}
	}
	return []string{"a range is written (1..64), without a comma"}
}

// ReadAs says what YAML takes a scalar for, to those who meant text.
func (n *Node) ReadAs() string {
	switch n.Tag {
	case "int", "float":
		return "a number"
	case "bool":
		return "true or false"
	case "timestamp":
		return "a date"
	}
	return "nothing"
}

// quote returns s in quotes, without characters that a terminal obeys.
func quote(s string) string {
	const longest = 80
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return strconv.Quote(s)
}
