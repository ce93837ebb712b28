package engineio

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// A stream is a duplex on a stream of bytes, as WebTransport has them.
type stream struct {
	duplex
	in    *bufio.Reader
	body  io.LimitedReader // of in
	limit int64            // of a message in bytes
}

func (srv *Server) newStream(c net.Conn) *stream {
	t := &stream{duplex: duplex{conn: &conn{
		Conn: c, srv: srv, flusher: srv.nextFlusher(), framed: true, held: true,
	}}}
	t.framing = t
	t.conn.failed = t.writeFailed
	t.in = bufio.NewReaderSize(t.conn, 512) // a connection keeps it while it is idle
	t.body.R = t.in
	return t
}

func (t *stream) name() string { return transportWebTransport }

func (t *stream) setLimit(n int64) { t.limit = n }

func (t *stream) readMessage() (binary bool, buf *[]byte, err error) {
	h, err := t.readHeader()
	if err != nil {
		return false, nil, err
	}
	t.conn.inMessage(true)
	defer t.conn.inMessage(false)
	t.body.N = h.Length
	buf, err = readPooled(&t.body, h.Length)
	if err == nil && t.body.N > 0 {
		free(&inputs, buf)
		return false, nil, io.ErrUnexpectedEOF
	}
	return h.Binary, buf, err
}

// readHeader reads the header of the next frame. The error is io.EOF only if the
// peer has ended the stream between two of them.
func (t *stream) readHeader() (eioproto.FrameHeader, error) {
	first, err := t.in.Peek(1)
	if err != nil {
		return eioproto.FrameHeader{}, err
	}
	head, err := t.in.Peek(eioproto.FrameHeaderSize(first[0]))
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return eioproto.FrameHeader{}, err
	}
	h, err := eioproto.DecodeFrameHeader(head, t.limit)
	t.in.Discard(len(head)) // it is buffered
	return h, err
}

func (t *stream) readFault(err error) *fault {
	switch {
	case errors.Is(err, eioproto.ErrEmpty) || errors.Is(err, eioproto.ErrLength):
		return &fault{cause: causePeer, reason: ReasonParseError, err: err, tell: plainly}
	case err == io.EOF || t.conn.parting():
		return &fault{cause: causePeerTransport, reason: ReasonTransportClose, err: errPeerClosed}
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &fault{cause: causeNetwork, reason: ReasonTransportError, err: errMessageTime, tell: plainly}
	default:
		return &fault{cause: causeNetwork, reason: ReasonTransportClose, err: err}
	}
}

func (t *stream) farewell(w wording) *Message {
	if w == silently {
		return nil
	}
	return closePacket
}

// streamed returns the message as frames of a stream. They are made once.
func (m *Message) streamed() []byte {
	s := &m.variants().streamed
	s.once.Do(func() {
		for _, p := range m.packets() {
			s.bytes = eioproto.AppendFrame(s.bytes, p)
		}
	})
	return s.bytes
}
