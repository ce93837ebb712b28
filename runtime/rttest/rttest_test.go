package rttest_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
	"github.com/rtgen/rtgen/runtime/rttest"
)

type line struct{ Text string }

var (
	say  = rt.AckEvent[line, int]{Name: "say"}
	said = rt.Event[line]{Name: "said"}
	bye  = rt.Event[string]{Name: "bye"}
)

// newLobby returns a server where everybody hears the others.
func newLobby(t *testing.T) *rt.Server {
	t.Helper()
	srv, err := rt.NewServer(rt.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	lobby := srv.Of("/lobby")
	lobby.Use(func(_ context.Context, s *rt.Socket) error {
		if strings.Contains(string(s.Auth()), "stranger") {
			return &rt.ConnectError{Message: "no strangers"}
		}
		return s.Join("everyone")
	})
	rt.OnWithAck(lobby, say, func(ctx context.Context, s *rt.Socket, msg line) (int, error) {
		return len(msg.Text), rt.Emit(ctx, s.To("everyone"), said, msg)
	})
	lobby.OnDisconnect(func(ctx context.Context, s *rt.Socket, reason rt.Reason) {
		rt.Emit(ctx, lobby, bye, string(reason))
	})
	return srv
}

// converse lets two peers talk to a server in memory.
func converse(t *testing.T) {
	server := rttest.Serve(t, newLobby(t))
	bob := server.Socket(t, "/lobby", client.Options{})
	next, leaving := rttest.Receive(t, bob, said), rttest.Receive(t, bob, bye)
	rttest.Connect(t, bob)
	alice := server.Dial(t, "/lobby", client.Options{Transports: []string{"websocket"}})
	for i := range 10 {
		msg := line{fmt.Sprint("hello ", i)}
		if n, err := client.EmitWithAck(t.Context(), alice, say, msg); err != nil || n != len(msg.Text) {
			t.Errorf("answer %d, %v", n, err)
		}
	}
	alice.Disconnect()
	if got := leaving(); got != string(rt.ReasonClientDisconnect) { // though the lines wait
		t.Errorf("reason %q", got)
	}
	for i := range 10 {
		if diff := cmp.Diff(line{fmt.Sprint("hello ", i)}, next()); diff != "" {
			t.Errorf("line %d (-want +got):\n%s", i, diff)
		}
	}
}

func TestConversation(t *testing.T) { converse(t) }

func TestConversationInBubble(t *testing.T) { synctest.Test(t, converse) }

func TestTimeInBubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := rttest.Serve(t, newLobby(t))
		bob := server.Dial(t, "/lobby", client.Options{})
		time.Sleep(24 * time.Hour) // of heartbeats
		if !bob.Connected() {
			t.Error("Bob has left")
		}
	})
}

// A service's own handler may stand around the server.
func TestHandlerAround(t *testing.T) {
	srv := newLobby(t)
	seen := 0
	server := rttest.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Team") == "blue" {
			seen++
		}
		srv.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		if err := srv.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	c := server.Client(t, client.Options{Transports: []string{"websocket"}, Header: http.Header{"X-Team": {"blue"}}})
	rttest.Connect(t, c.Of("/lobby"))
	c.Close()
	if seen != 1 {
		t.Errorf("%d requests with the header, want 1", seen)
	}
}

// fatal is a test that notes how it has ended.
type fatal struct {
	testing.TB
	message string
}

func (f *fatal) Fatalf(format string, args ...any) {
	f.message = fmt.Sprintf(format, args...)
	runtime.Goexit()
}

// ends returns how fn ends a test.
func ends(t *testing.T, fn func(t testing.TB)) string {
	t.Helper()
	f := &fatal{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn(f)
	}()
	<-done
	return f.message
}

func TestEndsTests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		server := rttest.Serve(t, newLobby(t))
		stranger := client.Options{Auth: func(context.Context, string) (any, error) {
			return map[string]string{"name": "stranger"}, nil
		}}
		got := []string{
			ends(t, func(t testing.TB) { server.Dial(t, "/lobby", stranger) }),
			ends(t, func(t testing.TB) { server.Dial(t, "/nowhere", client.Options{}) }),
			ends(t, func(t testing.TB) { server.Client(t, client.Options{Retries: -1}) }),
			ends(t, func(t testing.TB) { rttest.Receive(t, server.Dial(t, "/lobby", client.Options{}), said)() }),
		}
		want := []string{
			"rttest: connect to /lobby: no strangers",
			"rttest: connect to /nowhere: Invalid namespace",
			"rttest: client: Retries is negative",
			`rttest: no event "said" in time`,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("ends (-want +got):\n%s", diff)
		}
		err := server.Socket(t, "/lobby", stranger).Connect(t.Context())
		if _, ok := errors.AsType[*rt.ConnectError](err); !ok {
			t.Errorf("Connect: %v", err)
		}
	})
}
