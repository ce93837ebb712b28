package rt_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

func TestChecks(t *testing.T) {
	tests := []struct {
		name  string
		check func(context.Context, *rt.Socket) error
		want  string
		after time.Duration
	}{
		{"refusal", func(context.Context, *rt.Socket) error { return &rt.ConnectError{Message: "no"} }, `4{"message":"no"}`, 0},
		{"refusal with data", func(context.Context, *rt.Socket) error {
			return &rt.ConnectError{Message: "no", Data: map[string]int{"code": 7}, Err: errors.New("secret")}
		}, `4{"message":"no","data":{"code":7}}`, 0},
		{"N10 any other error", func(context.Context, *rt.Socket) error { return errors.New("secret") }, `4{"message":"internal error"}`, 0},
		{"N08 panic", func(context.Context, *rt.Socket) error { panic("secret") }, `4{"message":"internal error"}`, 0},
		{"data that does not encode", func(context.Context, *rt.Socket) error {
			return &rt.ConnectError{Message: "no", Data: make(chan int)}
		}, `4{"message":"internal error"}`, 0},
		{"O01 data that panics", func(context.Context, *rt.Socket) error {
			return &rt.ConnectError{Message: "no", Data: explosive{}}
		}, `4{"message":"internal error"}`, 0},
		{"N08 check that heeds its context", func(ctx context.Context, _ *rt.Socket) error {
			<-ctx.Done()
			return nil
		}, `4{"message":"timeout"}`, 15 * time.Second},
		{"N08 check that does not", func(context.Context, *rt.Socket) error {
			<-time.After(20 * time.Second)
			return nil
		}, `4{"message":"timeout"}`, 15 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				n := serveEcho(w.Server, "/")
				n.Use(func(ctx context.Context, s *rt.Socket) error {
					s.Join("room")
					return tt.check(ctx, s)
				})
				n.OnConnect(func(context.Context, *rt.Socket) { t.Error("OnConnect was called") })
				n.OnDisconnect(func(context.Context, *rt.Socket, rt.Reason) { t.Error("OnDisconnect was called") })
				n.OnAny(func(context.Context, *rt.Socket, string, []json.RawMessage) { t.Error("N02: the event was handled") })
				p := w.dial()
				start := time.Now()
				p.send("0", `2["echo",1]`)
				p.want(tt.want)
				if got := time.Since(start); got != tt.after {
					t.Errorf("refused after %v, want %v", got, tt.after)
				}
				rt.Emit(t.Context(), n.To("room"), echo, json.RawMessage("1"))
				rt.Emit(t.Context(), n, echo, json.RawMessage("2"))
				<-time.After(10 * time.Second)
				p.wantNothing()
				if n.Len() != 0 {
					t.Errorf("%d members, want none", n.Len())
				}
			})
		})
	}
}

type explosive struct{}

func (explosive) MarshalJSON() ([]byte, error) { panic("secret") }

func TestChecksRunInOrderAndStop(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		var order []string
		n.Use(func(_ context.Context, s *rt.Socket) error {
			order = append(order, "first "+string(s.Auth()))
			return nil
		})
		n.Use(func(context.Context, *rt.Socket) error {
			order = append(order, "second")
			return &rt.ConnectError{Message: "no"}
		})
		n.Use(func(context.Context, *rt.Socket) error {
			order = append(order, "third")
			return nil
		})
		p := w.dial()
		p.send(`0{"token":"x"}`)
		p.want(`4{"message":"no"}`)
		if diff := cmp.Diff([]string{`first {"token":"x"}`, "second"}, order); diff != "" {
			t.Errorf("checks (-want +got):\n%s", diff)
		}
	})
}

// S15, N07: what a check would read depends on who reads it.
func TestAuthThatNamesAMemberTwice(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := serveEcho(w.Server, "/")
		n.Use(func(_ context.Context, s *rt.Socket) error {
			var auth struct{ Token string }
			if json.Unmarshal(s.Auth(), &auth); auth.Token != "secret" {
				return &rt.ConnectError{Message: "no"}
			}
			return nil
		})
		p := w.dial()
		for auth, want := range map[string]string{
			`{"token":"wrong","TOKEN":"secret"}`: `4{"message":"auth names a member twice"}`,
			`{"token":"wrong","token":"secret"}`: `4{"message":"auth names a member twice"}`,
			`{"token":"wrong"}`:                  `4{"message":"no"}`,
		} {
			p.send("0" + auth)
			p.want(want)
		}
		p.send(`0{"token":"secret","other":"x"}`)
		if got := p.next(); !strings.HasPrefix(got, `0{"sid":`) {
			t.Errorf("the right token was answered %s", got)
		}
	})
}

func TestBinaryBeforeAdmission(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := serveEcho(w.Server, "/")
		n.Use(func(ctx context.Context, _ *rt.Socket) error {
			<-ctx.Done()
			return ctx.Err()
		})
		p := w.dial()
		p.send("0", `51-["blob",{"_placeholder":true,"num":0}]`)
		p.wantClosed() // B04
	})
}

func TestWhatACheckSendsComesAfterTheConnect(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		n.Use(func(ctx context.Context, s *rt.Socket) error {
			if s.Connected() {
				t.Error("the socket is connected before it is let in")
			}
			if _, err := rt.EmitWithAck(ctx, s, question, 1); !errors.Is(err, rt.ErrClosed) {
				t.Errorf("EmitWithAck: %v, want ErrClosed", err)
			}
			s.Join("room")
			return rt.Emit(ctx, s, echo, json.RawMessage(`"welcome"`))
		})
		n.OnConnect(func(ctx context.Context, s *rt.Socket) {
			rt.Emit(ctx, n.To("room"), echo, json.RawMessage(`"to the room"`))
		})
		p := w.connect("/")
		p.want(`2["echo","welcome"]`, `2["echo","to the room"]`)
	})
}

func TestWhatACheckSendsIsBounded(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		w.Of("/").Use(func(ctx context.Context, s *rt.Socket) error {
			for range 64 {
				if err := rt.Emit(ctx, s, echo, json.RawMessage("1")); err != nil {
					return err
				}
			}
			if err := rt.Emit(ctx, s, echo, json.RawMessage("1")); !errors.Is(err, rt.ErrLimit) {
				t.Errorf("the 65th Emit: %v, want ErrLimit", err)
			}
			return nil
		})
		w.connect("/")
	})
}

func TestPeerLeavesDuringTheChecks(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		ended := make(chan error, 1)
		n.Use(func(ctx context.Context, s *rt.Socket) error {
			<-ctx.Done()
			ended <- context.Cause(ctx)
			return nil
		})
		n.OnConnect(func(context.Context, *rt.Socket) { t.Error("OnConnect was called") })
		p := w.dial()
		p.send("0")
		synctest.Wait()
		p.ws.Close()
		if err := <-ended; !errors.Is(err, rt.ErrDisconnected) {
			t.Errorf("cause = %v, want ErrDisconnected", err)
		}
		synctest.Wait()
		if n.Len() != 0 {
			t.Errorf("%d members, want none", n.Len())
		}
	})
}

func TestDisconnectReasons(t *testing.T) {
	tests := []struct {
		name string
		end  func(s *rt.Socket, p *peer)
		want rt.Reason
	}{
		{"client leaves", func(_ *rt.Socket, p *peer) { p.send("1") }, rt.ReasonClientDisconnect},
		{"server lets go", func(s *rt.Socket, p *peer) { s.Disconnect(false); s.Disconnect(false) }, rt.ReasonServerDisconnect},
		{"server closes", func(s *rt.Socket, p *peer) { s.Disconnect(true) }, rt.ReasonServerDisconnect},
		{"connection lost", func(_ *rt.Socket, p *peer) { p.ws.Close() }, rt.ReasonTransportClose},
		{"not the protocol", func(_ *rt.Socket, p *peer) { p.send("0") }, rt.ReasonForcedClose},
		{"not the transport's", func(_ *rt.Socket, p *peer) { p.write(1, "x") }, rt.ReasonParseError},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				n := w.Of("/")
				reasons := make(chan rt.Reason, 2)
				n.OnDisconnect(func(ctx context.Context, s *rt.Socket, r rt.Reason) {
					if ctx.Err() != nil || s.Connected() || len(s.Rooms()) != 0 {
						t.Errorf("in OnDisconnect: %v, connected %t, rooms %v", ctx.Err(), s.Connected(), s.Rooms())
					}
					reasons <- r
				})
				p := w.connect("/")
				s := onlySocket(t, n)
				s.Join("room")
				tt.end(s, p)
				if got := <-reasons; got != tt.want {
					t.Errorf("reason = %q, want %q", got, tt.want)
				}
				synctest.Wait()
				if len(reasons) > 0 {
					t.Errorf("left once more: %q", <-reasons)
				}
				if cause := context.Cause(s.Context()); !errors.Is(cause, rt.ErrDisconnected) {
					t.Errorf("cause of the context = %v, want ErrDisconnected", cause)
				}
				wantDead(t, s) // O05
			})
		})
	}
}

func TestSilentPeer(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		reasons := make(chan rt.Reason, 1)
		n.OnDisconnect(func(_ context.Context, _ *rt.Socket, r rt.Reason) { reasons <- r })
		start := time.Now()
		w.dialUnread("/")
		if got := <-reasons; got != rt.ReasonPingTimeout {
			t.Errorf("reason = %q, want %q", got, rt.ReasonPingTimeout)
		}
		if got := time.Since(start); got != 45*time.Second {
			t.Errorf("D02: gone after %v, want 45s", got)
		}
	})
}

// wantDead checks that a socket that has left can be used without effect.
func wantDead(t *testing.T, s *rt.Socket) {
	t.Helper()
	if err := rt.Emit(t.Context(), s, echo, json.RawMessage("1")); !errors.Is(err, rt.ErrClosed) {
		t.Errorf("Emit: %v, want ErrClosed", err)
	}
	if _, err := rt.EmitWithAck(t.Context(), s, question, 1); !errors.Is(err, rt.ErrClosed) {
		t.Errorf("EmitWithAck: %v, want ErrClosed", err)
	}
	if err := s.Join("late"); !errors.Is(err, rt.ErrClosed) {
		t.Errorf("Join: %v, want ErrClosed", err)
	}
	s.Leave("late")
	s.Disconnect(false)
	if n := s.Namespace(); n.Len() != 0 || len(s.Rooms()) != 0 {
		t.Errorf("%d members, rooms %v; want nothing left behind", n.Len(), s.Rooms())
	}
}

func TestServerClosesAllNamespaces(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		w.Of("/x")
		p := w.connect("/", "/x")
		onlySocket(t, n).Disconnect(true)
		p.want("1", "1/x,")
		p.wantClosed()
	})
}

func TestEventsBeforeAGoodbyeAreHandled(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		var order []string
		n.OnDisconnect(func(context.Context, *rt.Socket, rt.Reason) { order = append(order, "disconnect") })
		rt.On(n, rt.Event[string]{Name: "note"}, func(ctx context.Context, _ *rt.Socket, msg string) error {
			order = append(order, msg)
			return ctx.Err()
		})
		p := w.connect("/")
		p.send(`2["note","a"]`, `2["note","b"]`, "1")
		p.ws.Close()
		synctest.Wait()
		if diff := cmp.Diff([]string{"a", "b", "disconnect"}, order); diff != "" {
			t.Errorf("order (-want +got):\n%s", diff)
		}
		if w.log.count("handler failed") > 0 {
			t.Errorf("a context ended too early:\n%s", w.log)
		}
	})
}

func TestHandlerThatDoesNotReturn(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := serveEcho(w.Server, "/")
		ended := make(chan time.Time, 1)
		rt.On(n, rt.Event[rt.None]{Name: "block"}, func(ctx context.Context, _ *rt.Socket, _ rt.None) error {
			<-ctx.Done()
			ended <- time.Now()
			return nil
		})
		p, other := w.connect("/"), w.connect("/")
		p.send(`2["block"]`)
		<-time.After(10 * time.Minute) // heartbeats go on
		p.wantOpen()
		other.send(`2["echo",1]`)
		other.want(`2["echo",1]`)
		left := time.Now()
		p.ws.Close()
		if got := (<-ended).Sub(left); got != time.Second {
			t.Errorf("O02: the context ended after %v, want 1s", got)
		}
	})
}

func TestHandlerTimeout(t *testing.T) {
	inWorld(t, rt.Options{HandlerTimeout: 3 * time.Second}, func(t *testing.T, w *world) {
		n := w.Of("/")
		rt.OnWithAck(n, ask, func(ctx context.Context, _ *rt.Socket, _ json.RawMessage) (json.RawMessage, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		})
		p := w.connect("/")
		start := time.Now()
		p.send(`20["ask",1]`)
		p.want(`30[{"ok":false,"error":{"code":"internal","message":"internal error"}}]`)
		if got := time.Since(start); got != 3*time.Second {
			t.Errorf("O02: answered after %v, want 3s", got)
		}
	})
}
