package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkGenerate runs the whole command for a project of 1,000 events with
// acknowledgements and constraints: 100 namespaces of ten events, a hundred
// structs and a hundred enums, 12,000 lines of contract.
func BenchmarkGenerate(b *testing.B) {
	b.Run("memory", func(b *testing.B) {
		g := &generate{app: benchApp(b, b.TempDir())}
		for b.Loop() {
			j, err := g.job(nil)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := j.render(j.source.FS()); err != nil {
				b.Fatal(err)
			}
			if err := j.close(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("disk", func(b *testing.B) {
		dir := b.TempDir()
		a := benchApp(b, dir)
		a.getenv = func(string) string { return "off" } // the cache
		for b.Loop() {
			a.mustRun(b, exitOK, "generate")
			b.StopTimer()
			if err := os.RemoveAll(filepath.Join(dir, "gen")); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
	})
	b.Run("unchanged", func(b *testing.B) {
		b.Setenv("XDG_CACHE_HOME", b.TempDir())
		b.Setenv("XDG_CACHE_HOME", b.TempDir())
		a := benchApp(b, b.TempDir())
		a.mustRun(b, exitOK, "generate")
		for b.Loop() {
			a.mustRun(b, exitOK, "generate", "--check")
		}
	})
}

func (a *app) mustRun(b *testing.B, want int, args ...string) {
	b.Helper()
	if got := a.run(context.Background(), args); got != want {
		b.Fatalf("rtgen %s: exit code %d, want %d", strings.Join(args, " "), got, want)
	}
}

// benchApp makes the project and an app that works in it.
func benchApp(b *testing.B, dir string) *app {
	b.Helper()
	const config = "rtgen: v1\nschemas: [bench.rt.yaml]\ntargets: [{go: {out: gen/go}}, {ts: {out: gen/ts}}]\n"
	err := errors.Join(
		os.WriteFile(filepath.Join(dir, "rtgen.yaml"), []byte(config), 0o666),
		os.WriteFile(filepath.Join(dir, "bench.rt.yaml"), []byte(benchContract(100, 10)), 0o666),
	)
	if err != nil {
		b.Fatal(err)
	}
	return &app{dir: dir, getenv: func(string) string { return "" }, stdout: io.Discard, stderr: io.Discard}
}

// benchContract writes a contract with so many namespaces of so many events.
func benchContract(namespaces, events int) string {
	var w strings.Builder
	w.WriteString("rtgen: v1\npackage: bench\n\ntypes:\n")
	for i := range namespaces {
		fmt.Fprintf(&w, "  State%d: [open, paid, shipped, returned]\n", i)
		fmt.Fprintf(&w, "  Item%d:\n    id: uuid\n    title: string(1..200)\n    amount: int53(0..1000000)\n    state: State%d\n    note?: string(..500)\n", i, i)
	}
	w.WriteString("\nnamespaces:\n")
	for i := range namespaces {
		fmt.Fprintf(&w, "  /service%d:\n    clientToServer:\n", i)
		for j := range events {
			fmt.Fprintf(&w, "      change%dx%d:\n", i, j)
			fmt.Fprintf(&w, "        payload:\n          id: uuid\n          title: string(1..200)\n          amount: int53(0..1000000)\n")
			fmt.Fprintf(&w, "          item: Item%d\n          tags: list<string(1..20)>(..10)\n          at: timestamp\n          note?: string(..500)\n", i)
			w.WriteString("        ack:\n          id: uuid\n          at: timestamp\n")
		}
	}
	return w.String()
}
