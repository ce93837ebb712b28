package typescript

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// lineWidth is where Prettier breaks lines by default.
const lineWidth = 80

// A doc is source that knows where its lines may be broken: the document of
// Wadler's "A prettier printer" with the meanings that Prettier gave it, so
// that what is printed here passes prettier --check.
type doc struct {
	kind  docKind
	text  string // docText
	parts []doc  // content; for docIfBreak the broken and the flat one
	group *group // docGroup, docIndentIfBreak
	hard  bool   // holds a line break that is always there
}

type docKind uint8

const (
	docText docKind = iota
	docConcat
	docLine     // a space, or a line break in a broken group
	docSoftLine // nothing, or a line break in a broken group
	docHardLine // always a line break
	docGroup
	docIndent
	docIfBreak
	docIndentIfBreak
)

// A group remembers how it was printed, for docIndentIfBreak.
type group struct{ broken bool }

var (
	line     = doc{kind: docLine}
	softLine = doc{kind: docSoftLine}
	hardLine = doc{kind: docHardLine, hard: true}
)

func text(s string) doc { return doc{kind: docText, text: s} }

func parent(kind docKind, parts []doc) doc {
	d := doc{kind: kind, parts: parts}
	for _, p := range parts {
		d.hard = d.hard || p.hard
	}
	return d
}

func concat(parts ...doc) doc { return parent(docConcat, parts) }

// nest indents the lines that begin in it by two spaces.
func nest(parts ...doc) doc { return parent(docIndent, parts) }

// grouped breaks all of its own lines or none.
func grouped(parts ...doc) doc {
	d := parent(docGroup, parts)
	d.group = &group{}
	return d
}

// ifBreak is one text in a broken group and another in a flat one.
func ifBreak(broken, flat doc) doc { return doc{kind: docIfBreak, parts: []doc{broken, flat}} }

// indentIfBreak indents d when g, printed before, was broken.
func indentIfBreak(g *group, d doc) doc {
	return doc{kind: docIndentIfBreak, parts: []doc{d}, group: g, hard: d.hard}
}

func join(separator doc, items []doc) doc {
	var parts []doc
	for i, item := range items {
		if i > 0 {
			parts = append(parts, separator)
		}
		parts = append(parts, item)
	}
	return concat(parts...)
}

// A command is a doc that waits to be printed.
type command struct {
	doc    *doc
	indent int
	flat   bool
}

// A printer prints one doc.
type printer struct {
	out    strings.Builder
	column int
	stack  []command
	fit    []command // what fits has still to measure
}

// printers are kept for their memory: a large contract takes thousands.
var printers = sync.Pool{New: func() any { return &printer{} }}

// print returns d as source in which lines after the first are indented by
// indent spaces and more. The first line begins at that column, but the
// indentation itself is left to the template.
func print(d doc, indent int) string {
	p := printers.Get().(*printer)
	defer printers.Put(p)
	p.out.Reset()
	p.column = indent
	p.stack = append(p.stack[:0], command{doc: &d, indent: indent})
	for len(p.stack) > 0 {
		c := p.stack[len(p.stack)-1]
		p.stack = p.stack[:len(p.stack)-1]
		p.command(c)
	}
	return p.out.String()
}

func (p *printer) command(c command) {
	switch c.doc.kind {
	case docText:
		p.out.WriteString(c.doc.text)
		if i := strings.LastIndexByte(c.doc.text, '\n'); i >= 0 {
			p.column = textWidth(c.doc.text[i+1:])
		} else {
			p.column += textWidth(c.doc.text)
		}
	case docGroup:
		c.flat = !c.doc.hard && (c.flat || p.fits(c))
		c.doc.group.broken = !c.flat
		p.push(c, c.indent)
	case docIndent:
		p.push(c, c.indent+2)
	case docIndentIfBreak:
		if c.doc.group.broken {
			c.indent += 2
		}
		p.push(c, c.indent)
	case docIfBreak:
		p.stack = append(p.stack, command{&c.doc.parts[chosen(c.flat)], c.indent, c.flat})
	case docConcat:
		p.push(c, c.indent)
	default:
		p.line(c)
	}
}

func (p *printer) push(c command, indent int) {
	for i := len(c.doc.parts) - 1; i >= 0; i-- {
		p.stack = append(p.stack, command{&c.doc.parts[i], indent, c.flat})
	}
}

func (p *printer) line(c command) {
	switch {
	case !c.flat || c.doc.kind == docHardLine:
		p.out.WriteByte('\n')
		p.out.WriteString(strings.Repeat(" ", c.indent))
		p.column = c.indent
	case c.doc.kind == docLine:
		p.out.WriteByte(' ')
		p.column++
	}
}

// chosen is the index of the part of a docIfBreak.
func chosen(flat bool) int {
	if flat {
		return 1
	}
	return 0
}

// fits tells whether the group c can be flat: whether it and what follows, up
// to the next place where a line may end, fits on the line.
func (p *printer) fits(c command) bool {
	left := lineWidth - p.column
	rest := len(p.stack)
	c.flat = true
	p.fit = append(p.fit[:0], c)
	for left >= 0 {
		if len(p.fit) == 0 {
			if rest == 0 {
				return true
			}
			rest--
			p.fit = append(p.fit, p.stack[rest])
			continue
		}
		next := p.fit[len(p.fit)-1]
		p.fit = p.fit[:len(p.fit)-1]
		switch next.doc.kind {
		case docText:
			left -= textWidth(next.doc.text)
		case docLine, docSoftLine, docHardLine:
			if !next.flat || next.doc.kind == docHardLine {
				return true
			}
			if next.doc.kind == docLine {
				left--
			}
		case docIfBreak:
			p.fit = append(p.fit, command{doc: &next.doc.parts[chosen(next.flat)], flat: next.flat})
		default:
			flat := next.flat && !(next.doc.kind == docGroup && next.doc.hard)
			for i := len(next.doc.parts) - 1; i >= 0; i-- {
				p.fit = append(p.fit, command{doc: &next.doc.parts[i], flat: flat})
			}
		}
	}
	return false
}

// textWidth counts columns as Prettier does: characters of East Asian scripts
// and emoji take two.
func textWidth(s string) int {
	n := utf8.RuneCountInString(s)
	if n == len(s) {
		return n
	}
	for _, r := range s {
		if wide(r) {
			n++
		}
	}
	return n
}

func wide(r rune) bool {
	return r >= 0x1100 && (r <= 0x115f ||
		r >= 0x2e80 && r <= 0xa4cf && r != 0x303f ||
		r >= 0xac00 && r <= 0xd7a3 ||
		r >= 0xf900 && r <= 0xfaff ||
		r >= 0xfe30 && r <= 0xfe6f ||
		r >= 0xff00 && r <= 0xff60 || r >= 0xffe0 && r <= 0xffe6 ||
		r >= 0x1f300 && r <= 0x1faff || r >= 0x20000 && r <= 0x3fffd)
}
