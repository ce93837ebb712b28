package client_test

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/memnet"
)

// A fakeServer does to each WebSocket what a test says.
type fakeServer struct {
	listener *memnet.Listener
	accepted atomic.Int64
}

const openPacket = `0{"sid":"abcdefghijklmnopqrst","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`

// fake starts a server that opens each session and then calls serve. The
// connection is closed when serve returns.
func fake(t *testing.T, serve func(*fakeConn)) *fakeServer {
	t.Helper()
	return fakeWith(t, openPacket, serve)
}

// fakeWith is fake with an open packet of the test's own.
func fakeWith(t *testing.T, open string, serve func(*fakeConn)) *fakeServer {
	t.Helper()
	var srv *fakeServer
	srv = serveHTTP(t, func(w http.ResponseWriter, r *http.Request) {
		srv.accepted.Add(1)
		ws, err := new(websocket.Upgrader).Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer ws.Close()
		f := &fakeConn{t: t, Conn: ws}
		f.send(open)
		serve(f)
	})
	return srv
}

func serveHTTP(t *testing.T, handler http.HandlerFunc) *fakeServer {
	t.Helper()
	srv := &fakeServer{listener: memnet.Listen()}
	httpServer := &http.Server{Handler: handler}
	go httpServer.Serve(srv.listener)
	t.Cleanup(func() { httpServer.Close() })
	return srv
}

func (srv *fakeServer) dial(ctx context.Context, network, address string) (net.Conn, error) {
	return srv.listener.DialContext(ctx, network, address)
}

// A fakeConn is the server's end of a WebSocket.
type fakeConn struct {
	*websocket.Conn
	t *testing.T
}

// send sends text frames; one that begins with "~" is sent as binary.
func (f *fakeConn) send(frames ...string) {
	for _, frame := range frames {
		kind, data := websocket.TextMessage, frame
		if frame[0] == '~' {
			kind, data = websocket.BinaryMessage, frame[1:]
		}
		if f.WriteMessage(kind, []byte(data)) != nil {
			return // the client has gone
		}
	}
}

// read returns the next frame, or "" when the client has gone.
func (f *fakeConn) read() string {
	_, data, err := f.ReadMessage()
	if err != nil {
		return ""
	}
	return string(data)
}

// wait reads until the client has gone.
func (f *fakeConn) wait() {
	for f.read() != "" {
	}
}

// hangs starts a server that answers no request.
func hangs(t *testing.T, until <-chan struct{}) *fakeServer {
	t.Helper()
	return serveHTTP(t, func(http.ResponseWriter, *http.Request) { <-until })
}
