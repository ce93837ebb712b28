package client_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
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
}

// inWorld runs test in a bubble and ends the server afterwards.
func inWorld(t *testing.T, opts rt.Options, test func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		opts.Logger = slog.New(slog.DiscardHandler)
		w := &world{t: t, Server: newServer(t, opts), listener: memnet.Listen()}
		httpServer := &http.Server{Handler: w.Server}
		go httpServer.Serve(w.listener)
		defer httpServer.Close()
		defer shutdown(t, w.Server)
		test(t, w)
	})
}

func newServer(t *testing.T, opts rt.Options) *rt.Server {
	t.Helper()
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
		opts.DialContext = w.listener.DialContext
	}
	opts.Proxy = noProxy
	opts.Logger = slog.New(slog.DiscardHandler)
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
