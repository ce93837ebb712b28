package rt_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/internal/memnet"
)

// FuzzConversation sends packets to a server: lines are text messages, those
// that begin with a tilde are binary. Whatever they are, the server goes on to
// serve a bystander in the same namespace, and nothing of the peer stays there.
func FuzzConversation(f *testing.F) {
	for _, seed := range []string{
		"40\n42[\"echo\",1]\n420[\"ask\",{\"a\":1}]\n41",
		"40{\"token\":\"x\"}\n40/x,\n42/x,[\"echo\",1]\n41/x,\n40/x,\n42/x,[\"join\",\"a\"]",
		"40/tenant/a,\n42/tenant/a,[\"echo\",1]\n40/AUTH,\n40//auth,\n40/%61uth,\n40/auth?token=secret,",
		"40/slow,\n42/slow,[\"echo\",1]\n41/slow,", "40/deny,[]\n40/deny,{\"__proto__\":1}\n42/deny,[\"echo\"]",
		"40\n451-[\"blob\",{\"_placeholder\":true,\"num\":0}]\n~\x01\x02", "40\n451-[\"blob\",{\"_placeholder\":true,\"num\":5}]\n~x",
		"40\n452-[\"blob\",{\"_placeholder\":true,\"num\":0}]\n42[\"echo\"]", "40\n450-[\"echo\"]\n~x", "40\n~x", "~x",
		"40\n42[\"echo\",1]xyz", "40\n42[{\"toString\":\"foo\"}]", "40\n42[\"disconnect\"]", "40\n42[]", "40\n42{}", "4abc", "40\n40",
		"40\n42-1[\"ask\"]", "40\n4218446744073709551615[\"ask\",1]", "40\n43[\"x\"]\n430[{\"ok\":true}]", "42[\"echo\",1]",
		"40\n42[\"ask me\",1]\n430[{\"ok\":true,\"data\":1}]", "40\n42[\"quit\"]\n42[\"echo\",1]\n40", "40\n42[\"__proto__\",{\"constructor\":1}]",
		"40\n42[\"echo\",\"\\ud800\\u0000\\u001e\u2028\"]", "40\n42[\"echo\",1e400]", "40\n42[\"echo\",[[[[[[1]]]]]]]", "1", "2", "3", "5", "6", "2probe",
	} {
		f.Add([]byte(seed))
	}
	srv, l := fuzzServer(f)
	n := srv.Of("/")
	bystander := dialMem(f, l)
	converse(f, bystander, "40", `40{"sid":"`)
	f.Fuzz(func(t *testing.T, stream []byte) {
		ws := dialMem(t, l)
		defer ws.Close()
		conn := ws.NetConn()
		conn.SetDeadline(time.Now().Add(20 * time.Second))
		go func() {
			for line := range bytes.SplitSeq(stream, []byte("\n")) {
				kind := websocket.TextMessage
				if after, ok := bytes.CutPrefix(line, []byte("~")); ok {
					kind, line = websocket.BinaryMessage, after
				}
				if err := ws.WriteMessage(kind, line); err != nil {
					return // the server has had enough
				}
			}
			ws.WriteMessage(websocket.CloseMessage, nil)
		}()
		if _, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("after %q the connection stays open", stream)
		}
		converse(t, bystander, `420["ask",1]`, `430[{"ok":true,"data":1}]`)
		for deadline := time.After(20 * time.Second); n.Len() > 1 || srv.Len() > 1; {
			select {
			case <-deadline:
				t.Fatalf("after %q %d sockets and %d connections are left", stream, n.Len()-1, srv.Len()-1)
			case <-time.After(100 * time.Microsecond):
			}
		}
	})
}

// fuzzServer serves in memory until the end of f.
func fuzzServer(f *testing.F) (*rt.Server, *memnet.Listener) {
	srv, err := rt.NewServer(rt.Options{PingInterval: time.Hour, PingTimeout: time.Hour, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	askMe := rt.Event[int]{Name: "ask me"}
	join := rt.Event[rt.Room]{Name: "join"}
	for _, path := range []string{"/", "/x", "/slow", "/deny", "/tenant/{tenant}"} {
		n := serveEcho(srv, path)
		rt.On(n, askMe, func(ctx context.Context, s *rt.Socket, msg int) error {
			_, err := rt.EmitWithAck(ctx, s, question, msg)
			return err
		})
		rt.On(n, join, func(ctx context.Context, s *rt.Socket, room rt.Room) error {
			return errors.Join(s.Join(room), rt.Emit(ctx, s.To(room), echo, json.RawMessage("1")))
		})
		rt.On(n, quit, func(_ context.Context, s *rt.Socket, _ rt.None) error {
			s.Disconnect(false)
			return nil
		})
	}
	srv.Of("/slow").Use(func(context.Context, *rt.Socket) error {
		<-time.After(time.Millisecond) // so that packets come meanwhile
		return nil
	})
	srv.Of("/deny").Use(func(context.Context, *rt.Socket) error { return &rt.ConnectError{Message: "no"} })
	l := memnet.Listen()
	hs := &http.Server{Handler: srv}
	go hs.Serve(l)
	f.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			f.Error(err)
		}
		hs.Close()
	})
	return srv, l
}

// dialMem opens a WebSocket and takes the open packet from it.
func dialMem(t testing.TB, l *memnet.Listener) *websocket.Conn {
	t.Helper()
	d := websocket.Dialer{NetDialContext: l.DialContext}
	ws, res, err := d.DialContext(t.Context(), "ws://mem/socket.io/?EIO=4&transport=websocket", nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if _, _, err := ws.ReadMessage(); err != nil {
		t.Fatal(err)
	}
	return ws
}

// converse sends a message and wants the next one to begin as answer says.
func converse(t testing.TB, ws *websocket.Conn, message, answer string) {
	t.Helper()
	if err := ws.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
		t.Fatal(err)
	}
	if _, got, err := ws.ReadMessage(); err != nil || !strings.HasPrefix(string(got), answer) {
		t.Fatalf("%s was answered %s, %v, want %s", message, got, err, answer)
	}
}
