package client_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
)

var number = rt.Event[int]{Name: "number"}

// What the server sends while the connection is lost comes afterwards, once and
// in order, behind OnConnect; also when nothing had been sent before.
func TestRecovery(t *testing.T) {
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{RecoveryWindow: time.Minute}, func(t *testing.T, w *world) {
				n := w.Of("/")
				n.OnConnect(func(_ context.Context, s *rt.Socket) { s.Join("room") })
				s := w.client(tt.opts).Of("/")
				got := observe(s)
				numbers, blobs := collect(s, number), collect(s, blob)
				s.OnAny(func(_ context.Context, name string, _ []json.RawMessage) {
					if name != "number" && name != "blob" && name != "text" {
						t.Errorf("OnAny saw %q", name)
					}
				})
				mustConnect(t, s)
				next(t, got.connected)
				id := s.ID()
				for round := range 3 {
					synctest.Wait() // an upgrade
					w.down.Store(true)
					w.cut()
					next(t, got.disconnected)
					for i := range 100 {
						rt.Emit(t.Context(), n.To("room"), number, round*100+i)
					}
					rt.Emit(t.Context(), n, blob, []byte{1, 2, byte(round)})
					w.down.Store(false)
					next(t, got.connected)
					if !s.Recovered() || s.ID() != id {
						t.Fatalf("round %d: recovered %v, the same id %v", round, s.Recovered(), s.ID() == id)
					}
					for i := range 100 {
						if got := next(t, numbers); got != round*100+i {
							t.Fatalf("round %d: event %d is %d", round, i, got)
						}
					}
					if got := next(t, blobs); string(got) != string([]byte{1, 2, byte(round)}) {
						t.Errorf("round %d: binary event %v", round, got)
					}
					// A volatile event that ends in a text, or has only a name.
					rt.Emit(t.Context(), n, rt.Event[string]{Name: "text", Volatile: true}, "no offset")
					rt.Emit(t.Context(), n, rt.Event[rt.None]{Name: "text", Volatile: true}, rt.None{})
				}
				synctest.Wait()
				if len(numbers)+len(blobs) > 0 {
					t.Errorf("%d events too many", len(numbers)+len(blobs))
				}
			})
		})
	}
}

func TestNoRecovery(t *testing.T) {
	tests := []struct {
		name string
		lose func(w *world, s *client.Socket)
	}{
		{"too late", func(w *world, _ *client.Socket) {
			w.down.Store(true)
			w.cut()
			time.Sleep(time.Hour)
			w.down.Store(false)
		}},
		{"left", func(_ *world, s *client.Socket) { s.Disconnect() }},
		{"made to leave", func(w *world, _ *client.Socket) {
			for s := range w.Of("/").Sockets() {
				s.Disconnect(false)
			}
			synctest.Wait()
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{RecoveryWindow: time.Minute}, func(t *testing.T, w *world) {
				s := w.client(client.Options{}).Of("/")
				numbers := collect(s, number)
				mustConnect(t, s)
				rt.Emit(t.Context(), w.Of("/"), number, 1)
				next(t, numbers)
				id := s.ID()
				tt.lose(w, s)
				rt.Emit(t.Context(), w.Of("/"), number, 2)
				mustConnect(t, s)
				if s.Recovered() || s.ID() == id {
					t.Errorf("recovered %v, the same id %v", s.Recovered(), s.ID() == id)
				}
				rt.Emit(t.Context(), w.Of("/"), number, 3)
				if got := next(t, numbers); got != 3 {
					t.Errorf("got event %d, want 3", got)
				}
			})
		})
	}
}

// The connection breaks all the time while the server sends: all arrives, once
// and in order.
func TestStreamWithRecovery(t *testing.T) {
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{RecoveryWindow: time.Minute}, func(t *testing.T, w *world) {
				const total = 800
				s := w.client(tt.opts).Of("/")
				numbers := collect(s, number)
				connects := 0
				s.OnConnect(func(context.Context) {
					if connects++; connects > 1 && !s.Recovered() {
						t.Error("not recovered")
					}
				})
				mustConnect(t, s)
				go func() {
					for i := range total {
						rt.Emit(t.Context(), w.Of("/"), number, i)
						time.Sleep(10 * time.Millisecond)
						if i%40 == 39 {
							w.cut()
						}
					}
				}()
				for i := range total {
					if got := next(t, numbers); got != i {
						t.Fatalf("event %d is %d", i, got)
					}
				}
				if connects < 3 {
					t.Errorf("connected %d times, want more", connects)
				}
			})
		})
	}
}

// What recovers the state goes into whatever object the auth is.
func TestRecoveryWithAuth(t *testing.T) {
	for _, auth := range []string{`{}`, `{ }`, `{"token":"x"}`, ` { "token" : "x" } `} {
		t.Run(auth, func(t *testing.T) {
			inWorld(t, rt.Options{RecoveryWindow: time.Minute}, func(t *testing.T, w *world) {
				s := w.client(client.Options{Auth: func(context.Context, string) (any, error) {
					return json.RawMessage(auth), nil
				}}).Of("/")
				got := observe(s)
				mustConnect(t, s)
				next(t, got.connected)
				w.cut()
				next(t, got.connected)
				if !s.Recovered() {
					t.Error("not recovered")
				}
			})
		})
	}
}

// The connection breaks between what was missed and the answer to CONNECT: it
// comes once all the same, and so does what had come with it.
func TestBreakWhileRecovering(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		asked := make(chan string, 10)
		visits := 0
		srv := fake(t, func(f *fakeConn) {
			asked <- f.read()
			visits++
			switch visits {
			case 1:
				f.send(`40{"sid":"x","pid":"p"}`, `42["number",1,"a"]`)
			case 2:
				f.send(`42["number",2,"b"]`)
			case 3:
				f.send(`42["number",2,"b"]`, `42["number",3,"c"]`, `40{"sid":"x","pid":"p"}`, `42["number",4,"d"]`)
			case 4: // has forgotten everything
				f.send(`42["number",7,"d"]`, `40{"sid":"y","pid":"q"}`)
			}
		})
		s := w.client(client.Options{Transports: []string{"websocket"}, DialContext: srv.dial}).Of("/")
		got := observe(s)
		numbers := collect(s, number)
		mustConnect(t, s)
		for range 3 {
			next(t, got.connected)
		}
		s.Disconnect()
		synctest.Wait()
		for _, want := range []string{
			`40`, `40{"pid":"p","offset":"a"}`, `40{"pid":"p","offset":"a"}`, `40{"pid":"p","offset":"d"}`,
		} {
			if got := next(t, asked); got != want {
				t.Errorf("asked %s, want %s", got, want)
			}
		}
		for _, want := range []int{1, 2, 3, 4, 7} {
			if got := next(t, numbers); got != want {
				t.Errorf("event %d, want %d", got, want)
			}
		}
		if len(numbers) > 0 {
			t.Errorf("event %d too many", <-numbers)
		}
	})
}
