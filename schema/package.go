package schema

import (
	"fmt"
	"regexp"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// A pkg builds the Model of one package. Its files are parsed one by one into
// the model, whose references stay open until all names are known; resolve
// closes them and checks what needs the whole package.
type pkg struct {
	model       *Model
	diagnostics []*Diagnostic

	// What has been declared, by name.
	heads      map[string]span // keys of the head of files
	types      map[string]*Type
	errors     map[string]*Error
	errorWires map[string]span
	namespaces map[string]*namespaceDecl

	// meant holds the names that badly named types and errors should have had;
	// where they are used nothing is left to say.
	meant map[string]bool
	// incomplete says that declarations are missing because they could not
	// be read; names that are not found are then not worth a word.
	incomplete bool
	// broken types have lost a part to a problem that has been reported.
	broken map[*Type]bool

	// What resolve has to close.
	exprRefs  []exprRef
	typeRefs  []typeRef
	errorRefs []errorRef

	// What it has to check.
	keyExprs []keyExpr
	literals []literalDecl
	sinces   []sinceDecl
	rooms    []*Room
	events   []*eventDecl
	allTypes []*Type // declared and in place, as they were parsed

	// Where things stand.
	typeSpans map[*Type]span
	fields    map[*Field]span
	variants  map[*Variant]span

	// What is found once.
	indexes  map[*Type]*index
	patterns map[string]*regexp.Regexp

	bound     int  // fields and variants of payloads sent to rooms
	toldBound bool // there were too many
	suggested int  // work spent on suggestions
}

func newPackage(f folder) *pkg {
	return &pkg{
		model:      &Model{Dir: f.dir, Files: f.files},
		heads:      make(map[string]span),
		types:      make(map[string]*Type),
		errors:     make(map[string]*Error),
		errorWires: make(map[string]span),
		meant:      make(map[string]bool),
		namespaces: make(map[string]*namespaceDecl),
		broken:     make(map[*Type]bool),
		fields:     make(map[*Field]span),
		typeSpans:  make(map[*Type]span),
		variants:   make(map[*Variant]span),
		patterns:   make(map[string]*regexp.Regexp),
		indexes:    make(map[*Type]*index),
	}
}

// A span is a stretch of a file to put carets under.
type span struct {
	file     *syntax.File
	pos, end syntax.Pos
}

func (s span) position() Position { return Position{s.file.Name, s.pos.Line, s.pos.Col} }

// cut returns the stretch from one code point of a span to another, which may
// be the one behind it. A span that does not stand on one line is returned
// whole.
func (s span) cut(from, to int) span {
	if s.pos.Line != s.end.Line || s.pos.Shift(to).Col > s.end.Col+1 {
		return s
	}
	return span{s.file, s.pos.Shift(from), s.pos.Shift(to)}
}

// report adds a problem; help and related extend it.
func (p *pkg) report(at span, rule, format string, args ...any) *Diagnostic {
	d := &Diagnostic{
		Pos:      at.position(),
		End:      Position{at.file.Name, at.end.Line, at.end.Col},
		Severity: SeverityError,
		Rule:     rule,
		Message:  printable(fmt.Sprintf(format, args...)),
		Source:   at.file.Line(at.pos.Line),
	}
	p.diagnostics = append(p.diagnostics, d)
	return d
}

func (d *Diagnostic) help(format string, args ...any) *Diagnostic {
	d.Help = append(d.Help, printable(fmt.Sprintf(format, args...)))
	return d
}

func (d *Diagnostic) related(at Position, message string) *Diagnostic {
	d.Related = append(d.Related, Related{at, message})
	return d
}

// tooLarge reports the file that is one too many.
func (p *pkg) tooLarge(name string) {
	p.incomplete = true
	at := syntax.Pos{Line: 1, Col: 1}
	p.report(span{&syntax.File{Name: name}, at, at.Shift(1)}, "FILE_LIMIT", "the files of a package are larger than 16 MiB together")
}

// sections are keys that hold declarations: what stands under one that cannot
// be read is missing.
var sections = set("types", "errors", "namespaces", "rooms")

// file reads one file into the package.
func (p *pkg) file(name string, data []byte) {
	tree, problems := syntax.Parse(name, data)
	for _, problem := range problems {
		d := p.report(span{tree, problem.Pos, problem.End}, problem.Rule, "%s", problem.Message)
		for _, help := range problem.Help {
			d.help("%s", help)
		}
		if problem.First.Line > 0 {
			d.related(Position{name, problem.First.Line, problem.First.Col}, "first written here")
		}
		if sections[problem.Key] {
			p.incomplete = true
		}
	}
	f := &fileParser{pkg: p, tree: tree}
	if tree.Root == nil {
		p.incomplete = true
		if len(problems) == 0 {
			at := syntax.Pos{Line: 1, Col: 1}
			p.report(span{tree, at, at.Shift(1)}, "LANGUAGE_VERSION", "the file is empty").
				help("start with: rtgen: v1")
		}
		return
	}
	f.parse(tree.Root)
}

// A fileParser turns the tree of one file into declarations of its package.
type fileParser struct {
	*pkg
	tree *syntax.File
	// imports says that the file has imports, which are refused as a whole.
	imports bool
}

func (f *fileParser) span(n *syntax.Node) span { return span{f.tree, n.Pos, n.End} }

func (f *fileParser) at(n *syntax.Node) Position { return f.span(n).position() }

// report shadows that of pkg: inside a file a node is the place.
func (f *fileParser) report(n *syntax.Node, rule, format string, args ...any) *Diagnostic {
	return f.pkg.report(f.span(n), rule, format, args...)
}
