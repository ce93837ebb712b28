package rt_test

import (
	"context"
	"testing"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

// A permission that has run out while the peer was away is asked for again.
func TestRecoverySkipsNoChecksOfTheExpired(t *testing.T) {
	opts := recovering
	opts.RecoverySkipChecks = true
	inWorld(t, opts, func(t *testing.T, w *world) {
		n := w.Of("/")
		banned := false
		n.Use(func(_ context.Context, s *rt.Socket) error {
			if banned {
				return &rt.ConnectError{Message: "banned"}
			}
			s.SetExpiry(time.Now().Add(30 * time.Second))
			return nil
		})
		v := w.visit("/")
		v.absent()
		banned = true
		<-time.After(31 * time.Second)
		send(t, n, 1)
		p := w.dial()
		p.send("0" + v.ticket())
		p.want(`4{"message":"banned"}`)
		p.wantNothing()
	})
}
