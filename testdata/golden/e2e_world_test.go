package golden_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/testdata/golden/chat/want/go/chat"
	"github.com/rtgen/rtgen/testdata/golden/edge/want/go/edge"
	"github.com/rtgen/rtgen/testdata/golden/twonamespaces/want/go/twonamespaces"
	"github.com/rtgen/rtgen/testdata/golden/types/want/go/types"
)

// A world is a server of all contracts on one address, which can be restarted,
// and what its handlers have seen.
type world struct {
	seen
	addr string
	// gate lets handlers go on that wait for it.
	gate chan struct{}

	mu sync.Mutex // guards site
	*site
}

// A site is one life of the server.
type site struct {
	srv      *rt.Server
	http     *http.Server
	listener *listener
	chat     *chat.ChatAPI
	out      *edge.OutAPI
	types    *types.TypesAPI
	root     *twonamespaces.RootAPI
	admin    *twonamespaces.AdminUserListAPI
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{addr: "127.0.0.1:0", gate: make(chan struct{})}
	if err := w.start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.stop(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *world) url() string {
	return "http://" + w.addr
}

// start begins a life on the address of the last one.
func (w *world) start() error {
	ln, err := net.Listen("tcp", w.addr)
	if err != nil {
		return err
	}
	w.addr = ln.Addr().String()
	srv, err := rt.NewServer(rt.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	s := &site{srv: srv, listener: &listener{Listener: ln}}
	if err := w.register(s); err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", srv)
	s.http = &http.Server{Handler: mux, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	go s.http.Serve(s.listener)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.site = s
	return nil
}

// register gives all namespaces of a site their handlers.
func (w *world) register(s *site) error {
	var errs [7]error
	s.chat, errs[0] = chat.RegisterChat(s.srv, &chatHandler{w: w})
	_, errs[1] = edge.RegisterIn(s.srv, &inHandler{w: w})
	s.out, errs[2] = edge.RegisterOut(s.srv, &outHandler{w: w})
	_, errs[3] = edge.RegisterEmpty(s.srv, edge.UnimplementedEmptyHandler{})
	s.types, errs[4] = types.RegisterTypes(s.srv, &typesHandler{w: w})
	s.root, errs[5] = twonamespaces.RegisterRoot(s.srv, &rootHandler{w: w})
	s.admin, errs[6] = twonamespaces.RegisterAdminUserList(s.srv, &adminHandler{w: w})
	return errors.Join(errs[:]...)
}

// now is the life that the server is in.
func (w *world) now() *site {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.site
}

// stop ends a life in good order.
func (w *world) stop() error {
	s := w.now()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return errors.Join(s.srv.Shutdown(ctx), s.http.Close())
}

// control serves the commands to the scripts: POST /<command> with arguments,
// answered by a value.
func (w *world) control(t *testing.T) (url string) {
	mux := http.NewServeMux()
	for name, run := range commands {
		mux.HandleFunc("POST /"+name, func(rw http.ResponseWriter, r *http.Request) {
			var a args
			err := json.NewDecoder(r.Body).Decode(&a)
			var value any
			if err == nil {
				value, err = run(r.Context(), w, a)
			}
			if err != nil {
				http.Error(rw, err.Error(), http.StatusInternalServerError)
				return
			}
			if err := json.NewEncoder(rw).Encode(value); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})
	}
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	return srv.URL
}

// A listener can cut all connections that it has accepted.
type listener struct {
	net.Listener
	mu    sync.Mutex
	conns []net.Conn
}

func (l *listener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.conns = append(l.conns, conn)
	}
	return conn, err
}

func (l *listener) cut() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range l.conns {
		conn.Close()
	}
	l.conns = nil
}

// What handlers have seen, by name; it survives a restart.
type seen struct {
	lock   sync.Mutex
	values map[string][]any
}

// note keeps a value.
func (s *seen) note(name string, value any) {
	s.lock.Lock()
	defer s.lock.Unlock()
	if s.values == nil {
		s.values = make(map[string][]any)
	}
	s.values[name] = append(s.values[name], value)
}

// noted returns the values that were kept.
func (s *seen) noted(name string) []any {
	s.lock.Lock()
	defer s.lock.Unlock()
	return append([]any{}, s.values[name]...)
}
