package serve

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/bench/internal/script"
)

// newGorilla is the floor of gorilla/websocket, and of net/http for polling.
func newGorilla(pingInterval time.Duration) (http.Handler, error) {
	g := &gorillaFloor{floor: newFloor(pingInterval), polls: newPollFloor()}
	return g, nil
}

type gorillaFloor struct {
	floor *floor
	polls *pollFloor
}

var upgrader = websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}

// ServeHTTP serves WebSockets, and hands the rest to the polls.
func (g *gorillaFloor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if query.Get("transport") == "polling" {
		g.polls.ServeHTTP(w, r)
		return
	}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	m := &gorillaMember{ws: ws}
	if sid := query.Get("sid"); sid == "" {
		m.text(openPacket)
	} else if !g.polls.upgrade(sid, ws) {
		return
	}
	defer g.floor.enter(m)()
	g.read(m)
}

// read reads into one buffer: the cheapest way that gorilla has.
func (g *gorillaFloor) read(m *gorillaMember) {
	var buf bytes.Buffer
	for {
		kind, r, err := m.ws.NextReader()
		if err != nil {
			return
		}
		buf.Reset()
		if _, err := buf.ReadFrom(r); err != nil {
			return
		}
		if kind == websocket.BinaryMessage {
			g.floor.binary(m, buf.Bytes())
		} else {
			g.floor.text(m, buf.String())
		}
	}
}

type gorillaMember struct {
	ws *websocket.Conn
	mu sync.Mutex // one writer at a time
}

func (m *gorillaMember) text(packet string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	w, err := m.ws.NextWriter(websocket.TextMessage)
	if err != nil {
		return
	}
	io.WriteString(w, packet)
	w.Close()
}

func (m *gorillaMember) binary(data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ws.WriteMessage(websocket.BinaryMessage, data)
}

// upgrade answers the probe on ws and lets the session's poll go.
func (f *pollFloor) upgrade(sid string, ws *websocket.Conn) bool {
	if _, packet, err := ws.ReadMessage(); err != nil || string(packet) != script.Probe {
		return false
	}
	if ws.WriteMessage(websocket.TextMessage, []byte(script.Probed)) != nil {
		return false
	}
	f.send(sid, script.Noop)
	_, packet, err := ws.ReadMessage()
	f.forget(sid)
	return err == nil && string(packet) == script.Upgrade
}
