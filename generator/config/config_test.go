package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rtgen/rtgen/generator/config"
	"github.com/rtgen/rtgen/generator/golang"
	"github.com/rtgen/rtgen/generator/typescript"
	"github.com/rtgen/rtgen/schema"
)

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	file := write(t, dir, "sub/rtgen.yaml", `
rtgen: v1
schemas: [./events/..., "more/a.rt.yaml"]
targets:
  - go: {out: internal/events}
  - go: {out: ./flat/../other, package: talk}
  - ts:
      out: web/src/events
      emit: [client, checks]
      importExtension: ts
      immutable: true
      header: ["// checked by nobody"]
`)
	got, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	want := &config.Config{
		Dir:     filepath.Join(dir, "sub"),
		Root:    filepath.Join(dir, "sub"),
		Schemas: []string{"./events/...", "more/a.rt.yaml"},
		Targets: []config.Target{
			{Lang: config.Go, Out: "internal/events"},
			{Lang: config.Go, Out: "other", Go: golang.Options{Package: "talk"}},
			{Lang: config.TS, Out: "web/src/events", TS: typescript.Options{
				Emit: []string{"client", "checks"}, ImportExtension: "ts", Immutable: true, Header: []string{"// checked by nobody"},
			}},
		},
	}
	options := cmpopts.IgnoreUnexported(golang.Options{}, typescript.Options{})
	if diff := cmp.Diff(want, got, options); diff != "" {
		t.Errorf("Load (-want +got):\n%s", diff)
	}
}

// In a repository, outputs may go anywhere in it.
func TestOutInRepository(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, ".git/HEAD", "")
	file := write(t, dir, "backend/rtgen.yaml", "rtgen: v1\nschemas: [a]\ntargets: [{go: {out: ../gen}}]\n")
	got, err := config.Load(file)
	if err != nil {
		t.Fatal(err)
	}
	if got.Root != dir || got.Targets[0].Out != "gen" {
		t.Errorf("root %q, out %q; want %q and %q", got.Root, got.Targets[0].Out, dir, "gen")
	}
}

func TestProblems(t *testing.T) {
	const head = "rtgen: v1\nschemas: [a]\ntargets: "
	tests := []struct {
		name string
		text string
		want []string // lines that begin with the file
	}{
		{name: "empty", text: "", want: []string{"1:1: error[KEY_MISSING]: the file is empty"}},
		{name: "only a comment", text: "# nothing\n", want: []string{"1:1: error[KEY_MISSING]: the file is empty"}},
		{name: "not a mapping", text: "[a, b]", want: []string{"1:1: error[NODE_KIND]: want keys and values here"}},
		{
			name: "nothing that is needed",
			text: "{}",
			want: []string{
				`1:1: error[KEY_MISSING]: "rtgen" is missing`,
				`1:1: error[KEY_MISSING]: "schemas" is missing`,
				`1:1: error[KEY_MISSING]: "targets" is missing`,
			},
		},
		{name: "other version", text: "rtgen: v2\nschemas: [a]\ntargets: [{go: {out: x}}]", want: []string{`1:8: error[LANGUAGE_VERSION]: version "v2" is not known`}},
		{name: "version as a number", text: "rtgen: 1\nschemas: [a]\ntargets: [{go: {out: x}}]", want: []string{
			"1:8: error[LANGUAGE_VERSION]: version \"1\" is not known",
		}},
		{name: "unknown keys", text: head + "[{go: {out: x, pakage: y}}]\nlnt: {}", want: []string{
			`3:25: error[KEY_UNKNOWN]: unknown key "pakage"`,
			`4:1: error[KEY_UNKNOWN]: unknown key "lnt"`,
		}},
		{name: "unknown target", text: head + "[{rust: {out: x}}]", want: []string{`3:12: error[KEY_UNKNOWN]: unknown key "rust"`}},
		{name: "duplicate key", text: head + "[{go: {out: x, out: y}}]", want: []string{`3:25: error[KEY_DUPLICATE]: "out" is already there in line 3`}},
		{name: "duplicate below lint", text: head + "[{go: {out: x}}]\nlint: {a: 1, a: 2}", want: []string{`4:14: error[KEY_DUPLICATE]: "a" is already there in line 4`}},
		{name: "anchor", text: "rtgen: &a v1\nschemas: [*a]\ntargets: [{go: {out: x}}]", want: []string{
			"1:8: error[ALIAS_NOT_ALLOWED]: anchors and aliases are not allowed",
			"2:11: error[ALIAS_NOT_ALLOWED]: anchors and aliases are not allowed",
		}},
		{name: "tag", text: "rtgen: !x v1\nschemas: [a]\ntargets: [{go: {out: x}}]", want: []string{"1:8: error[TAG_NOT_ALLOWED]: tags are not allowed"}},
		{name: "second document", text: head + "[{go: {out: x}}]\n---\nrtgen: v1", want: []string{"4:1: error[MULTI_DOCUMENT]: a second document is not allowed"}},
		{name: "not YAML", text: "rtgen: v1\nschemas: [a]\ntargets:\n  - go: {out: x\n", want: []string{"4:3: error[SYNTAX]: this is not YAML: did not find expected ',' or '}'"}},
		{name: "control character", text: "rtgen: v1 # \x1b[31m", want: []string{"1:1: error[ENCODING]: control character U+001B is not allowed"}},
		{name: "not UTF-8", text: "rtgen: v1 # \xff", want: []string{"1:1: error[ENCODING]: the line is not UTF-8"}},
		{name: "too large", text: strings.Repeat("# comment\n", 7000), want: []string{"1:1: error[FILE_LIMIT]: the file is larger than 64 KiB"}},
		{name: "null value", text: head + "[{go: {out: }}]", want: []string{`3:17: error[VALUE_MISSING]: "out" has no value`}},
		{name: "no schemas", text: "rtgen: v1\nschemas: []\ntargets: [{go: {out: x}}]", want: []string{`2:10: error[VALUE_MISSING]: "schemas" names no contract`}},
		{name: "schemas as a string", text: "rtgen: v1\nschemas: a\ntargets: [{go: {out: x}}]", want: []string{"2:10: error[NODE_KIND]: want a list here"}},
		{name: "schemas with a star", text: "rtgen: v1\nschemas: [events/*.rt.yaml, 'events/**']\ntargets: [{go: {out: x}}]", want: []string{
			`2:11: error[VALUE_INVALID]: "events/*.rt.yaml" has a *, which has no meaning here`,
			`2:29: error[VALUE_INVALID]: "events/**" has a *, which has no meaning here`,
		}},
		{name: "misspelt required key", text: "rtgen: v1\nschema: [a]\ntargets: [{go: {out: x}}]", want: []string{`2:1: error[KEY_UNKNOWN]: unknown key "schema"`}},
		{name: "later parts", text: head + "[{go: {out: x}}]\nlint: {use: [DEFAULT]}\nbreaking: {}", want: []string{
			`4:7: error[FEATURE_UNSUPPORTED]: "lint" is not supported by this version of rtgen`,
			`5:11: error[FEATURE_UNSUPPORTED]: "breaking" is not supported by this version of rtgen`,
		}},
		{name: "schemas elsewhere", text: "rtgen: v1\nschemas: [../a/..., /b, 'c\\d', 1]\ntargets: [{go: {out: x}}]", want: []string{
			`2:11: error[VALUE_INVALID]: "../a/..." does not name something in the folder of rtgen.yaml`,
			`2:21: error[VALUE_INVALID]: "/b" does not name something in the folder of rtgen.yaml`,
			`2:32: error[VALUE_INVALID]: 1 is not a string`,
		}},
		{name: "no targets", text: head + "[]", want: []string{`3:10: error[NODE_KIND]: "targets" is a list`}},
		{name: "two targets in one", text: head + "[{go: {out: x}, ts: {out: y}}]", want: []string{"3:11: error[NODE_KIND]: a target is one key with its options"}},
		{name: "without out", text: head + "[{go: {}}]", want: []string{`3:16: error[KEY_MISSING]: "out" is missing`}},
		{name: "out elsewhere", text: head + "[{go: {out: ../x}}, {ts: {out: /tmp/x}}]", want: []string{
			`3:22: error[VALUE_INVALID]: "../x" is outside of the project`,
			`3:41: error[VALUE_INVALID]: "out" is a path with forward slashes, relative to rtgen.yaml`,
		}},
		{name: "one out for two", text: head + "[{go: {out: gen}}, {ts: {out: ./Gen/}}]", want: []string{`3:40: error[VALUE_INVALID]: "./Gen/" is the folder of the target in line 3`}},
		{name: "Go package", text: head + "[{go: {out: x, package: a-b}}]", want: []string{`3:34: error[VALUE_INVALID]: golang: "a-b" is no name for a generated package`}},
		{name: "TypeScript options", text: head + "[{ts: {out: x, emit: [vue, solid], importExtension: mjs, immutable: 1, target: ts, int64: bigint, package: y}}]", want: []string{
			`3:31: error[VALUE_INVALID]: emit: "solid" is none of client, checks, mock and react`,
			`3:31: error[VALUE_INVALID]: emit: "vue" is none of client, checks, mock and react`,
			`3:62: error[VALUE_INVALID]: importExtension: "mjs" is none of js, ts and none`,
			"3:78: error[VALUE_INVALID]: want true or false here",
			`3:100: error[VALUE_INVALID]: int64: "bigint" is not supported by this version of rtgen, only "string" is`,
			"3:117: error[VALUE_INVALID]: package is not supported by this version of rtgen",
		}},
		{name: "not supported yet", text: head + "[{go: {out: x, types: {uuid: y.UUID}}}]", want: []string{
			`3:32: error[FEATURE_UNSUPPORTED]: "types" is not supported by this version of rtgen`,
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := write(t, t.TempDir(), "rtgen.yaml", tt.text)
			_, err := config.Load(file)
			if err == nil {
				t.Fatal("Load succeeds")
			}
			var got []string
			for line := range strings.Lines(err.Error()) {
				if rest, ok := strings.CutPrefix(line, file+":"); ok {
					got = append(got, strings.TrimSuffix(rest, "\n"))
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("problems (-want +got):\n%s\n%v", diff, err)
			}
		})
	}
}

func TestFind(t *testing.T) {
	dir := t.TempDir()
	file := write(t, dir, "a/rtgen.yaml", "")
	write(t, dir, "a/b/c/x", "")
	got, err := config.Find(filepath.Join(dir, "a/b/c"))
	if err != nil || got != file {
		t.Errorf("Find = %q, %v; want %q", got, err, file)
	}
	if _, err := config.Find(dir); !errors.Is(err, config.ErrNotFound) {
		t.Errorf("Find = %v, want %v", err, config.ErrNotFound)
	}
}

func TestLoadCannotRead(t *testing.T) {
	dir := t.TempDir()
	for _, file := range []string{dir, filepath.Join(dir, "missing.yaml")} {
		_, err := config.Load(file)
		if _, wrong := errors.AsType[schema.Diagnostics](err); err == nil || wrong {
			t.Errorf("Load(%q) = %v, want an error that says it cannot be read", file, err)
		}
	}
}

// write makes a file below dir and returns its path.
func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, []byte(text), 0o666)); err != nil {
		t.Fatal(err)
	}
	return file
}
