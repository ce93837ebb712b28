package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
	"github.com/rtgen/rtgen/runtime/internal/memnet"
)

var (
	echo  = rt.Event[json.RawMessage]{Name: "echo"}
	blob  = rt.Event[[]byte]{Name: "blob"}
	ask   = rt.AckEvent[json.RawMessage, json.RawMessage]{Name: "ask"}
	askMe = rt.AckEvent[int, int]{Name: "askMe", Errors: []string{"busy"}}
	never = rt.AckEvent[rt.None, rt.None]{Name: "never"}
)

// A world is a server in memory and what clients need to reach it. All of it
// lives in one synctest bubble.
type world struct {
	*rt.Server
	t        *testing.T
	listener *memnet.Listener
	log      *bytes.Buffer // of the clients
	down     atomic.Bool   // nobody can connect

	mu    sync.Mutex
	dials []time.Time // attempts to connect
	conns []net.Conn
}

var errDown = errors.New("the network is down")

// dial connects to the server, unless the network is down.
func (w *world) dial(ctx context.Context, network, address string) (net.Conn, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dials = append(w.dials, time.Now())
	if w.down.Load() {
		return nil, errDown
	}
	conn, err := w.listener.DialContext(ctx, network, address)
	w.conns = append(w.conns, conn)
	return conn, err
}

// cut breaks all connections.
func (w *world) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, conn := range w.conns {
		conn.Close()
	}
	w.conns = nil
}

// attempts returns how often somebody has tried to connect.
func (w *world) attempts() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.dials)
}

// inWorld runs test in a bubble and ends the server afterwards.
func inWorld(t *testing.T, opts rt.Options, test func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &world{t: t, Server: newServer(t, opts), listener: memnet.Listen(), log: new(bytes.Buffer)}
		httpServer := &http.Server{Handler: w.Server}
		go httpServer.Serve(w.listener)
		t.Cleanup(func() { // after the clients are closed
			shutdown(t, w.Server)
			httpServer.Close()
			time.Sleep(time.Second) // of the bubble: net/http lingers
		})
		test(t, w)
	})
}

func newServer(t *testing.T, opts rt.Options) *rt.Server {
	t.Helper()
	opts.Logger = slog.New(slog.DiscardHandler)
	srv, err := rt.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/other"} {
		serve(srv.Of(path))
	}
	return srv
}

func serve(n *rt.Namespace) {
	rt.On(n, echo, func(ctx context.Context, s *rt.Socket, msg json.RawMessage) error {
		return rt.Emit(ctx, s, echo, msg)
	})
	rt.On(n, blob, func(ctx context.Context, s *rt.Socket, msg []byte) error {
		return rt.Emit(ctx, s, blob, msg)
	})
	rt.OnWithAck(n, ask, func(_ context.Context, _ *rt.Socket, msg json.RawMessage) (json.RawMessage, error) {
		return msg, nil
	})
	rt.OnWithAck(n, never, func(ctx context.Context, _ *rt.Socket, _ rt.None) (rt.None, error) {
		<-ctx.Done()
		return rt.None{}, ctx.Err()
	})
}

func shutdown(t *testing.T, srv *rt.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}

// client returns a client of the world that is closed before the server is.
func (w *world) client(opts client.Options) *client.Client {
	w.t.Helper()
	if opts.DialContext == nil {
		opts.DialContext = w.dial
	}
	opts.Proxy = noProxy
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.NewTextHandler(w.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	c, err := client.New("http://mem", opts)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(c.Close)
	return c
}

// connect returns a connected socket of a client of its own.
func (w *world) connect(namespace string, opts client.Options) *client.Socket {
	w.t.Helper()
	s := w.client(opts).Of(namespace)
	mustConnect(w.t, s)
	return s
}

func mustConnect(t *testing.T, s *client.Socket) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := s.Connect(ctx); err != nil {
		t.Fatalf("Connect to %s: %v", s.Namespace(), err)
	}
}

// events are what the hooks of a socket were told.
type events struct {
	connected    <-chan struct{}
	disconnected <-chan rt.Reason
	failed       <-chan error
}

func observe(s *client.Socket) events {
	connected, disconnected, failed := make(chan struct{}, 1000), make(chan rt.Reason, 1000), make(chan error, 1000)
	s.OnConnect(func(context.Context) { connected <- struct{}{} })
	s.OnDisconnect(func(_ context.Context, reason rt.Reason) { disconnected <- reason })
	s.OnConnectError(func(_ context.Context, err error) { failed <- err })
	return events{connected, disconnected, failed}
}

func noProxy(*http.Request) (*url.URL, error) { return nil, nil }

// next returns what comes out of a channel, within a minute.
func next[T any](t *testing.T, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(time.Minute):
		t.Fatal("nothing within a minute")
	}
	panic("unreachable")
}

// collect returns a channel of what comes as an event.
func collect[T any](s *client.Socket, ev rt.Event[T]) <-chan T {
	ch := make(chan T, 1<<16)
	client.On(s, ev, func(_ context.Context, msg T) error {
		ch <- msg
		return nil
	})
	return ch
}
