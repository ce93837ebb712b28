package rt

import (
	"testing"
	"testing/synctest"
	"time"
)

// What nobody can come back to any more is let go, without a goroutine that
// waits for that.
func TestSweep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := &Server{opts: Options{RecoveryWindow: time.Minute}.withDefaults()}
		r := newNamespace(srv, "/").recovery
		gone, here := &presence{pid: "gone", expires: time.Now().Add(time.Minute)}, &presence{pid: "here"}
		p, err := newOutgoing("news", new(1))
		if err != nil {
			t.Fatal(err)
		}
		defer p.release()
		r.mu.Lock()
		r.known["gone"], r.known["here"] = gone, here
		r.keep(gone)
		r.mu.Unlock()
		r.broadcast(selection{}, p, false)
		r.broadcast(selection{}, p, false)

		left := func() (places, events, bytes int) {
			synctest.Wait()
			r.mu.Lock()
			defer r.mu.Unlock()
			return len(r.known), len(r.log.events) - r.log.first, r.bytes + r.log.bytes
		}
		<-time.After(time.Minute - 1)
		if places, events, bytes := left(); places != 2 || events != 2 || bytes == 0 {
			t.Errorf("before the window ends: %d places, %d events, %d bytes", places, events, bytes)
		}
		<-time.After(2)
		if places, events, _ := left(); places != 1 || events != 2 {
			t.Errorf("after the window: %d places, want 1; %d events, want 2", places, events)
		}
		<-time.After(r.log.maxAge) // the time for checks is over too
		if places, events, bytes := left(); places != 1 || events != 0 || bytes != 0 {
			t.Errorf("in the end: %d places, want 1; %d events and %d bytes, want none", places, events, bytes)
		}
		if r.timed {
			t.Error("the timer runs although nothing is left")
		}
	})
}
