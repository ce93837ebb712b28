package engineio_test

import (
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
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
