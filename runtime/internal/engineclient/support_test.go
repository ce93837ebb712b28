package engineclient_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/rtgen/rtgen/runtime/internal/engineclient"
	"github.com/rtgen/rtgen/runtime/internal/engineio"
	"github.com/rtgen/rtgen/runtime/internal/memnet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serve serves a handler in memory until the test ends and returns what a client
// needs to reach it.
func serve(t *testing.T, h http.Handler) *engineclient.Options {
	t.Helper()
	l := memnet.Listen()
	srv := &http.Server{Handler: h}
	go srv.Serve(l)
	tr := &http.Transport{DialContext: l.DialContext}
	t.Cleanup(func() {
		tr.CloseIdleConnections()
		srv.Close()
		time.Sleep(time.Second) // of the bubble: net/http lingers
	})
	return &engineclient.Options{
		URL:            &url.URL{Scheme: "http", Host: "mem", Path: "/engine.io/"},
		HTTP:           &http.Client{Transport: tr},
		Dialer:         &websocket.Dialer{NetDialContext: l.DialContext},
		UpgradeTimeout: 10 * time.Second,
		WriteTimeout:   10 * time.Second,
		MaxPayload:     10_000,
		QueueBytes:     10_000,
		QueuePackets:   1000,
	}
}

// An echoServer sends back what comes.
type echoServer struct {
	*engineio.Server
	heard  chan string
	closed chan engineio.Reason
}

// An echo is a session of an echoServer.
type echo struct {
	srv     *echoServer
	session *engineio.Session
}

func (e *echo) Text(data []byte) {
	e.srv.heard <- string(data)
	e.session.Send(engineio.NewMessage(nil, data), false)
}

func (e *echo) Binary(data []byte) {
	e.session.Send(engineio.NewMessage(nil, []byte("got"), data), false)
}
func (e *echo) Closed(reason engineio.Reason, _ error) { e.srv.closed <- reason }

// echoing returns an echoServer, which is shut down when the test ends.
func echoing(t *testing.T, opts engineio.Options) *echoServer {
	t.Helper()
	srv := &echoServer{heard: make(chan string, 1000), closed: make(chan engineio.Reason, 10)}
	opts.Logger = slog.New(slog.DiscardHandler)
	var err error
	srv.Server, err = engineio.NewServer(opts, func(s *engineio.Session) engineio.Receiver { return &echo{srv, s} })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			t.Error("Shutdown:", err)
		}
	})
	return srv
}

// A running session has been dialled, and somebody runs it.
type running struct {
	*engineclient.Conn
	t    *testing.T
	got  chan string // messages, binary ones behind "~"
	over chan ending
}

// An ending is what Run returns.
type ending struct {
	Reason engineclient.Reason
	Err    error
}

func (r *running) Text(data []byte) error   { r.got <- string(data); return nil }
func (r *running) Binary(data []byte) error { r.got <- "~" + string(data); return nil }

// run dials and runs a session.
func run(t *testing.T, opts *engineclient.Options, transport string) *running {
	t.Helper()
	conn, err := engineclient.Dial(t.Context(), opts, transport)
	if err != nil {
		t.Fatal(err)
	}
	r := &running{Conn: conn, t: t, got: make(chan string, 10_000), over: make(chan ending, 1)}
	go func() {
		reason, err := conn.Run(r)
		r.over <- ending{reason, err}
	}()
	return r
}

func (r *running) send(text string, attachments ...[]byte) {
	r.t.Helper()
	if err := r.Send(engineclient.Message{Text: []byte(text), Attachments: attachments}); err != nil {
		r.t.Fatal("Send:", err)
	}
}

// want takes messages.
func (r *running) want(messages ...string) {
	r.t.Helper()
	for _, want := range messages {
		if got := next(r.t, r.got); got != want {
			r.t.Fatalf("got %.100q, want %.100q", got, want)
		}
	}
}

// wantEnd waits for the end.
func (r *running) wantEnd(want engineclient.Reason) error {
	r.t.Helper()
	end := next(r.t, r.over)
	if end.Reason != want {
		r.t.Errorf("ended with %q (%v), want %q", end.Reason, end.Err, want)
	}
	if r.Context().Err() == nil {
		r.t.Error("the context lives on")
	}
	if err := r.Send(engineclient.Message{}); err != engineclient.ErrClosed {
		r.t.Errorf("Send behind the end: %v, want ErrClosed", err)
	}
	return end.Err
}

// close says goodbye and waits for the end.
func (r *running) close() {
	r.t.Helper()
	r.Close()
	r.Close()
	if err := r.wantEnd(engineclient.ReasonClosed); err != nil {
		r.t.Errorf("closed with %v", err)
	}
}

// next returns what comes out of a channel within an hour of the bubble.
func next[T any](t *testing.T, ch <-chan T) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(time.Hour):
		t.Fatal("nothing within an hour")
	}
	panic("unreachable")
}

// A script is a server that answers requests by what they are: a handshake, a
// poll, a post, or a WebSocket. What it has no answer to it refuses.
type script struct {
	open   string // the answer to a handshake over polling
	poll   func(w http.ResponseWriter, r *http.Request)
	post   func(w http.ResponseWriter, body string)
	socket func(ws *websocket.Conn)
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case websocket.IsWebSocketUpgrade(r) && s.socket != nil:
		ws, err := new(websocket.Upgrader).Upgrade(w, r, nil)
		if err == nil {
			defer ws.Close()
			s.socket(ws)
		}
	case r.Method == http.MethodPost && s.post != nil:
		body, _ := io.ReadAll(r.Body)
		s.post(w, string(body))
	case r.Method == http.MethodGet && !r.URL.Query().Has("sid") && s.open != "":
		io.WriteString(w, s.open)
	case r.Method == http.MethodGet && s.poll != nil:
		s.poll(w, r)
	default:
		http.Error(w, `{"code":3,"message":"Bad request"}`, http.StatusBadRequest)
	}
}

// openPacket begins a session that pings each second, and waits half a second.
const openPacket = `0{"sid":"abcdefghijklmnopqrst","upgrades":["websocket"],"pingInterval":1000,"pingTimeout":500,"maxPayload":1000}`

// say writes text frames.
func say(ws *websocket.Conn, frames ...string) {
	for _, frame := range frames {
		ws.WriteMessage(websocket.TextMessage, []byte(frame))
	}
}

// hear reads frames until the client has gone and returns them.
func hear(ws *websocket.Conn) (frames []string) {
	for {
		_, data, err := ws.ReadMessage()
		if err != nil {
			return frames
		}
		frames = append(frames, string(data))
	}
}

// hangs holds a request until its client has gone.
func hangs(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
