package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
)

func TestReconnects(t *testing.T) {
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				s := w.client(tt.opts).Of("/")
				got := observe(s)
				mustConnect(t, s)
				next(t, got.connected)
				first := s.ID()
				synctest.Wait() // an upgrade
				w.cut()
				reason := next(t, got.disconnected)
				if reason != rt.ReasonTransportClose && reason != rt.ReasonTransportError {
					t.Errorf("reason %q", reason)
				}
				if s.Connected() || !s.Active() || s.ID() != "" {
					t.Errorf("connected %v, active %v, id %q", s.Connected(), s.Active(), s.ID())
				}
				cut := time.Now()
				next(t, got.connected)
				if d := time.Since(cut); d < 500*time.Millisecond || d > 1500*time.Millisecond {
					t.Errorf("came back after %v, want 0.5s to 1.5s", d)
				}
				if s.ID() == first || s.Recovered() {
					t.Errorf("the same id, or recovered, without recovery")
				}
				call(t, s, "1")
				s.Disconnect()
				synctest.Wait()
				if log := w.log.String(); !strings.Contains(log, "connection ended") || strings.Contains(log, "sid=") {
					t.Errorf("the log lacks the end of a connection, or tells a session id:\n%s", log)
				}
			})
		})
	}
}

// D10: the delays grow, and spread after they have reached the largest one too.
func TestDelays(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		w.down.Store(true)
		s := w.client(client.Options{}).Of("/")
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Second)
		defer cancel()
		if err := s.Connect(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Connect: %v, want the end of its context", err)
		}
		if !s.Active() {
			t.Error("the client has given up")
		}
		s.Disconnect()
		var late []time.Duration
		for i, at := range w.dials[1:] {
			delay, base := at.Sub(w.dials[i]), min(time.Second<<min(i, 10), 5*time.Second)
			if delay < base/2 || delay > min(base*3/2, 5*time.Second) {
				t.Errorf("delay %d is %v, want about %v", i, delay, base)
			}
			if i > 3 {
				late = append(late, delay)
			}
		}
		if spread := slices.Max(late) - slices.Min(late); spread < time.Second {
			t.Errorf("%d late delays differ by %v, want more than a second", len(late), spread)
		}
		tried := w.attempts()
		time.Sleep(time.Hour)
		if w.attempts() != tried {
			t.Errorf("%d attempts after Disconnect", w.attempts()-tried)
		}
	})
}

// A server that ends every connection at once is not asked more and more often.
func TestDelaysGrowWithoutConnect(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		srv := fake(t, func(f *fakeConn) {})
		s := w.client(client.Options{Transports: []string{"websocket"}, DialContext: srv.dial}).Of("/")
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Second)
		defer cancel()
		if err := s.Connect(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Connect: %v", err)
		}
		if n := srv.accepted.Load(); n < 20 || n > 45 {
			t.Errorf("%d connections in 100s, want one every 2.5s to 5s", n)
		}
	})
}

func TestGivesUp(t *testing.T) {
	tests := []struct {
		name     string
		opts     client.Options
		attempts int
	}{
		{"no reconnection", client.Options{NoReconnection: true}, 1},
		{"three more attempts", client.Options{ReconnectionAttempts: 3}, 4},
		{"all transports", client.Options{NoReconnection: true, TryAllTransports: true}, 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				w.down.Store(true)
				s := w.client(tt.opts).Of("/")
				got := observe(s)
				if err := s.Connect(t.Context()); !errors.Is(err, errDown) {
					t.Errorf("Connect: %v, want %v", err, errDown)
				}
				if s.Active() || w.attempts() != tt.attempts {
					t.Errorf("active %v after %d attempts, want %d", s.Active(), w.attempts(), tt.attempts)
				}
				if err := next(t, got.failed); !errors.Is(err, errDown) {
					t.Errorf("OnConnectError: %v", err)
				}
				w.down.Store(false)
				mustConnect(t, s)
			})
		})
	}
}

func TestNoReconnectionAfterLoss(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		s := w.client(client.Options{NoReconnection: true}).Of("/")
		got := observe(s)
		mustConnect(t, s)
		w.cut()
		next(t, got.disconnected)
		synctest.Wait()
		if s.Active() {
			t.Error("the socket is active")
		}
		if err := client.Emit(t.Context(), s, echo, json.RawMessage("1")); !errors.Is(err, rt.ErrClosed) {
			t.Errorf("Emit: %v", err)
		}
	})
}

func TestRemembersUpgrade(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		c := w.client(client.Options{RememberUpgrade: true})
		s := c.Of("/")
		got := observe(s)
		mustConnect(t, s)
		next(t, got.connected)
		for c.Transport() != "websocket" {
			call(t, s, "1")
		}
		w.cut()
		tried := w.attempts()
		next(t, got.connected)
		synctest.Wait()
		if c.Transport() != "websocket" || w.attempts() != tried+1 {
			t.Errorf("came back over %s with %d connections, want one WebSocket", c.Transport(), w.attempts()-tried)
		}
	})
}

func TestAuthBeforeEveryAttempt(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		seen := make(chan string, 10)
		for _, path := range []string{"/a", "/b"} {
			w.Of(path).Use(func(_ context.Context, s *rt.Socket) error {
				seen <- s.Namespace().Name() + string(s.Auth())
				return nil
			})
		}
		asked := 0
		c := w.client(client.Options{Auth: func(_ context.Context, namespace string) (any, error) {
			if namespace == "/b" {
				return nil, nil
			}
			if asked++; asked == 2 {
				return nil, errors.New("no token today")
			}
			return map[string]any{"token": asked}, nil
		}})
		a, b := c.Of("/a"), c.Of("/b")
		got := observe(a)
		mustConnect(t, a)
		mustConnect(t, b)
		w.cut()
		err := next(t, got.failed)
		if want := "client: auth: no token today"; err.Error() != want {
			t.Errorf("OnConnectError: %v, want %v", err, want)
		}
		mustConnect(t, a)
		mustConnect(t, b)
		synctest.Wait()
		close(seen)
		auths := slices.Sorted(func(yield func(string) bool) {
			for s := range seen {
				yield(s)
			}
		})
		want := []string{`/a{"token":1}`, `/a{"token":3}`, `/b`, `/b`}
		if diff := cmp.Diff(want, auths); diff != "" {
			t.Errorf("auths (-want +got):\n%s", diff)
		}
	})
}

func TestAuthThatIsNoObject(t *testing.T) {
	tests := map[string]any{"text": "secret", "list": []int{1}, "channel": make(chan int), "bytes": []byte("x")}
	for name, auth := range tests {
		t.Run(name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				s := w.client(client.Options{NoReconnection: true, Auth: func(context.Context, string) (any, error) {
					return auth, nil
				}}).Of("/")
				if err := s.Connect(t.Context()); err == nil || s.Active() {
					t.Errorf("Connect: %v, active %v", err, s.Active())
				}
			})
		})
	}
}

func TestAuthThatPanics(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		s := w.client(client.Options{NoReconnection: true, Auth: func(context.Context, string) (any, error) {
			panic("no token")
		}}).Of("/")
		if err := s.Connect(t.Context()); err == nil || err.Error() != "client: auth: panic: no token" {
			t.Errorf("Connect: %v", err)
		}
	})
}
