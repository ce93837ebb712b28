package engineio_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

func TestPanicsEndTheSessionOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // O01
		var log bytes.Buffer
		opts := engineio.Options{Logger: slog.New(slog.NewTextHandler(&log, nil))}
		e := inMemory(t, opts, func(r *recorder) {
			r.onText = func(*engineio.Session, []byte) { panic("at the disco") }
		})
		bystander := e.openWebSocket(t)
		other := e.session(t)

		sid := e.openPolling(t)
		expectAnswer(t, "post", e.post(t, sid, "4x\x1e4late"), 200, "ok")
		ws := e.openWebSocket(t)
		ws.NetConn().Write([]byte(frames(frame(0x81, "4x"), frame(0x81, "4late"))))
		for range 2 {
			r := e.session(t)
			if got := r.awaitClosed(t); got != engineio.ReasonForcedClose || r.err == nil {
				t.Errorf("closed for %q, %v", got, r.err)
			}
			if diff := cmp.Diff([]received{{"text", "x"}, {"closed", "forced close"}}, r.got()); diff != "" {
				t.Errorf("receiver (-want +got):\n%s", diff)
			}
		}
		send(t, other, "served")
		if got := readText(t, bystander); got != "4served" {
			t.Errorf("bystander got %q", got)
		}
		synctest.Wait()
		if got := log.String(); strings.Count(got, "at the disco") < 2 || !strings.Contains(got, "receiver_test.go") {
			t.Errorf("log without the panics or their stacks:\n%s", got)
		}
		if strings.Contains(log.String(), sid) {
			t.Error("O07 a session id is in the log")
		}
	})
}

func TestPanicInAccept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, func(*recorder) { panic("no") })
		got, _ := e.do(t, e.request(t, "GET", "EIO=4&transport=polling", ""))
		expectAnswer(t, "polling", got, http.StatusInternalServerError, `{"code":3,"message":"Internal error"}`)
		ws, _, err := e.tryWebSocket(t, "", nil)
		if err == nil {
			_, _, err = ws.ReadMessage()
			ws.Close()
		}
		if err == nil {
			t.Error("the WebSocket is open")
		}
		if got := e.Len(); got != 0 {
			t.Errorf("%d sessions are left", got)
		}
	})
}

func TestAcceptMaySendAndClose(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(*recorder)
		polling string // behind the open packet
		frames  []string
	}{
		{"send", func(r *recorder) { r.session.Send(engineio.NewMessage(nil, []byte("hi")), false) }, "\x1e4hi", []string{"4hi"}},
		{"send and close", func(r *recorder) {
			r.session.Send(engineio.NewMessage(nil, []byte("hi")), false)
			r.session.Close(engineio.ReasonForcedClose)
		}, "\x1e4hi", []string{"4hi"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, engineio.Options{}, tt.prepare)
				got, _ := e.do(t, e.request(t, "GET", "EIO=4&transport=polling", ""))
				open, rest, _ := strings.Cut(got.Body, "}")
				decodeOpen(t, open+"}")
				if rest != tt.polling {
					t.Errorf("behind the open packet %q, want %q", rest, tt.polling)
				}
				ws := e.openWebSocket(t)
				for _, want := range tt.frames {
					if got := readText(t, ws); got != want {
						t.Errorf("frame %q, want %q", got, want)
					}
				}
			})
		})
	}
}

func TestAcceptMayAbort(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, func(r *recorder) { r.session.Abort(engineio.ReasonForcedClose, io.ErrNoProgress) })
		e.do(t, e.request(t, "GET", "EIO=4&transport=polling", ""))
		if ws, _, err := e.tryWebSocket(t, "", nil); err == nil {
			ws.Close()
		}
		for range 2 {
			r := e.session(t)
			if got := r.awaitClosed(t); got != engineio.ReasonForcedClose || r.err != io.ErrNoProgress {
				t.Errorf("closed for %q, %v", got, r.err)
			}
		}
	})
}

// TestReentrance ends a session from inside its receiver.
func TestReentrance(t *testing.T) {
	ends := map[string]func(*engineio.Session){
		"close": func(s *engineio.Session) { s.Close(engineio.ReasonForcedClose) },
		"abort": func(s *engineio.Session) { s.Abort(engineio.ReasonForcedClose, nil) },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { // O03
				e := inMemory(t, engineio.Options{}, func(r *recorder) {
					r.onText = func(s *engineio.Session, _ []byte) { end(s); <-s.Done() }
				})
				sid := e.openPolling(t)
				polled := e.session(t)
				e.post(t, sid, "4x\x1e4late")
				<-e.get(t, sid) // lets it close
				ws := e.openWebSocket(t)
				ws.NetConn().Write([]byte(frames(frame(0x81, "4x"), frame(0x81, "4late"))))
				ws.ReadMessage()
				for _, r := range []*recorder{polled, e.session(t)} {
					r.awaitClosed(t)
					if diff := cmp.Diff([]received{{"text", "x"}, {"closed", "forced close"}}, r.got()); diff != "" {
						t.Errorf("receiver (-want +got):\n%s", diff)
					}
				}
			})
		})
	}
}

// TestPacketBehindTheOpenPacket sends at once, from many connections.
func TestPacketBehindTheOpenPacket(t *testing.T) {
	e := onLoopback(t, engineio.Options{}, echo)
	var wg sync.WaitGroup
	for range 16 { // U13
		wg.Go(func() {
			for range 20 {
				ws, _, err := e.tryWebSocket(t, "", nil)
				if err != nil {
					t.Error(err)
					return
				}
				ws.WriteMessage(1, []byte("440"))
				ws.ReadMessage()
				if _, got, err := ws.ReadMessage(); string(got) != "440" {
					t.Errorf("answer %q, %v", got, err)
				}
				ws.Close()
			}
		})
	}
	wg.Wait()
}

func TestHandshakeIsKept(t *testing.T) {
	e := onLoopback(t, engineio.Options{}, nil)
	header := http.Header{"Authorization": {"Bearer t"}, "User-Agent": {"test"}}
	ws, _, err := e.tryWebSocket(t, "&x=1&x=2", header)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	h := e.session(t).session.Handshake()
	if diff := cmp.Diff([]string{"1", "2"}, h.Query["x"]); diff != "" {
		t.Errorf("Query (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(header, h.Header); diff != "" {
		t.Errorf("Header (-want +got):\n%s", diff)
	}
	if h.Secure || !strings.HasPrefix(h.RemoteAddr, "127.0.0.1:") || !strings.HasPrefix(h.Host, "127.0.0.1:") || h.Time.IsZero() {
		t.Errorf("Handshake = %+v", h)
	}
}
