package client_test

import (
	"context"
	"encoding/json"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
)

// A handler that ends its goroutine, as the FailNow of a test does, ends its
// event and nothing else.
func TestGoexitOfAHandler(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		answers := make(chan string, 10)
		srv := fake(t, func(f *fakeConn) {
			f.read()
			f.send(`40{"sid":"x"}`, `421["exit",{}]`, `42["exit",{}]`, `422["raw",{}]`, `423["seen",{}]`, `424["fine",{}]`)
			for range 2 {
				answers <- f.read()
			}
			f.wait()
		})
		c := w.client(client.Options{Transports: []string{"websocket"}, DialContext: srv.dial, NoReconnection: true})
		s := c.Of("/")
		exit := func(context.Context, rt.None) (rt.None, error) { runtime.Goexit(); return rt.None{}, nil }
		client.OnWithAck(s, rt.AckEvent[rt.None, rt.None]{Name: "exit"}, exit)
		client.OnWithAck(s, rt.AckEvent[rt.None, rt.None]{Name: "raw", Raw: true}, exit)
		client.OnWithAck(s, rt.AckEvent[rt.None, rt.None]{Name: "fine"}, func(context.Context, rt.None) (rt.None, error) { return rt.None{}, nil })
		s.OnAny(func(_ context.Context, name string, _ []json.RawMessage) {
			if name == "seen" {
				runtime.Goexit()
			}
		})
		mustConnect(t, s)
		for _, want := range []string{"431" + internal, `434[{"ok":true}]`} {
			if got := next(t, answers); got != want {
				t.Errorf("answer %s, want %s", got, want)
			}
		}
		c.Close()
		if got := w.log.String(); strings.Count(got, "runtime.Goexit was called") != 4 || !strings.Contains(got, "exit_test.go") {
			t.Errorf("want a record with the stack for each, got\n%s", got)
		}
	})
}

// Hooks that do so end themselves only.
func TestGoexitOfAHook(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		s := w.client(client.Options{ReconnectionAttempts: 1}).Of("/")
		var contexts []context.Context
		s.OnConnect(func(ctx context.Context) { contexts = append(contexts, ctx); runtime.Goexit() })
		left := make(chan rt.Reason, 1)
		s.OnDisconnect(func(_ context.Context, reason rt.Reason) { left <- reason; runtime.Goexit() })
		s.OnConnectError(func(context.Context, error) { runtime.Goexit() })
		events := collect(s, echo)
		for range 2 {
			mustConnect(t, s)
			emit(t, s, "1")
			next(t, events)
			w.down.Store(true)
			w.cut()
			next(t, left)
			if s.Connect(t.Context()) == nil {
				t.Error("connected while the network is down")
			}
			w.down.Store(false)
		}
		synctest.Wait()
		for _, ctx := range contexts {
			if ctx.Err() == nil {
				t.Error("the context of a visit that is over lives on")
			}
		}
	})
}

// Auth that ends its goroutine is asked again, as if it had failed.
func TestGoexitOfAuth(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		asked := 0
		s := w.client(client.Options{Auth: func(context.Context, string) (any, error) {
			if asked++; asked == 1 {
				runtime.Goexit()
			}
			return nil, nil
		}}).Of("/")
		got := observe(s)
		mustConnect(t, s)
		if err := next(t, got.failed); !strings.Contains(err.Error(), "runtime.Goexit was called") {
			t.Errorf("told of %v", err)
		}
	})
}
