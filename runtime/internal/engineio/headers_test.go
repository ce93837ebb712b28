package engineio_test

import (
	"bytes"
	"log/slog"
	"net/http"
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
