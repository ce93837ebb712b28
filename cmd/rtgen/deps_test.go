package main

import (
	"encoding/json"
	"errors"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/rtgen/rtgen"

const (
	jennifer = "github.com/dave/jennifer/..."
	gorilla  = "github.com/gorilla/..."
	yamlv3   = "gopkg.in/yaml.v3"
	quic     = "github.com/quic-go/..."
)

// floors says which packages may not depend on which, directly or through
// others. Names that begin with "/" are ours; "..." matches what is below.
var floors = []struct {
	of      string
	never   []string
	except  []string
	because string
}{
	{
		of:      "/runtime/...",
		never:   []string{"/schema/...", "/generator/...", "/templates/...", "/cmd/...", "/internal/...", jennifer, yamlv3},
		because: "services must not carry the compiler",
	},
	{
		of:      "/cmd/rtgen",
		never:   []string{"/runtime/..."},
		because: "the compiler must not carry the runtime",
	},
	{
		of:      "/runtime/internal/engineio/...",
		never:   []string{"/runtime", "/runtime/internal/sioproto"},
		because: "Engine.IO must stand alone",
	},
	{
		of:      "/runtime/internal/engineclient",
		never:   []string{"/runtime", "/runtime/client", "/runtime/internal/sioproto", "/runtime/internal/engineio"},
		because: "Engine.IO must stand alone",
	},
	{
		of:      "/runtime",
		never:   []string{"/runtime/client", "/runtime/internal/engineclient"},
		because: "servers must not carry the client",
	},
	{
		of:      "/runtime",
		never:   []string{quic},
		because: "only services that serve WebTransport carry QUIC",
	},
	{
		of:      "/examples/...",
		never:   []string{quic},
		because: "generated code must not bring QUIC along",
	},
	{
		of:      "/runtime/internal/eioproto",
		never:   []string{"net", gorilla, "/..."},
		because: "the codec is pure: bytes in, values out",
	},
	{
		of:      "/runtime/internal/sioproto",
		never:   []string{"net", gorilla, "/..."},
		except:  []string{"/runtime/internal/jsontext"},
		because: "the codec is pure: bytes in, values out",
	},
	{
		of:      "/runtime/wire",
		never:   []string{"net", gorilla, "/..."},
		except:  []string{"/runtime/internal/jsontext"},
		because: "the codec is pure: bytes in, values out",
	},
	{
		of:      "/runtime/internal/jsontext",
		never:   []string{"net", gorilla, "/..."},
		because: "the codec is pure: bytes in, values out",
	},
	{
		of:      "/schema/...",
		never:   []string{"/generator/...", "/runtime/...", "/templates/...", "/cmd/...", jennifer, "go/...", "text/template"},
		because: "the model is neutral: it knows no target language",
	},
	{
		of:      "/generator/golang",
		never:   []string{"/templates/...", "text/template"},
		because: "Go is built from statements",
	},
	{
		of:      "/generator/typescript",
		never:   []string{jennifer},
		because: "text is printed from templates",
	},
	{
		of:      "/templates/...",
		never:   []string{"/..."},
		because: "templates have no logic",
	},
}

// Generators read the resolved Model only; that they cannot import
// schema/internal is enforced by Go itself.

func TestFloors(t *testing.T) {
	packages := listPackages(t)
	for _, row := range floors {
		found := false
		for path, deps := range packages {
			if !matches(row.of, path) {
				continue
			}
			found = true
			for _, dep := range deps {
				if matchesAny(row.never, dep) && !matchesAny(row.except, dep) && !matches(row.of, dep) {
					t.Errorf("%s depends on %s: %s", path, dep, row.because)
				}
			}
		}
		if !found {
			t.Errorf("no package is called %s", row.of)
		}
	}
}

// Generated code needs one dependency: users would have to install any other.
func TestGeneratedImports(t *testing.T) {
	found := 0
	for _, top := range []string{"../../testdata/golden", "../../examples"} {
		for _, name := range generatedFiles(t, top) {
			found++
			f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, spec := range f.Imports {
				path, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					t.Fatal(err)
				}
				first, _, _ := strings.Cut(path, "/")
				if strings.Contains(first, ".") && !matches("/runtime/...", path) {
					t.Errorf("%s imports %s: generated code needs the runtime and the standard library only", name, path)
				}
			}
		}
	}
	if found == 0 {
		t.Error("found no generated Go")
	}
}

// generatedFiles returns the generated Go files below a folder.
func generatedFiles(t *testing.T, top string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(top, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.Name() == "node_modules":
			return fs.SkipDir
		case strings.HasSuffix(name, ".rt.go"):
			names = append(names, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// listPackages returns what each package of this module depends on.
func listPackages(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Deps", module+"/...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("go list: %v\n%s", err, exit.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	packages := make(map[string][]string)
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p struct {
			ImportPath string
			Deps       []string
		}
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages[p.ImportPath] = p.Deps
	}
}

func matchesAny(patterns []string, path string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, path) })
}

// matches reports whether a pattern of the table matches an import path.
func matches(pattern, path string) bool {
	if strings.HasPrefix(pattern, "/") {
		pattern = module + pattern
	}
	prefix, tree := strings.CutSuffix(pattern, "/...")
	return path == prefix || tree && strings.HasPrefix(path, prefix+"/")
}
