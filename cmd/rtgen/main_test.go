package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rtgen": func() { os.Exit(program()) }})
}

func TestScripts(t *testing.T) {
	repo, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	env := goEnv(t, "GOCACHE", "GOMODCACHE")
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":    exits,
			"gomodule": func(ts *testscript.TestScript, neg bool, args []string) { gomodule(ts, repo, args) },
			"tsc":      func(ts *testscript.TestScript, neg bool, args []string) { tsc(ts, repo, args) },
			"age":      age,
			"aged":     aged,
		},
		Setup: func(e *testscript.Env) error {
			for key, value := range env {
				e.Setenv(key, value)
			}
			e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, ".cache"))
			e.Setenv("GOPROXY", "off")
			e.Setenv("GOFLAGS", "-buildvcs=false")
			e.Setenv("GOTOOLCHAIN", "local")
			e.Setenv("GORACE", "atexit_sleep_ms=0") // with -race, a second per run otherwise
			return nil
		},
	})
}

// goEnv asks the go command for variables.
func goEnv(t *testing.T, names ...string) map[string]string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"env", "-json"}, names...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	env := make(map[string]string)
	if err := json.Unmarshal(out, &env); err != nil {
		t.Fatal(err)
	}
	return env
}

// exits runs a program and wants an exit code: exits CODE PROGRAM [ARG...].
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARG...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// gomodule makes the folder a module that uses this checkout of rtgen, also as
// a tool, and needs no network: gomodule DIR.
func gomodule(ts *testscript.TestScript, repo string, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: gomodule DIR")
	}
	const path = "github.com/rtgen/rtgen"
	mod := strings.Replace(ts.ReadFile(filepath.Join(repo, "go.mod")), "module "+path, "module example.com/app", 1)
	mod += "\nrequire " + path + " v0.0.0\n\nreplace " + path + " => " + repo + "\n\ntool " + path + "/cmd/rtgen\n"
	dir := ts.MkAbs(args[0])
	ts.Check(os.WriteFile(filepath.Join(dir, "go.mod"), []byte(mod), 0o666))
	ts.Check(os.WriteFile(filepath.Join(dir, "go.sum"), []byte(ts.ReadFile(filepath.Join(repo, "go.sum"))), 0o666))
}

// tsc type-checks TypeScript files strictly: tsc FILE...
func tsc(ts *testscript.TestScript, repo string, args []string) {
	modules := filepath.Join(repo, "node_modules")
	if _, err := os.Stat(filepath.Join(modules, "typescript")); err != nil {
		ts.Fatalf(`npm packages are missing; "make test" installs them: %v`, err)
	}
	if err := os.Symlink(modules, ts.MkAbs("node_modules")); err != nil && !errors.Is(err, fs.ErrExist) {
		ts.Fatalf("%v", err)
	}
	ts.Check(ts.Exec("node", append([]string{
		filepath.Join(modules, "typescript", "bin", "tsc"), "--noEmit", "--strict", "--target", "es2022",
		"--module", "nodenext", "--lib", "es2022,dom",
	}, args...)...))
}

// longAgo is what age sets the time of files to.
var longAgo = time.Date(2020, 1, 2, 3, 4, 5, 0, time.UTC)

// age makes files old: age FILE...
func age(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		ts.Check(os.Chtimes(ts.MkAbs(name), longAgo, longAgo))
	}
}

// aged wants files that were not touched since age, or were: [!] aged FILE...
func aged(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if info.ModTime().Equal(longAgo) == neg {
			ts.Fatalf("%s: modified %v", name, info.ModTime())
		}
	}
}
