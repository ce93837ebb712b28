// Package golden compares generated files with the ones kept under
// testdata/golden, and rewrites those with the flag -update.
package golden

import (
	"flag"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/schema"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// A Case is a folder of testdata/golden.
type Case struct {
	Name   string
	Dir    string // folder of the case, relative to the test
	Models []*schema.Model
}

// Cases loads the schemas of every case below root, which is testdata/golden
// seen from the test's folder. A schema with problems ends the test.
func Cases(t testing.TB, root string) []Case {
	t.Helper()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	var cases []Case
	for _, e := range entries {
		if !e.IsDir() {
			continue
		}
		c := Case{Name: e.Name(), Dir: filepath.Join(root, e.Name())}
		c.Models, err = schema.Load(os.DirFS(c.Dir), "...")
		if err != nil {
			t.Fatalf("%s: %v", c.Dir, err)
		}
		cases = append(cases, c)
	}
	if len(cases) == 0 {
		t.Fatalf("%s holds no cases", root)
	}
	return cases
}

// Compare reports every file that differs between got and the folder dir:
// changed, missing and surplus ones. With -update it makes dir equal to got.
func Compare(t *testing.T, dir string, got []generator.File) {
	t.Helper()
	want := read(t, dir)
	if *update {
		rewrite(t, dir, want, got)
		return
	}
	for _, f := range got {
		text, ok := want[f.Path]
		delete(want, f.Path)
		switch {
		case !ok:
			t.Errorf("%s/%s is generated but not kept; run the test with -update", dir, f.Path)
		case text != string(f.Content):
			t.Errorf("%s/%s (-want +got):\n%s", dir, f.Path, cmp.Diff(text, string(f.Content), byLine))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(want)) {
		t.Errorf("%s/%s is kept but no longer generated; run the test with -update", dir, path)
	}
}

// byLine makes a difference between texts a difference between their lines.
var byLine = cmpopts.AcyclicTransformer("lines", func(s string) []string {
	return strings.Split(s, "\n")
})

// read returns the text of the files below dir by their path.
func read(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		files[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return files
}

// rewrite writes what changed and removes what is surplus.
func rewrite(t *testing.T, dir string, old map[string]string, got []generator.File) {
	t.Helper()
	for _, f := range got {
		text, ok := old[f.Path]
		delete(old, f.Path)
		if ok && text == string(f.Content) {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(old)) {
		if err := os.Remove(filepath.Join(dir, filepath.FromSlash(path))); err != nil {
			t.Fatal(err)
		}
	}
}
