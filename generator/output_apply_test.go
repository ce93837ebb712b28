package generator_test

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/generator"
)

func TestApplyTouchesOnlyWhatChanges(t *testing.T) {
	root := newRoot(t, map[string]string{
		"same.ts":         header + "// same.ts\n",
		"changed.ts":      header,
		".rtgen.manifest": manifest("changed.ts p", "same.ts p"),
	})
	if err := root.Chmod("changed.ts", 0o640); err != nil {
		t.Fatal(err)
	}
	if err := mustPlan(t, root, output(".", "same.ts p", "changed.ts p")).Apply(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, untouched := range map[string]bool{"same.ts": true, ".rtgen.manifest": true, "changed.ts": false} {
		info, err := root.Stat(name)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.ModTime().Equal(old); got != untouched {
			t.Errorf("%s: has its old time = %v, want %v", name, got, untouched)
		}
		if name == "changed.ts" && info.Mode().Perm() != 0o640 {
			t.Errorf("%s: permissions = %o, want them kept", name, info.Mode().Perm())
		}
	}
}

// The disk is as before when a run fails, wherever it fails.
func TestApplyIsAllOrNothing(t *testing.T) {
	before := map[string]string{
		"gen/a.ts":            header + "old",
		"gen/b.ts":            header + "old",
		"gen/gone.ts":         header + "old",
		"gen/.rtgen.manifest": manifest("a.ts p", "b.ts p", "gone.ts p"),
	}
	wanted := []string{"a.ts p", "aa.ts p", "b.ts p", "early/a.ts p", "new/c.ts p"}

	tests := []struct {
		name     string
		sabotage func(t *testing.T, root *os.Root) // after the plan, before it is applied
		repair   func(root *os.Root) error
	}{
		{
			name:     "cannot write aside",
			sabotage: func(t *testing.T, root *os.Root) { write(t, root, "gen/new", "in the way") },
			repair:   func(root *os.Root) error { return root.Remove("gen/new") },
		},
		{
			name:     "cannot replace",
			sabotage: func(t *testing.T, root *os.Root) { write(t, root, "gen/new/c.ts/x", "in the way") },
			repair:   func(root *os.Root) error { return root.RemoveAll("gen/new") },
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := newRoot(t, before)
			plan := mustPlan(t, root, output("gen", wanted...))
			tt.sabotage(t, root)
			if err := plan.Apply(t.Context()); err == nil {
				t.Fatal("Apply succeeds")
			}
			if err := tt.repair(root); err != nil {
				t.Fatal(err)
			}
			wantUntouched(t, root, before)
		})
	}

	t.Run("interrupted", func(t *testing.T) {
		root := newRoot(t, before)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		err := mustPlan(t, root, output("gen", wanted...)).Apply(ctx)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("Apply: %v, want %v", err, context.Canceled)
		}
		wantUntouched(t, root, before)
	})
}

// Whoever reads a file while it is replaced sees it old or new, never half.
func TestReplacedInOneStep(t *testing.T) {
	root := newRoot(t, nil)
	versions := [2]string{header + strings.Repeat("a", 1<<20), header + strings.Repeat("b", 2<<20)}
	put := func(version string) {
		files := map[string][]generator.File{"p": {{Path: "x.ts", Content: []byte(version)}}}
		plan := mustPlan(t, root, generator.Output{Dir: ".", Packages: files, Complete: true})
		if err := plan.Apply(t.Context()); err != nil {
			t.Error(err)
		}
	}
	put(versions[0])

	var reader sync.WaitGroup
	stop := make(chan struct{})
	reader.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			content, err := root.ReadFile("x.ts")
			if err != nil || !slices.Contains(versions[:], string(content)) {
				t.Errorf("read %d bytes, %v", len(content), err)
				return
			}
		}
	})
	for i := range 40 {
		put(versions[i%2])
	}
	close(stop)
	reader.Wait()
}

// wantUntouched checks that the disk holds exactly these files, with the
// times they were made with.
func wantUntouched(t *testing.T, root *os.Root, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(want, readDisk(t, root)); diff != "" {
		t.Errorf("disk (-want +got):\n%s", diff)
	}
	for name := range want {
		info, err := root.Stat(name)
		if err != nil {
			t.Error(err)
		} else if !info.ModTime().Equal(old) {
			t.Errorf("%s: modified %v, want its old time", name, info.ModTime())
		}
	}
}
