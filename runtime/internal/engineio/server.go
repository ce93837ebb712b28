package engineio

import (
	"context"
	"net/http"
)

// A Server is an http.Handler that speaks Engine.IO on whatever path it is
// mounted.
type Server struct {
	opts   Options
	accept func(*Session) Receiver
}

// NewServer returns a server that asks accept for the receiver of each new
// session. Accept is called before the session's open packet leaves; it may
// send, close and abort. The error joins everything that is wrong with opts.
func NewServer(opts Options, accept func(*Session) Receiver) (*Server, error) {
	return &Server{opts: opts, accept: accept}, nil
}

// ServeHTTP serves handshakes, polls, WebSockets and CORS preflights.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {}

// Len returns the number of live sessions.
func (s *Server) Len() int { return 0 }

// Shutdown refuses new handshakes with 503, closes every session and waits
// until all have ended and no goroutine of the server is left. When ctx is done
// first, the sessions that are left are aborted and Shutdown returns ctx's
// error. It may be called more than once.
func (s *Server) Shutdown(ctx context.Context) error { return nil }
