package webtransport

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
	"github.com/quic-go/webtransport-go"

	rt "github.com/rtgen/rtgen/runtime"
)

// Options configures a [Server]. Only TLSConfig is needed.
type Options struct {
	_ struct{} // keyed literals only: fields may be added

	// TLSConfig holds the certificates, which HTTP/3 cannot do without. It is
	// copied.
	TLSConfig *tls.Config
	// Addr is the UDP address of [Server.ListenAndServe]. Empty means ":443".
	Addr string
	// Path is where clients find the server, as on its http.Server. Empty means
	// "/socket.io/".
	Path string
	// Logger gets what the HTTP/3 library has to say. Nil means slog.Default.
	Logger *slog.Logger
}

// complete sets what is zero to its default and returns everything that is
// wrong.
func (o *Options) complete() error {
	var errs []error
	switch c := o.TLSConfig; {
	case c == nil:
		errs = append(errs, errors.New("webtransport: Options.TLSConfig is missing"))
	case len(c.Certificates) == 0 && c.GetCertificate == nil && c.GetConfigForClient == nil:
		errs = append(errs, errors.New("webtransport: Options.TLSConfig has no certificate"))
	}
	if o.Addr == "" {
		o.Addr = ":443"
	}
	if o.Path == "" {
		o.Path = "/socket.io/"
	}
	if !strings.HasPrefix(o.Path, "/") {
		errs = append(errs, errors.New("webtransport: Options.Path does not begin with a slash"))
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return errors.Join(errs...)
}

// A Server serves an rt.Server over HTTP/3: WebTransport, and polling for clients
// that use HTTP/3 for all of their requests. Its methods may be called from any
// goroutine.
type Server struct {
	addr   string
	server *rt.Server
	wt     webtransport.Server

	mu       sync.Mutex
	closing  bool
	requests sync.WaitGroup // and what goes on for them; added to with mu held
}

// NewServer returns a server that makes connections for srv, whose
// Options.Transports must list "webtransport". The error joins everything that is
// wrong with opts.
func NewServer(srv *rt.Server, opts Options) (*Server, error) {
	if err := opts.complete(); err != nil {
		return nil, err
	}
	s := &Server{addr: opts.Addr, server: srv}
	s.wt.CheckOrigin = func(*http.Request) bool { return true } // srv does
	s.wt.H3 = &http3.Server{
		TLSConfig:      http3.ConfigureTLSConfig(opts.TLSConfig),
		QUICConfig:     quicConfig(),
		Handler:        only(opts.Path, s.serve),
		MaxHeaderBytes: 64 << 10,
		IdleTimeout:    30 * time.Second,
		Logger:         opts.Logger,
	}
	return s, nil
}

// quicConfig bounds what one peer can make the server hold. Time-outs of sessions
// are not QUIC's: an idle connection is kept.
func quicConfig() *quic.Config {
	return &quic.Config{
		KeepAlivePeriod:                20 * time.Second,
		MaxIncomingStreams:             16, // of polls, and those that are refused
		MaxIncomingUniStreams:          8,  // HTTP/3 itself has three
		InitialStreamReceiveWindow:     64 << 10,
		MaxStreamReceiveWindow:         1 << 20,
		InitialConnectionReceiveWindow: 128 << 10,
		MaxConnectionReceiveWindow:     2 << 20,
	}
}

// only serves one path, and those below it if it ends with a slash.
func only(path string, h http.HandlerFunc) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(path, h)
	return mux
}

// ListenAndServe listens on Options.Addr and serves until [Server.Shutdown]. The
// error is never nil, and http.ErrServerClosed after that.
func (s *Server) ListenAndServe() error {
	conn, err := net.ListenPacket("udp", s.addr)
	if err != nil {
		return err
	}
	defer conn.Close()
	return s.Serve(conn)
}

// Serve serves what arrives at conn until [Server.Shutdown]. It does not close
// conn. The error is never nil, and http.ErrServerClosed after a shutdown.
func (s *Server) Serve(conn net.PacketConn) error {
	err := s.wt.Serve(conn)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return http.ErrServerClosed
	}
	return err
}

// Shutdown refuses new connections, waits until those that are left have ended,
// and stops serving. It ends none by itself: call it behind the Shutdown of the
// rt.Server. When ctx is done first, connections are cut and the error is ctx's.
func (s *Server) Shutdown(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.requests.Wait()
	}()
	var late error
	select {
	case <-done:
	case <-ctx.Done():
		late = ctx.Err()
	}
	err := s.wt.Close()
	<-done
	return errors.Join(late, err)
}

// serve serves a request.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	if !s.enter() {
		w.Header().Set("Retry-After", "1")
		http.Error(w, "server is shutting down", http.StatusServiceUnavailable)
		return
	}
	defer s.requests.Done()
	if r.Method != http.MethodConnect {
		s.server.ServeHTTP(w, r)
		return
	}
	s.server.ServeStream(w, r, func(ctx context.Context) (net.Conn, error) {
		return s.accept(ctx, w, r)
	})
}

// enter counts a request unless the server is closing.
func (s *Server) enter() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closing {
		s.requests.Add(1)
	}
	return !s.closing
}
