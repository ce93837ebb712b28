package rttest

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
	"github.com/rtgen/rtgen/runtime/internal/memnet"
)

// patience is how long the helpers wait for something to happen.
const patience = 10 * time.Second

// A Server is what clients reach in memory.
type Server struct{ listener *memnet.Listener }

// Serve serves handler, a [rt.Server] or what a service has around it, until the
// test ends. Servers are shut down after the clients of this package are closed.
func Serve(t testing.TB, handler http.Handler) *Server {
	t.Helper()
	s := &Server{listener: memnet.Listen()}
	httpServer := &http.Server{Handler: handler, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)}
	go httpServer.Serve(s.listener)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if srv, ok := handler.(*rt.Server); ok {
			if err := srv.Shutdown(ctx); err != nil {
				t.Errorf("rttest: shut down: %v", err)
			}
		}
		if err := httpServer.Shutdown(ctx); err != nil {
			t.Errorf("rttest: close the HTTP server: %v", err)
		}
	})
	return s
}

// DialContext connects to the server, whatever the address. It is what
// http.Transport, websocket.Dialer and client.Options ask for.
func (s *Server) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	return s.listener.DialContext(ctx, network, address)
}

// Client returns a client of the server that is closed when the test ends. The
// options are as for [client.New], but DialContext and Proxy are set, and an
// empty Logger logs nothing.
func (s *Server) Client(t testing.TB, opts client.Options) *client.Client {
	t.Helper()
	opts.DialContext = s.DialContext
	opts.Proxy = func(*http.Request) (*url.URL, error) { return nil, nil }
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	c, err := client.New("http://rttest", opts)
	if err != nil {
		t.Fatalf("rttest: %v", err)
	}
	t.Cleanup(c.Close)
	return c
}

// Socket returns the socket of a client of its own. It is not connected, so that
// handlers can be added first; see [Connect].
func (s *Server) Socket(t testing.TB, namespace string, opts client.Options) *client.Socket {
	t.Helper()
	return s.Client(t, opts).Of(namespace)
}

// Dial returns the socket of a client of its own, connected.
func (s *Server) Dial(t testing.TB, namespace string, opts client.Options) *client.Socket {
	t.Helper()
	socket := s.Socket(t, namespace, opts)
	Connect(t, socket)
	return socket
}

// Connect connects a socket. The test ends when that fails, also when the server
// refuses the socket; a test that expects this calls the socket's own Connect.
func Connect(t testing.TB, s *client.Socket) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := s.Connect(ctx); err != nil {
		t.Fatalf("rttest: connect to %s: %v", s.Namespace(), err)
	}
}

// unread is how many events may wait for a test. More of them make the handlers
// of the socket wait.
const unread = 1024

// Receive handles an event of a socket. The function that it returns gives one
// event after the other, and ends the test when none comes within ten seconds.
// Like all that ends tests it is called from the test's own goroutine.
func Receive[T any](t testing.TB, s *client.Socket, ev rt.Event[T]) (next func() T) {
	t.Helper()
	received := make(chan T, unread)
	client.On(s, ev, func(ctx context.Context, msg T) error {
		select {
		case received <- msg:
			return nil
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	})
	return func() T {
		t.Helper()
		timer := time.NewTimer(patience)
		defer timer.Stop()
		select {
		case msg := <-received:
			return msg
		case <-timer.C:
			t.Fatalf("rttest: no event %q in time", ev.Name)
			panic("unreachable")
		}
	}
}
