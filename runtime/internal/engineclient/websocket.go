package engineclient

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// A webSocket carries a session over a WebSocket, or is a probe for that. It has
// one reader and one writer.
type webSocket struct {
	ws      *websocket.Conn
	cork    *corked
	scratch []byte // of the writer
}

// openWebSocket makes the handshake on a new WebSocket.
func (c *Conn) openWebSocket(ctx context.Context) error {
	w, err := dialWebSocket(ctx, c.opts, "")
	if err != nil {
		return err
	}
	packet, err := w.readWithin(ctx)
	if err == nil {
		err = c.opened(packet)
	}
	if err != nil {
		w.abort()
		return err
	}
	c.transport = w
	return nil
}

func dialWebSocket(ctx context.Context, opts *Options, sid string) (*webSocket, error) {
	w := new(webSocket)
	stop := func() bool { return true }
	d := *opts.Dialer
	dial := d.NetDialContext
	d.NetDialContext = func(_ context.Context, network, addr string) (net.Conn, error) {
		conn, err := dial(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		w.cork = &corked{Conn: conn}
		stop = context.AfterFunc(ctx, func() { conn.Close() }) // gorilla looks at the deadline only
		return w.cork, nil
	}
	ws, res, err := d.DialContext(ctx, opts.address(WebSocket, sid).String(), opts.Header)
	if !stop() {
		return nil, context.Cause(ctx)
	}
	if res != nil && errors.Is(err, websocket.ErrBadHandshake) {
		return nil, fmt.Errorf("engineclient: the server answered %s", res.Status)
	}
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(opts.MaxPayload)
	w.ws = ws
	return w, nil
}

func (w *webSocket) name() string { return WebSocket }

// volatileLimit is what may wait before volatile messages are dropped, in
// bytes.
const volatileLimit = 16 << 10

func (w *webSocket) writable(_ bool, waiting int) bool { return waiting < volatileLimit }

func (w *webSocket) size(p *eioproto.Packet) int64 {
	if p.Binary {
		return int64(len(p.Data))
	}
	return int64(1 + len(p.Data))
}

// leave waits for the goodbye of the server, which the reader sees: were the
// connection closed before, the server might lose what it has not read.
func (w *webSocket) leave(*Conn) {}

func (w *webSocket) abort() { w.ws.Close() }

// write sends packets with as few system calls as they fit in.
func (w *webSocket) write(ctx context.Context, packets []eioproto.Packet) error {
	if deadline, ok := ctx.Deadline(); ok {
		w.ws.SetWriteDeadline(deadline)
	}
	w.cork.hold()
	for i := range packets {
		if err := w.writePacket(&packets[i]); err != nil {
			return err
		}
	}
	return w.cork.release()
}

func (w *webSocket) writePacket(p *eioproto.Packet) error {
	switch {
	case p.Binary:
		return w.ws.WriteMessage(websocket.BinaryMessage, p.Data)
	case p.Type == eioproto.Close: // the WebSocket has a goodbye of its own
		return w.ws.WriteControl(websocket.CloseMessage, nil, time.Now().Add(time.Second))
	}
	w.scratch = eioproto.AppendPacket(w.scratch[:0], *p)
	err := w.ws.WriteMessage(websocket.TextMessage, w.scratch)
	if cap(w.scratch) > maxScratch {
		w.scratch = nil
	}
	return err
}

// maxScratch is the largest buffer that an idle connection keeps.
const maxScratch = 4 << 10

// A frameError is a message that is no packet.
type frameError struct{ error }

func (e frameError) Unwrap() error { return e.error }

// read returns the next packet.
func (w *webSocket) read() (eioproto.Packet, error) {
	kind, data, err := w.ws.ReadMessage()
	if err != nil {
		return eioproto.Packet{}, err
	}
	if kind == websocket.BinaryMessage {
		return eioproto.Packet{Type: eioproto.Message, Binary: true, Data: data}, nil
	}
	p, err := eioproto.DecodePacket(data)
	if err != nil {
		err = frameError{err}
	}
	return p, err
}

// readWithin is read that ends with ctx.
func (w *webSocket) readWithin(ctx context.Context) (eioproto.Packet, error) {
	stop := context.AfterFunc(ctx, w.abort)
	p, err := w.read()
	if !stop() {
		err = context.Cause(ctx)
	}
	return p, err
}

// readReason says what an error of read means.
func readReason(err error) Reason {
	_, lost := errors.AsType[net.Error](err)
	switch {
	case errors.As(err, new(frameError)):
		return ReasonParseError
	case errors.As(err, new(*websocket.CloseError)), lost, errors.Is(err, net.ErrClosed):
		return ReasonTransportClose
	}
	return ReasonTransportError
}
