package rt_test

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

// A peer that leaves and returns as fast as it can does not pile up sockets
// whose checks or handlers still run.
func TestComingAndGoingDoesNotPileUp(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		var mu sync.Mutex
		running, most := 0, 0
		n.Use(func(ctx context.Context, _ *rt.Socket) error {
			mu.Lock()
			running++
			most = max(most, running)
			mu.Unlock()
			<-time.After(100 * time.Millisecond) // heeds nothing
			mu.Lock()
			running--
			mu.Unlock()
			return nil
		})
		p := w.dial()
		before := runtime.NumGoroutine()
		go func() {
			for range 1000 {
				p.send("0", "1")
			}
		}()
		for range 50 {
			<-time.After(10 * time.Millisecond)
			if grown := runtime.NumGoroutine() - before; grown > 10 {
				t.Fatalf("N06: %d more goroutines, want a few", grown)
			}
		}
		other := w.dial()
		other.send("0")
		if !strings.HasPrefix(other.next(), `0{"sid":`) {
			t.Error("N06: a bystander was not let in")
		}
		mu.Lock()
		defer mu.Unlock()
		if most > 2 {
			t.Errorf("N06: %d checks ran at once, want one for each peer", most)
		}
	})
}

// An old socket that left long ago makes room for a new namespace.
func TestNamespacesThatWereLeftDoNotCount(t *testing.T) {
	inWorld(t, rt.Options{MaxNamespaces: 2}, func(t *testing.T, w *world) {
		for i := range 10 {
			w.Of(fmt.Sprint("/", i))
		}
		p := w.connect("/0")
		for i := range 9 {
			ns := fmt.Sprint("/", 1+i)
			p.join(ns)
			p.send("1" + ns + ",")
			synctest.Wait()
		}
		p.wantOpen()
	})
}
