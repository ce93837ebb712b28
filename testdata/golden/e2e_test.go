package golden_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	// scripts is where the programs are that run in Node.
	scripts = "../e2e"
	// modules is where npm has put what the tests need.
	modules = "../../node_modules"
	// library is what is written beside every generated client.
	library = "../../templates/typescript/lib"
)

// TestEndToEnd runs the expected TypeScript clients, in Node and on the official
// socket.io-client, against the expected Go handlers behind a real listener.
// Each script has a world of its own.
func TestEndToEnd(t *testing.T) {
	files, err := filepath.Glob(scripts + "/*.test.ts")
	if err != nil {
		t.Fatal(err)
	}
	dir := bundle(t)
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".test.ts")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			cmd := exec.CommandContext(ctx, "node", "out/"+name+".test.mjs")
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "RTGEN_URL="+w.url(), "RTGEN_CONTROL="+w.control(t), "RTGEN_STRANGE="+strange(t))
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", file, err, out)
			}
		})
	}
}

// bundle type-checks the scripts with all clients in one folder, as a user has
// them, and makes programs of them.
func bundle(t *testing.T) (dir string) {
	t.Helper()
	tsc, esbuild := tool(t, "typescript/bin/tsc"), tool(t, ".bin/esbuild")
	tool(t, "socket.io-client/package.json")
	dir = t.TempDir()
	link, err := filepath.Abs(modules)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(link, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "package.json"), []byte(`{"type": "module"}`))
	write(t, filepath.Join(dir, "tsconfig.json"), []byte(`{
		"compilerOptions": {
			"noEmit": true, "strict": true, "exactOptionalPropertyTypes": true, "noUncheckedIndexedAccess": true,
			"noUnusedLocals": true, "noUnusedParameters": true,
			"target": "es2022", "module": "nodenext", "types": ["node"], "jsx": "react-jsx"
		},
		"include": ["*.ts"]
	}`))
	for _, pattern := range []string{"*/want/ts/*.ts", library + "/*.ts"} {
		copyAll(t, filepath.Join(dir, "gen"), pattern)
	}
	copyAll(t, dir, scripts+"/*.ts")
	run(t, dir, "node", tsc)
	run(t, dir, esbuild, "--bundle", "--platform=node", "--format=esm", "--target=node20", "--packages=external",
		"--outdir=out", "--out-extension:.js=.mjs", "--log-level=warning", "*.test.ts")
	return dir
}

// copyAll copies the files of a pattern into a folder.
func copyAll(t *testing.T, dir, pattern string) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatalf("no files are called %s", pattern)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, filepath.Base(file)), content)
	}
}

func write(t *testing.T, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

// tool returns the path of what came from npm.
func tool(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(filepath.Join(modules, path))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(abs); err != nil {
		t.Fatalf("%s is missing: run npm ci in the root of the repository", path)
	}
	return abs
}

// run runs a program in dir; when it fails, its output ends the test.
func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(name), err, out)
	}
}
