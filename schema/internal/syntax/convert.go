package syntax

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// A converter turns the nodes of yaml.v3 into ours.
type converter struct {
	file     *File
	problems []Problem
	docLine  int    // last line whose documentation has found its key
	inScalar []bool // lines that continue a scalar; "##" there is text
	tooDeep  bool   // the depth has been reported
}

// A place is what a node has to know about where it stands.
type place struct {
	depth  int
	indent int  // column of the collection around it
	nullOK bool // an explicit null is a value here
}

func (c *converter) report(p Problem) {
	c.problems = append(c.problems, p)
}

func (c *converter) node(y *yaml.Node, at place) *Node {
	n := &Node{Pos: Pos{max(y.Line, 1), max(y.Column, 1)}}
	n.End = n.Pos.Shift(1)
	if !c.plainYAML(y, n) {
		return n
	}
	if at.depth > MaxDepth {
		c.depth(n)
		return n
	}
	switch y.Kind {
	case yaml.ScalarNode:
		c.scalar(y, n, at)
	case yaml.MappingNode:
		c.mapping(y, n, at)
	case yaml.SequenceNode:
		n.Kind = List
		for _, item := range y.Content {
			doc := c.claimDoc(item.Line)
			child := c.node(item, place{depth: at.depth + 1, indent: n.Pos.Col, nullOK: at.nullOK})
			child.Doc = doc
			n.Items = append(n.Items, child)
		}
	}
	return n
}

// plainYAML refuses what makes a document hard to read: references within
// the document and tags. It tells whether the node has a value of its own.
func (c *converter) plainYAML(y *yaml.Node, n *Node) bool {
	switch {
	case y.Kind == yaml.AliasNode || y.Tag == "!!merge":
		c.reference(n, "aliases and merge keys are not allowed")
		return false
	case y.Anchor != "":
		c.reference(n, "anchors are not allowed")
		return false
	case y.Style&yaml.TaggedStyle != 0:
		c.report(Problem{
			Pos: n.Pos, End: n.End, Rule: "TAG_NOT_ALLOWED", Message: "tags are not allowed",
			Help: []string{"remove " + strconv.Quote(y.Tag)},
		})
		return false
	}
	return true
}

func (c *converter) reference(n *Node, message string) {
	c.report(Problem{
		Pos: n.Pos, End: n.End, Rule: "ALIAS_NOT_ALLOWED", Message: message,
		Help: []string{"name what is shared under types"},
	})
}

func (c *converter) depth(n *Node) {
	if c.tooDeep {
		return
	}
	c.tooDeep = true
	c.report(Problem{
		Pos: n.Pos, End: n.End, Rule: "FILE_LIMIT",
		Message: "the file is nested deeper than " + strconv.Itoa(MaxDepth) + " levels",
	})
}

func (c *converter) scalar(y *yaml.Node, n *Node, at place) {
	n.Kind = Scalar
	n.Text = y.Value
	n.Tag = strings.TrimPrefix(y.Tag, "!!")
	switch {
	case y.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		n.Style = Block
		c.blockLines(n.Pos.Line, at.indent)
	case y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		n.Style = Quoted
		c.quotedLines(n)
	default:
		n.End = n.Pos.Shift(utf8.RuneCountInString(firstLine(c.rest(n.Pos), y.Value)))
	}
	if n.Tag == "null" && (!at.nullOK || n.Text == "") {
		c.missing(n)
	}
}

// firstLine returns how much of a plain scalar stands on the line.
func firstLine(line, value string) string {
	if strings.HasPrefix(line, value) {
		return value
	}
	if i := commentStart(line); i >= 0 {
		line = line[:i]
	}
	return strings.TrimRight(line, " \t")
}

func (c *converter) missing(n *Node) {
	n.Kind = Bad
	p := Problem{
		Pos: n.Pos, End: n.End, Rule: "VALUE_MISSING", Message: "the value is missing",
		Help: []string{"a mapping with nothing in it is written {}"},
	}
	if n.Text != "" {
		p.Message = strconv.Quote(n.Text) + " is no value"
		p.Help = []string{"a text or name is written " + strconv.Quote(n.Text) + ", in quotes"}
	}
	c.report(p)
}

// rest returns the line from a place on.
func (c *converter) rest(at Pos) string {
	line := c.file.Line(at.Line)
	for range at.Col - 1 {
		_, size := utf8.DecodeRuneInString(line)
		line = line[size:]
	}
	return line
}

// blockLines marks the lines of a block scalar: blank or deeper than the
// collection it stands in.
func (c *converter) blockLines(line, indent int) {
	for n := line + 1; n <= len(c.file.Lines); n++ {
		text := c.file.Line(n)
		blank := strings.TrimLeft(text, " ")
		if blank != "" && len(text)-len(blank) < indent {
			return
		}
		c.inScalar[n] = true
	}
}

// quotedLines finds the end of a quoted scalar and marks the lines between.
func (c *converter) quotedLines(n *Node) {
	text := c.rest(n.Pos)
	if text == "" {
		return
	}
	quote := text[:1]
	if end := quoteEnd(text); end >= 0 {
		n.End = n.Pos.Shift(utf8.RuneCountInString(text[:end+1]))
		return
	}
	n.End = n.Pos.Shift(utf8.RuneCountInString(text))
	for line := n.Pos.Line + 1; line <= len(c.file.Lines); line++ {
		c.inScalar[line] = true
		if quoteEnd(quote+c.file.Line(line)) >= 0 {
			return
		}
	}
}

// claimDoc returns the documentation of a line to whoever asks first.
func (c *converter) claimDoc(line int) string {
	if line <= c.docLine {
		return ""
	}
	c.docLine = line
	return c.doc(line)
}
