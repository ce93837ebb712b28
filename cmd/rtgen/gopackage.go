package main

import (
	"go/build"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
)

// goPackage returns the name of the Go package that files in out, an absolute
// folder, belong to, or "" when that is for the contract to say. Go files that
// are there say it; in an otherwise empty folder "go generate" does, which
// starts programs in the folder of the package and sets GOPACKAGE. The two
// agree, so the result does not depend on who calls.
func (g *generate) goPackage(base, out string) string {
	entries, err := os.ReadDir(out)
	if err != nil {
		return "" // it does not exist yet, or writing will say what is wrong
	}
	for _, e := range entries {
		if !e.Type().IsRegular() {
			continue
		}
		if name := packageClause(out, e.Name()); name != "" {
			return name
		}
	}
	if out == base && !strings.HasSuffix(g.getenv("GOFILE"), "_test.go") {
		return g.getenv("GOPACKAGE")
	}
	return ""
}

// packageClause returns the package that a file belongs to, or "" for files
// that are no part of a package's build and for generated ones.
func packageClause(dir, name string) string {
	if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".rt.go") {
		return ""
	}
	if built, err := build.Default.MatchFile(dir, name); err != nil || !built {
		return ""
	}
	f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, name), nil, parser.PackageClauseOnly)
	if err != nil {
		return ""
	}
	return f.Name.Name
}
