package typescript_test

import (
	"testing"

	"github.com/rtgen/rtgen/generator/typescript"
)

const (
	newest = "typescript"
	oldest = "typescript-oldest" // the floor
)

// TestCompiles compiles every golden case and what uses it as strictly and as
// loosely as users do, with the newest and the oldest compiler we support. The
// lines marked @ts-expect-error in the users' files must fail.
func TestCompiles(t *testing.T) {
	dir := workspace(t, everything)
	all := []string{"*/want/ts/*.ts", "*/use.ts", "*/use.tsx"}
	bundler := map[string]any{"module": "esnext", "moduleResolution": "bundler", "erasableSyntaxOnly": true}
	noDOM := map[string]any{"lib": []string{"es2022"}, "types": []string{"node"}}
	loose := map[string]any{
		"noEmit": true, "strict": false, "target": "es2020", "module": "esnext", "moduleResolution": "bundler",
		"lib": []string{"es2020", "dom"}, "types": []string{}, "skipLibCheck": true,
	}
	for _, c := range []compilation{
		{"newest", newest, strict(map[string]any{"erasableSyntaxOnly": true}), all},
		{"oldest", oldest, strict(nil), all},
		{"bundler", newest, strict(bundler), all},
		{"node", newest, strict(noDOM), []string{"*/want/ts/*.ts", "*/use.ts"}},
		{"loose", newest, loose, []string{"*/want/ts/*.ts"}},
		{"loose-oldest", oldest, loose, []string{"*/want/ts/*.ts"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			compile(t, dir, c)
		})
	}
}

// TestCompilesOptions compiles what the other options make.
func TestCompilesOptions(t *testing.T) {
	for _, c := range []struct {
		name    string
		options typescript.Options
		more    map[string]any
	}{
		{"extension ts", typescript.Options{Emit: everything.Emit, ImportExtension: "ts"}, map[string]any{"allowImportingTsExtensions": true}},
		{"extension none", typescript.Options{Emit: everything.Emit, ImportExtension: "none"}, map[string]any{"module": "esnext", "moduleResolution": "bundler"}},
		{"immutable", typescript.Options{Emit: everything.Emit, Immutable: true}, nil},
		{"client only", typescript.Options{Header: []string{"/* a header */"}}, nil},
		{"mock only", typescript.Options{Emit: []string{"mock"}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := workspace(t, c.options)
			compile(t, dir, compilation{"options", newest, strict(c.more), []string{"*/want/ts/*.ts"}})
		})
	}
}

// TestStyle holds output to the default style of Prettier and the recommended
// rules of Biome, so that it passes in the users' own checks.
func TestStyle(t *testing.T) {
	dir := workspace(t, everything)
	t.Run("prettier", func(t *testing.T) {
		t.Parallel()
		run(t, dir, "node", tool(t, "prettier/bin/prettier.cjs"), "--check", "--log-level=warn", "*/want/ts/*.ts", "*/use.ts*")
	})
	t.Run("biome", func(t *testing.T) {
		t.Parallel()
		run(t, dir, tool(t, ".bin/biome"), "check", "--error-on-warnings", "--vcs-enabled=false", "chat/want", "edge/want", "multifile/want", "twonamespaces/want", "types/want")
	})
}
