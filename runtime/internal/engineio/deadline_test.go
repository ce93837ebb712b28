package engineio_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
	"github.com/rtgen/rtgen/runtime/internal/memnet"
)

// The timeouts that people set for their http.Server are for requests that are
// over soon. They cut neither a poll that waits nor a WebSocket.
func TestTimeoutsOfTheHTTPServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hs := &http.Server{ReadTimeout: 5 * time.Second, WriteTimeout: 5 * time.Second, IdleTimeout: 5 * time.Second}
		e := inMemoryOn(t, hs, engineio.Options{}, nil)
		sid := e.openPolling(t)
		r := e.session(t)
		poll := e.get(t, sid)
		<-time.After(20 * time.Second)
		send(t, r, "late")
		expectAnswer(t, "poll that waited", <-poll, 200, "4late")
		expectAnswer(t, "next poll", <-e.get(t, sid), 200, "2") // 5s later
		expectAnswer(t, "pong", e.post(t, sid, "3"), 200, "ok")
		expectAnswer(t, "slow post", e.slowPost(t, sid, "4x", 8*time.Second), 200, "ok")

		ws := e.webSocket(t, "")
		other := e.session(t)
		readText(t, ws)
		<-time.After(20 * time.Second)
		send(t, other, "late")
		if got := readText(t, ws); got != "4late" {
			t.Errorf("WebSocket got %q", got)
		}
	})
}

// A peer that never reads its answers is cut off, whether the http.Server has a
// WriteTimeout or not.
func TestUnreadAnswers(t *testing.T) {
	const head = " HTTP/1.1\r\nHost: mem\r\nOrigin: http://other\r\n"
	tests := []struct{ name, request string }{
		{"refusal", "GET /?" + polling("nope") + head + "\r\n"},
		{"refusal of a WebSocket", "GET /?EIO=4&transport=websocket&sid=nope" + head + upgradeHeaders + "\r\n"},
		{"preflight", "OPTIONS /" + head + "Access-Control-Request-Method: GET\r\n\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, engineio.Options{Origins: []string{"*"}}, nil)
				c, err := e.dial(t.Context(), "", "")
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				start := time.Now()
				for err == nil {
					_, err = io.WriteString(c, tt.request)
				}
				if took := time.Since(start); took != 10*time.Second {
					t.Errorf("cut off after %v (%v), want 10s", took, err)
				}
			})
		})
	}
}

// A hijackedWriter hands out a connection of which nothing is known.
type hijackedWriter struct {
	http.ResponseWriter
	conn net.Conn
}

func (w *hijackedWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return w.conn, bufio.NewReadWriter(bufio.NewReader(w.conn), bufio.NewWriter(w.conn)), nil
}

// A WebSocket that is refused by a close frame is not waited for either.
func TestUnreadCloseFrame(t *testing.T) {
	for room, want := range map[int]time.Duration{1: 10 * time.Second, 129: time.Second} { // the answer has 129 bytes
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, engineio.Options{}, nil)
			query := "&sid=" + e.openPolling(t)
			e.webSocket(t, query) // probes
			req := httptest.NewRequest("GET", "/?EIO=4&transport=websocket"+query, nil)
			for line := range strings.Lines(upgradeHeaders) {
				name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
				req.Header.Set(name, value)
			}
			conn, peer := memnet.Pipe(room)
			defer peer.Close()
			start := time.Now()
			e.ServeHTTP(&hijackedWriter{httptest.NewRecorder(), conn}, req)
			if took := time.Since(start); took != want {
				t.Errorf("with room for %d bytes refused after %v, want %v", room, took, want)
			}
		})
	}
}

// slowPost sends a body that pauses in its midst.
func (e *engine) slowPost(t testing.TB, sid, body string, pause time.Duration) answer {
	t.Helper()
	r, w := io.Pipe()
	go func() {
		io.WriteString(w, body[:1])
		<-time.After(pause)
		io.WriteString(w, body[1:])
		w.Close()
	}()
	req := e.request(t, "POST", polling(sid), "")
	req.Body, req.ContentLength = r, int64(len(body))
	got, _ := e.do(t, req)
	return got
}
