package rt

import (
	"fmt"
	"runtime"
	"testing"
	"time"
)

// N04: namespaces of a pattern cost nothing once nobody holds them.
func TestNamespacesOfAPatternAreForgotten(t *testing.T) {
	srv, err := NewServer(Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := srv.Of("/tenant/{tenant}")
	kept := srv.Of("/tenant/7")
	for i := range 20_000 {
		srv.namespace(fmt.Sprintf("/tenant/%d", i))
	}
	deadline := time.Now().Add(10 * time.Second)
	for {
		runtime.GC() // what is not held is collected, and the cleanups run soon
		n.family.mu.RLock()
		left := len(n.family.children)
		n.family.mu.RUnlock()
		if left == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d namespaces are left, want the one that is held", left)
		}
	}
	if srv.Of("/tenant/7") != kept {
		t.Error("the namespace that is held has been replaced")
	}
}
