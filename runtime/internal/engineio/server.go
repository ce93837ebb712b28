package engineio

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Server is an http.Handler that speaks Engine.IO on whatever path it is
// mounted.
type Server struct {
	opts    Options
	origins *originPolicy
	accept  func(*Session) Receiver
	log     *slog.Logger
	tasks   tasks

	flushers []flusher // one for each processor
	flushed  atomic.Uint32

	mu       sync.Mutex
	sessions map[string]*Session
	shutdown bool
}

// NewServer returns a server that asks accept for the receiver of each new
// session. Accept is called before the session's open packet leaves; it may
// send, close and abort. The error joins everything that is wrong with opts.
func NewServer(opts Options, accept func(*Session) Receiver) (*Server, error) {
	err := opts.complete()
	origins, originErr := newOriginPolicy(&opts)
	if err := errors.Join(err, originErr); err != nil {
		return nil, err
	}
	srv := &Server{
		opts:     opts,
		origins:  origins,
		accept:   accept,
		log:      opts.Logger,
		sessions: make(map[string]*Session),
	}
	srv.tasks.log = opts.Logger
	srv.flushers = make([]flusher, runtime.GOMAXPROCS(0))
	for i := range srv.flushers {
		srv.flushers[i].init(&srv.tasks)
	}
	return srv, nil
}

// nextFlusher spreads the connections over the flushers.
func (srv *Server) nextFlusher() *flusher {
	return &srv.flushers[srv.flushed.Add(1)%uint32(len(srv.flushers))]
}

// find returns the session with an id, or nil.
func (srv *Server) find(sid string) *Session {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return srv.sessions[sid]
}

// Len returns the number of live sessions.
func (srv *Server) Len() int {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return len(srv.sessions)
}

// Drain refuses new handshakes with 503 from now on. Sessions live on.
func (srv *Server) Drain() {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.shutdown = true
}

// Shutdown refuses new handshakes with 503, closes every session and waits
// until all have ended and no goroutine of the server is left. When ctx is done
// first, the sessions that are left are aborted and Shutdown returns ctx's
// error. It may be called more than once.
func (srv *Server) Shutdown(ctx context.Context) error {
	for _, s := range srv.refuseMore() {
		s.Close(ReasonShutdown)
	}
	err := srv.tasks.wait(ctx)
	if err != nil {
		for _, s := range srv.refuseMore() {
			s.Abort(ReasonShutdown, err)
		}
	}
	return err
}

// refuseMore keeps new sessions out and returns those that are left.
func (srv *Server) refuseMore() []*Session {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.shutdown = true
	left := make([]*Session, 0, len(srv.sessions))
	for _, s := range srv.sessions {
		left = append(left, s)
	}
	return left
}

// ServeHTTP serves handshakes, polls, WebSockets and CORS preflights.
func (srv *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	growStack()
	ok, cross := srv.origins.check(r)
	if !ok {
		srv.refuse(w, r, errOrigin)
		return
	}
	if cross {
		srv.origins.allow(w.Header(), r)
		if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
			srv.boundWrite(w)
			srv.origins.preflight(w, r)
			return
		}
	}
	q := parseQuery(r)
	if q.transport != transportPolling && q.transport != transportWebSocket {
		srv.refuse(w, r, errTransport)
		return
	}
	if q.hasSID {
		srv.serveSession(w, r, &q)
	} else {
		srv.serveHandshake(w, r, &q)
	}
}

// growStack makes the stack of a connection's goroutine as large as its first
// request takes. It would grow by itself, but deep in the calls, when there is much
// on it that has to be moved.
//
//go:noinline
func growStack() {
	var frame [3 << 10]byte
	runtime.KeepAlive(&frame)
}

// serveSession serves a request of a session that exists.
func (srv *Server) serveSession(w http.ResponseWriter, r *http.Request, q *query) {
	s := srv.find(q.sid)
	if s == nil {
		srv.refuse(w, r, errSession)
		return
	}
	p, polls := s.polling()
	switch {
	case q.form.v3() != s.form.v3():
		srv.refuse(w, r, errOtherVersion)
	case q.transport == transportWebSocket && q.upgrade && srv.opts.upgradesTo(transportWebSocket) && r.Method == http.MethodGet:
		s.serveUpgrade(w, r)
	case q.transport == transportWebSocket:
		srv.refuse(w, r, errUpgradeRefused)
	case q.upgrade || !polls:
		srv.refuse(w, r, errMismatch)
	case r.Method == http.MethodGet:
		p.serveGet(w, r)
	case r.Method == http.MethodPost:
		p.servePost(w, r)
	default:
		srv.refuse(w, r, errSessionMethod)
	}
}

// serveHandshake serves the first request of a peer.
func (srv *Server) serveHandshake(w http.ResponseWriter, r *http.Request, q *query) {
	switch {
	case !slices.Contains(srv.opts.Transports, q.transport):
		srv.refuse(w, r, errTransport)
	case r.Method != http.MethodGet:
		srv.refuse(w, r, errMethod)
	case q.upgrade != (q.transport == transportWebSocket):
		srv.refuse(w, r, errUpgradeHeader)
	case tooLarge(r):
		srv.refuse(w, r, errTooLarge)
	default:
		srv.open(w, r, q)
	}
}

// open begins a session unless the server shuts down, or the user or the protocol
// is against it, asked in the reference's order.
func (srv *Server) open(w http.ResponseWriter, r *http.Request, q *query) {
	if srv.shuttingDown() {
		srv.refuseFor(w, r, errUnavailable, time.Second) // to whoever has taken over
		return
	}
	if srv.admit(w, r, q) && !srv.openAs(w, r, q) {
		q.abandon()
	}
}

// admit asks Admit and AllowRequest, and answers a request that one of them
// refuses. Whoever then begins no session with q abandons it.
func (srv *Server) admit(w http.ResponseWriter, r *http.Request, q *query) (ok bool) {
	defer func() {
		if !ok { // also when AllowRequest ends the goroutine
			q.abandon()
		}
	}()
	if srv.opts.Admit != nil {
		leave, wait := srv.opts.Admit(r)
		if leave == nil {
			srv.refuseFor(w, r, errTooMany, wait)
			return false
		}
		q.leave = leave
	}
	if e := srv.allow(r); e != nil {
		srv.refuse(w, r, e)
		return false
	}
	return true
}

// openAs begins a session on the transport that q asks for and reports whether
// there is one.
func (srv *Server) openAs(w http.ResponseWriter, r *http.Request, q *query) bool {
	switch {
	case q.form.v3() && !srv.opts.AllowEIO3:
		srv.refuse(w, r, errVersion)
	case q.form.v3() && q.jsonp:
		srv.refuse(w, r, errJSONP)
	case q.upgrade:
		return srv.openWebSocket(w, r, q)
	default:
		return srv.openPolling(w, r, q)
	}
	return false
}
