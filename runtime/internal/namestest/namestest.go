// Package namestest keeps a list of the public names of a package, so that a
// change of them is seen in review.
package namestest

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Check compares what the package in the working directory exports with the
// golden list and shows every name that is new or gone. With update it writes
// the list. A name without a doc comment fails the test.
func Check(t *testing.T, update bool) {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	pkg, err := doc.NewFromFiles(fset, files, "")
	if err != nil {
		t.Fatal(err)
	}
	got := names(t, pkg)
	const golden = "testdata/names.txt"
	if update {
		if err := os.WriteFile(golden, []byte(strings.Join(got, "\n")+"\n"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Fields(string(want)), got); diff != "" {
		t.Errorf("public names (-want +got), -update writes them:\n%s", diff)
	}
}

// names lists what pkg exports.
func names(t *testing.T, pkg *doc.Package) []string {
	t.Helper()
	var list []string
	add := func(name, doc string) {
		if doc == "" && !strings.HasSuffix(name, ".Error") {
			t.Errorf("%s has no comment", name)
		}
		list = append(list, name)
	}
	values := func(groups []*doc.Value) {
		for _, v := range groups {
			list = append(list, v.Names...)
		}
	}
	funcs := func(prefix string, fns []*doc.Func) {
		for _, f := range fns {
			add(prefix+f.Name, f.Doc)
		}
	}
	values(pkg.Consts)
	values(pkg.Vars)
	funcs("", pkg.Funcs)
	for _, typ := range pkg.Types {
		add(typ.Name, typ.Doc)
		values(typ.Consts)
		values(typ.Vars)
		funcs("", typ.Funcs)
		funcs(typ.Name+".", typ.Methods)
	}
	slices.Sort(list)
	return list
}
