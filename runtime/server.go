package rt

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/crew"
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
	crew    *crew.Crew[*Socket]
	closing atomic.Bool
	watch   watch
	// proxies and addresses say who a request comes from, and how much more may.
	proxies   proxies
	addresses *addresses

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
		crew:       crew.New((*Socket).run),
	}
	srv.addresses = newAddresses(&srv.opts)
	engine, err := srv.newEngine(srv.opts)
	trusted, proxyErr := parseProxies(opts.TrustedProxies)
	if err := errors.Join(opts.check(), proxyErr, err); err != nil {
		return nil, err
	}
	srv.engine, srv.proxies = engine, trusted
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
	srv.handler().ServeHTTP(w, srv.proxies.unmask(r))
}

// ServeStream serves a peer whose connection is one stream of bytes that an HTTP
// request opens, as those of WebTransport are, and returns when the connection has
// ended. Package webtransport calls it; Options.Transports must list
// "webtransport".
//
// A request that is refused is answered. Otherwise ServeStream calls accept, which
// answers the request and returns the stream that the peer has opened, or an
// error. Its context ends with Options.UpgradeTimeout. Reading from the stream
// returns io.EOF when the peer has closed it. Close ends both directions at any
// time; a CloseWrite method, if there is one, ends that to the peer.
func (srv *Server) ServeStream(w http.ResponseWriter, r *http.Request, accept func(context.Context) (net.Conn, error)) {
	srv.handler().ServeStream(w, srv.proxies.unmask(r), accept)
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
	if srv.addresses.limited() {
		o.Admit = srv.admit
	}
	return engineio.NewServer(o, srv.accept)
}

// admit counts what an address begins.
func (srv *Server) admit(r *http.Request) (leave func(), wait time.Duration) {
	key := addressKey(r.RemoteAddr)
	wait, ok := srv.addresses.enter(key, time.Now())
	if !ok {
		return nil, wait
	}
	return func() { srv.addresses.leave(key, time.Now()) }, 0
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

func (srv *Server) connections() []*conn {
	srv.mu.RLock()
	defer srv.mu.RUnlock()
	list := make([]*conn, 0, len(srv.conns))
	for c := range srv.conns {
		list = append(list, c)
	}
	return list
}
