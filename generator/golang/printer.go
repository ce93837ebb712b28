package golang

import (
	"bytes"
	"maps"
	"slices"
	"strconv"

	"github.com/rtgen/rtgen/generator"
)

// A printer writes a file of Go as gofmt leaves it: one statement a line,
// indented by the blocks around it.
//
// Codecs are written with it. They are most of what is generated and simple
// enough to come out formatted, and formatting is most of what generating
// costs: with it a large contract takes four times as long. Everything else
// is built with jennifer, which formats.
type printer struct {
	body    bytes.Buffer
	depth   int
	imports map[string]bool
}

func newPrinter() *printer {
	return &printer{imports: map[string]bool{}}
}

// line writes a line made of parts; none write a blank line.
func (p *printer) line(parts ...string) {
	if len(parts) > 0 {
		for range p.depth {
			p.body.WriteByte('\t')
		}
	}
	for _, s := range parts {
		p.body.WriteString(s)
	}
	p.body.WriteByte('\n')
}

// open writes a line that opens a block.
func (p *printer) open(parts ...string) {
	p.line(append(parts, " {")...)
	p.depth++
}

// label writes a case of a switch. What belongs to it is indented until the
// next label or close.
func (p *printer) label(parts ...string) {
	p.depth--
	p.line(append(parts, ":")...)
	p.depth++
}

// close closes a block.
func (p *printer) close() {
	p.depth--
	p.line("}")
}

// otherwise closes a block and opens another: "} else {", or with a condition.
func (p *printer) otherwise(condition ...string) {
	p.depth--
	p.line(append(append([]string{"} else "}, condition...), "{")...)
	p.depth++
}

// use returns a qualified name and imports its package.
func (p *printer) use(path, name string) string {
	p.imports[path] = true
	return packageName(path) + "." + name
}

// typ returns a type as text and imports what it needs.
func (p *printer) typ(parts []ident) string {
	var b []byte
	for _, part := range parts {
		if part.path == "" {
			b = append(b, part.name...)
			continue
		}
		b = append(b, p.use(part.path, part.name)...)
	}
	return string(b)
}

// file returns the file with its head.
func (p *printer) file(pkg string) []byte {
	var b bytes.Buffer
	b.WriteString(generator.Header + "\n\npackage " + pkg + "\n\n")
	paths := slices.Sorted(maps.Keys(p.imports))
	if len(paths) == 1 {
		b.WriteString("import " + importSpec(paths[0]) + "\n")
	} else {
		b.WriteString("import (\n")
		for _, path := range paths {
			b.WriteString("\t" + importSpec(path) + "\n")
		}
		b.WriteString(")\n")
	}
	b.Write(p.body.Bytes())
	return b.Bytes()
}

func importSpec(path string) string {
	if path == rtPath {
		return "rt " + strconv.Quote(path)
	}
	return strconv.Quote(path)
}

// rawString returns s as a raw string literal where there can be one.
func rawString(s string) string {
	if strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return strconv.Quote(s)
}
