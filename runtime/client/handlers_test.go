package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
)

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
