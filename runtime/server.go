package rt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// A Server is an http.Handler that serves Socket.IO on whatever path it is
// mounted; official clients ask for "/socket.io/". Its methods may be called
// from any goroutine.
type Server struct {
	opts    Options
	ctx     context.Context // ends when a shutdown is over or runs out of time
	cancel  context.CancelFunc
	tasks   tasks // goroutines that handle events
	closing atomic.Bool
	watch   watch

	mu         sync.RWMutex
	engine     *engineio.Server
	serving    bool                  // the engine has had a request and stays
	namespaces map[string]*Namespace // those whose paths are no patterns
	patterns   families
	conns      map[*conn]struct{}
}

// NewServer returns a server without namespaces. The error joins everything
// that is wrong with opts.
func NewServer(opts Options) (*Server, error) {
	srv := &Server{
		opts:       opts.withDefaults(),
		namespaces: make(map[string]*Namespace),
		conns:      make(map[*conn]struct{}),
	}
	engine, err := srv.newEngine(srv.opts)
	if err := errors.Join(opts.check(), err); err != nil {
		return nil, err
	}
	srv.engine = engine
	srv.watch.logger = srv.opts.Logger
	if opts.Observer != nil {
		srv.watch.Observer = *opts.Observer
	}
	srv.ctx, srv.cancel = context.WithCancel(context.Background())
	srv.tasks.idle = make(chan struct{}, 1)
	return srv, nil
}

// ServeHTTP serves all requests of Socket.IO clients: handshakes, polls and
// WebSockets.
func (srv *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if srv.stopping() && !r.URL.Query().Has("sid") {
		http.Error(w, "server is shutting down", http.StatusServiceUnavailable)
		return
	}
	srv.handler().ServeHTTP(w, r)
}

func (srv *Server) handler() *engineio.Server {
	srv.mu.RLock()
	engine, serving := srv.engine, srv.serving
	srv.mu.RUnlock()
	if serving {
		return engine
	}
	srv.mu.Lock()
	defer srv.mu.Unlock()
	srv.serving = true
	return srv.engine
}

// allowPayload raises the limit of messages to what a contract needs.
func (srv *Server) allowPayload(size int64) error {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if size <= srv.opts.MaxPayload {
		return nil
	}
	if srv.serving {
		return errors.New("rt: a contract that raises MaxPayload must be bound before the first request")
	}
	opts := srv.opts
	opts.MaxPayload = size
	engine, err := srv.newEngine(opts)
	if err != nil {
		return err
	}
	srv.opts, srv.engine = opts, engine
	srv.opts.Logger.Info("payload limit raised for a contract", slog.Int64("maxPayload", size))
	return nil
}

// Of returns the namespace of a path, which it makes when it is new. Peers can
// connect to it from then on. A leading slash is added when it is missing.
//
// A path such as "/tenant/{tenant}" is a pattern: {tenant} stands for one
// segment that is not empty, and peers can connect to every path that matches.
// They share the handlers, also the checks, which are asked for every socket;
// [Socket.Param] returns the segment, and [Socket.Namespace] the namespace of
// the one path, which is gone when nobody needs it any more. A path that was
// given to Of before the pattern stays a namespace of its own; afterwards Of
// returns the one that has the handlers of the pattern. Of two patterns that
// match a path, the one with a literal where they first differ is taken.
//
// Of panics when a pattern is malformed or differs from another one in the
// names of parameters only.
func (srv *Server) Of(path string) *Namespace {
	n, err := srv.of(path)
	if err != nil {
		panic(err)
	}
	return n
}

func (srv *Server) of(path string) (*Namespace, error) {
	if !strings.HasPrefix(path, "/") {
		path = "/" + path
	}
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if strings.ContainsAny(path, braces) {
		return srv.patterns.of(srv, path)
	}
	n := srv.find(path)
	if n == nil {
		n = newNamespace(srv, path)
		srv.namespaces[path] = n
	}
	return n, nil
}

// namespace returns the namespace of a path that a peer has sent, or nil.
func (srv *Server) namespace(path string) *Namespace {
	srv.mu.RLock()
	defer srv.mu.RUnlock()
	return srv.find(path)
}

// find is namespace for those who hold the mutex.
func (srv *Server) find(path string) *Namespace {
	if n := srv.namespaces[path]; n != nil {
		return n
	}
	return srv.patterns.find(path)
}

// Len returns the number of connections.
func (srv *Server) Len() int {
	srv.mu.RLock()
	defer srv.mu.RUnlock()
	return len(srv.conns)
}

func (srv *Server) newEngine(opts Options) (*engineio.Server, error) {
	o := opts.engine()
	o.Refused, o.Upgraded = srv.refused, srv.upgraded
	return engineio.NewServer(o, srv.accept)
}

// accept receives a new session for the engine.
func (srv *Server) accept(session *engineio.Session) engineio.Receiver {
	c := newConn(srv, session)
	tell(&srv.watch, srv.watch.ConnectionOpened, live(session))
	srv.mu.Lock()
	srv.conns[c] = struct{}{}
	srv.mu.Unlock()
	if srv.stopping() {
		c.stop()
	}
	c.greet()
	return c
}

func (srv *Server) remove(c *conn) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	delete(srv.conns, c)
}

func (srv *Server) stopping() bool { return srv.closing.Load() }

// leaveGrace is how long the handlers of a socket that has left may go on with
// the events that came before.
const leaveGrace = time.Second

// afterLeave calls end when a socket that leaves now has had its grace: during
// a shutdown, as long as that allows. The result stops the clock.
func (srv *Server) afterLeave(end func()) (stop func() bool) {
	if srv.stopping() {
		return context.AfterFunc(srv.ctx, end)
	}
	return time.AfterFunc(leaveGrace, end).Stop
}

// Shutdown ends all connections and waits until nothing of the server runs any
// more. New peers are refused and nothing more is read; a connection is closed
// as soon as the events that have come are handled and answered; a peer that
// does not fetch the answers is cut off two seconds later. Clients see their
// transport closed and come back by themselves, to a server that takes them. When
// ctx is done first, the contexts of the handlers end, connections
// are cut, and the error is ctx's. Shutdown may be called again.
func (srv *Server) Shutdown(ctx context.Context) error {
	srv.closing.Store(true)
	for _, c := range srv.connections() {
		c.stop()
	}
	defer srv.cancel()
	defer srv.forgetAbsent()
	late := srv.tasks.wait(ctx)
	if late != nil {
		srv.cancel() // the handlers that are left
	}
	err := srv.closeSessions(ctx)
	if err == nil {
		err = srv.tasks.wait(ctx) // hooks of those that have left just now
	}
	if err := cmp.Or(late, err); err != nil {
		return fmt.Errorf("rt: shutdown: %w", err)
	}
	return nil
}

// linger is how long a shutdown waits for peers to fetch what was sent to them.
// Those of the polling transport may have vanished without a word.
const linger = 2 * time.Second

func (srv *Server) closeSessions(ctx context.Context) error {
	hurry, cancel := context.WithTimeout(ctx, linger)
	defer cancel()
	if srv.handler().Shutdown(hurry) == nil {
		return nil
	}
	return srv.handler().Shutdown(ctx) // they are cut off: this waits for their goroutines
}

// forgetAbsent lets go of what is kept for peers that come back.
func (srv *Server) forgetAbsent() {
	srv.mu.RLock()
	defer srv.mu.RUnlock()
	for _, n := range srv.namespaces {
		n.recovery.close()
	}
	for _, pattern := range srv.patterns {
		for n := range pattern.each() {
			n.recovery.close()
		}
	}
}

func (srv *Server) connections() []*conn {
	srv.mu.RLock()
	defer srv.mu.RUnlock()
	list := make([]*conn, 0, len(srv.conns))
	for c := range srv.conns {
		list = append(list, c)
	}
	return list
}
