package engineio_test

import (
	"bytes"
	"errors"
	"fmt"
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

func TestAllowRequest(t *testing.T) {
	const forbidden = `{"code":4,"message":"Forbidden"}`
	tests := []struct {
		name  string
		allow func(*http.Request) error
		want  answer
	}{
		{"allowed", func(*http.Request) error { return nil }, answer{Status: 200}},
		{"by header", func(r *http.Request) error { return errors.New(r.Header.Get("X-Why")) }, answer{403, forbidden}},
		{"told why", func(*http.Request) error {
			return fmt.Errorf("wrapped: %w", &engineio.Forbidden{Message: "not \"you\"\r\n</script>", Err: errors.New("secret")})
		}, answer{403, `{"code":4,"message":"not \"you\"\r\n\u003c/script\u003e"}`}},
		{"panic", func(*http.Request) error { panic("as asked") }, answer{403, forbidden}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := onLoopback(t, engineio.Options{AllowRequest: tt.allow}, nil)
			got, _ := e.do(t, e.request(t, "GET", "EIO=4&transport=polling", ""))
			if got.Status == 200 {
				got.Body = ""
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("polling (-want +got):\n%s", diff)
			}
			ws, resp, err := e.tryWebSocket(t, "", nil)
			if tt.want.Status == 200 {
				if err != nil {
					t.Fatal("WebSocket:", err)
				}
				ws.Close()
				return
			}
			if resp == nil {
				t.Fatal("WebSocket: no answer:", err)
			}
			body, _ := io.ReadAll(resp.Body)
			if diff := cmp.Diff(tt.want, answer{resp.StatusCode, string(body)}); diff != "" {
				t.Errorf("WebSocket (-want +got):\n%s", diff)
			}
			if e.Len() != 0 {
				t.Errorf("%d sessions", e.Len())
			}
		})
	}
}

// The hook is asked in the reference's order of checks, and for handshakes only.
func TestAllowRequestIsAskedInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		var refusal error
		e := inMemory(t, engineio.Options{AllowRequest: func(*http.Request) error {
			asked++
			return refusal
		}}, nil)
		sid := e.openPolling(t)
		expectAnswer(t, "post", e.post(t, sid, "4x"), 200, "ok")
		send(t, e.session(t), "y")
		expectAnswer(t, "poll", <-e.get(t, sid), 200, "4y")
		writeText(t, e.probe(t, sid), "5")
		if asked != 1 {
			t.Errorf("asked %d times for one session, want once", asked)
		}
		refusal = errors.New("no")
		for _, tt := range []struct {
			method, query, origin string
			code                  int
			asked                 bool
		}{
			{"GET", "EIO=4&transport=x", "", 0, false},
			{"POST", "EIO=4&transport=polling", "", 2, false},
			{"GET", "EIO=4&transport=websocket", "", 3, false},
			{"GET", "EIO=4&transport=polling", "https://evil.example", 4, false},
			{"GET", "EIO=4&transport=polling", "", 4, true},
			{"GET", "EIO=3&transport=polling", "", 4, true},
		} {
			asked = 0
			req := e.request(t, tt.method, tt.query, "")
			if tt.origin != "" {
				req.Header.Set("Origin", tt.origin)
			}
			got, _ := e.do(t, req)
			if want := fmt.Sprintf(`{"code":%d,`, tt.code); !strings.HasPrefix(got.Body, want) || (asked == 1) != tt.asked {
				t.Errorf("%s %s: %s, asked %d times; want %s, asked: %t", tt.method, tt.query, got.Body, asked, want, tt.asked)
			}
		}
	})
}

func TestPanicOfAllowRequestIsLogged(t *testing.T) {
	var log bytes.Buffer
	e := onLoopback(t, engineio.Options{
		Logger:       slog.New(slog.NewTextHandler(&log, nil)),
		AllowRequest: func(*http.Request) error { panic("as asked") },
	}, nil)
	e.do(t, e.request(t, "GET", "EIO=4&transport=polling", ""))
	if got := log.String(); !strings.Contains(got, "as asked") || !strings.Contains(got, "allow_test.go") {
		t.Errorf("log without the panic or its stack:\n%s", got)
	}
}

func TestRefusedAndUpgradedHooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type refused struct {
			Query   string
			Code    int
			Message string
			Cause   string
		}
		var mu sync.Mutex
		var got []refused
		var upgraded []*engineio.Session
		secret := errors.New("the user is banned")
		e := inMemory(t, engineio.Options{
			AllowRequest: func(r *http.Request) error {
				if r.URL.Query().Has("banned") {
					return &engineio.Forbidden{Message: "sorry", Err: secret}
				}
				return nil
			},
			Refused: func(r *http.Request, code int, message string, cause error) {
				mu.Lock()
				defer mu.Unlock()
				got = append(got, refused{r.URL.RawQuery, code, message, fmt.Sprint(cause)})
			},
			Upgraded: func(s *engineio.Session) { upgraded = append(upgraded, s) },
		}, nil)
		const banned, version, foreign = "EIO=4&transport=polling&banned", "EIO=5&transport=polling", "EIO=4&transport=polling"
		e.do(t, e.request(t, "GET", banned, ""))
		e.do(t, e.request(t, "GET", version, ""))
		req := e.request(t, "GET", foreign, "")
		req.Header.Set("Origin", "https://evil.example")
		e.do(t, req)

		sid := e.openPolling(t)
		r := e.session(t)
		ws := e.probe(t, sid)
		if len(upgraded) != 0 {
			t.Error("told of an upgrade that has only begun")
		}
		r.onText = func(s *engineio.Session, _ []byte) {
			if diff := cmp.Diff([]*engineio.Session{s}, upgraded, cmp.Comparer(func(a, b *engineio.Session) bool { return a == b })); diff != "" {
				t.Errorf("upgraded at the first message (-want +got):\n%s", diff)
			}
		}
		ws.NetConn().Write([]byte(frames(frame(0x81, "5"), frame(0x81, "4x"))))
		r.await(t, 1)
		e.post(t, sid, "4late")

		want := []refused{
			{banned, 4, "sorry", secret.Error()},
			{version, 5, "Unsupported protocol version", "<nil>"},
			{foreign, 4, "Forbidden", "origin is not allowed"},
			{polling(sid), 3, "Bad request", "transport is not the session's"},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("refused (-want +got):\n%s", diff)
		}
	})
}
