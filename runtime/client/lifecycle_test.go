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
