package engineio_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
	"github.com/rtgen/rtgen/runtime/internal/memnet"
)

// A received is one call of a Receiver.
type received struct {
	Kind string // "text", "binary" or "closed"
	Data string // or the reason
}

// A recorder is a Receiver that keeps what it gets.
type recorder struct {
	session  *engineio.Session
	onText   func(s *engineio.Session, data []byte) // nil: nothing
	onBinary func(s *engineio.Session, data []byte)

	mu     sync.Mutex
	calls  []received
	err    error
	more   chan struct{} // holds a value when calls has grown
	closed chan struct{}
}

func newRecorder(s *engineio.Session) *recorder {
	return &recorder{session: s, more: make(chan struct{}, 1), closed: make(chan struct{})}
}

func (r *recorder) add(kind, data string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, received{kind, data})
	select {
	case r.more <- struct{}{}:
	default:
	}
}

func (r *recorder) Text(data []byte) {
	r.add("text", string(data))
	if r.onText != nil {
		r.onText(r.session, data)
	}
}

func (r *recorder) Binary(data []byte) {
	r.add("binary", string(data))
	if r.onBinary != nil {
		r.onBinary(r.session, data)
	}
}

func (r *recorder) Closed(reason engineio.Reason, err error) {
	r.add("closed", string(reason))
	r.err = err
	close(r.closed)
}

// got returns the calls so far.
func (r *recorder) got() []received {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]received(nil), r.calls...)
}

// await waits until n calls have come and returns them.
func (r *recorder) await(t testing.TB, n int) []received {
	t.Helper()
	deadline := time.After(10 * time.Second)
	for {
		if got := r.got(); len(got) >= n {
			return got
		}
		select {
		case <-r.more:
		case <-deadline:
			t.Fatalf("waited for %d calls of the receiver, got %v", n, r.got())
		}
	}
}

// awaitClosed waits for the end and returns its reason.
func (r *recorder) awaitClosed(t testing.TB) engineio.Reason {
	t.Helper()
	select {
	case <-r.closed:
	case <-time.After(5 * time.Minute):
		t.Fatal("the session does not end")
	}
	calls := r.got()
	return engineio.Reason(calls[len(calls)-1].Data)
}

// An engine is a server under test. In a synctest bubble it listens in memory.
type engine struct {
	*engineio.Server
	url      string
	client   *http.Client
	dial     func(ctx context.Context, network, addr string) (net.Conn, error)
	sessions chan *recorder // of each session accepted
}

// quiet is a logger whose records nobody reads.
func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// newEngine returns an engine without a listener. Prepare, if not nil, sees
// each session before its open packet leaves.
func newEngine(t testing.TB, opts engineio.Options, prepare func(*recorder)) *engine {
	t.Helper()
	e := &engine{sessions: make(chan *recorder, 1000)}
	if opts.Logger == nil {
		opts.Logger = quiet()
	}
	srv, err := engineio.NewServer(opts, func(s *engineio.Session) engineio.Receiver {
		r := newRecorder(s)
		if prepare != nil {
			prepare(r)
		}
		e.sessions <- r
		return r
	})
	if err != nil {
		t.Fatal("NewServer:", err)
	}
	e.Server = srv
	return e
}

// inMemory serves an engine over memnet until the test ends.
func inMemory(t testing.TB, opts engineio.Options, prepare func(*recorder)) *engine {
	t.Helper()
	return inMemoryOn(t, new(http.Server), opts, prepare)
}

// inMemoryOn is inMemory with the settings of hs.
func inMemoryOn(t testing.TB, hs *http.Server, opts engineio.Options, prepare func(*recorder)) *engine {
	t.Helper()
	e := newEngine(t, opts, prepare)
	l := memnet.Listen()
	hs.Handler, hs.ErrorLog = e, slog.NewLogLogger(quiet().Handler(), slog.LevelError)
	go hs.Serve(l)
	tr := &http.Transport{DialContext: l.DialContext}
	e.url, e.client, e.dial = "http://mem/engine.io/", &http.Client{Transport: tr}, l.DialContext
	t.Cleanup(func() {
		e.shutdown(t)
		tr.CloseIdleConnections()
		hs.Close()
	})
	return e
}

// onLoopback serves an engine over TCP until the test ends. Sessions that are
// left then are aborted: to wait for them would take real time.
func onLoopback(t testing.TB, opts engineio.Options, prepare func(*recorder)) *engine {
	t.Helper()
	var mu sync.Mutex
	var all []*recorder
	e := newEngine(t, opts, func(r *recorder) {
		mu.Lock()
		all = append(all, r)
		mu.Unlock()
		if prepare != nil {
			prepare(r)
		}
	})
	hs := httptest.NewServer(e)
	e.url, e.client = hs.URL+"/engine.io/", hs.Client()
	t.Cleanup(func() {
		for _, r := range all {
			r.session.Abort(engineio.ReasonForcedClose, nil)
		}
		e.shutdown(t)
		hs.CloseClientConnections()
		hs.Close()
	})
	return e
}

// session returns the receiver of the next session accepted.
func (e *engine) session(t testing.TB) *recorder {
	t.Helper()
	select {
	case r := <-e.sessions:
		return r
	case <-time.After(10 * time.Second):
		t.Fatal("no session was accepted")
		return nil
	}
}

func (e *engine) shutdown(t testing.TB) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if err := e.Shutdown(ctx); err != nil {
		t.Error("Shutdown:", err)
	}
	if n := e.Len(); n != 0 {
		t.Errorf("%d sessions after Shutdown", n)
	}
}
