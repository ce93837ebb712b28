package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
)

func TestRefused(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		allowed := false
		w.Of("/members").Use(func(context.Context, *rt.Socket) error {
			if allowed {
				return nil
			}
			return &rt.ConnectError{Message: "not a member", Data: map[string]int{"code": 7}}
		})
		c := w.client(client.Options{})
		s, other := c.Of("/members"), c.Of("/other")
		got := observe(s)
		mustConnect(t, other)
		for range 2 {
			err := s.Connect(t.Context())
			for _, err := range []error{err, next(t, got.failed)} {
				refused, ok := errors.AsType[*rt.ConnectError](err)
				if !ok || refused.Message != "not a member" || string(refused.Data.(json.RawMessage)) != `{"code":7}` {
					t.Fatalf("refused with %#v", err)
				}
			}
			if s.Active() {
				t.Error("the socket is active")
			}
		}
		unknown := c.Of("/nowhere").Connect(t.Context())
		if refused, ok := errors.AsType[*rt.ConnectError](unknown); !ok || refused.Message != "Invalid namespace" || refused.Data != nil {
			t.Errorf("refused with %#v", unknown)
		}
		time.Sleep(time.Hour)
		if len(got.failed) > 0 {
			t.Errorf("tried again: %v", <-got.failed)
		}
		call(t, other, "1") // still served
		allowed = true
		mustConnect(t, s)
	})
}

func TestServerDisconnects(t *testing.T) {
	for _, all := range []bool{false, true} {
		t.Run(fmt.Sprint("connection ", all), func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				c := w.client(client.Options{})
				s, other := c.Of("/"), c.Of("/other")
				got := observe(s)
				mustConnect(t, s)
				mustConnect(t, other)
				for peer := range w.Of("/").Sockets() {
					peer.Disconnect(all)
				}
				if reason := next(t, got.disconnected); reason != client.ReasonServerDisconnect {
					t.Errorf("reason %q", reason)
				}
				time.Sleep(time.Hour)
				if s.Active() {
					t.Error("the socket came back by itself")
				}
				if err := client.Emit(t.Context(), s, echo, json.RawMessage("1")); !errors.Is(err, rt.ErrClosed) {
					t.Errorf("Emit: %v", err)
				}
				if other.Active() == all {
					t.Errorf("the other socket is active: %v", other.Active())
				}
				mustConnect(t, s)
				call(t, s, "1")
			})
		})
	}
}

func TestDisconnect(t *testing.T) {
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				left := make(chan rt.Reason, 10)
				w.Of("/").OnDisconnect(func(_ context.Context, _ *rt.Socket, reason rt.Reason) { left <- reason })
				received := make(chan string, 100)
				w.Of("/").OnAny(func(_ context.Context, _ *rt.Socket, _ string, args []json.RawMessage) {
					received <- string(args[0])
				})
				c := w.client(tt.opts)
				s, other := c.Of("/"), c.Of("/other")
				got := observe(s)
				mustConnect(t, s)
				mustConnect(t, other)
				emit(t, s, "1")
				s.Disconnect()
				s.Disconnect()
				if reason := next(t, got.disconnected); reason != client.ReasonClientDisconnect {
					t.Errorf("client's reason %q", reason)
				}
				if reason := next(t, left); reason != rt.ReasonClientDisconnect {
					t.Errorf("server's reason %q", reason)
				}
				mustConnect(t, s)
				emit(t, s, "2")
				s.Disconnect()
				next(t, left)
				call(t, other, "1")
				emit(t, other, "3")
				other.Disconnect() // the last one closes the connection
				synctest.Wait()
				if n := w.Len(); n != 0 || c.Transport() != "" {
					t.Errorf("%d connections, over %q", n, c.Transport())
				}
				for _, want := range []string{"1", "2"} {
					if got := next(t, received); got != want {
						t.Errorf("the server got %s, want %s", got, want)
					}
				}
				mustConnect(t, s) // at once
				c.Close()
				c.Close()
				if err := s.Connect(t.Context()); !errors.Is(err, rt.ErrClosed) {
					t.Errorf("Connect after Close: %v", err)
				}
			})
		})
	}
}

func emit(t *testing.T, s *client.Socket, msg string) {
	t.Helper()
	if err := client.Emit(t.Context(), s, echo, json.RawMessage(msg)); err != nil {
		t.Fatal(err)
	}
}

// What is sent at last arrives although the client is closed right behind it.
func TestCloseSendsWhatWaits(t *testing.T) {
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				var last string
				w.Of("/").OnAny(func(_ context.Context, _ *rt.Socket, _ string, args []json.RawMessage) { last = string(args[0]) })
				c := w.client(tt.opts)
				s := c.Of("/")
				mustConnect(t, s)
				for i := range 200 {
					emit(t, s, fmt.Sprint(i))
				}
				c.Close()
				synctest.Wait()
				if last != "199" {
					t.Errorf("the server's last event is %q, want 199", last)
				}
			})
		})
	}
}

func TestCloseWhileConnecting(t *testing.T) {
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				hang := make(chan struct{})
				defer close(hang)
				tt.opts.DialContext = hangs(t, hang).dial
				c := w.client(tt.opts)
				s := c.Of("/")
				failure := make(chan error, 1)
				go func() { failure <- s.Connect(t.Context()) }()
				synctest.Wait()
				start := time.Now()
				c.Close()
				if err := next(t, failure); !errors.Is(err, rt.ErrClosed) {
					t.Errorf("Connect: %v", err)
				}
				if d := time.Since(start); d > time.Second {
					t.Errorf("Close took %v", d)
				}
			})
		})
	}
}

// Leaving and coming back faster than the server answers asks it only once.
func TestLeavesBeforeItIsIn(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		release := make(chan struct{})
		w.Of("/slow").Use(func(context.Context, *rt.Socket) error { <-release; return nil })
		c := w.client(client.Options{})
		s, other := c.Of("/slow"), c.Of("/other")
		mustConnect(t, other)
		connect := func(s *client.Socket) <-chan error {
			failure := make(chan error, 1)
			go func() { failure <- s.Connect(t.Context()) }()
			synctest.Wait()
			return failure
		}
		first := connect(s)
		s.Disconnect()
		if err := next(t, first); !errors.Is(err, rt.ErrClosed) {
			t.Errorf("first Connect: %v", err)
		}
		second := connect(s)
		release <- struct{}{}
		if err := next(t, second); err != nil || !s.Connected() {
			t.Errorf("second Connect: %v", err)
		}
		s.Disconnect()
		third := connect(s)
		s.Disconnect()
		next(t, third)
		release <- struct{}{}
		synctest.Wait()
		if n := w.Of("/slow").Len(); n != 0 {
			t.Errorf("%d sockets at the server, want none", n)
		}
		call(t, other, "1")
	})
}

func TestPingTimeout(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		srv := fake(t, func(f *fakeConn) {
			f.read()
			f.send(`40{"sid":"x"}`)
			time.Sleep(25 * time.Second)
			f.send("2")
			f.wait() // answers nothing, as a peer behind a broken network
		})
		s := w.client(client.Options{Transports: []string{"websocket"}, DialContext: srv.dial}).Of("/")
		got := observe(s)
		start := time.Now()
		mustConnect(t, s)
		if reason := <-got.disconnected; reason != rt.ReasonPingTimeout {
			t.Errorf("reason %q", reason)
		}
		if d := time.Since(start); d != 70*time.Second {
			t.Errorf("left after %v, want 45s after the ping", d)
		}
		s.Disconnect()
	})
}

// An hour without events is an hour of heartbeats.
func TestStaysConnected(t *testing.T) {
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				s := w.client(tt.opts).Of("/")
				got := observe(s)
				mustConnect(t, s)
				time.Sleep(time.Hour)
				if len(got.disconnected) > 0 {
					t.Errorf("left: %s", <-got.disconnected)
				}
				call(t, s, "1")
			})
		})
	}
}

func TestConnectIsNotAnswered(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		srv := fake(t, func(f *fakeConn) { f.wait() })
		s := w.client(client.Options{Transports: []string{"websocket"}, DialContext: srv.dial, NoReconnection: true}).Of("/")
		start := time.Now()
		err := s.Connect(t.Context())
		if err == nil || !strings.HasSuffix(err.Error(), "client: the server did not answer CONNECT in time") {
			t.Errorf("Connect: %v", err)
		}
		if d := time.Since(start); d != 20*time.Second {
			t.Errorf("failed after %v, want 20s", d)
		}
	})
}

func TestServerThatHangs(t *testing.T) {
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				hang := make(chan struct{})
				defer close(hang)
				tt.opts.DialContext, tt.opts.NoReconnection = hangs(t, hang).dial, true
				s := w.client(tt.opts).Of("/")
				start := time.Now()
				if err := s.Connect(t.Context()); err == nil {
					t.Error("Connect: no error")
				}
				if d := time.Since(start); d != 20*time.Second {
					t.Errorf("failed after %v, want 20s", d)
				}
			})
		})
	}
}

func TestHandlers(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		c := w.client(client.Options{})
		s := c.Of("/")
		var order []string
		done := make(chan struct{})
		s.OnConnect(func(context.Context) { order = append(order, "connect") })
		s.OnAny(func(_ context.Context, name string, args []json.RawMessage) {
			order = append(order, "any "+name+" "+string(args[0]))
		})
		client.On(s, rt.Event[int]{Name: "n"}, func(ctx context.Context, n int) error {
			time.Sleep(time.Duration(10-n) * time.Second) // the order holds all the same
			order = append(order, fmt.Sprint("n ", n))
			switch n {
			case 1:
				panic("one")
			case 2:
				return errors.New("two")
			}
			return nil
		})
		client.On(s, rt.Event[string]{Name: "end"}, func(context.Context, string) error {
			close(done)
			return nil
		})
		w.Of("/").OnConnect(func(ctx context.Context, s *rt.Socket) {
			for i := range 4 {
				rt.Emit(ctx, s, rt.Event[int]{Name: "n"}, i)
			}
			rt.Emit(ctx, s, rt.Event[string]{Name: "unknown"}, "x")
			rt.Emit(ctx, s, rt.Event[string]{Name: "n"}, "no number")
			rt.Emit(ctx, s, rt.Event[string]{Name: "end"}, "")
		})
		mustConnect(t, s)
		<-done
		want := []string{
			"connect", "any n 0", "n 0", "any n 1", "n 1", "any n 2", "n 2", "any n 3", "n 3",
			`any unknown "x"`, `any n "no number"`, `any end ""`,
		}
		if diff := cmp.Diff(want, order); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
		c.Close()
		for _, part := range []string{"panic: one", "error=two", "work.go", "event=unknown", "namespace=/"} {
			if !strings.Contains(w.log.String(), part) {
				t.Errorf("the log lacks %q:\n%s", part, w.log)
			}
		}
	})
}

func TestHandlersThatCannotBe(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		s := w.client(client.Options{}).Of("x")
		if s != w.client(client.Options{}).Of("x") && s.Namespace() != "/x" {
			t.Errorf("namespace %q", s.Namespace())
		}
		collect(s, echo)
		for _, name := range []string{"echo", "", "disconnect"} {
			func() {
				defer func() {
					if recover() == nil {
						t.Errorf("a second handler of %q: no panic", name)
					}
				}()
				collect(s, rt.Event[json.RawMessage]{Name: name})
			}()
		}
		if err := client.Emit(t.Context(), s, rt.Event[int]{Name: "connect"}, 1); err == nil {
			t.Error("a reserved name was sent")
		}
	})
}

func TestAnswersOfHandlers(t *testing.T) {
	tests := []struct {
		name string
		ev   rt.AckEvent[int, *int]
		fn   func(ctx context.Context, n int) (*int, error)
		want string
	}{
		{"value", rt.AckEvent[int, *int]{}, func(_ context.Context, n int) (*int, error) { return &n, nil }, `[{"ok":true,"data":7}]`},
		{"raw", rt.AckEvent[int, *int]{Raw: true}, func(_ context.Context, n int) (*int, error) { return &n, nil }, `[7]`},
		{"nothing", rt.AckEvent[int, *int]{}, func(context.Context, int) (*int, error) { return nil, nil }, internal},
		{"panic", rt.AckEvent[int, *int]{}, func(context.Context, int) (*int, error) { panic("secret") }, internal},
		{"error", rt.AckEvent[int, *int]{}, func(context.Context, int) (*int, error) { return nil, errors.New("secret") }, internal},
		{"undeclared", rt.AckEvent[int, *int]{}, func(context.Context, int) (*int, error) { return nil, &rt.Error{Code: "secret"} }, internal},
		{"declared", rt.AckEvent[int, *int]{Errors: []string{"busy"}}, func(context.Context, int) (*int, error) {
			return nil, &rt.Error{Code: "busy", Message: "later", Data: map[string]int{"in": 5}}
		}, `[{"ok":false,"error":{"code":"busy","message":"later","in":5}}]`},
		{"unknown", rt.AckEvent[int, *int]{}, func(context.Context, int) (*int, error) { return nil, rt.ErrUnimplemented }, `[{"ok":false,"error":{"code":"unknownEvent","message":"unknown event"}}]`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				answers := make(chan string, 1)
				srv := fake(t, func(f *fakeConn) {
					f.read()
					f.send(`40{"sid":"x"}`, `4212["q",7]`)
					answers <- f.read()
					f.wait()
				})
				s := w.client(client.Options{Transports: []string{"websocket"}, DialContext: srv.dial}).Of("/")
				tt.ev.Name = "q"
				client.OnWithAck(s, tt.ev, tt.fn)
				mustConnect(t, s)
				if diff := cmp.Diff("4312"+tt.want, next(t, answers)); diff != "" {
					t.Errorf("answer (-want +got):\n%s", diff)
				}
				s.Disconnect()
			})
		})
	}
}

const internal = `[{"ok":false,"error":{"code":"internal","message":"internal error"}}]`

func TestContextOfHandlers(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		s := w.client(client.Options{}).Of("/")
		started, ended := make(chan struct{}), make(chan error, 1)
		client.On(s, echo, func(ctx context.Context, _ json.RawMessage) error {
			close(started)
			<-ctx.Done()
			ended <- context.Cause(ctx)
			return ctx.Err()
		})
		got := observe(s)
		mustConnect(t, s)
		emit(t, s, "1")
		<-started
		left := time.Now()
		s.Disconnect()
		if err := <-ended; !errors.Is(err, rt.ErrDisconnected) {
			t.Errorf("cause %v", err)
		}
		next(t, got.disconnected)
		if d := time.Since(left); d != time.Second {
			t.Errorf("the handler was told after %v, want 1s", d)
		}
	})
}

// When handlers fall behind, nothing more is read; nothing is lost.
func TestSlowHandlers(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		s := w.client(client.Options{ReceiveQueue: 5}).Of("/")
		count := make(chan int, 100)
		client.On(s, rt.Event[int]{Name: "n"}, func(_ context.Context, n int) error {
			time.Sleep(100 * time.Millisecond)
			count <- n
			return nil
		})
		mustConnect(t, s)
		for i := range 100 {
			if err := rt.Emit(t.Context(), w.Of("/"), rt.Event[int]{Name: "n"}, i); err != nil {
				t.Fatal(err)
			}
		}
		for want := range 100 {
			if got := next(t, count); got != want {
				t.Fatalf("got event %d, want %d", got, want)
			}
		}
	})
}
