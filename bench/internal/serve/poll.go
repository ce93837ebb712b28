package serve

import (
	"crypto/rand"
	"io"
	"net/http"
	"strings"
	"sync"

	"github.com/rtgen/rtgen/bench/internal/script"
)

// A pollFloor is what long polling costs on net/http without any work of
// Socket.IO.
type pollFloor struct {
	mu    sync.Mutex
	polls map[string]chan string // what waits for each session
}

func newPollFloor() *pollFloor { return &pollFloor{polls: make(map[string]chan string)} }

// ServeHTTP serves handshakes, polls and posts.
func (f *pollFloor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	sid := r.URL.Query().Get("sid")
	w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
	switch {
	case sid == "":
		io.WriteString(w, f.open())
	case r.Method == http.MethodPost:
		body, err := io.ReadAll(r.Body)
		if err == nil && string(body) == script.Connect {
			f.send(sid, connected)
		}
		io.WriteString(w, "ok")
	default:
		select {
		case packet := <-f.poll(sid):
			io.WriteString(w, packet)
		case <-r.Context().Done():
		}
	}
}

// open begins a session and returns its open packet.
func (f *pollFloor) open() string {
	sid := rand.Text()[:20]
	f.mu.Lock()
	f.polls[sid] = make(chan string, 4)
	f.mu.Unlock()
	return strings.Replace(openPacket, strings.Repeat("A", 20), sid, 1)
}

func (f *pollFloor) poll(sid string) chan string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.polls[sid]
}

// send lets the session's poll answer with packet, this one or the next.
func (f *pollFloor) send(sid, packet string) {
	select {
	case f.poll(sid) <- packet:
	default: // the script never has as many
	}
}

func (f *pollFloor) forget(sid string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.polls, sid)
}
