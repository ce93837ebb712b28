package schema_test

import (
	"errors"
	"flag"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/schema"
)

var update = flag.Bool("update", false, "write the golden dumps anew")

// TestLoadValid compares every package under testdata/valid with its golden
// dump.
func TestLoadValid(t *testing.T) {
	dirs, err := os.ReadDir("testdata/valid")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		t.Run(dir.Name(), func(t *testing.T) {
			models, err := schema.Load(os.DirFS("testdata/valid"), dir.Name())
			if err != nil {
				t.Fatal(err)
			}
			got := dump(models[0])
			golden := path.Join("testdata/valid", dir.Name(), "want.txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
				t.Errorf("dump of %s (-want +got):\n%s", dir.Name(), diff)
			}
		})
	}
}

var wantComment = regexp.MustCompile(`#+ WANT ([A-Z_ ]+)$`)

// wanted reads the expectations of a schema: "# WANT RULE_ID …" on a line says
// what is reported there.
func wanted(text string) map[int][]string {
	want := make(map[int][]string)
	for i, line := range strings.Split(text, "\n") {
		if m := wantComment.FindStringSubmatch(strings.TrimRight(line, "\r")); m != nil {
			want[i+1] = strings.Fields(m[1])
		}
	}
	return want
}

// TestLoadInvalid loads every file and every folder under testdata/invalid
// and compares what is reported, line by line, with their WANT comments.
func TestLoadInvalid(t *testing.T) {
	fsys := os.DirFS("testdata/invalid")
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		t.Run(entry.Name(), func(t *testing.T) {
			want := make(map[string]map[int][]string)
			err := fs.WalkDir(fsys, entry.Name(), func(name string, d fs.DirEntry, err error) error {
				if err != nil || d.IsDir() {
					return err
				}
				text, err := fs.ReadFile(fsys, name)
				if lines := wanted(string(text)); len(lines) > 0 {
					want[name] = lines
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = schema.Load(fsys, entry.Name()+recursive(entry))
			if diff := cmp.Diff(want, reported(t, err)); diff != "" {
				t.Errorf("problems of %s (-want +got):\n%s\n%v", entry.Name(), diff, err)
			}
		})
	}
}

func recursive(entry fs.DirEntry) string {
	if entry.IsDir() {
		return "/..."
	}
	return ""
}

func reported(t *testing.T, err error) map[string]map[int][]string {
	t.Helper()
	diagnostics, ok := errors.AsType[schema.Diagnostics](err)
	if !ok {
		t.Fatalf("Load returned %v, want Diagnostics", err)
	}
	got := make(map[string]map[int][]string)
	for _, d := range diagnostics {
		if got[d.Pos.File] == nil {
			got[d.Pos.File] = make(map[int][]string)
		}
		got[d.Pos.File][d.Pos.Line] = append(got[d.Pos.File][d.Pos.Line], d.Rule)
	}
	return got
}

func TestLoadPatterns(t *testing.T) {
	file := func(pkg string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("rtgen: v1\npackage: " + pkg + "\n")}
	}
	fsys := fstest.MapFS{
		"events/chat/chat.rt.yaml":       file("chat"),
		"events/chat/more.rt.yaml":       file("chat"),
		"events/chat/notes.yaml":         {Data: []byte("no schema")},
		"events/orders/orders.rt.yaml":   file("orders"),
		"events/.git/x.rt.yaml":          file("hidden"),
		"events/_old/x.rt.yaml":          file("old"),
		"events/node_modules/x.rt.yaml":  file("npm"),
		"events/orders/deep/eu.rt.yaml":  file("eu"),
		"other.rt.yaml":                  file("other"),
		"events/empty/keep/nothing.yaml": {Data: []byte("")},
	}
	tests := []struct {
		patterns []string
		want     []string
	}{
		{[]string{"events/..."}, []string{"events/chat", "events/orders", "events/orders/deep"}},
		{[]string{"./events/chat"}, []string{"events/chat"}},
		{[]string{"events/chat/"}, []string{"events/chat"}},
		{[]string{"events/chat/chat.rt.yaml"}, []string{"events/chat"}},
		{[]string{"."}, []string{"."}},
		{[]string{"..."}, []string{".", "events/chat", "events/orders", "events/orders/deep"}},
		{[]string{"events/chat", "events/...", "events/chat"}, []string{"events/chat", "events/orders", "events/orders/deep"}},
	}
	for _, test := range tests {
		models, err := schema.Load(fsys, test.patterns...)
		if err != nil {
			t.Errorf("Load(%q): %v", test.patterns, err)
			continue
		}
		var got []string
		for _, m := range models {
			got = append(got, m.Dir)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("folders of Load(%q) (-want +got):\n%s", test.patterns, diff)
		}
	}
}

func TestFiles(t *testing.T) {
	fsys := fstest.MapFS{"b.rt.yaml": {}, "a/x.rt.yaml": {}, "a/a.rt.yaml": {}, "a/notes.txt": {}}
	got, err := schema.Files(fsys, "...", "a/x.rt.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"a/a.rt.yaml", "a/x.rt.yaml", "b.rt.yaml"}, got); diff != "" {
		t.Errorf("Files (-want +got):\n%s", diff)
	}
	if _, err := schema.Files(fsys, "missing"); err == nil {
		t.Error("Files(missing) found something")
	}
}

func TestLoadUnreadable(t *testing.T) {
	fsys := fstest.MapFS{
		"empty/notes.yaml":  {Data: []byte("x")},
		"pipe.rt.yaml":      {Mode: fs.ModeNamedPipe},
		"link/link.rt.yaml": {Mode: fs.ModeDevice},
	}
	tests := []struct{ pattern, want string }{
		{"missing", "file does not exist"},
		{"missing/...", "file does not exist"},
		{"empty", "names no file that ends with .rt.yaml"},
		{"empty/notes.yaml", "does not end with .rt.yaml"},
		{"../outside", "leaves the folder"},
		{"/etc", "leaves the folder"},
		{"pipe.rt.yaml", "not a regular file"},
		{"link", "not a regular file"},
	}
	for _, test := range tests {
		_, err := schema.Load(fsys, test.pattern)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("Load(%q) = %v, want an error with %q", test.pattern, err, test.want)
		}
		if _, ok := errors.AsType[schema.Diagnostics](err); ok {
			t.Errorf("Load(%q) returned Diagnostics for what cannot be read", test.pattern)
		}
	}
}
