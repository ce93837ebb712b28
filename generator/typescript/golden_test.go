package typescript_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/generator/internal/golden"
	"github.com/rtgen/rtgen/generator/typescript"
)

const goldenRoot = "../../testdata/golden"

// everything asks for all optional files.
var everything = typescript.Options{Emit: []string{"client", "checks", "mock", "react"}}

func newTarget(t testing.TB, o typescript.Options) *typescript.Target {
	t.Helper()
	target, err := typescript.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

// TestGolden compares what is generated with want/ts of every golden case.
func TestGolden(t *testing.T) {
	target := newTarget(t, everything)
	for _, c := range golden.Cases(t, goldenRoot) {
		t.Run(c.Name, func(t *testing.T) {
			golden.Compare(t, c.Dir+"/want/ts", generate(t, target, c))
		})
	}
}

func generate(t testing.TB, target *typescript.Target, c golden.Case) []generator.File {
	t.Helper()
	var files []generator.File
	for _, m := range c.Models {
		got, problems := target.Generate(m)
		if len(problems) > 0 {
			t.Fatalf("%s: %v", c.Name, problems)
		}
		files = append(files, got...)
	}
	return files
}

// TestSameBytes generates the same contract many times at once.
func TestSameBytes(t *testing.T) {
	target := newTarget(t, everything)
	m := loadText(t, long(9))
	want, _ := target.Generate(m)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			got, _ := target.Generate(m)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("another run (-first +this):\n%s", diff)
			}
		})
	}
	wg.Wait()
}
