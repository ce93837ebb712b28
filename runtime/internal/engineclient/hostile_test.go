package engineclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/engineclient"
)

// A server that falls silent is given up after an interval and a timeout.
func TestPingTimeout(t *testing.T) {
	for _, transport := range []string{engineclient.Polling, engineclient.WebSocket} {
		t.Run(transport, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				r := run(t, serve(t, &script{
					open: openPacket, poll: hangs,
					socket: func(ws *websocket.Conn) {
						say(ws, openPacket)
						time.Sleep(time.Second)
						say(ws, "2")
						hear(ws)
					},
				}), transport)
				if err := r.wantEnd(engineclient.ReasonPingTimeout); err == nil {
					t.Error("no error")
				}
				want := 1500 * time.Millisecond
				if transport == engineclient.WebSocket {
					want += time.Second // there was one ping
				}
				if took := time.Since(start); took != want {
					t.Errorf("ended after %v, want %v", took, want)
				}
			})
		})
	}
}

// What is not a handshake is an error of Dial.
func TestHandshakeThatIsNone(t *testing.T) {
	tests := []struct{ name, first, err string }{
		{"no packet", "x", ""},
		{"another packet", "4x", "did not begin with a handshake"},
		{"no JSON", "0x", ""},
		{"no id", `0{"pingInterval":1,"pingTimeout":1}`, ""},
		{"too large", openPacket + strings.Repeat(" ", 20_000), ""},
	}
	for _, tt := range tests {
		for _, transport := range []string{engineclient.Polling, engineclient.WebSocket} {
			t.Run(tt.name+" over "+transport, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					_, err := engineclient.Dial(t.Context(), serve(t, &script{
						open: tt.first, socket: func(ws *websocket.Conn) { say(ws, tt.first); hear(ws) },
					}), transport)
					if err == nil || !strings.Contains(err.Error(), tt.err) {
						t.Errorf("error %v, want one with %q", err, tt.err)
					}
				})
			})
		}
	}
}

// Refusals are told in the server's words, as far as they are short.
func TestRefusedHandshake(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"message", `{"code":4,"message":"Forbidden"}`, `403 Forbidden: "Forbidden"`},
		{"text", "go away", "403 Forbidden"},
		{"long", `{"message":"` + strings.Repeat("x", 900) + `"}`, `403 Forbidden: "` + strings.Repeat("x", 200) + `"`},
		{"endless", `{"message":"` + strings.Repeat("x", 90_000) + `"}`, "403 Forbidden"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				opts := serve(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					w.WriteHeader(http.StatusForbidden)
					io.WriteString(w, tt.body)
				}))
				want := "engineclient: the server answered " + tt.want
				if _, err := engineclient.Dial(t.Context(), opts, engineclient.Polling); err == nil || err.Error() != want {
					t.Errorf("error %v, want %s", err, want)
				}
				want = "engineclient: the server answered 403 Forbidden"
				if _, err := engineclient.Dial(t.Context(), opts, engineclient.WebSocket); err == nil || err.Error() != want {
					t.Errorf("error %v, want %s", err, want)
				}
			})
		})
	}
}

// Dial ends with its context, whatever the server has or has not answered.
func TestDialEndsWithItsContext(t *testing.T) {
	for name, h := range map[string]http.Handler{
		"no answer": http.HandlerFunc(hangs),
		"no packet": &script{poll: hangs, socket: func(ws *websocket.Conn) { hear(ws) }},
		"half an answer": http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, openPacket[:50])
			w.(http.Flusher).Flush()
			hangs(w, r)
		}),
	} {
		for _, transport := range []string{engineclient.Polling, engineclient.WebSocket} {
			t.Run(name+" over "+transport, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					ctx, cancel := context.WithTimeout(t.Context(), time.Second)
					defer cancel()
					start := time.Now()
					_, err := engineclient.Dial(ctx, serve(t, h), transport)
					if err == nil || time.Since(start) > time.Second {
						t.Errorf("error %v after %v", err, time.Since(start))
					}
				})
			})
		}
	}
}

// TestHostileServer sends what no server should, behind a handshake that is in
// order.
func TestHostileServer(t *testing.T) {
	tests := []struct {
		name, sent string
		want       engineclient.Reason
	}{
		{"no packet", "x", engineclient.ReasonParseError},
		{"not UTF-8", "4\xff", engineclient.ReasonParseError},
		{"bad base64", "b*", engineclient.ReasonParseError},
		{"second handshake", openPacket, engineclient.ReasonParseError},
		{"larger than MaxPayload", "4" + strings.Repeat("x", 10_000), engineclient.ReasonTransportError},
		{"close", "1", engineclient.ReasonTransportClose},
	}
	for _, tt := range tests {
		for _, transport := range []string{engineclient.Polling, engineclient.WebSocket} {
			t.Run(tt.name+" over "+transport, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := run(t, serve(t, &script{
						open:   openPacket,
						poll:   func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, tt.sent) },
						socket: func(ws *websocket.Conn) { say(ws, openPacket, tt.sent); hear(ws) },
					}), transport)
					r.wantEnd(tt.want)
					if len(r.got) > 0 {
						t.Errorf("got %.50q", <-r.got)
					}
				})
			})
		}
	}
}

// What the server does wrong within one answer ends the session, and what came
// before it has arrived.
func TestHostilePolls(t *testing.T) {
	tests := []struct {
		name string
		poll func(w http.ResponseWriter)
		want engineclient.Reason
		got  []string
	}{
		{"a bad packet behind a good one", func(w http.ResponseWriter) { io.WriteString(w, "4x\x1e7") }, engineclient.ReasonParseError, []string{"x"}},
		{"empty", func(http.ResponseWriter) {}, engineclient.ReasonParseError, nil},
		{"separators", func(w http.ResponseWriter) { io.WriteString(w, strings.Repeat("\x1e", 9000)) }, engineclient.ReasonParseError, nil},
		{"broken off", func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "4x\x1e4y")
		}, engineclient.ReasonTransportError, nil},
		{"endless", func(w http.ResponseWriter) {
			for {
				if _, err := io.WriteString(w, strings.Repeat("4x\x1e", 1000)); err != nil {
					return
				}
			}
		}, engineclient.ReasonTransportError, nil},
		{"refused", func(w http.ResponseWriter) { w.WriteHeader(http.StatusBadRequest) }, engineclient.ReasonTransportError, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := run(t, serve(t, &script{
					open: openPacket, poll: func(w http.ResponseWriter, _ *http.Request) { tt.poll(w) },
				}), engineclient.Polling)
				err := r.wantEnd(tt.want)
				if err == nil || strings.Contains(err.Error(), "abcdefghijklmnopqrst") {
					t.Errorf("error %v, want one without the session's id", err)
				}
				r.want(tt.got...)
			})
		})
	}
}

// Pings that come faster than they can be answered leave one pong to send.
func TestFloodOfPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		heard := make(chan []string, 1)
		r := run(t, serve(t, &script{socket: func(ws *websocket.Conn) {
			say(ws, openPacket)
			say(ws, slices.Repeat([]string{"2"}, 100_000)...) // and reads nothing meanwhile
			say(ws, "1")
			heard <- hear(ws)
		}}), engineclient.WebSocket)
		r.wantEnd(engineclient.ReasonTransportClose)
		for _, frame := range next(t, heard) {
			if frame != "3" {
				t.Fatalf("the client sends %q", frame)
			}
		}
	})
}

// TestSendRefuses is about what cannot be sent: nothing of it reaches the
// server, and the session lives on.
func TestSendRefuses(t *testing.T) {
	for _, transport := range []string{engineclient.Polling, engineclient.WebSocket} {
		t.Run(transport, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				release := make(chan struct{})
				var posted []string
				r := run(t, serve(t, &script{
					open: openPacket,
					poll: func(w http.ResponseWriter, _ *http.Request) { time.Sleep(time.Second); io.WriteString(w, "2") },
					post: func(w http.ResponseWriter, body string) {
						<-release
						posted = append(posted, strings.Split(body, "\x1e")...)
					},
					socket: func(ws *websocket.Conn) {
						say(ws, openPacket)
						<-release
						posted = hear(ws)
					},
				}), transport)
				message := func(size int) engineclient.Message {
					return engineclient.Message{Text: []byte(strings.Repeat("x", size))}
				}
				if err := r.Send(message(1000)); err != engineclient.ErrTooLarge { // with the type it has 1001
					t.Errorf("Send of a message that is too large: %v", err)
				}
				if err := r.Send(engineclient.Message{Text: []byte("x"), Attachments: [][]byte{make([]byte, 1001)}}); err != engineclient.ErrTooLarge {
					t.Errorf("Send of an attachment that is too large: %v", err)
				}
				var err error
				sent := 0
				for ; err == nil; sent++ { // until the network takes no more, and the queue is full
					synctest.Wait()
					err = r.Send(message(999))
				}
				sent--
				if err != engineclient.ErrFull {
					t.Errorf("Send to a full queue: %v", err)
				}
				volatile := message(1)
				volatile.Volatile = true
				if err := r.Send(volatile); transport == engineclient.Polling && err != engineclient.ErrDropped || err == nil {
					t.Errorf("Send of what is volatile: %v", err)
				}
				forced := message(2)
				forced.Forced = true
				if err := r.Send(forced); err != nil {
					t.Errorf("Send of what is forced: %v", err)
				}
				room := make(chan struct{})
				go func() { r.Wait(); close(room) }()
				synctest.Wait()
				select {
				case <-room:
					t.Error("Wait does not wait")
				default:
				}
				close(release)
				next(t, room)
				r.close()
				synctest.Wait()
				posted = slices.DeleteFunc(posted, func(p string) bool { return p == "3" || p == "1" })
				if got := len(posted); got != sent+1 || posted[got-1] != "4xx" {
					t.Errorf("%d messages arrived, the last is %.10q; want %d and xx", got, posted[max(got-1, 0)], sent+1)
				}
			})
		})
	}
}

// A server that takes nothing any more is given up after WriteTimeout, and so is
// one that does not take the goodbye.
func TestServerThatDoesNotRead(t *testing.T) {
	for _, transport := range []string{engineclient.Polling, engineclient.WebSocket} {
		for _, closes := range []bool{false, true} {
			t.Run(fmt.Sprint(transport, " closes ", closes), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					open := strings.Replace(openPacket, "1000", "100000", 1) // no ping for long
					done := make(chan struct{})
					defer close(done)
					opts := serve(t, &script{
						open: open, poll: hangs,
						post:   func(http.ResponseWriter, string) { <-done },
						socket: func(ws *websocket.Conn) { say(ws, open); <-done },
					})
					r := run(t, opts, transport)
					for range 200 { // more than the network takes
						r.Send(engineclient.Message{Text: []byte(strings.Repeat("x", 900)), Forced: true})
					}
					want := engineclient.ReasonTransportError
					if closes {
						r.Close()
						want = engineclient.ReasonClosed
					}
					start := time.Now()
					err := r.wantEnd(want)
					if closes == (err != nil) {
						t.Errorf("error %v", err)
					}
					if took := time.Since(start); took != opts.WriteTimeout {
						t.Errorf("ended after %v, want %v", took, opts.WriteTimeout)
					}
				})
			})
		}
	}
}

// An error of the handler ends the session, and so does Fail.
func TestFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		mistake := errors.New("mistake")
		r := run(t, serve(t, &script{open: openPacket, poll: hangs}), engineclient.Polling)
		r.Fail(engineclient.ReasonTransportError, mistake)
		r.Fail(engineclient.ReasonParseError, nil) // it has ended
		if err := r.wantEnd(engineclient.ReasonTransportError); err != mistake {
			t.Errorf("error %v", err)
		}
		conn, err := engineclient.Dial(t.Context(), serve(t, &script{
			open: openPacket, poll: func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "4x\x1e4y") },
		}), engineclient.Polling)
		if err != nil {
			t.Fatal(err)
		}
		h := &failing{err: mistake}
		if reason, err := conn.Run(h); reason != engineclient.ReasonParseError || err != mistake || h.calls != 1 {
			t.Errorf("ended with %q, %v after %d calls", reason, err, h.calls)
		}
	})
}

// failing is a handler that fails.
type failing struct {
	err   error
	calls int
}

func (h *failing) Text([]byte) error   { h.calls++; return h.err }
func (h *failing) Binary([]byte) error { h.calls++; return h.err }
