package rt_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

// expiring serves a namespace whose checks let sockets in for a minute, and
// tells why sockets leave.
func expiring(w *world) (n *rt.Namespace, reasons chan rt.Reason) {
	n = serveEcho(w.Server, "/x")
	n.Use(func(_ context.Context, s *rt.Socket) error {
		s.SetExpiry(time.Now().Add(time.Minute))
		return nil
	})
	reasons = make(chan rt.Reason, 10)
	n.OnDisconnect(func(_ context.Context, _ *rt.Socket, r rt.Reason) { reasons <- r })
	return n, reasons
}

// N12: a permission that runs out ends the socket, unless the hook extends it.
func TestExpiry(t *testing.T) {
	later := func(d time.Duration) (time.Time, error) { return time.Now().Add(d), nil }
	tests := []struct {
		name  string
		hook  func(ctx context.Context, s *rt.Socket) (time.Time, error)
		after time.Duration
		log   string
	}{
		{"no hook", nil, time.Minute, "socket expired"},
		{"error", func(context.Context, *rt.Socket) (time.Time, error) {
			return time.Now().Add(time.Hour), errors.New("token revoked")
		}, time.Minute, "socket expired"},
		{"no time", func(context.Context, *rt.Socket) (time.Time, error) { return time.Time{}, nil }, time.Minute, "socket expired"},
		{"time in the past", func(context.Context, *rt.Socket) (time.Time, error) { return later(-1) }, time.Minute, "socket expired"},
		{"O01 panic", func(context.Context, *rt.Socket) (time.Time, error) { panic("no") }, time.Minute, `msg="hook failed" event=expiry error="panic: no"`},
		{"refreshed once", func(_ context.Context, s *rt.Socket) (time.Time, error) {
			if s.Data() != nil {
				return time.Time{}, nil
			}
			s.SetData("refreshed")
			return later(time.Hour)
		}, time.Hour + time.Minute, "socket expired"},
		{"hook that heeds its context", func(ctx context.Context, _ *rt.Socket) (time.Time, error) {
			<-ctx.Done()
			return later(time.Hour)
		}, time.Minute + 15*time.Second, `msg="hook failed" event=expiry error="rt: the expiry hook took too long"`},
		{"hook that does not", func(context.Context, *rt.Socket) (time.Time, error) {
			<-time.After(time.Minute)
			return later(time.Hour)
		}, time.Minute + 15*time.Second, `msg="hook failed" event=expiry error="rt: the expiry hook took too long"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				n, reasons := expiring(w)
				if tt.hook != nil {
					n.OnExpiry(tt.hook)
				}
				p, start := w.connect("/x"), time.Now()
				if got := <-reasons; got != rt.ReasonExpired {
					t.Errorf("reason = %q, want %q", got, rt.ReasonExpired)
				}
				if got := time.Since(start); got != tt.after {
					t.Errorf("left after %v, want %v", got, tt.after)
				}
				p.want("1/x,") // and so it does not come back by itself
				p.wantNothing()
				p.wantOpen()
				synctest.Wait()
				if w.log.count(tt.log) != 1 {
					t.Errorf("want %s in the log once:\n%s", tt.log, w.log)
				}
			})
		})
	}
}

// A handler may refresh a permission, or make it one for ever.
func TestExpirySetAnew(t *testing.T) {
	tests := []struct {
		name string
		set  func(s *rt.Socket)
		want time.Duration
	}{
		{"later", func(s *rt.Socket) { s.SetExpiry(time.Now().Add(time.Hour)) }, time.Hour + 30*time.Second},
		{"sooner", func(s *rt.Socket) { s.SetExpiry(time.Now().Add(time.Second)) }, 31 * time.Second},
		{"now", func(s *rt.Socket) { s.SetExpiry(time.Now()) }, 30 * time.Second},
		{"twice", func(s *rt.Socket) {
			s.SetExpiry(time.Now())
			s.SetExpiry(time.Now().Add(time.Hour))
		}, time.Hour + 30*time.Second},
		{"never", func(s *rt.Socket) { s.SetExpiry(time.Time{}) }, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				n, reasons := expiring(w)
				w.connect("/x")
				start := time.Now()
				s := onlySocket(t, n)
				<-time.After(30 * time.Second)
				tt.set(s)
				if tt.want == 0 {
					<-time.After(time.Hour)
					if !s.Connected() {
						t.Error("the socket has left")
					}
					return
				}
				<-reasons
				if got := time.Since(start); got != tt.want {
					t.Errorf("left after %v, want %v", got, tt.want)
				}
			})
		})
	}
}

// While the hook decides, events are handled, and one of them may bring the new
// token: what is set then counts, whatever the hook says.
func TestExpirySetAnewWhileTheHookRuns(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n, reasons := expiring(w)
		n.OnExpiry(func(ctx context.Context, s *rt.Socket) (time.Time, error) {
			rt.Emit(ctx, s, whoami, "new token, please")
			<-time.After(10 * time.Second)
			return time.Time{}, errors.New("no token")
		})
		rt.On(n, slow, func(_ context.Context, s *rt.Socket, _ json.RawMessage) error {
			s.SetExpiry(time.Time{})
			return nil
		})
		p := w.connect("/x")
		<-time.After(30 * time.Second)
		p.want(`2/x,["whoami","new token, please"]`)
		p.send(`2/x,["slow","token"]`, `2/x,["echo",1]`)
		p.want(`2/x,["echo",1]`)
		<-time.After(time.Hour)
		p.wantOpen()
		if len(reasons) > 0 {
			t.Errorf("the socket left: %s", <-reasons)
		}
	})
}

// A socket that has left is not asked about, and one that leaves while it is
// asked about leaves once.
func TestExpiryOfSocketsThatLeave(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n, reasons := expiring(w)
		asked := 0
		n.OnExpiry(func(ctx context.Context, _ *rt.Socket) (time.Time, error) {
			asked++
			<-ctx.Done() // also when the socket leaves
			return time.Time{}, ctx.Err()
		})
		early, late := w.connect("/x"), w.connect("/x")
		early.send("1/x,")
		<-time.After(61 * time.Second)
		late.send("1/x,")
		<-time.After(time.Hour)
		for range 2 {
			if got := <-reasons; got != rt.ReasonClientDisconnect {
				t.Errorf("reason = %q, want %q", got, rt.ReasonClientDisconnect)
			}
		}
		if asked != 1 || len(reasons) > 0 {
			t.Errorf("asked %d times, want once; %d more reasons", asked, len(reasons))
		}
	})
}

// A permission that runs out during the checks is noticed once they have passed.
func TestExpiryDuringChecks(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n, reasons := expiring(w)
		n.Use(func(_ context.Context, s *rt.Socket) error {
			s.SetExpiry(time.Now().Add(-time.Second))
			<-time.After(time.Second)
			return nil
		})
		w.connect("/x").want("1/x,")
		if got := <-reasons; got != rt.ReasonExpired {
			t.Errorf("reason = %q, want %q", got, rt.ReasonExpired)
		}
	})
}

func TestSecondExpiryHook(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		set := func() {
			w.Of("/").OnExpiry(func(context.Context, *rt.Socket) (time.Time, error) { return time.Time{}, nil })
		}
		set()
		if got, want := panicOf(set), "rt: namespace / has a hook for expiry already"; got != want {
			t.Errorf("a second hook panics with %s, want %s", got, want)
		}
	})
}
