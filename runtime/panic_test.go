package rt_test

import (
	"context"
	"testing"
	"testing/synctest"

	rt "github.com/rtgen/rtgen/runtime"
)

// An ogre is a payload with methods of its own, which panic.
type ogre struct{}

func (*ogre) UnmarshalJSON([]byte) error    { panic("ogre") }
func (ogre) MarshalJSON() ([]byte, error)   { panic("ogre") }
func bad(context.Context, *rt.Socket) error { panic("ogre") }

// O01: a panic ends what it happens in and nothing else, wherever it is in the
// code of a user. What comes after it is called as ever.
func TestPanics(t *testing.T) {
	const internal = `30[{"ok":false,"error":{"code":"internal","message":"internal error"}}]`
	tests := []struct {
		name       string
		set        func(n *rt.Namespace)
		send, want string
		log        string
	}{
		{"connect hook", func(n *rt.Namespace) {
			n.OnConnect(func(ctx context.Context, s *rt.Socket) { bad(ctx, s) })
		}, ``, ``, `msg="hook failed" event=connect`},
		{"disconnect hook", func(n *rt.Namespace) {
			n.OnDisconnect(func(ctx context.Context, s *rt.Socket, _ rt.Reason) { bad(ctx, s) })
		}, ``, ``, `msg="hook failed" event=disconnect`},
		{"decoder of a payload", func(n *rt.Namespace) {
			rt.OnWithAck(n, rt.AckEvent[ogre, int]{Name: "eat"}, func(context.Context, *rt.Socket, ogre) (int, error) { return 1, nil })
		}, `20["eat",1]`, internal, `msg="handler failed" event=eat`},
		{"encoder of an answer", func(n *rt.Namespace) {
			rt.OnWithAck(n, rt.AckEvent[int, ogre]{Name: "eat"}, func(context.Context, *rt.Socket, int) (ogre, error) { return ogre{}, nil })
		}, `20["eat",1]`, internal, `msg="handler failed" event=eat`},
		{"data of an error", func(n *rt.Namespace) {
			rt.OnWithAck(n, rt.AckEvent[int, int]{Name: "eat", Errors: []string{"full"}}, func(context.Context, *rt.Socket, int) (int, error) {
				return 0, &rt.Error{Code: "full", Data: ogre{}}
			})
		}, `20["eat",1]`, internal, `msg="handler failed" event=eat`},
		{"key of a call", func(n *rt.Namespace) {
			eat := rt.AckEvent[int, int]{Name: "eat", IdempotencyKey: func(int) string { panic("ogre") }}
			rt.OnWithAck(n, eat, func(context.Context, *rt.Socket, int) (int, error) { return 1, nil })
		}, `20["eat",1]`, internal, `msg="handler failed" event=eat`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				n := serveEcho(w.Server, "/")
				tt.set(n)
				var calls []string
				n.OnConnect(func(context.Context, *rt.Socket) { calls = append(calls, "connect") })
				n.OnDisconnect(func(context.Context, *rt.Socket, rt.Reason) { calls = append(calls, "disconnect") })
				p := w.connect("/")
				if tt.send != "" {
					p.send(tt.send)
					p.want(tt.want)
				}
				p.send(`2["echo",1]`)
				p.want(`2["echo",1]`)
				p.ws.Close()
				synctest.Wait()
				if len(calls) != 2 {
					t.Errorf("the hooks were called %q, want connect and disconnect", calls)
				}
				if w.log.count(tt.log, `error="panic: ogre"`, "stack=", "panic_test.go") != 1 {
					t.Errorf("want %s once with the panic, in\n%s", tt.log, w.log)
				}
			})
		})
	}
}

// An ogreHandler panics when a peer comes or goes.
type ogreHandler struct{ connect, disconnect bool }

func (h ogreHandler) Connect(ctx context.Context, s *rt.Socket) error {
	if h.connect {
		return bad(ctx, s)
	}
	return nil
}

func (h ogreHandler) Disconnect(ctx context.Context, s *rt.Socket, _ rt.Reason) {
	if h.disconnect {
		bad(ctx, s)
	}
}

// O01: the handlers of a contract that are not those of events.
func TestPanicsOfAContract(t *testing.T) {
	for name, h := range map[string]ogreHandler{"connect": {connect: true}, "disconnect": {disconnect: true}} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				n, err := rt.Bind(w.Server, rt.NamespaceSpec{Path: "/x"}, h, func(s *rt.Socket) *rt.Socket { return s },
					func(h ogreHandler) []rt.Binding {
						return []rt.Binding{rt.BindConnect(h.Connect), rt.BindDisconnect(h.Disconnect)}
					})
				if err != nil {
					t.Fatal(err)
				}
				left := 0
				n.OnDisconnect(func(context.Context, *rt.Socket, rt.Reason) { left++ })
				serveEcho(w.Server, "/")
				p := w.connect("/")
				if h.connect {
					p.send("0/x,")
					p.want(`4/x,{"message":"internal error"}`)
				} else {
					p.join("/x")
					p.send("1/x,")
				}
				p.send(`2["echo",1]`)
				p.want(`2["echo",1]`)
				synctest.Wait()
				if want := map[string]int{"connect": 0, "disconnect": 1}[name]; left != want {
					t.Errorf("%d calls of OnDisconnect, want %d", left, want)
				}
				if w.log.count("event="+name, `error="panic: ogre"`, "stack=") != 1 {
					t.Errorf("want the panic in the log:\n%s", w.log)
				}
			})
		})
	}
}
