package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Nothing that a terminal obeys gets through to it, wherever it comes from.
func TestControlCharacters(t *testing.T) {
	const escape = "\x1b[31m"
	dir := t.TempDir()
	writeFile(t, dir, "bad"+escape+".rt.yaml", "rtgen: v1\npackage: a\ntypes:\n  M: {x: strng}\n")
	writeFile(t, dir, "good.rt.yaml", "rtgen: v1\npackage: a\n")
	writeFile(t, dir, "rtgen.yaml", "rtgen: v1\nschemas: [a]\ntargets: [{\"g\\e[31mo\": {}}]\n")
	for _, args := range [][]string{
		{escape},
		{"generate", "--" + escape},
		{"generate", "--target", escape},
		{"generate", escape, escape},
		{"generate", escape},
		{"generate", "missing" + escape, "--go", "gen"},
		{"generate", "bad" + escape + ".rt.yaml", "--go", "gen"},
		{"generate", "good.rt.yaml", "--go", "gen" + escape},
		{"generate", "--config", "missing" + escape},
		{"generate"},
		{"init", "--template", escape},
		{"init", "new" + escape},
		{"help", escape},
	} {
		var stdout, stderr bytes.Buffer
		a := &app{dir: dir, getenv: func(string) string { return "" }, stdout: &stdout, stderr: &stderr}
		a.run(t.Context(), args)
		if out := stdout.String() + stderr.String(); strings.Contains(out, "\x1b") || out == "" {
			t.Errorf("rtgen %q prints %q", args, out)
		}
	}
}

func TestInterrupted(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, dir, "a.rt.yaml", "rtgen: v1\npackage: a\n")
	var stderr bytes.Buffer
	a := &app{dir: dir, getenv: func(string) string { return "" }, stdout: &stderr, stderr: &stderr}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if got := a.run(ctx, []string{"generate", "a.rt.yaml", "--go", "gen"}); got != exitIO {
		t.Errorf("exit code %d, want %d", got, exitIO)
	}
	if want := "rtgen: interrupted; nothing was written\n"; stderr.String() != want {
		t.Errorf("prints %q, want %q", stderr.String(), want)
	}
}

func TestParse(t *testing.T) {
	tests := []struct {
		args  string
		rest  []string
		check bool
		out   string
		err   string
	}{
		{args: "a b", rest: []string{"a", "b"}},
		{args: "--check a --go x b", rest: []string{"a", "b"}, check: true, out: "x"},
		{args: "a -go=x --check", rest: []string{"a"}, check: true, out: "x"},
		{args: "a -- --check", rest: []string{"a", "--check"}},
		{args: "-- -x", rest: []string{"-x"}},
		{args: "--go", err: "flag needs an argument: --go"},
		{args: "--gp x", err: "unknown flag --gp (did you mean --go?)"},
	}
	for _, tt := range tests {
		flags := newFlags(command{name: "test"})
		check := flags.Bool("check", false, "")
		out := flags.String("go", "", "")
		rest, err := parse(flags, strings.Fields(tt.args))
		if tt.err != "" {
			if err == nil || err.Error() != tt.err {
				t.Errorf("parse(%q): error %v, want %s", tt.args, err, tt.err)
			}
			continue
		}
		if err != nil || *check != tt.check || *out != tt.out {
			t.Errorf("parse(%q): check %v, go %q, %v; want %v, %q", tt.args, *check, *out, err, tt.check, tt.out)
		}
		if diff := cmp.Diff(tt.rest, rest); diff != "" {
			t.Errorf("parse(%q): arguments (-want +got):\n%s", tt.args, diff)
		}
	}
	if _, err := parse(newFlags(command{}), []string{"a", "-h"}); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("parse(-h) = %v, want %v", err, flag.ErrHelp)
	}
}

func TestDescribe(t *testing.T) {
	build := runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH
	commit := []debug.BuildSetting{
		{Key: "vcs.revision", Value: "0123456789abcdef0123"},
		{Key: "vcs.time", Value: "2026-01-02T03:04:05Z"},
		{Key: "vcs.modified", Value: "true"},
	}
	tests := []struct {
		info *debug.BuildInfo
		want string
	}{
		{info: nil, want: "rtgen (devel) " + build},
		{info: &debug.BuildInfo{}, want: "rtgen (devel) " + build},
		{info: &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}}, want: "rtgen v1.2.3 " + build},
		{
			info: &debug.BuildInfo{Main: debug.Module{Version: "(devel)"}, Settings: commit},
			want: "rtgen (devel) (commit 0123456789ab, 2026-01-02T03:04:05Z, modified) " + build,
		},
		{
			info: &debug.BuildInfo{Main: debug.Module{Version: "v1.2.3"}, Settings: commit[:1]},
			want: "rtgen v1.2.3 (commit 0123456789ab) " + build,
		},
	}
	for _, tt := range tests {
		if got := describe(tt.info); got != tt.want {
			t.Errorf("describe = %q, want %q", got, tt.want)
		}
	}
}

// writeFile makes a file below dir.
func writeFile(t *testing.T, dir, name, text string) {
	t.Helper()
	file := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
