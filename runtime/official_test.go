package rt_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

// newOfficial returns a server with what the scenarios of testdata/client.mjs
// talk to.
func newOfficial(t *testing.T, opts rt.Options) *rt.Server {
	t.Helper()
	srv, err := rt.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	serveAnswers(serveEcho(srv, "/"))
	serveRooms(srv.Of("/"))
	serveEcho(srv, "/other")
	serveTenants(serveEcho(srv, "/tenant/{tenant}"))
	members := serveEcho(srv, "/members")
	members.Use(func(_ context.Context, s *rt.Socket) error {
		var auth struct{ Token string }
		if err := json.Unmarshal(s.Auth(), &auth); err != nil {
			return err
		}
		switch auth.Token {
		case "secret":
			return nil
		case "panic":
			panic("not for the peer")
		}
		return &rt.ConnectError{Message: "not a member", Data: map[string]any{"code": "badToken", "retry": false}}
	})
	return srv
}

func serveAnswers(n *rt.Namespace) {
	refuse := rt.AckEvent[string, rt.None]{Name: "refuse", Errors: []string{"refused"}}
	rt.OnWithAck(n, refuse, func(_ context.Context, _ *rt.Socket, why string) (rt.None, error) {
		return rt.None{}, &rt.Error{Code: "refused", Message: "no", Data: map[string]string{"reason": why}}
	})
	fail := rt.AckEvent[rt.None, rt.None]{Name: "fail"}
	rt.OnWithAck(n, fail, func(context.Context, *rt.Socket, rt.None) (rt.None, error) {
		return rt.None{}, errors.New("the password is secret")
	})
	question := rt.AckEvent[int, int]{Name: "question"}
	askMe := rt.AckEvent[int, int]{Name: "askMe", Errors: []string{"busy"}}
	rt.OnWithAck(n, askMe, func(ctx context.Context, s *rt.Socket, n int) (int, error) {
		return rt.EmitWithAck(ctx, s, question, n)
	})
	keep := rt.AckEvent[[]byte, []byte]{Name: "keep"}
	rt.OnWithAck(n, keep, func(_ context.Context, _ *rt.Socket, b []byte) ([]byte, error) { return b, nil })
	bytesPlease := rt.AckEvent[rt.None, []byte]{Name: "bytesPlease"}
	rt.On(n, rt.Event[[]byte]{Name: "compare"}, func(ctx context.Context, s *rt.Socket, want []byte) error {
		got, err := rt.EmitWithAck(ctx, s, bytesPlease, rt.None{})
		if err != nil {
			return err
		}
		return rt.Emit(ctx, s, rt.Event[bool]{Name: "compared"}, bytes.Equal(got, want))
	})
}

func serveTenants(n *rt.Namespace) {
	rt.OnWithAck(n, rt.AckEvent[rt.None, string]{Name: "whose"}, func(_ context.Context, s *rt.Socket, _ rt.None) (string, error) {
		return s.Param("tenant"), nil
	})
	rt.On(n, rt.Event[string]{Name: "tell"}, func(ctx context.Context, s *rt.Socket, msg string) error {
		return rt.Emit(ctx, s.Namespace(), rt.Event[string]{Name: "told"}, msg)
	})
	rt.On(n, rt.Event[rt.None]{Name: "expire"}, func(_ context.Context, s *rt.Socket, _ rt.None) error {
		s.SetExpiry(time.Now())
		return nil
	})
}

func serveRooms(n *rt.Namespace) {
	type say struct {
		To, Except []rt.Room
		Text       string
	}
	rt.OnWithAck(n, rt.AckEvent[rt.Room, rt.None]{Name: "join"}, func(_ context.Context, s *rt.Socket, room rt.Room) (rt.None, error) {
		return rt.None{}, s.Join(room)
	})
	rt.OnWithAck(n, rt.AckEvent[rt.Room, rt.None]{Name: "leave"}, func(_ context.Context, s *rt.Socket, room rt.Room) (rt.None, error) {
		s.Leave(room)
		return rt.None{}, nil
	})
	rt.OnWithAck(n, rt.AckEvent[say, rt.None]{Name: "say"}, func(ctx context.Context, s *rt.Socket, msg say) (rt.None, error) {
		return rt.None{}, rt.Emit(ctx, s.To(msg.To...).Except(msg.Except...), rt.Event[string]{Name: "said"}, msg.Text)
	})
	rt.On(n, rt.Event[bool]{Name: "kick"}, func(_ context.Context, s *rt.Socket, all bool) error {
		s.Disconnect(all)
		return nil
	})
}

// script makes the command that runs a scenario of testdata/client.mjs.
func script(t *testing.T, url, scenario string) *exec.Cmd {
	t.Helper()
	return scriptOf(t, "client.mjs", url, scenario)
}

func scriptOf(t *testing.T, file, url, scenario string) *exec.Cmd {
	t.Helper()
	if _, err := os.Stat("../node_modules/socket.io-client"); err != nil {
		t.Fatalf("the official client is missing, run npm ci: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/"+file, url, scenario)
	cmd.Stderr = new(bytes.Buffer)
	return cmd
}

// finish fails the test when the scenario has failed.
func finish(t *testing.T, cmd *exec.Cmd, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%v\n%s", err, cmd.Stderr)
	}
}

func shutdown(t *testing.T, srv *rt.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := srv.Shutdown(ctx); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
}

func TestOfficialClient(t *testing.T) {
	for _, scenario := range []string{
		"polling", "websocket", "upgrade", "namespaces", "tenants", "auth", "acks", "binary", "rooms", "kicked",
	} {
		t.Run(scenario, func(t *testing.T) {
			t.Parallel()
			srv := newOfficial(t, rt.Options{})
			ts := httptest.NewServer(srv)
			defer ts.Close()
			defer shutdown(t, srv)
			cmd := script(t, ts.URL, scenario)
			finish(t, cmd, cmd.Run())
		})
	}
}

func TestOfficialClientLeaves(t *testing.T) { testLeaving(t, "client.mjs", rt.Options{}) }

func testLeaving(t *testing.T, file string, opts rt.Options) {
	srv := newOfficial(t, opts)
	reasons := make(chan rt.Reason, 2)
	for _, path := range []string{"/", "/other"} {
		srv.Of(path).OnDisconnect(func(_ context.Context, _ *rt.Socket, r rt.Reason) { reasons <- r })
	}
	ts := httptest.NewServer(srv)
	defer ts.Close()
	defer shutdown(t, srv)
	cmd := scriptOf(t, file, ts.URL, "leaving")
	finish(t, cmd, cmd.Run())
	got := []rt.Reason{<-reasons, <-reasons}
	want := []rt.Reason{rt.ReasonClientDisconnect, rt.ReasonTransportClose}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

// D11: clients see their transport closed, and come back by themselves.
func TestOfficialClientComesBack(t *testing.T) { testComingBack(t, "client.mjs", rt.Options{}) }

func testComingBack(t *testing.T, file string, opts rt.Options) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	first, httpFirst := serveOn(t, l, opts)
	cmd := scriptOf(t, file, "http://"+address, "restart")
	stdin, _ := cmd.StdinPipe()
	stdout, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	expectLine(t, cmd, lines, "connected")
	shutdown(t, first)
	httpFirst.Close()

	if l, err = net.Listen("tcp", address); err != nil {
		t.Fatal(err)
	}
	second, httpSecond := serveOn(t, l, opts)
	expectLine(t, cmd, lines, "again")
	stdin.Close()
	finish(t, cmd, cmd.Wait())
	shutdown(t, second)
	httpSecond.Close()
}

func serveOn(t *testing.T, l net.Listener, opts rt.Options) (*rt.Server, *http.Server) {
	t.Helper()
	srv := newOfficial(t, opts)
	httpServer := &http.Server{Handler: srv}
	go httpServer.Serve(l)
	return srv, httpServer
}

func expectLine(t *testing.T, cmd *exec.Cmd, lines *bufio.Scanner, want string) {
	t.Helper()
	if !lines.Scan() {
		finish(t, cmd, cmd.Wait())
		t.Fatalf("the scenario ended before it said %q", want)
	}
	if got := strings.TrimSpace(lines.Text()); got != want {
		t.Fatalf("the scenario said %q, want %q", got, want)
	}
}
