package engineio

import (
	"io"
	"sync"
	"unicode/utf8"

	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// A duplex is the transport of a session on a connection that carries both
// directions, or a probe for one.
type duplex struct {
	session *Session
	conn    *conn
	framing framing
}

// A framing is how messages stand on the connection of a duplex.
type framing interface {
	name() string
	// setLimit sets the size of the largest message, in bytes.
	setLimit(n int64)
	// readMessage reads the next message into a buffer of inputs.
	readMessage() (binary bool, buf *[]byte, err error)
	// readFault says why reading ended.
	readFault(err error) *fault
	// farewell returns what ends the connection, nil for silently.
	farewell(w wording) *Message
}

// A fault is what ends a session.
type fault struct {
	cause  *Cause
	reason Reason
	err    error
	tell   wording
}

// A wording says how the peer is told that the session ends.
type wording uint8

const (
	silently wording = iota // it is gone, or has been told
	plainly
	forBadUTF8
	forSize
	forProtocol
)

func (t *duplex) name() string { return t.framing.name() }

func (t *duplex) send(m *Message, volatile, later bool) error {
	return t.conn.send(m, volatile, later)
}

func (t *duplex) queued() (messages, bytes int) { return t.conn.queued() }

func (t *duplex) close() { t.conn.close(t.framing.farewell(plainly)) }

// abort ends the connection at once.
func (t *duplex) abort(Reason) {
	if t.conn.goodbye(t.framing.farewell(plainly)) {
		t.conn.Close()
	}
}

// writeFailed ends the session, or the probe.
func (t *duplex) writeFailed(err error) {
	if !t.session.lost(t, err) {
		t.conn.Conn.Close() // the probe's reader sees it
	}
}

// run reads the session's messages until the connection ends. It has the turn
// at the receiver.
func (t *duplex) run() {
	f := &fault{cause: causePanic, reason: ReasonTransportError, err: errPanic}
	defer func() { t.finish(f) }()
	t.framing.setLimit(t.conn.srv.opts.MaxPayload)
	t.conn.carrying = true
	f = t.readMessages()
}

// finish ends the session for f and closes the connection.
func (t *duplex) finish(f *fault) {
	t.session.yield()
	first := t.conn.goodbye(t.framing.farewell(f.tell))
	t.session.end(f.cause, f.reason, f.err)
	if first && f.tell != silently {
		t.conn.linger()
	}
	t.conn.Conn.Close()
}

// readMessages handles the peer's messages up to the first fault.
func (t *duplex) readMessages() *fault {
	for {
		binary, buf, err := t.framing.readMessage()
		if err != nil {
			return t.framing.readFault(err)
		}
		p, f := t.decode(binary, *buf)
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
func (t *duplex) decode(binary bool, b []byte) (eioproto.Packet, *fault) {
	p, err := t.session.form.decode(binary, b)
	switch {
	case err == nil:
		return p, nil
	case !binary && !utf8.Valid(b):
		return p, &fault{cause: causePeer, reason: ReasonParseError, err: eioproto.ErrUTF8, tell: forBadUTF8}
	default:
		return p, &fault{cause: causePeer, reason: ReasonParseError, err: err, tell: plainly}
	}
}

// inputs holds the buffers of messages while they are handled.
var inputs = sync.Pool{New: func() any {
	b := make([]byte, 0, 4<<10)
	return &b
}}

// readPooled reads all of r, up to limit bytes, into a buffer of inputs.
func readPooled(r io.Reader, limit int64) (*[]byte, error) {
	buf := inputs.Get().(*[]byte)
	b := (*buf)[:0]
	for {
		n, err := r.Read(b[len(b):cap(b)])
		b = b[:len(b)+n]
		if int64(len(b)) > limit {
			err = websocket.ErrReadLimit
		}
		if err != nil {
			*buf = b
			if err == io.EOF {
				return buf, nil
			}
			free(&inputs, buf)
			return nil, err
		}
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
	}
}
