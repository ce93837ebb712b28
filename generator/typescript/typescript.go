// Package typescript writes the typed TypeScript client of a contract.
//
// The files of package "chat" are chat.types.ts and chat.contract.ts, with
// chat.shapes.ts where values have to be made ready after they are received,
// and for each namespace its events, its client and what Options.Emit asks for. The
// namespace that has the package's name gives chat.client.ts; any other one has its
// own name in between, as in chat.admin.client.ts for /admin.
//
// Names follow the schema: events, rooms and fields keep theirs, types derived
// from an event have its name with a capital. Constants that would be reserved
// words of TypeScript get an underscore. An event called like a member of the
// client gets the suffix Call. Fields are called as on the wire.
//
// Views decide every string, line breaks included; the templates only print
// them. What is printed passes prettier --check with default options.
package typescript

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/schema"
	"github.com/rtgen/rtgen/templates"
)

// A Target writes TypeScript. It may be used by several goroutines at once.
type Target struct {
	options Options
}

var _ generator.Target = (*Target)(nil)

// New returns a Target, or the errors of Options.Check.
func New(options Options) (*Target, error) {
	if err := options.Check(); err != nil {
		return nil, err
	}
	return &Target{options: options}, nil
}

// Generate returns the files of one package, sorted by path.
func (t *Target) Generate(m *schema.Model) ([]generator.File, schema.Diagnostics) {
	c, problems := newContract(m, t.options)
	if len(problems) > 0 {
		return nil, problems
	}
	files := []generator.File{
		t.file(c.Package+".contract.ts", "contract.tmpl", c.contractView()),
		t.file(c.Package+".types.ts", "types.tmpl", c.typesView()),
	}
	if len(c.shapes.order) > 0 {
		files = append(files, t.file(c.Package+".shapes.ts", "shapes.tmpl", c.shapesView()))
	}
	for _, n := range c.namespaces {
		files = append(files,
			t.file(n.file+".events.ts", "events.tmpl", c.eventsView(n)),
			t.file(n.file+".bind.ts", "bind.tmpl", c.bindView(n)),
		)
		for _, part := range optionalParts {
			if t.options.emits(part.option) {
				files = append(files, t.file(n.file+"."+part.option+".ts", part.option+".tmpl", part.view(c, n)))
			}
		}
	}
	sortFiles(files)
	return files, nil
}

// optionalParts are the files of a namespace that Options.Emit chooses.
var optionalParts = []struct {
	option string
	view   func(*contract, *namespace) any
}{
	{"client", (*contract).clientView},
	{"checks", (*contract).checksView},
	{"mock", (*contract).mockView},
	{"react", (*contract).reactView},
}

// libraries are the files that do not depend on a contract, by the option that
// needs them; those without one are always there.
var libraries = []struct{ file, option string }{
	{"calls.ts", ""},
	{"check.ts", "checks"},
	{"core.ts", ""},
	{"events.ts", ""},
	{"mock.ts", "mock"},
	{"react.ts", "react"},
	{"rooms.ts", ""},
	{"runtime.ts", ""},
	{"socketio.ts", "client"},
	{"wire.ts", ""},
}

// Shared returns the runtime of the clients, sorted by path.
func (t *Target) Shared() []generator.File {
	var files []generator.File
	for _, lib := range libraries {
		if lib.option != "" && !t.options.emits(lib.option) {
			continue
		}
		source := templates.Library(lib.file)
		source = strings.ReplaceAll(source, `.js";`+"\n", t.options.extension()+`";`+"\n")
		files = append(files, generator.File{Path: lib.file, Content: []byte(t.options.head() + source)})
	}
	return files
}

// file prints a view. The templates and views are this module's own: that they
// do not fit is a bug, not an input.
func (t *Target) file(path, template string, view any) generator.File {
	var b bytes.Buffer
	b.WriteString(t.options.head())
	if err := templates.TypeScript.ExecuteTemplate(&b, template, view); err != nil {
		panic(fmt.Sprintf("typescript: %s: %v", template, err))
	}
	return generator.File{Path: path, Content: b.Bytes()}
}

func sortFiles(files []generator.File) {
	slices.SortFunc(files, func(a, b generator.File) int { return strings.Compare(a.Path, b.Path) })
}
