package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
	"github.com/rtgen/rtgen/runtime/internal/memnet"
)

// What no server sends ends the connection, with a reason.
func TestHostileServer(t *testing.T) {
	const let = `40{"sid":"x","pid":"y"}`
	tests := []struct {
		name   string
		frames []string
		want   rt.Reason
	}{
		{"no packet", []string{let, "x"}, rt.ReasonParseError},
		{"not UTF-8", []string{let, "4\xff"}, rt.ReasonParseError},
		{"second handshake", []string{let, openPacket}, rt.ReasonParseError},
		{"no Socket.IO", []string{let, "4x"}, rt.ReasonParseError},
		{"no event", []string{let, "42{}"}, rt.ReasonParseError},
		{"reserved name", []string{let, `42["disconnect"]`}, rt.ReasonParseError},
		{"deep", []string{let, `42["x",` + strings.Repeat("[", 5000)}, rt.ReasonParseError},
		{"binary that nobody announced", []string{let, "~x"}, rt.ReasonParseError},
		{"text among attachments", []string{let, `451-["x",{"_placeholder":true,"num":0}]`, `42["x"]`}, rt.ReasonParseError},
		{"too many attachments", []string{let, `4599-["x"]`}, rt.ReasonParseError},
		{"large message", []string{let, `42["x","` + strings.Repeat("x", 20_000) + `"]`}, rt.ReasonTransportError},
		{"large attachments", []string{
			let, `452-["x",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`,
			"~" + strings.Repeat("x", 6000), "~" + strings.Repeat("x", 6000),
		}, rt.ReasonParseError},
		{"close packet", []string{let, "1"}, rt.ReasonTransportClose},
		{"what is ignored", []string{
			"3", "5", "6", `42["early"]`, `43[]`, `431[]`, `42/other,["x"]`, `40/other,{"sid":"z"}`, `41/other,`, `44/other,{"message":"no"}`,
			let, let, `44{"message":"too late"}`, `439999[1]`, `42["nobody listens"]`, `4299999["nobody answers"]`, "1",
		}, rt.ReasonTransportClose},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				srv := fake(t, func(f *fakeConn) {
					f.read()
					f.send(tt.frames...)
					f.wait()
				})
				c := w.client(client.Options{
					Transports: []string{"websocket"}, DialContext: srv.dial, NoReconnection: true, MaxPayload: 10_000,
				})
				s := c.Of("/")
				got := observe(s)
				c.Of("/other") // exists, and does not want to be connected
				mustConnect(t, s)
				if reason := next(t, got.disconnected); reason != tt.want {
					t.Errorf("reason %q, want %q", reason, tt.want)
				}
			})
		})
	}
}

// Events that come before the socket is let in are kept up to a limit.
func TestTooManyEarlyEvents(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		first := true
		srv := fake(t, func(f *fakeConn) {
			f.read()
			if first {
				first = false
				f.send(`40{"sid":"x","pid":"y"}`, `42["n",1,"offset"]`, "1")
				f.wait()
				return
			}
			for range 200 {
				f.send(`42["n","` + strings.Repeat("x", 100) + `"]`)
			}
			f.wait()
		})
		s := w.client(client.Options{
			Transports: []string{"websocket"}, DialContext: srv.dial, MaxPayload: 10_000, ReconnectionAttempts: 1,
		}).Of("/")
		got := observe(s)
		mustConnect(t, s)
		next(t, got.disconnected)
		err := next(t, got.failed)
		if want := "too many events before the answer to CONNECT"; !strings.HasSuffix(err.Error(), want) {
			t.Errorf("error %v, want one that ends in %q", err, want)
		}
		s.Disconnect()
	})
}

// A server that sends pings and reads nothing gets no queue of pongs.
func TestFloodOfPings(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		pongs := 0
		srv := fake(t, func(f *fakeConn) {
			f.read()
			f.send(`40{"sid":"x"}`)
			for range 100_000 {
				f.send("2")
			}
			f.send(`42["echo",1]`)
			for f.read() == "3" {
				pongs++
			}
		})
		s := w.client(client.Options{
			Transports: []string{"websocket"}, DialContext: srv.dial, NoReconnection: true, BufferEvents: 10,
		}).Of("/")
		got := observe(s)
		client.On(s, echo, func(ctx context.Context, msg json.RawMessage) error { return client.Emit(ctx, s, echo, msg) })
		mustConnect(t, s)
		next(t, got.disconnected)
		synctest.Wait()                   // for the server to read what had come
		if pongs == 0 || pongs > 20_000 { // the network in memory holds that many
			t.Errorf("%d pongs waited for the server to read", pongs)
		}
	})
}

// What a server answers to polls is bounded, whatever it says of its length.
func TestHostileAnswers(t *testing.T) {
	answers := map[string]func(http.ResponseWriter){
		"empty":     func(http.ResponseWriter) {},
		"no packet": func(w http.ResponseWriter) { fmt.Fprint(w, "<html>") },
		"no sid":    func(w http.ResponseWriter) { fmt.Fprint(w, `0{"pingInterval":1,"pingTimeout":1}`) },
		"no open":   func(w http.ResponseWriter) { fmt.Fprint(w, "6") },
		"status":    func(w http.ResponseWriter) { http.Error(w, `{"code":4,"message":"Forbidden"}`, http.StatusForbidden) },
		"endless": func(w http.ResponseWriter) {
			for range 10_000 {
				fmt.Fprint(w, strings.Repeat("x", 1000))
			}
		},
		"broken off": func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "100")
			fmt.Fprint(w, openPacket[:50])
		},
		"separators": func(w http.ResponseWriter) { fmt.Fprint(w, strings.Repeat("\x1e", 5000)) },
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				srv := serveHTTP(t, func(w http.ResponseWriter, _ *http.Request) { answer(w) })
				s := w.client(client.Options{DialContext: srv.dial, NoReconnection: true, MaxPayload: 10_000}).Of("/")
				err := s.Connect(t.Context())
				if err == nil {
					t.Fatal("no error")
				}
				if name == "status" && err.Error() != `client: polling: engineclient: the server answered 403 Forbidden: "Forbidden"` {
					t.Errorf("error %v", err)
				}
			})
		})
	}
}

// A server that takes next to nothing makes Connect fail, also on a connection
// that another socket uses.
func TestTooLargeToConnect(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		srv := fakeWith(t, strings.Replace(openPacket, "1000000", "2", 1), func(f *fakeConn) {
			f.read()
			f.send(`40{"sid":"x"}`)
			f.wait()
		})
		c := w.client(client.Options{Transports: []string{"websocket"}, DialContext: srv.dial})
		s, other := c.Of("/"), c.Of("/other")
		mustConnect(t, s)
		if err := other.Connect(t.Context()); !errors.Is(err, rt.ErrLimit) || other.Active() {
			t.Errorf("Connect: %v, active %v", err, other.Active())
		}
		if !s.Connected() {
			t.Error("the first socket has left")
		}
	})
}

// A server that asks and does not read the answers makes the handlers wait;
// nothing grows.
func TestFloodOfQuestions(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		srv := fake(t, func(f *fakeConn) {
			f.read()
			f.send(`40{"sid":"x"}`)
			for i := range 100_000 {
				f.send(fmt.Sprintf(`42%d["askMe",1]`, i))
			}
			f.wait()
		})
		s := w.client(client.Options{
			Transports: []string{"websocket"}, DialContext: srv.dial, NoReconnection: true, BufferEvents: 10, ReceiveQueue: 10,
		}).Of("/")
		got := observe(s)
		answered := 0
		client.OnWithAck(s, askMe, func(_ context.Context, n int) (int, error) {
			answered++
			return n, nil
		})
		mustConnect(t, s)
		next(t, got.disconnected)
		if answered == 0 || answered > 20_000 { // the network in memory holds that many
			t.Errorf("%d answers waited for the server to read", answered)
		}
	})
}

// FuzzServer lets a server send anything: to polls the lines of the input, or on
// a WebSocket frames, those that begin with a tilde binary.
func FuzzServer(f *testing.F) {
	for _, frames := range []string{
		openPacket + "\n" + `40{"sid":"x","pid":"y"}` + "\n" + `42["echo",{"a":1},"offset"]`,
		openPacket + "\x1e" + `40{"sid":"x"}` + "\x1e" + `4212["ask",7]` + "\n2\n6\n1",
		openPacket + "\n" + `44{"message":"no","data":[1]}`,
		openPacket + "\n" + `44"no"`,
		openPacket + "\n" + `40{"sid":"x"}` + "\n" + `451-["blob",{"_placeholder":true,"num":0}]` + "\n~x",
		openPacket + "\n" + `40{"sid":"x"}` + "\n" + `451-["blob",{"_placeholder":true,"num":0}]` + "\nbeA==",
		openPacket + "\n" + `40{"sid":"x"}` + "\n41",
		openPacket + "\n" + `40{"sid":"x"}` + "\n" + `430[{"ok":false,"error":{"code":"x","message":"y"}}]`,
		openPacket + "\n3probe\n" + openPacket,
		"", "0{}", "4", "\x1e",
	} {
		f.Add(frames, true)
		f.Add(frames, false)
	}
	script := new(scripted)
	l := memnet.Listen()
	httpServer := &http.Server{Handler: script}
	go httpServer.Serve(l)
	f.Cleanup(func() { httpServer.Close() })
	f.Fuzz(func(t *testing.T, frames string, polling bool) {
		script.set(strings.Split(frames, "\n"))
		transport := "websocket"
		if polling {
			transport = "polling"
		}
		c, err := client.New("http://mem", client.Options{
			Transports: []string{transport}, DialContext: l.DialContext, Proxy: noProxy,
			NoReconnection: true, MaxPayload: 10_000, ConnectTimeout: time.Second, WriteTimeout: time.Second,
			Logger: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		s := c.Of("/")
		collect(s, echo)
		collect(s, blob)
		client.OnWithAck(s, ask, func(_ context.Context, msg json.RawMessage) (json.RawMessage, error) { return msg, nil })
		if s.Connect(t.Context()) == nil {
			client.EmitWithAck(t.Context(), s, rt.AckEvent[int, int]{Name: "x", Timeout: 10 * time.Millisecond}, 1)
		}
	})
}

// scripted is a server that sends what it is told.
type scripted struct {
	mu    sync.Mutex
	lines []string
}

func (s *scripted) set(lines []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = lines
}

func (s *scripted) next() (line string, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.lines) == 0 {
		return "", false
	}
	line, s.lines = s.lines[0], s.lines[1:]
	return line, true
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if websocket.IsWebSocketUpgrade(r) {
		s.serveWebSocket(w, r)
		return
	}
	if r.Method == http.MethodPost {
		fmt.Fprint(w, "ok")
		return
	}
	line, ok := s.next()
	if !ok {
		w.WriteHeader(http.StatusBadRequest)
	}
	fmt.Fprint(w, line)
}

func (s *scripted) serveWebSocket(w http.ResponseWriter, r *http.Request) {
	ws, err := new(websocket.Upgrader).Upgrade(w, r, nil)
	if err != nil {
		return
	}
	defer ws.Close()
	for line, ok := s.next(); ok; line, ok = s.next() {
		kind := websocket.TextMessage
		if rest, binary := strings.CutPrefix(line, "~"); binary {
			kind, line = websocket.BinaryMessage, rest
		}
		if ws.WriteMessage(kind, []byte(line)) != nil {
			return
		}
	}
}
