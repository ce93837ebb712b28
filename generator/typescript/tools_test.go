package typescript_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rtgen/rtgen/generator/internal/golden"
	"github.com/rtgen/rtgen/generator/typescript"
)

// modules is where npm has put what the tests need.
const modules = "../../node_modules"

// tool returns the path of a program that came from npm.
func tool(t testing.TB, path string) string {
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

// run runs a program in dir and shows all of its output when it fails.
func run(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%s %v: %v\n%s", filepath.Base(name), args, err, out)
	}
}

// workspace writes every golden case as a user has it: generated files in a
// folder with the runtime, next to what uses them, and npm's packages.
func workspace(t *testing.T, o typescript.Options) (dir string) {
	t.Helper()
	dir = t.TempDir()
	link(t, dir)
	target := newTarget(t, o)
	for _, c := range golden.Cases(t, goldenRoot) {
		out := filepath.Join(dir, c.Name, "want", "ts")
		for _, f := range append(generate(t, target, c), target.Shared()...) {
			write(t, filepath.Join(out, f.Path), f.Content)
		}
		uses, err := filepath.Glob(c.Dir + "/*.ts*")
		if err != nil {
			t.Fatal(err)
		}
		for _, use := range uses {
			content, err := os.ReadFile(use)
			if err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, c.Name, filepath.Base(use)), content)
		}
	}
	return dir
}

// link gives a folder npm's packages.
func link(t *testing.T, dir string) {
	t.Helper()
	target, err := filepath.Abs(modules)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(target, filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "package.json"), []byte(`{"type": "module"}`))
}

func write(t testing.TB, path string, content []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o666); err != nil {
		t.Fatal(err)
	}
}

// A compilation is one way in which users compile what is generated.
type compilation struct {
	name     string
	compiler string // package of the compiler
	options  map[string]any
	include  []string
}

// strict are all the flags that can complain.
func strict(more map[string]any) map[string]any {
	options := map[string]any{
		"noEmit": true, "target": "es2022", "module": "nodenext", "moduleResolution": "nodenext",
		"lib": []string{"es2022", "dom"}, "types": []string{}, "jsx": "react-jsx",
		"strict": true, "exactOptionalPropertyTypes": true, "noUncheckedIndexedAccess": true,
		"verbatimModuleSyntax": true, "isolatedModules": true, "isolatedDeclarations": true, "declaration": true,
		"noUnusedLocals": true, "noUnusedParameters": true, "noImplicitOverride": true, "noImplicitReturns": true,
		"noPropertyAccessFromIndexSignature": true, "noFallthroughCasesInSwitch": true,
		"noUncheckedSideEffectImports": true, "strictBuiltinIteratorReturn": true, "skipLibCheck": false,
	}
	for name, value := range more {
		options[name] = value
	}
	return options
}

// compile runs a compiler over a workspace.
func compile(t *testing.T, dir string, c compilation) {
	t.Helper()
	config, err := json.Marshal(map[string]any{"compilerOptions": c.options, "include": c.include})
	if err != nil {
		t.Fatal(err)
	}
	name := "tsconfig." + c.name + ".json"
	write(t, filepath.Join(dir, name), config)
	run(t, dir, "node", tool(t, c.compiler+"/bin/tsc"), "-p", name)
}
