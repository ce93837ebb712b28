package webtransport

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
	"github.com/quic-go/webtransport-go"
)

// accept answers a request for a session and waits for the stream that its peer
// opens.
func (s *Server) accept(ctx context.Context, w http.ResponseWriter, r *http.Request) (net.Conn, error) {
	session, err := s.wt.Upgrade(w, r)
	if err != nil {
		http.Error(w, "not a WebTransport session", http.StatusBadRequest)
		return nil, err
	}
	stream, err := session.AcceptStream(ctx)
	if err != nil {
		session.CloseWithError(0, "")
		return nil, err
	}
	s.requests.Go(func() { refuseStreams(session) }) // the request counts, so this may
	return &conn{stream, session}, nil
}

// refuseStreams refuses further streams until the session ends.
func refuseStreams(session *webtransport.Session) {
	for {
		stream, err := session.AcceptStream(session.Context())
		if err != nil {
			return
		}
		stream.CancelRead(0)
		stream.CancelWrite(0)
	}
}

// A conn is the stream of a session.
type conn struct {
	*webtransport.Stream
	session *webtransport.Session
}

// Read returns io.EOF also when the peer has closed the session or the connection.
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Stream.Read(p)
	if closedByPeer(err) {
		err = io.EOF
	}
	return n, err
}

func closedByPeer(err error) bool {
	if e, ok := errors.AsType[*webtransport.SessionError](err); ok {
		return e.Remote
	}
	e, ok := errors.AsType[*quic.ApplicationError](err)
	return ok && e.Remote && e.ErrorCode == quic.ApplicationErrorCode(http3.ErrCodeNoError)
}

// CloseWrite ends the stream to the peer behind what was written.
func (c *conn) CloseWrite() error { return c.Stream.Close() }

// Close ends the session. What was written may be lost.
func (c *conn) Close() error { return c.session.CloseWithError(0, "") }

// LocalAddr implements net.Conn.
func (c *conn) LocalAddr() net.Addr { return c.session.LocalAddr() }

// RemoteAddr implements net.Conn.
func (c *conn) RemoteAddr() net.Addr { return c.session.RemoteAddr() }
