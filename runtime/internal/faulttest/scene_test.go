package faulttest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/internal/faultnet"
)

// A scene is a server behind a proxy, and what the server has seen.
type scene struct {
	*rt.Server
	t     *testing.T
	http  *httptest.Server
	proxy *faultnet.Proxy

	mu      sync.Mutex
	notes   []int // the payloads of "note", as they came
	reasons []rt.Reason
}

func newScene(t *testing.T, opts rt.Options) *scene {
	t.Helper()
	opts.Logger = slog.New(slog.DiscardHandler)
	srv, err := rt.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	sc := &scene{Server: srv, t: t}
	sc.serve()
	sc.http = httptest.NewUnstartedServer(srv)
	sc.http.Config.ReadHeaderTimeout = 10 * time.Second // as the guide says
	sc.http.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	sc.http.Start()
	sc.proxy, err = faultnet.Listen(sc.http.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sc.close)
	return sc
}

func (sc *scene) close() {
	if err := sc.proxy.Close(); err != nil {
		sc.t.Errorf("proxy: %v", err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := sc.Shutdown(ctx); err != nil {
		sc.t.Errorf("Shutdown: %v", err)
	}
	sc.http.Close()
}

// serve adds what the scenarios of testdata/client.mjs talk to.
func (sc *scene) serve() {
	n := serveEcho(sc.Server)
	n.OnDisconnect(func(_ context.Context, _ *rt.Socket, r rt.Reason) {
		sc.mu.Lock()
		defer sc.mu.Unlock()
		sc.reasons = append(sc.reasons, r)
	})
	note := rt.AckEvent[int, rt.None]{Name: "note"}
	rt.OnWithAck(n, note, func(_ context.Context, _ *rt.Socket, msg int) (rt.None, error) {
		sc.mu.Lock()
		defer sc.mu.Unlock()
		sc.notes = append(sc.notes, msg)
		return rt.None{}, nil
	})
	members := rt.AckEvent[rt.None, int]{Name: "members"}
	rt.OnWithAck(n, members, func(context.Context, *rt.Socket, rt.None) (int, error) { return n.Len(), nil })
	tell := rt.Event[json.RawMessage]{Name: "tell"}
	rt.On(n, tell, func(ctx context.Context, _ *rt.Socket, msg json.RawMessage) error {
		return rt.Emit(ctx, n, tell, msg)
	})
	whisper := rt.Event[string]{Name: "whisper", Volatile: true}
	rt.On(n, whisper, func(ctx context.Context, _ *rt.Socket, msg string) error {
		return rt.Emit(ctx, n, whisper, msg)
	})
}

// serveEcho makes a namespace that sends back what it gets.
func serveEcho(srv *rt.Server) *rt.Namespace {
	n := srv.Of("/")
	echo := rt.Event[json.RawMessage]{Name: "echo"}
	rt.On(n, echo, func(ctx context.Context, s *rt.Socket, msg json.RawMessage) error {
		return rt.Emit(ctx, s, echo, msg)
	})
	ask := rt.AckEvent[json.RawMessage, json.RawMessage]{Name: "ask"}
	rt.OnWithAck(n, ask, func(_ context.Context, _ *rt.Socket, msg json.RawMessage) (json.RawMessage, error) { return msg, nil })
	keep := rt.AckEvent[[]byte, []byte]{Name: "keep"}
	rt.OnWithAck(n, keep, func(_ context.Context, _ *rt.Socket, msg []byte) ([]byte, error) { return msg, nil })
	return n
}

// An order is what a scenario asks of the test that runs it, in one line of
// JSON. It is answered with a report.
type order struct {
	Set       *faultnet.Faults `json:"set"`
	WebSocket *faultnet.Faults `json:"websocket"`
	Do        string           `json:"do"`
}

type report struct {
	WebSockets int         `json:"websockets"`
	Notes      []int       `json:"notes"`
	Reasons    []rt.Reason `json:"reasons"`
}

func (sc *scene) obey(o order) report {
	if o.Set != nil {
		sc.proxy.Set(*o.Set)
	}
	if o.WebSocket != nil {
		sc.proxy.SetWebSocket(*o.WebSocket)
	}
	switch o.Do {
	case "reset":
		sc.proxy.Reset()
	case "strand":
		sc.proxy.Strand()
	case "finish":
		sc.proxy.Finish(faultnet.Both)
	case "finishUp":
		sc.proxy.Finish(faultnet.Up)
	case "finishDown":
		sc.proxy.Finish(faultnet.Down)
	case "":
	default:
		sc.t.Errorf("the scenario wants %q, which nobody can do", o.Do)
	}
	sc.mu.Lock()
	defer sc.mu.Unlock()
	return report{WebSockets: sc.proxy.WebSockets(), Notes: sc.notes, Reasons: sc.reasons}
}

// play runs a scenario of testdata/client.mjs.
func (sc *scene) play(scenario string, args ...string) {
	sc.t.Helper()
	direct, through := sc.http.Listener.Addr().String(), sc.proxy.Addr()
	play(sc.t, sc.obey, append([]string{"http://" + direct, "http://" + through, scenario}, args...)...)
}

// play runs node with arguments and answers its orders.
func play(t *testing.T, obey func(order) report, args ...string) {
	t.Helper()
	if _, err := os.Stat("../../../node_modules/socket.io-client"); err != nil {
		t.Fatalf("the official client is missing, run npm ci: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), "node", append([]string{"testdata/client.mjs"}, args...)...)
	stderr := new(bytes.Buffer)
	cmd.Stderr = stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	answerOrders(t, stdout, stdin, obey)
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args[2:], " "), err, stderr)
	}
}

func answerOrders(t *testing.T, from io.Reader, to io.Writer, obey func(order) report) {
	t.Helper()
	replies := json.NewEncoder(to)
	for lines := bufio.NewScanner(from); lines.Scan(); {
		var o order
		if err := json.Unmarshal(lines.Bytes(), &o); err != nil {
			t.Errorf("order %s: %v", lines.Text(), err)
		}
		if err := replies.Encode(obey(o)); err != nil {
			return // the scenario has ended
		}
	}
}
