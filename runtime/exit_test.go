package rt_test

import (
	"context"
	"encoding/json"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

var exit = rt.AckEvent[rt.None, rt.None]{Name: "exit"}

// A handler that ends its goroutine, as the FailNow of a test does, ends its
// event and nothing else.
func TestGoexitOfAHandler(t *testing.T) { // O01
	const internal = `[{"ok":false,"error":{"code":"internal","message":"internal error"}}]`
	raw := rt.AckEvent[rt.None, rt.None]{Name: "raw", Raw: true}
	handle := func(context.Context, *rt.Socket, rt.None) (rt.None, error) {
		runtime.Goexit()
		return rt.None{}, nil
	}
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := serveEcho(w.Server, "/")
		rt.OnWithAck(n, exit, handle)
		rt.OnWithAck(n, raw, handle)
		rt.OnWithAck(n, rt.AckEvent[rt.None, rt.None]{Name: "once", IdempotencyKey: func(rt.None) string { return "key" }}, handle)
		n.OnAny(func(_ context.Context, _ *rt.Socket, name string, _ []json.RawMessage) {
			if name == "seen" {
				runtime.Goexit()
			}
		})
		p := w.connect("/")
		p.send(`21["exit",{}]`, `2["exit",{}]`, `22["raw",{}]`, `23["once",{}]`, `24["once",{}]`, `25["seen"]`, `2["echo",1]`)
		p.want("31"+internal, "33"+internal, "34"+internal, `2["echo",1]`)
		if w.log.count("handler failed", "runtime.Goexit", "event=exit", "exit_test.go") != 2 {
			t.Errorf("want a record with the stack for each, got\n%s", w.log)
		}
		s := onlySocket(t, n)
		p.ws.Close()
		synctest.Wait()
		if s.Context().Err() == nil {
			t.Error("the context of the socket that left lives on")
		}
	})
}

// What stands at the doors of a namespace may end its goroutine as well.
func TestGoexitOfAHook(t *testing.T) { // O01
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		checked, in, out := serveEcho(w.Server, "/checked"), serveEcho(w.Server, "/in"), serveEcho(w.Server, "/out")
		checked.Use(func(context.Context, *rt.Socket) error { runtime.Goexit(); return nil })
		in.OnConnect(func(context.Context, *rt.Socket) { runtime.Goexit() })
		out.OnDisconnect(func(context.Context, *rt.Socket, rt.Reason) { runtime.Goexit() })
		p := w.connect("/in", "/out")
		start := time.Now()
		p.send("0/checked,")
		p.want(`4/checked,{"message":"internal error"}`)
		p.send(`2/in,["echo",1]`)
		p.want(`2/in,["echo",1]`)
		p.send("1/out,")
		p.join("/out")
		p.send(`2/out,["echo",1]`)
		p.want(`2/out,["echo",1]`)
		if took := time.Since(start); took > 0 {
			t.Errorf("took %v, want no time", took)
		}
	})
}

// A socket whose hook does not decide may not stay.
func TestGoexitOfTheExpiryHook(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		n.OnConnect(func(_ context.Context, s *rt.Socket) { s.SetExpiry(time.Now().Add(time.Second)) })
		n.OnExpiry(func(context.Context, *rt.Socket) (time.Time, error) { runtime.Goexit(); return time.Time{}, nil })
		p := w.connect("/")
		start := time.Now()
		p.want("1")
		if took := time.Since(start); took != time.Second {
			t.Errorf("left after %v, want 1s", took)
		}
	})
}
