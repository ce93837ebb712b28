package generator_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/generator"
)

const header = generator.Header + "\n"

// old is long enough ago to tell a file that was written from one that was not.
var old = time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)

func TestApply(t *testing.T) {
	tests := []struct {
		name    string
		disk    map[string]string
		outputs []generator.Output // Root is filled in
		actions map[string]generator.Action
		want    map[string]string
	}{
		{
			name:    "empty folder",
			outputs: []generator.Output{output("gen", "chat/a.rt.go chat", "shared.ts")},
			actions: actions("gen/chat/a.rt.go created", "gen/shared.ts created", "gen/.rtgen.manifest created"),
			want: map[string]string{
				"gen/chat/a.rt.go":    header + "// chat/a.rt.go\n",
				"gen/shared.ts":       header + "// shared.ts\n",
				"gen/.rtgen.manifest": manifest("chat/a.rt.go chat", "shared.ts"),
			},
		},
		{
			name: "nothing to do",
			disk: map[string]string{
				"gen/a.ts":            header + "// a.ts\n",
				"gen/.rtgen.manifest": manifest("a.ts chat"),
			},
			outputs: []generator.Output{output("gen", "a.ts chat")},
			actions: actions("gen/a.ts unchanged", "gen/.rtgen.manifest unchanged"),
			want: map[string]string{
				"gen/a.ts":            header + "// a.ts\n",
				"gen/.rtgen.manifest": manifest("a.ts chat"),
			},
		},
		{
			name:    "file of an older version, without a manifest",
			disk:    map[string]string{"gen/a.ts": header + "old"},
			outputs: []generator.Output{output("gen", "a.ts chat")},
			actions: actions("gen/a.ts changed", "gen/.rtgen.manifest created"),
			want: map[string]string{
				"gen/a.ts":            header + "// a.ts\n",
				"gen/.rtgen.manifest": manifest("a.ts chat"),
			},
		},
		{
			name: "contract is gone, and its folder with it",
			disk: map[string]string{
				"gen/a/a.rt.go":       header,
				"gen/b/b.rt.go":       header,
				"gen/b/mine.go":       "package b\n",
				"gen/c/c.rt.go":       header,
				"gen/.rtgen.manifest": manifest("a/a.rt.go a", "b/b.rt.go b", "c/c.rt.go c"),
			},
			outputs: []generator.Output{output("gen", "c/c.rt.go c")},
			actions: actions("gen/a/a.rt.go removed", "gen/b/b.rt.go removed", "gen/c/c.rt.go changed", "gen/.rtgen.manifest changed"),
			want: map[string]string{
				"gen/b/mine.go":       "package b\n",
				"gen/c/c.rt.go":       header + "// c/c.rt.go\n",
				"gen/.rtgen.manifest": manifest("c/c.rt.go c"),
			},
		},
		{
			name: "stale file that somebody took over stays",
			disk: map[string]string{
				"gen/a.ts":            "export const mine = 1;\n",
				"gen/.rtgen.manifest": manifest("a.ts a", "missing.ts a", "../outside.ts a"),
				"outside.ts":          header,
			},
			outputs: []generator.Output{{Dir: "gen", Complete: true}},
			actions: actions("gen/.rtgen.manifest removed"),
			want:    map[string]string{"gen/a.ts": "export const mine = 1;\n", "outside.ts": header},
		},
		{
			name: "another package of the same folder stays",
			disk: map[string]string{
				"gen/a.ts":            header,
				"gen/b.old.ts":        header,
				"gen/runtime.ts":      header,
				"gen/.rtgen.manifest": manifest("a.ts a", "b.old.ts b", "runtime.ts"),
			},
			outputs: []generator.Output{{Dir: "gen", Packages: packages("b.ts b", "calls.ts")}},
			actions: actions("gen/b.old.ts removed", "gen/b.ts created", "gen/calls.ts created", "gen/.rtgen.manifest changed"),
			want: map[string]string{
				"gen/a.ts":            header,
				"gen/b.ts":            header + "// b.ts\n",
				"gen/calls.ts":        header + "// calls.ts\n",
				"gen/runtime.ts":      header,
				"gen/.rtgen.manifest": manifest("a.ts a", "b.ts b", "calls.ts", "runtime.ts"),
			},
		},
		{
			name: "manifest with the marks of a merge",
			disk: map[string]string{
				"gen/a.ts":            header,
				"gen/b.ts":            header,
				"gen/.rtgen.manifest": manifest("<<<<<<< HEAD", "a.ts a", "=======", "b.ts b", ">>>>>>> main"),
			},
			outputs: []generator.Output{{Dir: "gen", Complete: true}},
			actions: actions("gen/a.ts removed", "gen/b.ts removed", "gen/.rtgen.manifest removed"),
			want:    map[string]string{},
		},
		{
			name:    "header with CRLF",
			disk:    map[string]string{"a.ts": strings.TrimSuffix(header, "\n") + "\r\nold\r\n"},
			outputs: []generator.Output{output(".", "a.ts chat")},
			actions: actions("a.ts changed", ".rtgen.manifest created"),
			want:    map[string]string{"a.ts": header + "// a.ts\n", ".rtgen.manifest": manifest("a.ts chat")},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := newRoot(t, tt.disk)
			plan := mustPlan(t, root, tt.outputs...)
			if diff := cmp.Diff(tt.actions, planned(t, root, plan)); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
			if err := plan.Apply(t.Context()); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, readDisk(t, root)); diff != "" {
				t.Errorf("disk (-want +got):\n%s", diff)
			}
			if again := mustPlan(t, root, tt.outputs...); !again.UpToDate() {
				t.Errorf("a second run would do %v", planned(t, root, again))
			}
		})
	}
}

func TestConflicts(t *testing.T) {
	tests := []struct {
		name    string
		disk    map[string]string
		links   map[string]string
		outputs []generator.Output
		want    []string
	}{
		{
			name:    "handwritten files",
			disk:    map[string]string{"a.ts": "mine", "b.ts": "// Code generated by rtgen. DO NOT EDIT. Really", ".rtgen.manifest": "mine"},
			outputs: []generator.Output{output(".", "a.ts p", "b.ts p", "c.ts p")},
			want: []string{
				".rtgen.manifest: this file was not generated by rtgen",
				"a.ts: this file was not generated by rtgen",
				"b.ts: this file was not generated by rtgen",
			},
		},
		{
			name:    "symbolic links",
			disk:    map[string]string{"real/a.ts": header},
			links:   map[string]string{"gen/a.ts": "../real/a.ts", "gen/p": "../real"},
			outputs: []generator.Output{output("gen", "a.ts p", "p/b.rt.go p")},
			want: []string{
				"gen/a.ts: this is a symbolic link",
				"gen/p: this is a symbolic link",
			},
		},
		{
			name:    "folder for file and file for folder",
			disk:    map[string]string{"a.ts/x": "", "p": ""},
			outputs: []generator.Output{output(".", "a.ts p", "p/b.rt.go p")},
			want: []string{
				"a.ts: this is not a regular file",
				"p: this is not a folder",
			},
		},
		{
			name:    "names that are one on many disks",
			outputs: []generator.Output{output(".", "a.ts p", "A.ts p")},
			want:    []string{`A.ts: this name differs from "a.ts" in upper and lower case only`},
		},
		{
			name:    "two outputs, one file",
			outputs: []generator.Output{output(".", "gen/a.ts p"), output("gen", "a.ts p")},
			want:    []string{"gen/a.ts: two targets write this file"},
		},
		{
			name:    "file of another package",
			disk:    map[string]string{"types.rt.go": header, ".rtgen.manifest": manifest("types.rt.go a")},
			outputs: []generator.Output{{Dir: ".", Packages: packages("types.rt.go b")}},
			want:    []string{`types.rt.go: this file was generated from package "a"`},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := newRoot(t, tt.disk)
			for name, target := range tt.links {
				if err := errors.Join(root.MkdirAll(filepath.Dir(name), 0o777), root.Symlink(target, name)); err != nil {
					t.Fatal(err)
				}
			}
			_, err := generator.NewPlan(within(root, tt.outputs)...)
			conflict, ok := errors.AsType[*generator.ConflictError](err)
			if !ok {
				t.Fatalf("NewPlan: %v, want a ConflictError", err)
			}
			var got []string
			for _, c := range conflict.Conflicts {
				got = append(got, relative(t, root, c.Path)+": "+c.Reason)
				if c.Help == "" {
					t.Errorf("%s: no help", c.Path)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("conflicts (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNamesThatNotEverySystemStores(t *testing.T) {
	for _, name := range []string{
		"", ".", "..", "../x.ts", "/x.ts", "a//b.ts", "a/../b.ts", `a\b.ts`, "C:x.ts", "con.ts", "p/AUX", "lpt1.rt.go",
		"x.", ".hidden.ts", "a b.ts", "a\nb.ts", "ä.ts", strings.Repeat("x", 201),
	} {
		root := newRoot(t, nil)
		files := map[string][]generator.File{"p": {{Path: name, Content: []byte(header)}}}
		if _, err := generator.NewPlan(generator.Output{Root: root, Dir: ".", Packages: files}); err == nil {
			t.Errorf("NewPlan accepts the file name %q", name)
		}
	}
}

func TestOutputCannotLeaveRoot(t *testing.T) {
	root := newRoot(t, nil)
	if err := root.Symlink(t.TempDir(), "gen"); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"gen", "../gen", "/gen"} {
		out := output(dir, "a.ts p")
		out.Root = root
		if _, err := generator.NewPlan(out); err == nil {
			t.Errorf("NewPlan accepts the output folder %q", dir)
		}
	}
}

// output wants files given as "path package" or, when shared, "path"; the
// content is a comment with the path.
func output(dir string, files ...string) generator.Output {
	return generator.Output{Dir: dir, Complete: true, Packages: packages(files...)}
}

func packages(files ...string) map[string][]generator.File {
	m := make(map[string][]generator.File)
	for _, f := range files {
		name, pkg, _ := strings.Cut(f, " ")
		m[pkg] = append(m[pkg], generator.File{Path: name, Content: []byte(header + "// " + name + "\n")})
	}
	return m
}

func manifest(lines ...string) string {
	return "# Code generated by rtgen. DO NOT EDIT.\n" + strings.Join(lines, "\n") + "\n"
}

func actions(rows ...string) map[string]generator.Action {
	m := make(map[string]generator.Action)
	for _, row := range rows {
		name, action, _ := strings.Cut(row, " ")
		m[name] = generator.Action(action)
	}
	return m
}

// newRoot makes a folder with these files, all of them old.
func newRoot(t *testing.T, files map[string]string) *os.Root {
	t.Helper()
	root, err := os.OpenRoot(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = root.Close() })
	for name, content := range files {
		write(t, root, name, content)
		if err := root.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func write(t *testing.T, root *os.Root, name, content string) {
	t.Helper()
	err := errors.Join(root.MkdirAll(filepath.Dir(name), 0o777), root.WriteFile(name, []byte(content), 0o666))
	if err != nil {
		t.Fatal(err)
	}
}

func within(root *os.Root, outputs []generator.Output) []generator.Output {
	outputs = slices.Clone(outputs)
	for i := range outputs {
		outputs[i].Root = root
	}
	return outputs
}

func mustPlan(t *testing.T, root *os.Root, outputs ...generator.Output) *generator.Plan {
	t.Helper()
	plan, err := generator.NewPlan(within(root, outputs)...)
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

func planned(t *testing.T, root *os.Root, plan *generator.Plan) map[string]generator.Action {
	t.Helper()
	m := make(map[string]generator.Action)
	for _, f := range plan.Files {
		m[relative(t, root, f.Path)] = f.Action
	}
	return m
}

func relative(t *testing.T, root *os.Root, name string) string {
	t.Helper()
	rel, err := filepath.Rel(root.Name(), name)
	if err != nil {
		t.Fatal(err)
	}
	return filepath.ToSlash(rel)
}

// readDisk returns all files with their content, and empty folders.
func readDisk(t *testing.T, root *os.Root) map[string]string {
	t.Helper()
	m := make(map[string]string)
	err := fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			entries, err := fs.ReadDir(root.FS(), name)
			if len(entries) == 0 && name != "." {
				m[name+"/"] = ""
			}
			return err
		}
		content, err := root.ReadFile(name)
		m[name] = string(content)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}
