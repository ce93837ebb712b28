package rt_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

// A peer that leaves while it is served is not worth an error in the log.
func TestHandlersOfPeersThatHaveLeft(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := serveEcho(w.Server, "/")
		rt.On(n, slow, func(ctx context.Context, s *rt.Socket, msg json.RawMessage) error {
			<-time.After(100 * time.Millisecond)
			if string(msg) == "1" {
				return rt.Emit(ctx, s, echo, msg)
			}
			<-ctx.Done()
			return context.Cause(ctx)
		})
		p := w.connect("/")
		p.send(`2["slow",1]`, `2["slow",2]`, "1")
		<-time.After(10 * time.Second)
		synctest.Wait()
		if got := w.log.count("handler failed"); got != 0 {
			t.Errorf("%d errors, want none:\n%s", got, w.log)
		}
		if got := w.log.count("socket left before its handler was done", "event=slow"); got != 2 {
			t.Errorf("%d records, want 2:\n%s", got, w.log)
		}
	})
}
