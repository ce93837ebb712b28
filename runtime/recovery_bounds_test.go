package rt_test

import (
	"context"
	"strings"
	"testing"

	rt "github.com/rtgen/rtgen/runtime"
)

// quietAndBusy returns a visitor in the room quiet that got one event long ago,
// and one in the room busy that got more than the log holds.
func quietAndBusy(t *testing.T, w *world, n *rt.Namespace) (quiet, busy *visitor) {
	t.Helper()
	room := rt.Room("quiet")
	n.Use(func(_ context.Context, s *rt.Socket) error { return s.Join(room) })
	quiet = w.visit("/")
	room = "busy"
	busy = w.visit("/")
	send(t, n.To("quiet"), 1)
	quiet.heard()
	for i := range 100 {
		send(t, n.To("busy"), i)
	}
	return quiet, busy
}

// D06: the log is bounded, and what it has lost is never passed over.
func TestRecoveryBounds(t *testing.T) {
	for _, tt := range []struct {
		name string
		opts rt.Options
	}{
		{"packets", rt.Options{RecoveryWindow: 1e11, RecoveryPackets: 10}},
		{"bytes", rt.Options{RecoveryWindow: 1e11, RecoveryBytes: 5000}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, tt.opts, func(t *testing.T, w *world) {
				n := w.Of("/")
				quiet, busy := quietAndBusy(t, w, n)
				busy.cut() // it has not looked: all that was sent may be lost
				if busy.comeBack() {
					t.Error("recovered although the log is too short")
				}
				quiet.cut()
				send(t, n.To("quiet"), 2)
				if !quiet.comeBack() {
					t.Error("a peer that has missed one event is not recovered")
				}
				wantHeard(t, quiet, told(2))
				quiet.cut()
				for i := range 100 {
					send(t, n.To("busy"), i)
				}
				if quiet.comeBack() {
					t.Error("recovered although events from when it was away are gone")
				}
			})
		})
	}
}

// A peer that has missed more than may be queued for it is not recovered: it
// would be cut off as a slow one.
func TestRecoveryOfMoreThanAQueue(t *testing.T) {
	opts := recovering
	opts.SendQueueBytes = 64 << 10
	inWorld(t, opts, func(t *testing.T, w *world) {
		n := w.Of("/")
		v := w.visit("/")
		v.absent()
		for range 5 {
			rt.Emit(t.Context(), n, whoami, strings.Repeat("x", 20_000))
		}
		if v.comeBack() {
			t.Error("recovered")
		}
		send(t, n, 1)
		wantHeard(t, v, told(1))
	})
}

// F09: of those who are away, the latest are kept.
func TestRecoveryKeepsSoManyPlaces(t *testing.T) {
	opts := recovering
	opts.RecoveryPackets = 10
	inWorld(t, opts, func(t *testing.T, w *world) {
		w.Of("/")
		var visitors []*visitor
		for range 12 {
			v := w.visit("/")
			v.absent()
			visitors = append(visitors, v)
		}
		for i, v := range visitors {
			if got, want := v.comeBack(), i >= 2; got != want {
				t.Errorf("visitor %d: recovered = %t, want %t", i, got, want)
			}
		}
	})
}

// A peer that left a room between its offset and the break cannot be told what
// it has missed there.
func TestRecoveryAfterLeavingARoom(t *testing.T) {
	for _, tt := range []struct {
		name   string
		looked bool
	}{{"all had come", true}, {"some was lost", false}} {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, recovering, func(t *testing.T, w *world) {
				n := w.Of("/")
				n.OnConnect(func(_ context.Context, s *rt.Socket) { s.Join("room") })
				v := w.visit("/")
				v.heard()
				send(t, n.To("room"), 1)
				for s := range n.Sockets() {
					s.Leave("room")
				}
				if tt.looked {
					v.heard()
				}
				v.cut()
				send(t, n.To("room"), 2)
				send(t, n, 3)
				if v.comeBack() != tt.looked {
					t.Fatalf("recovered = %t, want %t", v.recovered, tt.looked)
				}
				if tt.looked {
					wantHeard(t, v, told(3))
				}
			})
		})
	}
}
