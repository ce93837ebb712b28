package engineio

import (
	"errors"
	"os"

	"github.com/gorilla/websocket"
)

// The close frames this side begins.
var (
	closeFrame    = newCloseFrame()
	closeBadUTF8  = newCloseFrame(websocket.CloseInvalidFramePayloadData>>8, websocket.CloseInvalidFramePayloadData&0xff)
	closeProtocol = newCloseFrame(websocket.CloseProtocolError>>8, websocket.CloseProtocolError&0xff)
	closeTooLarge = newCloseFrame(websocket.CloseMessageTooBig>>8, websocket.CloseMessageTooBig&0xff)
)

func newCloseFrame(code ...byte) *Message {
	return &Message{frames: append([]byte{frameClose, byte(len(code))}, code...)}
}

var (
	errPeerClosed  = errors.New("the peer closed the session")
	errDirection   = errors.New("invalid heartbeat direction")
	errMessageTime = errors.New("a message took longer than ReadTimeout")
	errPanic       = errors.New("panic")
)

// A webSocket is a duplex on a WebSocket.
type webSocket struct {
	duplex
	ws    *websocket.Conn
	limit int64 // of a message in bytes, after inflation
}

func newWebSocket(c *conn, ws *websocket.Conn) *duplex {
	t := &webSocket{duplex: duplex{conn: c}, ws: ws}
	t.framing = t
	c.failed = t.writeFailed
	ws.SetPingHandler(func(data string) error {
		c.answerPing(data)
		return nil
	})
	return &t.duplex
}

func (t *webSocket) name() string { return transportWebSocket }

// setLimit lets gorilla check what it sees of a message, and readMessage what
// compression has made of it.
func (t *webSocket) setLimit(n int64) {
	t.ws.SetReadLimit(n)
	t.limit = n
}

func (t *webSocket) readMessage() (binary bool, buf *[]byte, err error) {
	kind, r, err := t.ws.NextReader()
	if err != nil {
		return false, nil, err
	}
	t.conn.inMessage(true)
	defer t.conn.inMessage(false)
	buf, err = readPooled(r, t.limit)
	return kind == websocket.BinaryMessage, buf, err
}

func (t *webSocket) readFault(err error) *fault {
	switch {
	case errors.Is(t.conn.readErr, os.ErrDeadlineExceeded): // gorilla hides it
		return &fault{cause: causeNetwork, reason: ReasonTransportError, err: errMessageTime, tell: plainly}
	case t.conn.readErr != nil:
		return &fault{cause: causeNetwork, reason: ReasonTransportClose, err: err}
	case errors.As(err, new(*websocket.CloseError)):
		return &fault{cause: causePeerTransport, reason: ReasonTransportClose, err: err}
	case errors.Is(err, websocket.ErrReadLimit):
		return &fault{cause: causePeerTransport, reason: ReasonTransportError, err: err, tell: forSize}
	default: // gorilla has sent a close frame, unless this is about compression
		return &fault{cause: causePeerTransport, reason: ReasonTransportError, err: err, tell: forProtocol}
	}
}

func (t *webSocket) farewell(w wording) *Message {
	switch w {
	case silently:
		return nil
	case forBadUTF8:
		return closeBadUTF8
	case forSize:
		return closeTooLarge
	case forProtocol:
		return closeProtocol
	default:
		return closeFrame
	}
}
