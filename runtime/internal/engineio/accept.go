package engineio

import (
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// writeBuffers serves gorilla's few writes of its own.
var writeBuffers sync.Pool

var (
	upgrader        = newUpgrader(false)
	deflateUpgrader = newUpgrader(true)
)

func newUpgrader(deflate bool) *websocket.Upgrader {
	return &websocket.Upgrader{
		ReadBufferSize:    readBufferSize,
		WriteBufferSize:   512,
		WriteBufferPool:   &writeBuffers,
		CheckOrigin:       func(*http.Request) bool { return true }, // the server has
		Error:             func(http.ResponseWriter, *http.Request, int, error) {},
		EnableCompression: deflate,
	}
}

// upgradeHeader returns the headers of an answer that opens a WebSocket. It
// echoes the first subprotocol offered: browsers fail when none is chosen.
func (srv *Server) upgradeHeader(w http.ResponseWriter, r *http.Request, first bool) http.Header {
	header := w.Header().Clone() // CORS, and what wraps the server
	srv.decorate(header, r, first)
	sanitize(header)
	maps.DeleteFunc(header, func(name string, _ []string) bool {
		return slices.Contains(handshakeHeaders, http.CanonicalHeaderKey(name))
	})
	if offered := websocket.Subprotocols(r); len(offered) > 0 {
		header.Set("Sec-WebSocket-Protocol", offered[0])
	}
	return header
}

// handshakeHeaders are the handshake's own, of which gorilla refuses some and sends
// others twice, and those that an answer without a body must not have.
var handshakeHeaders = []string{
	"Connection", "Upgrade", "Sec-Websocket-Accept", "Sec-Websocket-Extensions", "Sec-Websocket-Protocol",
	"Content-Length", "Transfer-Encoding",
}

// acceptWebSocket does the WebSocket handshake. Its answer is queued and leaves
// with the first packet. After an error the request has been answered. First says
// that the session begins with it.
func (srv *Server) acceptWebSocket(w http.ResponseWriter, r *http.Request, first bool) (*duplex, error) {
	h := &hijacker{ResponseWriter: w, srv: srv}
	u, asked := upgrader, r
	deflate := srv.opts.PerMessageDeflate && offersDeflate(r)
	if deflate {
		u, asked = deflateUpgrader, withPlainOffer(r)
	}
	ws, err := u.Upgrade(h, asked, srv.upgradeHeader(w, r, first))
	if err != nil {
		if h.conn == nil { // not taken over: HTTP still works
			srv.refuse(w, r, badRequest(err.Error()))
		}
		return nil, err
	}
	c := h.conn // a closure over h would keep net/http's buffers
	if deflate {
		c.deflate = new(frameWatch)
	}
	return newWebSocket(c, ws), nil
}

// refuseWebSocket does the handshake only to close: clients tell a refusal from
// a broken network only by a close frame.
func (srv *Server) refuseWebSocket(w http.ResponseWriter, r *http.Request) {
	u := *upgrader
	u.HandshakeTimeout = srv.opts.WriteTimeout
	ws, err := u.Upgrade(w, r, srv.upgradeHeader(w, r, false))
	if err != nil {
		return
	}
	ws.NetConn().SetWriteDeadline(time.Now().Add(goodbyeTime))
	ws.NetConn().Write(closeFrame.frames)
	ws.Close()
}
