package engineio

import (
	"errors"
	"io"
	"os"
	"sync"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// The close frames this side begins.
var (
	closeFrame    = &Message{frames: []byte{frameClose, 0}}
	closeBadUTF8  = []byte{frameClose, 2, websocket.CloseInvalidFramePayloadData >> 8, websocket.CloseInvalidFramePayloadData & 0xff}
	closeTooLarge = []byte{frameClose, 2, websocket.CloseMessageTooBig >> 8, websocket.CloseMessageTooBig & 0xff}
)

var (
	errPeerClosed  = errors.New("the peer closed the session")
	errDirection   = errors.New("invalid heartbeat direction")
	errMessageTime = errors.New("a message took longer than ReadTimeout")
	errPanic       = errors.New("panic")
)

// A fault is what ends a session.
type fault struct {
	cause  *Cause
	reason Reason
	err    error
	frame  []byte // the close frame that tells the peer
}

// A webSocket is the transport of a session on a WebSocket, or a probe for one.
type webSocket struct {
	session *Session
	conn    *conn
	ws      *websocket.Conn
	limit   int64 // of a message in bytes, after inflation
}

func (t *webSocket) name() string { return transportWebSocket }

func (t *webSocket) send(m *Message, volatile, later bool) error {
	return t.conn.send(m, volatile, later)
}

func (t *webSocket) queued() (messages, bytes int) { return t.conn.queued() }

func (t *webSocket) close() { t.conn.close() }

// abort ends the connection at once.
func (t *webSocket) abort(Reason) {
	if t.conn.goodbye(closeFrame.frames) {
		t.conn.Close()
	}
}

// writeFailed ends the session, or the probe.
func (t *webSocket) writeFailed(err error) {
	if !t.session.lost(t, err) {
		t.conn.Conn.Close() // the probe's reader sees it
	}
}

// run reads the session's messages until the connection ends. It has the turn
// at the receiver.
func (t *webSocket) run() {
	f := &fault{cause: causePanic, reason: ReasonTransportError, err: errPanic}
	defer func() { t.finish(f) }()
	t.setLimit(t.conn.srv.opts.MaxPayload)
	t.conn.carrying = true
	f = t.readMessages()
}

// finish ends the session for f and closes the connection.
func (t *webSocket) finish(f *fault) {
	t.session.yield()
	first := t.conn.goodbye(f.frame)
	t.session.end(f.cause, f.reason, f.err)
	if first && f.frame != nil {
		t.conn.linger()
	}
	t.conn.Conn.Close()
}

// readMessages handles the peer's messages up to the first fault.
func (t *webSocket) readMessages() *fault {
	for {
		kind, buf, err := t.readMessage()
		if err != nil {
			return t.readFault(err)
		}
		p, f := t.decode(kind, *buf)
		if f == nil {
			f = t.session.handle(p, len(*buf))
		}
		free(&inputs, buf)
		if f != nil {
			return f
		}
		if room := t.conn.crowded(); room != nil {
			t.session.await(room)
		}
	}
}

// decode decodes a message.
func (t *webSocket) decode(kind int, b []byte) (eioproto.Packet, *fault) {
	p, err := t.session.form.decode(kind, b)
	switch {
	case errors.Is(err, eioproto.ErrUTF8):
		return p, &fault{cause: causePeer, reason: ReasonParseError, err: err, frame: closeBadUTF8}
	case err != nil && kind == websocket.TextMessage && !utf8.Valid(b):
		return p, &fault{cause: causePeer, reason: ReasonParseError, err: eioproto.ErrUTF8, frame: closeBadUTF8}
	case err != nil:
		return p, &fault{cause: causePeer, reason: ReasonParseError, err: err, frame: closeFrame.frames}
	}
	return p, nil
}

// inputs holds the buffers of messages while they are handled.
var inputs = sync.Pool{New: func() any {
	b := make([]byte, 0, 4<<10)
	return &b
}}

// setLimit sets the size of the largest message. Gorilla checks what it sees of
// one, readMessage what compression has made of it.
func (t *webSocket) setLimit(n int64) {
	t.ws.SetReadLimit(n)
	t.limit = n
}

// readMessage reads the next message into a pooled buffer.
func (t *webSocket) readMessage() (kind int, buf *[]byte, err error) {
	kind, r, err := t.ws.NextReader()
	if err != nil {
		return 0, nil, err
	}
	t.conn.inMessage(true)
	defer t.conn.inMessage(false)
	buf = inputs.Get().(*[]byte)
	b := (*buf)[:0]
	for {
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if int64(len(b)) > t.limit {
			err = websocket.ErrReadLimit
		}
		if err == io.EOF {
			*buf = b
			return kind, buf, nil
		}
		if err != nil {
			*buf = b
			free(&inputs, buf)
			return 0, nil, err
		}
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
	}
}

// readFault says why reading ended.
func (t *webSocket) readFault(err error) *fault {
	switch {
	case errors.Is(t.conn.readErr, os.ErrDeadlineExceeded): // gorilla hides it
		return &fault{cause: causeNetwork, reason: ReasonTransportError, err: errMessageTime, frame: closeFrame.frames}
	case t.conn.readErr != nil:
		return &fault{cause: causeNetwork, reason: ReasonTransportClose, err: err}
	case errors.As(err, new(*websocket.CloseError)):
		return &fault{cause: causePeerTransport, reason: ReasonTransportClose, err: err}
	case errors.Is(err, websocket.ErrReadLimit):
		return &fault{cause: causePeerTransport, reason: ReasonTransportError, err: err, frame: closeTooLarge}
	default: // gorilla has sent its own close frame
		return &fault{cause: causePeerTransport, reason: ReasonTransportError, err: err, frame: closeFrame.frames}
	}
}
