package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
)

func TestAnswersThatStayAway(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		s := w.connect("/", client.Options{AckTimeout: 3 * time.Second})
		got := observe(s)
		ctx, cancel := context.WithTimeoutCause(t.Context(), time.Second, errors.New("enough"))
		defer cancel()
		quick := never
		quick.Timeout = 2 * time.Second
		tests := []struct {
			name string
			ctx  context.Context
			ev   rt.AckEvent[rt.None, rt.None]
			err  string
			wait time.Duration
		}{
			{"context", ctx, never, "enough", time.Second},
			{"event", t.Context(), quick, rt.ErrAckTimeout.Error(), 2 * time.Second},
			{"options", t.Context(), never, rt.ErrAckTimeout.Error(), 3 * time.Second},
		}
		for _, tt := range tests {
			start := time.Now()
			_, err := client.EmitWithAck(tt.ctx, s, tt.ev, rt.None{})
			if err == nil || err.Error() != tt.err || time.Since(start) != tt.wait {
				t.Errorf("%s: %v after %v, want %s after %v", tt.name, err, time.Since(start), tt.err, tt.wait)
			}
		}
		failures := make(chan error, 1)
		go func() {
			_, err := client.EmitWithAck(t.Context(), s, never, rt.None{})
			failures <- err
		}()
		synctest.Wait()
		w.cut()
		if err := next(t, failures); !errors.Is(err, rt.ErrDisconnected) {
			t.Errorf("after the connection was lost: %v", err)
		}
		next(t, got.disconnected)
		synctest.Wait() // the server knows too: its shutdown waits for handlers of peers that are there
	})
}

func TestErrorsThatAreAnswered(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		ev := rt.AckEvent[int, int]{Name: "refuse", Errors: []string{"refused"}}
		rt.OnWithAck(w.Of("/"), ev, func(context.Context, *rt.Socket, int) (int, error) {
			return 0, &rt.Error{Code: "refused", Message: "no", Data: map[string]int{"left": 3}}
		})
		s := w.connect("/", client.Options{})
		_, err := client.EmitWithAck(t.Context(), s, ev, 1)
		refused, ok := errors.AsType[*rt.Error](err)
		if !ok {
			t.Fatalf("error %v", err)
		}
		want := `refused: no {"code":"refused","message":"no","left":3}`
		if got := fmt.Sprintf("%v %s", refused, refused.Data); got != want {
			t.Errorf("error %s, want %s", got, want)
		}
		if _, err := client.EmitWithAck(t.Context(), s, rt.AckEvent[*int, int]{Name: "ask"}, nil); err == nil {
			t.Error("a nil payload was sent")
		}
	})
}

// What is emitted while there is no connection arrives afterwards, in order, up
// to the limits; volatile events do not.
func TestBuffer(t *testing.T) {
	tests := []struct {
		name string
		opts client.Options
		fits int
	}{
		{"events", client.Options{BufferEvents: 7}, 7},
		{"bytes", client.Options{BufferBytes: 100}, 10}, // of ["echo",0], ten bytes
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				w.down.Store(true)
				s := w.client(tt.opts).Of("/")
				texts, blobs := collect(s, echo), collect(s, blob)
				if err := client.Emit(t.Context(), s, echo, json.RawMessage("0")); !errors.Is(err, rt.ErrClosed) {
					t.Errorf("Emit before Connect: %v", err)
				}
				go s.Connect(t.Context())
				synctest.Wait()
				volatile := echo
				volatile.Volatile = true
				for i := range tt.fits {
					if err := client.Emit(t.Context(), s, volatile, json.RawMessage("7")); err != nil {
						t.Errorf("volatile: %v", err)
					}
					emit(t, s, fmt.Sprint(i))
				}
				for _, err := range []error{
					client.Emit(t.Context(), s, echo, json.RawMessage("1")),
					client.Emit(t.Context(), s, blob, []byte("x")),
				} {
					if !errors.Is(err, rt.ErrLimit) {
						t.Errorf("Emit into a full buffer: %v", err)
					}
				}
				w.down.Store(false)
				for i := range tt.fits {
					if got := string(next(t, texts)); got != fmt.Sprint(i) {
						t.Errorf("event %d is %s", i, got)
					}
				}
				synctest.Wait()
				if len(texts)+len(blobs) > 0 {
					t.Errorf("%d events more than fit", len(texts)+len(blobs))
				}
			})
		})
	}
}

// What waits to be sent is what it was when Emit was called.
func TestBufferCopies(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		w.down.Store(true)
		s := w.client(client.Options{}).Of("/")
		blobs := collect(s, blob)
		go s.Connect(t.Context())
		synctest.Wait()
		b := []byte("first")
		if err := client.Emit(t.Context(), s, blob, b); err != nil {
			t.Fatal(err)
		}
		copy(b, "later")
		w.down.Store(false)
		if got := next(t, blobs); string(got) != "first" {
			t.Errorf("the server has echoed %q", got)
		}
	})
}

// A question that waits for the connection is forgotten when its time is up.
func TestBufferForgets(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		w.down.Store(true)
		asked := make(chan string, 10)
		w.Of("/").OnAny(func(_ context.Context, _ *rt.Socket, name string, args []json.RawMessage) {
			asked <- string(args[0])
		})
		s := w.client(client.Options{BufferEvents: 1}).Of("/")
		go s.Connect(t.Context())
		synctest.Wait()
		for i := range 3 {
			_, err := client.EmitWithAck(t.Context(), s, ask, json.RawMessage(fmt.Sprint(i)))
			if !errors.Is(err, rt.ErrAckTimeout) {
				t.Errorf("question %d: %v", i, err)
			}
		}
		w.down.Store(false)
		if got := call(t, s, "3"); got != "3" { // waits for the connection
			t.Errorf("answer %s", got)
		}
		if got := next(t, asked); got != "3" {
			t.Errorf("the server was asked %s", got)
		}
		w.down.Store(true)
		w.cut()
		failures := make(chan error, 1)
		go func() {
			time.Sleep(time.Second)
			_, err := client.EmitWithAck(t.Context(), s, ask, json.RawMessage("4"))
			failures <- err
		}()
		time.Sleep(2 * time.Second)
		s.Disconnect()
		if err := <-failures; !errors.Is(err, rt.ErrDisconnected) {
			t.Errorf("a question that was never sent: %v", err)
		}
	})
}

// A server that does not read makes Emit fail; nothing grows or blocks.
func TestServerThatDoesNotRead(t *testing.T) {
	for _, name := range []string{"polling", "websocket"} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				block := make(chan struct{})
				rt.On(w.Of("/"), rt.Event[string]{Name: "block"}, func(context.Context, *rt.Socket, string) error {
					<-block
					return nil
				})
				defer close(block)
				s := w.connect("/", client.Options{Transports: []string{name}, BufferBytes: 1 << 20, BufferEvents: 1 << 20})
				text := strings.Repeat("x", 1000)
				for i := 0; ; i++ {
					err := client.Emit(t.Context(), s, rt.Event[string]{Name: "block"}, text)
					if errors.Is(err, rt.ErrLimit) {
						break
					}
					if err != nil || i > 10_000 {
						t.Fatalf("Emit %d: %v", i, err)
					}
					synctest.Wait()
				}
				start := time.Now()
				s.Disconnect()
				synctest.Wait()
				if d := time.Since(start); d > 0 {
					t.Errorf("Disconnect took %v", d)
				}
			})
		})
	}
}

func TestTooLarge(t *testing.T) {
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{MaxPayload: 1000}, func(t *testing.T, w *world) {
				c := w.client(tt.opts)
				s := c.Of("/")
				texts := collect(s, echo)
				go s.Connect(t.Context())
				synctest.Wait() // the size is known now
				large := json.RawMessage(`"` + strings.Repeat("x", 1000) + `"`)
				for _, err := range []error{
					client.Emit(t.Context(), s, echo, large),
					client.Emit(t.Context(), s, blob, []byte(large)),
				} {
					if !errors.Is(err, rt.ErrLimit) {
						t.Errorf("Emit: %v", err)
					}
				}
				for c.Transport() != tt.end {
					synctest.Wait()
				}
				emit(t, s, `"small"`)
				if got := string(next(t, texts)); got != `"small"` {
					t.Errorf("got %s", got)
				}
			})
		})
	}
}

// An event that is too large for a server that is not known yet is dropped and
// logged, and a question fails.
func TestTooLargeAfterwards(t *testing.T) {
	inWorld(t, rt.Options{MaxPayload: 1000}, func(t *testing.T, w *world) {
		s := w.client(client.Options{}).Of("/")
		large := json.RawMessage(`"` + strings.Repeat("x", 1000) + `"`)
		w.down.Store(true)
		go s.Connect(t.Context())
		synctest.Wait()
		emit(t, s, string(large))
		w.down.Store(false)
		if _, err := client.EmitWithAck(t.Context(), s, ask, large); !errors.Is(err, rt.ErrLimit) {
			t.Errorf("EmitWithAck: %v", err)
		}
		s.Disconnect()
		synctest.Wait()
		if !strings.Contains(w.log.String(), "event dropped") {
			t.Errorf("the log does not tell of the event:\n%s", w.log)
		}
	})
}

// With retries events arrive in order and at least once, whatever happens to the
// connection, and Emit tells when they do not.
func TestRetries(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		var deaf atomic.Bool
		received := make(chan int, 100)
		count := rt.AckEvent[int, int]{Name: "count"}
		rt.OnWithAck(w.Of("/"), count, func(ctx context.Context, _ *rt.Socket, n int) (int, error) {
			received <- n
			if deaf.Load() {
				<-ctx.Done()
			}
			return n, nil
		})
		s := w.connect("/", client.Options{Retries: 2, AckTimeout: time.Second})
		for n := range 2 {
			if got, err := client.EmitWithAck(t.Context(), s, count, n); err != nil || got != n {
				t.Errorf("question %d: %d, %v", n, got, err)
			}
		}
		deaf.Store(true)
		results := make(chan error, 2)
		go func() { results <- client.Emit(t.Context(), s, rt.Event[int]{Name: "count"}, 2) }()
		synctest.Wait()
		go func() { results <- client.Emit(t.Context(), s, rt.Event[int]{Name: "count"}, 3) }()
		synctest.Wait()
		w.cut() // the first try of 2
		deaf.Store(false)
		for range 2 {
			if err := next(t, results); err != nil {
				t.Errorf("Emit: %v", err)
			}
		}
		deaf.Store(true)
		if err := client.Emit(t.Context(), s, rt.Event[int]{Name: "count"}, 4); !errors.Is(err, rt.ErrAckTimeout) {
			t.Errorf("Emit to a deaf server: %v", err)
		}
		volatile := rt.Event[int]{Name: "count", Volatile: true}
		if err := client.Emit(t.Context(), s, volatile, 5); err != nil {
			t.Errorf("volatile: %v", err)
		}
		s.Disconnect()
		if err := client.Emit(t.Context(), s, rt.Event[int]{Name: "count"}, 6); !errors.Is(err, rt.ErrClosed) {
			t.Errorf("Emit after Disconnect: %v", err)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		var got []int
		for len(received) > 0 {
			got = append(got, <-received)
		}
		// The server handles one at a time: of 4 it sees the tries that came
		// before the socket left.
		want := []int{0, 1, 2, 2, 3, 4}
		if diff := cmp.Diff(want, got[:min(len(got), len(want))]); diff != "" {
			t.Errorf("received (-want +got):\n%s", diff)
		}
	})
}

// A refusal is an answer: it is not tried again.
func TestRetriesEndWithAnAnswer(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		calls := 0
		ev := rt.AckEvent[int, int]{Name: "refuse", Errors: []string{"refused"}}
		rt.OnWithAck(w.Of("/"), ev, func(context.Context, *rt.Socket, int) (int, error) {
			calls++
			return 0, &rt.Error{Code: "refused"}
		})
		s := w.connect("/", client.Options{Retries: 5})
		if _, err := client.EmitWithAck(t.Context(), s, ev, 1); err == nil || err.Error() != "refused" || calls != 1 {
			t.Errorf("%v after %d calls", err, calls)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := client.EmitWithAck(ctx, s, ev, 1); !errors.Is(err, context.Canceled) {
			t.Errorf("with an ended context: %v", err)
		}
	})
}

// A log may be written with the client itself, whatever is logged.
func TestLogThatUsesTheClient(t *testing.T) {
	inWorld(t, rt.Options{MaxPayload: 1000}, func(t *testing.T, w *world) {
		var s *client.Socket
		var logged atomic.Int64
		logger := slog.New(logFunc(func(slog.Record) {
			s.Connected()
			logged.Add(1)
		}))
		s = w.client(client.Options{Logger: logger}).Of("/")
		large := json.RawMessage(`"` + strings.Repeat("x", 1000) + `"`)
		w.down.Store(true)
		go s.Connect(t.Context())
		synctest.Wait()
		emit(t, s, string(large)) // dropped once the server's limit is known
		before := logged.Load()
		w.down.Store(false)
		mustConnect(t, s)
		synctest.Wait()
		if logged.Load() == before {
			t.Error("nothing was logged")
		}
	})
}

// logFunc is a slog.Handler.
type logFunc func(slog.Record)

func (f logFunc) Enabled(context.Context, slog.Level) bool { return true }

func (f logFunc) Handle(_ context.Context, r slog.Record) error {
	f(r)
	return nil
}

func (f logFunc) WithAttrs([]slog.Attr) slog.Handler { return f }
func (f logFunc) WithGroup(string) slog.Handler      { return f }
