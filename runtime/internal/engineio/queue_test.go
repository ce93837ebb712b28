package engineio_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// kilobyte is a message whose frame is 1024 bytes long.
var kilobyte = engineio.NewMessage(nil, []byte(strings.Repeat("x", 1024-5)))

func TestSlowConsumer(t *testing.T) {
	open := map[string]func(t *testing.T, e *engine){
		"polling":   func(t *testing.T, e *engine) { e.openPolling(t) },
		"websocket": func(t *testing.T, e *engine) { e.openWebSocket(t) },
	}
	limits := []struct {
		name    string
		opts    engineio.Options
		at, max int // messages that fit, with what the connection itself holds
	}{
		{"bytes", engineio.Options{SendQueueBytes: 100 << 10}, 100, 100 + 64 + 64 + 2},
		{"packets", engineio.Options{SendQueuePackets: 100}, 100, 100 + 64 + 64 + 2},
	}
	for transport, open := range open {
		for _, tt := range limits {
			t.Run(transport+"/"+tt.name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { // F04
					e := inMemory(t, tt.opts, nil)
					open(t, e)
					r := e.session(t)
					sent := 0
					for r.session.Send(kilobyte, false) == nil {
						synctest.Wait() // the connection takes what it can
						sent++
					}
					if got := r.awaitClosed(t); got != engineio.ReasonSlowConsumer {
						t.Errorf("reason = %q, want %q", got, engineio.ReasonSlowConsumer)
					}
					if sent < tt.at || sent > tt.max {
						t.Errorf("%d messages were queued, want %d to %d", sent, tt.at, tt.max)
					}
				})
			})
		}
	}
}

func TestOneMessageMayExceedTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{SendQueueBytes: 1000}, nil)
		ws := e.openWebSocket(t)
		big := strings.Repeat("x", 300_000)
		send(t, e.session(t), big)
		if got := readText(t, ws); got != "4"+big {
			t.Errorf("got %d bytes", len(got))
		}
	})
}

func TestVolatileIsDropped(t *testing.T) {
	volatile := func(t *testing.T, r *recorder, text string) {
		t.Helper()
		err := r.session.Send(engineio.NewMessage(nil, []byte(text)), true)
		if err != nil && err != engineio.ErrDropped {
			t.Fatal("Send:", err)
		}
	}
	t.Run("polling", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, engineio.Options{}, nil)
			sid := e.openPolling(t)
			r := e.session(t)
			volatile(t, r, "nobody polls")
			poll := e.get(t, sid)
			synctest.Wait()
			volatile(t, r, "polled")
			expectAnswer(t, "poll", <-poll, 200, "4polled")
			if got := r.session.Stats().Dropped; got != 1 {
				t.Errorf("%d dropped, want 1", got)
			}
		})
	})
	t.Run("websocket", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, engineio.Options{SendQueueBytes: 100 << 10}, nil)
			ws := e.openWebSocket(t)
			r := e.session(t)
			for i := range 1000 {
				volatile(t, r, fmt.Sprintf("%d %s", i, strings.Repeat("x", 1000)))
				synctest.Wait()
			}
			dropped := r.session.Stats().Dropped
			if dropped < 800 || dropped == 1000 {
				t.Errorf("%d of 1000 dropped", dropped)
			}
			for i := range 1000 - dropped {
				if got, want := readText(t, ws), fmt.Sprintf("4%d ", i); !strings.HasPrefix(got, want) {
					t.Fatalf("message %.10q, want %q", got, want)
				}
			}
			volatile(t, r, "ready again")
			if got := readText(t, ws); got != "4ready again" {
				t.Errorf("message %.20q", got)
			}
		})
	})
}

// TestPeerThatDoesNotRead leaves a message half written.
func TestPeerThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		e.openWebSocket(t)
		r := e.session(t)
		start := time.Now()
		send(t, r, strings.Repeat("x", 300_000))
		if got := r.awaitClosed(t); got != engineio.ReasonTransportError {
			t.Errorf("reason = %q", got)
		}
		if ne, ok := errors.AsType[net.Error](r.err); !ok || !ne.Timeout() {
			t.Errorf("error = %v, want a timeout", r.err)
		}
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("given up after %v, want 10s", took)
		}
	})
}

// TestEchoesWithoutReading asks for far more than the queue holds before it reads
// anything: a peer that does not read is not read from, so it loses nothing.
func TestEchoesWithoutReading(t *testing.T) {
	for _, tt := range []struct {
		name    string
		opts    engineio.Options
		n, size int // of the messages
	}{
		{"bytes", engineio.Options{SendQueueBytes: 100_000}, 10, 90_000},
		{"packets", engineio.Options{SendQueuePackets: 10}, 200, 2_000},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // F06
				e := inMemory(t, tt.opts, echo)
				ws := e.openWebSocket(t)
				written := make(chan struct{})
				go func() {
					defer close(written)
					for i := range tt.n {
						writeText(t, ws, fmt.Sprint("4", i, strings.Repeat("x", tt.size)))
					}
				}()
				synctest.Wait() // nothing moves any more
				for i := range tt.n {
					if got, want := readText(t, ws), fmt.Sprint("4", i, "x"); !strings.HasPrefix(got, want) {
						t.Fatalf("message %.10q, want %q", got, want)
					}
				}
				<-written
			})
		})
	}
}

func TestCloseDrainsFirst(t *testing.T) {
	for name, serve := range map[string]func(testing.TB, engineio.Options, func(*recorder)) *engine{"memory": inMemory, "loopback": onLoopback} {
		t.Run(name, func(t *testing.T) {
			e := serve(t, engineio.Options{}, nil)
			ws := e.openWebSocket(t)
			r := e.session(t)
			const n = 2000
			for i := range n {
				send(t, r, fmt.Sprint(i, strings.Repeat("x", 400)))
			}
			r.session.Close(engineio.ReasonForcedClose)
			if err := r.session.Send(kilobyte, false); err != engineio.ErrClosed {
				t.Errorf("Send after Close: %v", err)
			}
			for i := range n {
				if got, want := readText(t, ws), fmt.Sprint("4", i, "x"); !strings.HasPrefix(got, want) {
					t.Fatalf("message %.10q, want %q", got, want)
				}
			}
			if _, _, err := ws.ReadMessage(); closeCode(err) != 1005 {
				t.Errorf("after the last message: %v", err)
			}
			if got := r.awaitClosed(t); got != engineio.ReasonForcedClose {
				t.Errorf("reason = %q", got)
			}
		})
	}
}

// TestAnswersDoNotWaitForABusyReceiver sends from inside a receiver that then
// blocks.
func TestAnswersDoNotWaitForABusyReceiver(t *testing.T) {
	leave := make(chan struct{})
	e := onLoopback(t, engineio.Options{}, func(r *recorder) {
		r.onText = func(s *engineio.Session, data []byte) {
			s.Send(engineio.NewMessage(nil, data), false)
			s.Enqueue(engineio.NewMessage(nil, data), false)
			<-leave
		}
	})
	ws := e.openWebSocket(t)
	writeText(t, ws, "4hello")
	ws.SetReadDeadline(time.Now().Add(10 * time.Second))
	for range 2 {
		if got := readText(t, ws); got != "4hello" {
			t.Errorf("message %q", got)
		}
	}
	close(leave)
}

func TestEnqueueKeepsTheOrder(t *testing.T) {
	e := onLoopback(t, engineio.Options{}, nil)
	ws := e.openWebSocket(t)
	r := e.session(t)
	var want, got []string
	for i := range 300 {
		m := engineio.NewMessage(nil, fmt.Append(nil, i))
		if i%3 == 0 {
			r.session.Send(m, false)
		} else {
			r.session.Enqueue(m, false)
		}
		want = append(want, fmt.Sprint("4", i))
	}
	for range want {
		got = append(got, readText(t, ws))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestTextAndAttachmentsLeaveTogether(t *testing.T) {
	e := onLoopback(t, engineio.Options{}, nil)
	ws := e.openWebSocket(t)
	r := e.session(t)
	const senders, each = 8, 50
	var wg sync.WaitGroup
	for s := range senders {
		wg.Go(func() {
			for range each {
				name := fmt.Append(nil, s)
				r.session.Send(engineio.NewMessage(nil, name, name, name), false)
			}
		})
	}
	for range senders * each { // B09
		name := readText(t, ws)[1:]
		for range 2 {
			if got := readText(t, ws); got != name {
				t.Fatalf("attachment %q behind text %q", got, name)
			}
		}
	}
	wg.Wait()
}

// TestEchoesStayApart relays messages of many peers at once, which share pooled
// buffers, and writes to each from many goroutines.
func TestEchoesStayApart(t *testing.T) { // W13, W15
	e := onLoopback(t, engineio.Options{PerMessageDeflate: true}, func(r *recorder) {
		r.onText = func(s *engineio.Session, data []byte) {
			m := engineio.NewMessage(nil, data)
			var senders sync.WaitGroup
			for range 3 {
				senders.Go(func() { s.Send(m, false) })
			}
			senders.Wait()
		}
	})
	e.dial = new(net.Dialer).DialContext
	var peers sync.WaitGroup
	for i := range 8 {
		ws, _, _ := e.deflating(t, "", []string{"", "permessage-deflate"}[i%2])
		readText(t, ws)
		peers.Go(func() {
			for n := range 40 {
				text := "4" + strings.Repeat(string(rune('a'+i)), 1+n*n*10)
				if err := ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
					t.Error(err)
					return
				}
				for range 3 {
					if _, got, err := ws.ReadMessage(); err != nil || string(got) != text {
						t.Errorf("peer %d got %.20q… of %d bytes, %v; want its own %d", i, got, len(got), err, len(text))
						return
					}
				}
			}
		})
	}
	peers.Wait()
}

// TestHammer uses sessions from many goroutines while they upgrade and close;
// it is for the race detector.
func TestHammer(t *testing.T) {
	e := onLoopback(t, engineio.Options{PingInterval: 5 * time.Millisecond, WriteTimeout: time.Second, SendQueueBytes: 10 << 10}, echo)
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			sid := e.openPolling(t)
			r := e.session(t)
			for j := range 4 {
				wg.Go(func() {
					for {
						m := engineio.NewMessage(nil, []byte("x"), []byte("y"))
						send := r.session.Send
						if j%2 == 0 {
							send = r.session.Enqueue
						}
						if send(m, j == 3) != nil {
							return
						}
						r.session.Stats()
						r.session.Transport()
						time.Sleep(time.Microsecond)
					}
				})
			}
			ws, _, err := e.tryWebSocket(t, "&sid="+sid, nil)
			if err == nil {
				defer ws.Close()
				ws.WriteMessage(1, []byte("2probe"))
				ws.WriteMessage(1, []byte("5"))
				for k := range 20 + i {
					ws.WriteMessage(1, fmt.Append(nil, "4", k))
					ws.ReadMessage()
				}
			}
			if i%2 == 0 {
				r.session.Close(engineio.ReasonForcedClose)
			} else {
				r.session.Abort(engineio.ReasonForcedClose, nil)
			}
			r.awaitClosed(t)
		})
	}
	wg.Wait()
	if got := e.Len(); got != 0 {
		t.Errorf("%d sessions are left", got)
	}
}

func TestShutdown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		ws := e.openWebSocket(t)
		sid := e.openPolling(t)
		poll := e.get(t, sid)
		synctest.Wait()
		shut := make(chan error, 2)
		for range 2 { // O06
			go func() { shut <- e.Shutdown(context.Background()) }()
		}
		synctest.Wait()
		expectAnswer(t, "waiting poll", <-poll, 200, "1")
		if _, _, err := ws.ReadMessage(); closeCode(err) != 1005 {
			t.Errorf("WebSocket: %v", err)
		}
		expectAnswer(t, "handshake", func() answer {
			got, _ := e.do(t, e.request(t, "GET", "EIO=4&transport=polling", ""))
			return got
		}(), 503, `{"code":3,"message":"Server shutting down"}`)
		if _, resp, err := e.tryWebSocket(t, "", nil); err == nil || resp.StatusCode != 503 {
			t.Errorf("WebSocket handshake: %v", err)
		}
		for range 2 {
			if err := <-shut; err != nil {
				t.Error("Shutdown:", err)
			}
		}
		for range 2 {
			if got := e.session(t).awaitClosed(t); got != engineio.ReasonShutdown {
				t.Errorf("reason = %q", got)
			}
		}
	})
}

func TestShutdownGivesUpWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		e.openPolling(t)
		r := e.session(t)
		r.session.Send(engineio.NewMessage(nil, []byte("nobody fetches it")), false)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := e.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown: %v", err)
		}
		if got := r.awaitClosed(t); got != engineio.ReasonShutdown {
			t.Errorf("reason = %q", got)
		}
	})
}

// TestShutdownDuringHandshakes is for the race detector: it gives up sessions
// that have hardly begun.
func TestShutdownDuringHandshakes(t *testing.T) { // O06
	done, cancel := context.WithCancel(t.Context())
	cancel()
	for range 200 {
		e := newEngine(t, engineio.Options{}, nil)
		var peers sync.WaitGroup
		for range 4 {
			peers.Go(func() {
				w := httptest.NewRecorder()
				e.ServeHTTP(w, httptest.NewRequest("GET", "/?EIO=4&transport=polling", nil))
				if body := w.Body.String(); w.Code == http.StatusOK && body[0] != '0' && body != "1" {
					t.Errorf("answer %q", body)
				}
			})
		}
		peers.Go(func() {
			for e.Len() == 0 {
				runtime.Gosched()
			}
			e.Shutdown(done)
		})
		peers.Wait()
		e.shutdown(t)
	}
}
