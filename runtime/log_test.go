package rt_test

import (
	"context"
	"encoding/json"
	"strings"
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

// S17: what a peer calls things cannot forge a line, or steer a terminal.
func TestNamesInTheLogAreQuoted(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		tenants(w)
		path := "/tenant/\u202e\u009b2J"
		p := w.connect(path)
		p.next()
		p.send(`2` + path + `,["evil\r\nlevel=ERROR msg=\"all is lost\" \u001b[2J\u202e"]`)
		synctest.Wait()
		if got := w.log.count(`event="evil\r\nlevel=ERROR msg=\"all is lost\" \x1b[2J\u202e"`, `namespace="/tenant/\u202e\u009b2J"`); got != 1 {
			t.Errorf("%d records with the name quoted, want 1:\n%s", got, w.log)
		}
		if strings.ContainsAny(w.log.String(), "\r\x1b\u202e\u009b") {
			t.Errorf("raw control characters in the log:\n%q", w.log)
		}
	})
}
