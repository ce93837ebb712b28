package client_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
	"github.com/rtgen/rtgen/runtime/internal/faultnet"
)

// A nodeServer is a process of testdata/server.mjs.
type nodeServer struct {
	t       *testing.T
	port    string
	options string
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	lines   chan string // of its output
}

// startNode starts Node's server with options as JSON.
func startNode(t *testing.T, options string) *nodeServer {
	t.Helper()
	if _, err := os.Stat("../../node_modules/socket.io"); err != nil {
		t.Fatalf("Node's server is missing, run npm ci: %v", err)
	}
	n := &nodeServer{t: t, port: "0", options: options}
	n.start()
	t.Cleanup(n.kill)
	return n
}

// start starts the process, a second time on the same port.
func (n *nodeServer) start() {
	n.t.Helper()
	n.cmd = exec.Command("node", "testdata/server.mjs", n.port, n.options)
	stderr := new(bytes.Buffer)
	n.cmd.Stderr = stderr
	n.stdin, _ = n.cmd.StdinPipe()
	stdout, _ := n.cmd.StdoutPipe()
	if err := n.cmd.Start(); err != nil {
		n.t.Fatal(err)
	}
	lines := make(chan string, 1000)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(stdout); s.Scan(); {
			lines <- s.Text()
		}
	}()
	n.lines = lines
	if n.port = next(n.t, n.lines); n.port == "" {
		n.t.Fatalf("the server did not start: %v\n%s", n.cmd.Wait(), stderr)
	}
}

// kill ends the process without any goodbye.
func (n *nodeServer) kill() {
	n.cmd.Process.Kill()
	n.cmd.Wait()
}

func (n *nodeServer) addr() string { return "127.0.0.1:" + n.port }

// emit makes the server send an event to everyone.
func (n *nodeServer) emit(args string) {
	n.t.Helper()
	if _, err := io.WriteString(n.stdin, args+"\n"); err != nil {
		n.t.Fatal(err)
	}
}

// dial returns a client for an address that is closed when the test ends.
func dial(t *testing.T, addr string, opts client.Options) *client.Client {
	t.Helper()
	opts.ReconnectionDelay, opts.ReconnectionDelayMax = 20*time.Millisecond, 200*time.Millisecond
	opts.Proxy = noProxy
	c, err := client.New("http://"+addr, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// rawAsk is ask of a server that knows nothing of envelopes.
var rawAsk = rt.AckEvent[json.RawMessage, json.RawMessage]{Name: "ask", Raw: true}

func TestNodeExchange(t *testing.T) {
	n := startNode(t, `{}`)
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c := dial(t, n.addr(), tt.opts)
			for _, path := range []string{"/", "/other"} {
				exchangeWithNode(t, c.Of(path))
			}
			for c.Transport() != tt.end {
				if _, err := client.EmitWithAck(t.Context(), c.Of("/"), rawAsk, json.RawMessage("1")); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

func exchangeWithNode(t *testing.T, s *client.Socket) {
	t.Helper()
	texts, blobs := collect(s, echo), collect(s, blob)
	question := rt.AckEvent[int, int]{Name: "question", Raw: true}
	client.OnWithAck(s, question, func(_ context.Context, n int) (int, error) { return n + 1, nil })
	mustConnect(t, s)
	for i := range 30 {
		msg := json.RawMessage(fmt.Sprintf(`{"n":%d,"text":"…"}`, i))
		if err := client.Emit(t.Context(), s, echo, msg); err != nil {
			t.Fatal(err)
		}
		data := bytes.Repeat([]byte{byte(i), 0x1e}, i*100)
		if err := client.Emit(t.Context(), s, blob, data); err != nil {
			t.Fatal(err)
		}
		got, err := client.EmitWithAck(t.Context(), s, rawAsk, msg)
		if diff := cmp.Diff(string(msg), string(got)); diff != "" || err != nil {
			t.Errorf("answer %v (-want +got):\n%s", err, diff)
		}
		if diff := cmp.Diff(string(msg), string(next(t, texts))); diff != "" {
			t.Errorf("event %d (-want +got):\n%s", i, diff)
		}
		if got := next(t, blobs); !bytes.Equal(got, data) {
			t.Errorf("binary event %d: got %d bytes, want %d", i, len(got), len(data))
		}
	}
	data := []byte("attached")
	if got, err := client.EmitWithAck(t.Context(), s, rt.AckEvent[[]byte, []byte]{Name: "keep", Raw: true}, data); err != nil || !bytes.Equal(got, data) {
		t.Errorf("binary answer %q, %v", got, err)
	}
	if got, err := client.EmitWithAck(t.Context(), s, rt.AckEvent[int, int]{Name: "askMe", Raw: true}, 41); err != nil || got != 42 {
		t.Errorf("the server was answered %d, %v", got, err)
	}
}

func TestNodeRefuses(t *testing.T) {
	t.Parallel()
	n := startNode(t, `{}`)
	token := "wrong"
	c := dial(t, n.addr(), client.Options{Auth: func(context.Context, string) (any, error) {
		return map[string]string{"token": token}, nil
	}})
	s := c.Of("/members")
	err := s.Connect(t.Context())
	refused, ok := errors.AsType[*rt.ConnectError](err)
	if !ok || refused.Message != "not a member" || string(refused.Data.(json.RawMessage)) != `{"code":"badToken"}` {
		t.Errorf("refused with %#v", err)
	}
	if refused, ok := errors.AsType[*rt.ConnectError](c.Of("/zz").Connect(t.Context())); !ok || refused.Message != "Invalid namespace" {
		t.Errorf("refused with %#v", refused)
	}
	token = "secret"
	mustConnect(t, s)
}

func TestNodeDisconnects(t *testing.T) {
	t.Parallel()
	n := startNode(t, `{}`)
	for _, all := range []bool{false, true} {
		s := dial(t, n.addr(), client.Options{}).Of("/")
		got := observe(s)
		for range 2 {
			mustConnect(t, s)
			if err := client.Emit(t.Context(), s, rt.Event[bool]{Name: "kick"}, all); err != nil {
				t.Fatal(err)
			}
			if reason := next(t, got.disconnected); reason != client.ReasonServerDisconnect || s.Active() {
				t.Errorf("reason %q, active %v", reason, s.Active())
			}
		}
	}
}

func TestNodeComesBack(t *testing.T) {
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := startNode(t, `{}`)
			s := dial(t, n.addr(), tt.opts).Of("/")
			got := observe(s)
			texts := collect(s, echo)
			mustConnect(t, s)
			next(t, got.connected)
			n.kill()
			next(t, got.disconnected)
			if err := client.Emit(t.Context(), s, echo, json.RawMessage(`"kept"`)); err != nil {
				t.Error(err)
			}
			n.start()
			next(t, got.connected)
			if text := string(next(t, texts)); text != `"kept"` {
				t.Errorf("got %s", text)
			}
		})
	}
}

func TestNodeHeartbeat(t *testing.T) {
	// An interval that fits in a test, and a timeout that a busy machine keeps.
	n := startNode(t, `{"pingInterval":300,"pingTimeout":3000}`)
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := listen(t, n.addr())
			s := dial(t, proxy.Addr(), tt.opts).Of("/")
			got := observe(s)
			mustConnect(t, s)
			next(t, got.connected)
			for range 5 { // each call takes longer than a heartbeat
				ev := rt.AckEvent[rt.None, rt.None]{Name: "nothing", Timeout: 400 * time.Millisecond}
				if _, err := client.EmitWithAck(t.Context(), s, ev, rt.None{}); !errors.Is(err, rt.ErrAckTimeout) {
					t.Fatal(err)
				}
			}
			proxy.Strand()
			if reason := next(t, got.disconnected); reason != rt.ReasonPingTimeout {
				t.Errorf("reason %q", reason)
			}
			next(t, got.connected)
		})
	}
}

func listen(t *testing.T, target string) *faultnet.Proxy {
	t.Helper()
	proxy, err := faultnet.Listen(target)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { proxy.Close() })
	return proxy
}

func TestNodeRecovery(t *testing.T) {
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n := startNode(t, `{"connectionStateRecovery":{},"pingInterval":300,"pingTimeout":3000}`)
			recoverMissed(t, n, tt.opts, true)
		})
	}
}

func TestNodeWithoutRecovery(t *testing.T) {
	t.Parallel()
	recoverMissed(t, startNode(t, `{"pingInterval":300,"pingTimeout":3000}`), client.Options{}, false)
}

// recoverMissed breaks the connection twice while the server sends.
func recoverMissed(t *testing.T, n *nodeServer, opts client.Options, recovers bool) {
	proxy := listen(t, n.addr())
	s := dial(t, proxy.Addr(), opts).Of("/")
	got := observe(s)
	type numbered struct{ N int }
	numbers, blobs := collect(s, rt.Event[numbered]{Name: "n"}), collect(s, blob)
	mustConnect(t, s)
	next(t, got.connected)
	id := s.ID()
	want := 0
	more := func(count int) {
		for range count {
			n.emit(fmt.Sprintf(`["n",{"n":%d}]`, want))
			want++
		}
	}
	seen := 0
	expect := func() {
		t.Helper()
		for ; seen < want; seen++ {
			if got := next(t, numbers); got.N != seen {
				t.Fatalf("got event %d, want %d", got.N, seen)
			}
		}
	}
	more(5)
	expect()
	for range 2 {
		proxy.Set(faultnet.Faults{Opening: faultnet.Refuse})
		proxy.Reset()
		next(t, got.disconnected)
		next(t, got.failed)
		if recovers {
			more(50)
			n.emit(`["blob",{"bytes":"missed"}]`)
		}
		next(t, n.lines) // with no poll pending it takes a ping until the server knows
		proxy.Set(faultnet.Faults{})
		next(t, got.connected)
		if s.Recovered() != recovers || (s.ID() == id) != recovers {
			t.Errorf("recovered %v, the same id %v, want %v", s.Recovered(), s.ID() == id, recovers)
		}
		expect()
		if recovers && string(next(t, blobs)) != "missed" {
			t.Error("the binary event differs")
		}
		more(5)
		expect()
	}
	n.emit(`["n",{"n":-1}]`) // all that came in between would be here
	if got := next(t, numbers); got.N != -1 {
		t.Errorf("got event %d again", got.N)
	}
}
