package rt

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// F09, N04: peers choose how many namespaces a pattern has, and do not make the
// server keep more by that. What is left is the latest, in each of them.
func TestNamespacesOfAPatternShareABound(t *testing.T) {
	const maxBytes = 64 << 10
	tests := []struct {
		name string
		keep func(r *recovery, p *outgoing)
	}{
		{"places", func(r *recovery, _ *outgoing) {
			r.lock()
			defer r.unlock()
			place := &presence{pid: "away", expires: time.Now().Add(r.window)}
			r.known[place.pid] = place
			r.keep(place)
		}},
		{"events", func(r *recovery, p *outgoing) {
			r.lock()
			r.known["here"] = &presence{pid: "here"}
			r.unlock()
			r.broadcast(selection{}, p, false)
		}},
	}
	size := func(n *Namespace) int {
		n.recovery.lock()
		defer n.recovery.unlock()
		return n.recovery.bytes + n.recovery.log.bytes
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv, err := NewServer(Options{RecoveryWindow: time.Hour, RecoveryBytes: maxBytes})
				if err != nil {
					t.Fatal(err)
				}
				p, err := newOutgoing("news", new(1))
				if err != nil {
					t.Fatal(err)
				}
				defer p.release()
				tenants := srv.Of("/tenant/{tenant}")
				var children []*Namespace
				for i := range 500 {
					n := srv.Of(fmt.Sprintf("/tenant/%d", i))
					tt.keep(n.recovery, p)
					<-time.After(time.Second)
					children = append(children, n)
					if size(n) == 0 {
						t.Fatalf("namespace %d keeps nothing, want what is latest", i)
					}
				}
				sum, left := 0, 0
				for i, n := range children {
					sum += size(n)
					if size(n) > 0 {
						left++
					} else if left > 0 {
						t.Errorf("namespace %d keeps nothing, an older one does", i)
					}
				}
				if sum > 2*maxBytes || left < 10 || left == len(children) {
					t.Errorf("%d namespaces keep %d bytes, want at most %d", left, sum, 2*maxBytes)
				}
				srv.forgetAbsent()
				if got := tenants.family.burden.bytes.Load(); got != 0 {
					t.Errorf("%d bytes are counted in the end, want none", got)
				}
			})
		})
	}
}
