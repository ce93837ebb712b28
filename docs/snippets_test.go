package docs_test

import (
	"bytes"
	"errors"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestGoSnippets compiles the Go of every page, each block by itself, beside the
// file in testdata that is called as the page. That one declares what the blocks
// take for granted. An ellipsis stands for statements that do not return.
func TestGoSnippets(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	imports := exports(t)
	total := 0
	for _, page := range pages {
		blocks := fenced(t, page, "go")
		if len(blocks) == 0 {
			continue
		}
		total += len(blocks)
		fset := token.NewFileSet()
		given := filepath.Join("testdata", strings.TrimSuffix(page, ".md")+".go")
		preamble, err := parser.ParseFile(fset, given, nil, 0)
		if err != nil {
			t.Errorf("%s has Go, which needs the declarations of a file: %v", page, err)
			continue
		}
		check := types.Config{Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) {
			return os.Open(imports[path])
		})}
		for _, block := range blocks {
			t.Run(block.String(), func(t *testing.T) { block.compile(t, fset, preamble, check) })
		}
	}
	if total < 25 {
		t.Errorf("only %d blocks of Go were found", total)
	}
}

// compile checks the types of a block and of what it takes for granted.
func (f fence) compile(t *testing.T, fset *token.FileSet, preamble *ast.File, check types.Config) {
	t.Helper()
	text := strings.ReplaceAll(f.text, "…", `panic("…")`)
	head := "package docs\nimport (" + importsOf(preamble) + ");"
	position := "\n//line " + f.String() + "\n"
	file, err := parser.ParseFile(fset, "", head+position+text, 0)
	if err != nil {
		file, err = parser.ParseFile(fset, "", head+"func _() error {"+position+text+"\nreturn nil }", 0)
	}
	if err != nil {
		t.Fatal(err)
	}
	check.Error = func(err error) {
		if problem, ok := errors.AsType[types.Error](err); ok && problem.Soft {
			return // what is not used here is used by the reader
		}
		t.Error(err)
	}
	_, _ = check.Check("docs", fset, []*ast.File{preamble, file}, nil) // told the function above
}

// importsOf returns the imports of a file.
func importsOf(file *ast.File) string {
	var list []string
	for _, spec := range file.Imports {
		line := spec.Path.Value
		if spec.Name != nil {
			line = spec.Name.Name + " " + line
		}
		list = append(list, line)
	}
	return strings.Join(list, ";")
}

// exports returns where the compiler has put what packages export: of all that
// testdata imports and what these import.
func exports(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.go")
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"list", "-export", "-deps", "-f", "{{.ImportPath}}={{.Export}}"}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			args = append(args, strings.Trim(spec.Path.Value, `"`))
		}
	}
	slices.Sort(args[5:])
	cmd := exec.CommandContext(t.Context(), "go", slices.Compact(args)...)
	cmd.Stderr = new(bytes.Buffer)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, cmd.Stderr)
	}
	found := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		path, file, _ := strings.Cut(strings.TrimSpace(line), "=")
		found[path] = file
	}
	return found
}
