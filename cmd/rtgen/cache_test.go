package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rtgen/rtgen/generator"
)

func TestCache(t *testing.T) {
	dir := t.TempDir()
	large := benchContract(11, 10)
	if len(large) < cacheFrom {
		t.Fatalf("the contract of this test has %d bytes, want %d", len(large), cacheFrom)
	}
	writeFile(t, dir, "a.rt.yaml", large)
	c := cache{dir: filepath.Join(t.TempDir(), "cache")}
	g := &generate{app: &app{dir: dir, getenv: func(string) string { return "" }}}

	// remembered reports whether the cache answered: the test makes it say
	// something that no target would.
	remembered := func(c cache) bool {
		t.Helper()
		j, err := g.job(nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := j.close(); err != nil {
				t.Error(err)
			}
		}()
		got, err := c.render(j)
		if err != nil {
			t.Fatal(err)
		}
		if entry, ok := load(c.file(j)); ok {
			entry.Rendered = rendered{{"marked": []generator.File{}}}
			if err := store(c.file(j), entry); err != nil {
				t.Fatal(err)
			}
		}
		_, marked := got[0]["marked"]
		return marked
	}

	config := func(target string) func() {
		return func() { writeFile(t, dir, "rtgen.yaml", "rtgen: v1\nschemas: [./...]\ntargets: ["+target+"]\n") }
	}
	nothing := func() {}
	steps := []struct {
		name   string
		change func()
		want   bool
	}{
		{name: "first run", change: config("{ts: {out: gen}}"), want: false},
		{name: "nothing changed", change: nothing, want: true},
		{name: "contract changed", change: func() { writeFile(t, dir, "a.rt.yaml", strings.Replace(large, "1..200", "1..201", 1)) }, want: false},
		{name: "nothing changed again", change: nothing, want: true},
		{name: "option changed", change: config("{ts: {out: gen, importExtension: ts}}"), want: false},
		{name: "option changed back", change: config("{ts: {out: gen}}"), want: false},
		{name: "contract added", change: func() { writeFile(t, dir, "b/b.rt.yaml", "rtgen: v1\npackage: b\n") }, want: false},
		{name: "contract removed", change: func() { remove(t, dir, "b/b.rt.yaml") }, want: false},
		{name: "target added", change: config("{ts: {out: gen}}, {ts: {out: ts}}"), want: false},
		{name: "file of the cache is damaged", change: func() { damage(t, c.dir) }, want: false},
		{name: "and replaced", change: nothing, want: true},
	}
	for _, step := range steps {
		step.change()
		if got := remembered(c); got != step.want {
			t.Errorf("%s: the cache answered = %v, want %v", step.name, got, step.want)
		}
	}
	off := &app{getenv: func(string) string { return "off" }}
	if remembered(off.openCache()) {
		t.Error("a cache that is off answered")
	}
	writeFile(t, dir, "a.rt.yaml", "rtgen: v1\npackage: bench\n")
	if remembered(c) {
		t.Error("small contracts came from the cache")
	}
}

// A cache that cannot be written is none.
func TestCacheUnwritable(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "a.rt.yaml", benchContract(11, 10))
	writeFile(t, dir, "file", "")
	g := &generate{app: &app{dir: dir, getenv: func(string) string { return "" }}, tsOut: "gen"}
	j, err := g.job([]string{"a.rt.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (cache{filepath.Join(dir, "file", "cache")}).render(j); err != nil {
		t.Errorf("render: %v", err)
	}
	if err := j.close(); err != nil {
		t.Error(err)
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

// damage cuts every file of a folder.
func damage(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if err := os.Truncate(filepath.Join(dir, e.Name()), 10); err != nil {
			t.Fatal(err)
		}
	}
}
