// Package golang writes a contract as Go: the types with their codecs, and
// for each namespace a handler interface, typed sockets and typed rooms. What
// it writes is thin; the work is done by packages runtime and runtime/wire.
package golang

import (
	"fmt"
	"go/token"
	"slices"
	"strings"
	"sync"

	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/schema"
)

// Options say how Go is written. The zero value is ready to use.
type Options struct {
	_ struct{} // keyed literals only: fields may be added

	// Package is the name of the Go package. Empty means the name that the
	// contract's package has.
	Package string
	// Flat puts the files into the output folder itself. When false they get a
	// folder in it, named like the contract's package.
	Flat bool
}

// Check returns an error when a package cannot be named Package.
func (o Options) Check() error {
	if o.Package == "" {
		return nil
	}
	if !token.IsIdentifier(o.Package) || o.Package == "_" || o.Package == "main" {
		return fmt.Errorf("golang: %q is no name for a generated package", o.Package)
	}
	return nil
}

// A Target writes Go. Make it with New.
type Target struct {
	opts Options
}

var _ generator.Target = (*Target)(nil)

// New returns a target that writes as opts say, or the error of opts.Check.
func New(opts Options) (*Target, error) {
	if err := opts.Check(); err != nil {
		return nil, err
	}
	return &Target{opts}, nil
}

// Generate returns the files of one package, sorted by path: types.rt.go with
// the declared types, <namespace>.rt.go with each namespace, and the codecs of
// either in a file of their own. NAME_COLLISION and NAME_INVALID are the
// problems it can have with a model.
func (t *Target) Generate(m *schema.Model) ([]generator.File, schema.Diagnostics) {
	c, problems := newContract(m, t.packageName(m))
	if len(problems) > 0 {
		return nil, problems
	}
	files := render(c.sources())
	if !t.opts.Flat {
		for i := range files {
			files[i].Path = m.Package + "/" + files[i].Path
		}
	}
	slices.SortFunc(files, func(a, b generator.File) int {
		return strings.Compare(a.Path, b.Path)
	})
	return files, nil
}

// Shared returns nothing: what all packages share is the runtime.
func (t *Target) Shared() []generator.File {
	return nil
}

func (t *Target) packageName(m *schema.Model) string {
	if t.opts.Package != "" {
		return t.opts.Package
	}
	return m.Package
}

// render prints the files side by side: formatting is most of what generating
// costs.
func render(sources []source) []generator.File {
	files := make([]generator.File, len(sources))
	var wg sync.WaitGroup
	for i, s := range sources {
		wg.Go(func() { files[i] = generator.File{Path: s.path, Content: s.print()} })
	}
	wg.Wait()
	return files
}
