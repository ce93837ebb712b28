package rt_test

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	rt "github.com/rtgen/rtgen/runtime"
)

type userCode = func(ctx context.Context, s *rt.Socket)

// places are where user code is called.
var places = map[string]func(n *rt.Namespace, call userCode){
	"check": func(n *rt.Namespace, call userCode) {
		n.Use(func(ctx context.Context, s *rt.Socket) error { call(ctx, s); return nil })
	},
	"connect hook": func(n *rt.Namespace, call userCode) { n.OnConnect(call) },
	"disconnect hook": func(n *rt.Namespace, call userCode) {
		n.OnDisconnect(func(ctx context.Context, s *rt.Socket, _ rt.Reason) { call(ctx, s) })
	},
	"handler": func(n *rt.Namespace, call userCode) {
		rt.On(n, tick, func(ctx context.Context, s *rt.Socket, _ rt.None) error { call(ctx, s); return nil })
	},
	"loop over sockets": func(n *rt.Namespace, call userCode) {
		rt.On(n, tick, func(ctx context.Context, _ *rt.Socket, _ rt.None) error {
			for s := range n.Sockets() {
				call(ctx, s)
			}
			return nil
		})
	},
	"hook for events": func(n *rt.Namespace, call userCode) {
		n.OnAny(func(ctx context.Context, s *rt.Socket, _ string, _ []json.RawMessage) { call(ctx, s) })
	},
	"hook for what is sent": func(n *rt.Namespace, call userCode) {
		var called atomic.Bool
		n.OnAnyOutgoing(func(ctx context.Context, _ rt.Emitter, _ string, _ []json.RawMessage) {
			if called.Swap(true) {
				return // else it would be called for what it sends
			}
			for s := range n.Sockets() {
				call(ctx, s)
			}
		})
	},
	"hook for rooms": func(n *rt.Namespace, call userCode) {
		n.OnRooms(rt.RoomHooks{Joined: func(s *rt.Socket, _ rt.Room) { call(s.Context(), s) }})
	},
	"hook for expiry": func(n *rt.Namespace, call userCode) {
		n.OnConnect(func(_ context.Context, s *rt.Socket) { s.SetExpiry(time.Now().Add(time.Minute)) })
		n.OnExpiry(func(ctx context.Context, s *rt.Socket) (time.Time, error) {
			call(ctx, s)
			return time.Time{}, errors.New("expired")
		})
	},
}

// calls are what user code calls.
var calls = map[string]func(ctx context.Context, w *world, s *rt.Socket){
	"emit":      func(ctx context.Context, _ *world, s *rt.Socket) { rt.Emit(ctx, s, news, 1) },
	"broadcast": func(ctx context.Context, _ *world, s *rt.Socket) { rt.Emit(ctx, s.Namespace().Except("x"), news, 1) },
	"ask":       func(ctx context.Context, _ *world, s *rt.Socket) { rt.EmitWithAck(ctx, s, question, 1) },
	"ask all": func(ctx context.Context, _ *world, s *rt.Socket) {
		for range rt.BroadcastWithAck(ctx, s.Namespace().Timeout(time.Second), question, 1) {
		}
	},
	"join":       func(_ context.Context, _ *world, s *rt.Socket) { s.Join("a", "b") },
	"leave":      func(_ context.Context, _ *world, s *rt.Socket) { s.Leave("red", "a") },
	"join all":   func(ctx context.Context, _ *world, s *rt.Socket) { s.Namespace().Everyone().SocketsJoin(ctx, "a") },
	"disconnect": func(_ context.Context, _ *world, s *rt.Socket) { s.Disconnect(false) },
	"close":      func(_ context.Context, _ *world, s *rt.Socket) { s.Disconnect(true) },
	"close all": func(ctx context.Context, _ *world, s *rt.Socket) {
		s.Namespace().Everyone().DisconnectSockets(ctx, true)
	},
	"set expiry": func(_ context.Context, _ *world, s *rt.Socket) { s.SetExpiry(time.Now().Add(time.Second)) },
	"shut down": func(ctx context.Context, w *world, _ *rt.Socket) {
		ctx, cancel := context.WithTimeout(ctx, time.Second) // it waits for its own caller
		defer cancel()
		w.Shutdown(ctx)
	},
}

// O03: whatever user code calls, and wherever it is called from, nobody waits for
// ever. Who waits for a mutex stops the clock of the bubble: then the time limit
// of the whole test ends it, and tells where.
func TestCallsFromUserCode(t *testing.T) {
	for place, set := range places {
		for name, call := range calls {
			for recovery, opts := range map[string]rt.Options{"": {}, ", recovering": recovering} {
				t.Run(name+" from a "+place+recovery, func(t *testing.T) {
					inWorld(t, opts, func(t *testing.T, w *world) {
						n := serveEcho(w.Server, "/")
						n.OnConnect(func(_ context.Context, s *rt.Socket) { s.Join("red") })
						var called atomic.Int32
						set(n, func(ctx context.Context, s *rt.Socket) {
							call(ctx, w, s)
							called.Add(1)
						})
						serveEcho(w.Server, "/other")
						bystander := w.connect("/other")
						p, other := w.dial(), w.dial()
						for _, packet := range []string{"40", `42["tick"]`, `42["echo",1]`} {
							p.write(websocket.TextMessage, packet) // it may have been closed
							other.write(websocket.TextMessage, packet)
						}
						<-time.After(2 * time.Minute)
						p.ws.Close()
						other.ws.Close()
						<-time.After(10 * time.Second)
						synctest.Wait()
						if called.Load() == 0 {
							t.Error("the call was not made, or did not return")
						}
						if n.Len() != 0 {
							t.Errorf("%d members are left", n.Len())
						}
						if name != "shut down" {
							bystander.send(`2/other,["echo",1]`)
							bystander.next()
						}
					})
				})
			}
		}
	}
}
