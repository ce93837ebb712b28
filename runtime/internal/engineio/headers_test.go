package engineio_test

import (
	"bufio"
	"bytes"
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// seen says which of the headers that hooks and middleware set have come.
func seen(h http.Header) string {
	var names []string
	for _, name := range []string{"X-Wrapped", "X-First", "X-Every"} {
		if h.Get(name) == "yes" {
			names = append(names, name[2:])
		}
	}
	return strings.Join(names, " ")
}

func TestHeaderHooks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		set := func(name string) func(http.Header, *http.Request) {
			return func(h http.Header, r *http.Request) {
				h.Set(name, r.Header.Get("X-Ask"))
				h.Set("Cache-Control", "public")             // the server's own
				h.Set("Sec-WebSocket-Extensions", "x-bogus") // would break the handshake
			}
		}
		hs := new(http.Server)
		e := inMemoryOn(t, hs, engineio.Options{InitialHeaders: set("X-First"), Headers: set("X-Every")}, nil)
		hs.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // middleware
			w.Header().Set("X-Wrapped", "yes")
			e.ServeHTTP(w, r)
		})
		asking := http.Header{"X-Ask": {"yes"}}
		do := func(method, query, body string) (answer, http.Header) {
			req := e.request(t, method, query, body)
			req.Header = asking.Clone()
			return e.do(t, req)
		}
		got := make(map[string]string)
		open, h := do("GET", "EIO=4&transport=polling", "")
		got["polling handshake"] = seen(h)
		if cache := h.Get("Cache-Control"); cache != "no-store" {
			t.Errorf("Cache-Control = %q, want the server's", cache)
		}
		sid := decodeOpen(t, open.Body).SID
		_, h = do("POST", polling(sid), "4x")
		got["post"] = seen(h)
		send(t, e.session(t), "x")
		_, h = do("GET", polling(sid), "")
		got["poll"] = seen(h)
		_, h = do("GET", polling("nope"), "")
		got["refusal"] = seen(h)
		for name, query := range map[string]string{"upgrade": "&sid=" + sid, "WebSocket handshake": ""} {
			ws, resp, err := e.tryWebSocket(t, query, asking)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			ws.Close()
			got[name] = seen(resp.Header)
		}
		want := map[string]string{
			"polling handshake":   "Wrapped First Every",
			"WebSocket handshake": "Wrapped First Every",
			"post":                "Wrapped Every",
			"poll":                "Wrapped Every",
			"upgrade":             "Wrapped Every",
			"refusal":             "Wrapped",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("headers (-want +got):\n%s", diff)
		}
	})
}

// TestBadHeaders lets a hook set what must not get into an answer: every transport
// leaves out what net/http leaves out.
func TestBadHeaders(t *testing.T) {
	shared := []string{"good", "bad\r\nX-Injected: 1\r\n\r\nbody"}
	hook := func(h http.Header, r *http.Request) {
		h["X-Line\r\nX-Injected"] = []string{"1"}
		h["X Space"] = []string{"1"}
		h["X-Ümlaut"] = []string{"1"}
		h["X-Colon:"] = []string{"1"}
		h[""] = []string{"1"}
		h["X-Values"] = shared
		h["x-lower_case!"] = []string{"1"}
		if r.Header.Get("Upgrade") != "" {
			h["sec-websocket-accept"] = []string{"mine"} // not in the form that Del knows
			h["UPGRADE"] = []string{"mine"}
			h["content-length"] = []string{"17"}
			h.Set("Transfer-Encoding", "chunked")
		}
	}
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, streaming(engineio.Options{Headers: hook}), nil)
		want := []string{"good", "bad  X-Injected: 1    body"}
		check := func(name string, h http.Header) {
			for _, bad := range []string{"X-Injected", "X Space", "X-Ümlaut", "X-Colon:", "X-Colon", ""} {
				if got, ok := h[bad]; ok {
					t.Errorf("%s: header %q = %q", name, bad, got)
				}
			}
			if diff := cmp.Diff(want, h["X-Values"]); diff != "" {
				t.Errorf("%s: X-Values (-want +got):\n%s", name, diff)
			}
		}
		_, h := e.do(t, e.request(t, "GET", "EIO=4&transport=polling", ""))
		check("polling", h)

		answer := e.exchange(t, "GET /?EIO=4&transport=websocket HTTP/1.1\r\nHost: mem\r\n"+upgradeHeaders+"\r\n")
		in := bufio.NewReader(strings.NewReader(answer))
		resp, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatalf("%v in %q", err, answer)
		}
		check("WebSocket", resp.Header)
		if got := resp.Header["X-Lower_case!"]; len(got) != 1 {
			t.Errorf("WebSocket: a good name in lower case = %q", got)
		}
		for _, name := range []string{"Sec-Websocket-Accept", "Upgrade", "Connection"} {
			if got := resp.Header[name]; len(got) != 1 || got[0] == "mine" {
				t.Errorf("WebSocket: %s = %q", name, got)
			}
		}
		if _, ok := resp.Header["Content-Length"]; ok || len(resp.TransferEncoding) > 0 {
			t.Errorf("WebSocket: an answer with a body: %q", answer)
		}
		if frame, _ := in.Peek(1); string(frame) != "\x81" {
			t.Errorf("WebSocket: behind the answer comes %q", frame)
		}

		r := httptest.NewRequest("CONNECT", "https://mem/engine.io/?EIO=4&transport=webtransport", nil)
		w := httptest.NewRecorder()
		e.ServeStream(w, r, func(context.Context) (net.Conn, error) { return nil, net.ErrClosed })
		check("stream", w.Header())
		if shared[1][3] != '\r' {
			t.Error("the hook's own values were changed")
		}
	})
}

func TestPanicOfAHeaderHookIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		e := inMemory(t, engineio.Options{
			Logger:  slog.New(slog.NewTextHandler(&log, nil)),
			Headers: func(http.Header, *http.Request) { panic("as asked") },
		}, nil)
		e.openPolling(t)
		e.openWebSocket(t)
		synctest.Wait()
		if got := strings.Count(log.String(), "as asked"); got < 2 {
			t.Errorf("%d panics logged, want one for each handshake:\n%s", got, log.String())
		}
	})
}

func TestCookie(t *testing.T) {
	tests := []struct {
		name   string
		cookie *http.Cookie
		want   string // SID stands for the session's id
	}{
		{"none", nil, ""},
		{"defaults", &http.Cookie{}, "io=SID; Path=/; HttpOnly; SameSite=Lax"},
		{
			"everything", &http.Cookie{Name: "node", Path: "/chat/", Domain: "example.com", MaxAge: 60, Secure: true, SameSite: http.SameSiteNoneMode},
			"node=SID; Path=/chat/; Domain=example.com; Max-Age=60; HttpOnly; Secure; SameSite=None",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, engineio.Options{Cookie: tt.cookie}, nil)
				got, h := e.do(t, e.request(t, "GET", "EIO=4&transport=polling", ""))
				sid := decodeOpen(t, got.Body).SID
				if got := strings.ReplaceAll(h.Get("Set-Cookie"), sid, "SID"); got != tt.want {
					t.Errorf("Set-Cookie = %q, want %q", got, tt.want)
				}
				send(t, e.session(t), "x")
				_, h = e.do(t, e.request(t, "GET", polling(sid), ""))
				if got := h.Get("Set-Cookie"); got != "" {
					t.Errorf("Set-Cookie of a later answer = %q", got)
				}
				ws, resp, err := e.tryWebSocket(t, "", nil)
				if err != nil {
					t.Fatal(err)
				}
				ws.Close()
				if got := resp.Header.Get("Set-Cookie"); got != "" {
					t.Errorf("Set-Cookie of a WebSocket = %q", got)
				}
			})
		})
	}
}

func TestBadCookies(t *testing.T) { // H09
	for name, c := range map[string]*http.Cookie{
		"line break in the name":   {Name: "io\r\nX: 1"},
		"separator in the name":    {Name: "io;a"},
		"separator in the path":    {Path: "/a;b"},
		"line break in the path":   {Path: "/\r\nX: 1"},
		"separator in the domain":  {Domain: "example.com;x"},
		"line break in the domain": {Domain: "example.com\r\nX: 1"},
		"value":                    {Value: "mine"},
	} {
		if _, err := engineio.NewServer(engineio.Options{Cookie: c}, nil); err == nil || !strings.Contains(err.Error(), "ookie") {
			t.Errorf("%s: error = %v, want one that names the cookie", name, err)
		}
	}
}
