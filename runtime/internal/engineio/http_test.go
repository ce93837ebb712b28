package engineio_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// An answer is what a request got.
type answer struct {
	Status int
	Body   string
}

// do sends a request and reads its answer.
func (e *engine) do(t testing.TB, req *http.Request) (answer, http.Header) {
	t.Helper()
	resp, err := e.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, string(body)}, resp.Header
}

// expect sends a request and compares its answer.
func (e *engine) expect(t testing.TB, req *http.Request, status int, body string) http.Header {
	t.Helper()
	got, header := e.do(t, req)
	if diff := cmp.Diff(answer{status, body}, got); diff != "" {
		t.Errorf("%s %s (-want +got):\n%s", req.Method, req.URL, diff)
	}
	return header
}

// request makes a request with the query behind "?".
func (e *engine) request(t testing.TB, method, query, body string) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, e.url+"?"+query, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// openPolling does a polling handshake and returns the session's id.
func (e *engine) openPolling(t testing.TB) (sid string) {
	t.Helper()
	got, _ := e.do(t, e.request(t, "GET", "EIO=4&transport=polling", ""))
	return decodeOpen(t, got.Body).SID
}

func decodeOpen(t testing.TB, packet string) eioproto.Handshake {
	t.Helper()
	data, ok := strings.CutPrefix(packet, "0")
	h, err := eioproto.DecodeHandshake([]byte(data))
	if !ok || err != nil {
		t.Fatalf("%q is no open packet: %v", packet, err)
	}
	return h
}

func polling(sid string) string { return "EIO=4&transport=polling&sid=" + sid }

func TestRefusedRequests(t *testing.T) {
	const (
		transport = `{"code":0,"message":"Transport unknown"}`
		session   = `{"code":1,"message":"Session ID unknown"}`
		method    = `{"code":2,"message":"Bad handshake method"}`
		request   = `{"code":3,"message":"Bad request"}`
		version   = `{"code":5,"message":"Unsupported protocol version"}`
	)
	e := onLoopback(t, engineio.Options{}, nil)
	sid := e.openPolling(t)
	tests := []struct{ name, method, query, body string }{
		{"no transport", "GET", "EIO=4", transport},
		{"H01 __proto__", "GET", "EIO=4&transport=__proto__", transport},
		{"H01 constructor", "GET", "EIO=4&transport=constructor", transport},
		{"H01 toString", "GET", "EIO=4&transport=toString", transport},
		{"H01 empty", "GET", "EIO=4&transport=", transport},
		{"H01 upper case", "GET", "EIO=4&transport=POLLING", transport},
		{"H01 on a session", "GET", "EIO=4&transport=POLLING&sid=" + sid, transport},
		{"webtransport", "GET", "EIO=4&transport=webtransport", transport},
		{"H18 script", "GET", "EIO=4&transport=<script>", transport},
		{"H05 the last of two counts", "GET", "EIO=4&transport=polling&transport=x", transport},
		{"H05 brackets", "GET", "EIO=4&transport[]=polling", transport},
		{"H05 bad escape", "GET", "EIO=4&transport=%zz", transport},
		{"H05 semicolon", "GET", "EIO=4;transport=polling", transport},
		{"H05 raw byte", "GET", "EIO=4&transport=\x80", transport},
		{"H02 no version", "GET", "transport=polling", version},
		{"H02 version 3", "GET", "EIO=3&transport=polling", version},
		{"H02 letters", "GET", "EIO=abc&transport=polling", version},
		{"H02 negative", "GET", "EIO=-4&transport=polling", version},
		{"H02 space", "GET", "EIO=%204&transport=polling", version},
		{"H02 26 digits", "GET", "EIO=44444444444444444444444444&transport=polling", version},
		{"H03 unknown", "GET", polling("nope"), session},
		{"H03 __proto__", "GET", polling("__proto__"), session},
		{"H03 NUL", "GET", polling("%00"), session},
		{"H03 empty", "GET", polling(""), session},
		{"H03 8 KiB", "GET", polling(strings.Repeat("x", 8<<10)), session},
		{"H03 line break", "GET", polling("x%0d%0aX-Injected:%201"), session},
		{"H03 POST", "POST", polling("nope"), session},
		{"H04 POST", "POST", "EIO=4&transport=polling", method},
		{"H04 PUT", "PUT", "EIO=4&transport=polling", method},
		{"H04 DELETE", "DELETE", "EIO=4&transport=polling", method},
		{"H04 PATCH", "PATCH", "EIO=4&transport=polling", method},
		{"H04 TRACE", "TRACE", "EIO=4&transport=polling", method},
		{"H04 OPTIONS", "OPTIONS", "EIO=4&transport=polling", method},
		{"H04 PUT on a session", "PUT", polling(sid), request},
		{"WebSocket without upgrade", "GET", "EIO=4&transport=websocket", request},
		{"WebSocket without upgrade on a session", "GET", "EIO=4&transport=websocket&sid=" + sid, request},
		{"other version than the session", "GET", "EIO=3&transport=polling&sid=" + sid, request},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := e.expect(t, e.request(t, tt.method, tt.query, ""), http.StatusBadRequest, tt.body)
			if got := h.Get("Content-Type"); got != "application/json" {
				t.Errorf("Content-Type = %q", got)
			}
			if h.Get("X-Injected") != "" {
				t.Error("the query reached the headers")
			}
		})
	}
	if e.Len() != 1 {
		t.Errorf("%d sessions, want the one that was opened", e.Len())
	}
	for name, query := range map[string]string{"H04 HEAD": "EIO=4&transport=polling", "H04 HEAD on a session": polling(sid)} {
		t.Run(name, func(t *testing.T) {
			e.expect(t, e.request(t, "HEAD", query, ""), http.StatusBadRequest, "")
		})
	}
}

// A session keeps its handshake, so that has a limit of its own below that of
// net/http.
func TestLargeHandshakes(t *testing.T) {
	tests := []struct {
		name            string
		headers, length int
		path, query     string
		host            string // if it is not that of the URL
		status          int
	}{
		{name: "H10 large cookies", headers: 1, length: 12 << 10, status: http.StatusOK},
		{name: "H10 one too large", headers: 1, length: 17 << 10, status: http.StatusRequestHeaderFieldsTooLarge},
		{name: "H10 many small ones", headers: 1000, length: 1, status: http.StatusRequestHeaderFieldsTooLarge},
		{name: "H10 query", query: strings.Repeat("x", 17<<10), status: http.StatusRequestHeaderFieldsTooLarge},
		{name: "H10 many parameters", query: strings.Repeat("&x", 1000), status: http.StatusRequestHeaderFieldsTooLarge},
		{name: "H10 path", path: strings.Repeat("x", 17<<10), status: http.StatusRequestHeaderFieldsTooLarge},
		{name: "H10 host", host: strings.Repeat("x", 17<<10), status: http.StatusRequestHeaderFieldsTooLarge},
	}
	e := onLoopback(t, engineio.Options{}, nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, transport := range []string{"polling", "websocket"} {
				req := e.request(t, "GET", "EIO=4&transport="+transport+"&x="+tt.query, "")
				req.URL.Path += tt.path
				req.Host = tt.host
				for i := range tt.headers {
					req.Header.Set(fmt.Sprint("X-", i), strings.Repeat("x", tt.length))
				}
				want := tt.status
				if transport == "websocket" {
					req.Header.Set("Connection", "Upgrade")
					req.Header.Set("Upgrade", "websocket")
					if want == http.StatusOK {
						continue // net/http's client does not go on with it
					}
				}
				before := e.Len()
				if got, _ := e.do(t, req); got.Status != want {
					t.Errorf("%s: status %d, want %d", transport, got.Status, want)
				}
				if grown := e.Len() - before; want != http.StatusOK && grown != 0 {
					t.Errorf("%s: %d sessions were made", transport, grown)
				}
			}
		})
	}
}

// What a query says beside its parts that cannot be read, and beside what the
// last of two parts of one name takes back.
func TestOddQueries(t *testing.T) {
	e := onLoopback(t, engineio.Options{}, nil)
	for name, query := range map[string]string{
		"empty parts":          "&&EIO=4&&transport=polling&",
		"the last one counts":  "EIO=3&EIO=4&transport=x&transport=polling",
		"escapes":              "%45IO=%34&transport=poll%69ng",
		"bad escape in a name": "EIO=4&transport=polling&sid%zz=x",
		"bad escape":           "EIO=4&transport=polling&sid=%zz",
		"semicolon":            "EIO=4&transport=polling&x;sid=x",
		"semicolon, escaped":   "EIO=4&transport=polling&x=%3Bsid",
		"no name":              "EIO=4&transport=polling&=x",
		"other case":           "EIO=4&transport=polling&SID=x",
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := e.do(t, e.request(t, "GET", query, ""))
			decodeOpen(t, got.Body)
		})
	}
	for name, query := range map[string]string{
		"without a value":    "EIO=4&transport=polling&sid",
		"escaped name":       "EIO=4&transport=polling&s%69d=x",
		"the last one empty": polling(e.openPolling(t)) + "&sid=",
	} {
		t.Run(name, func(t *testing.T) {
			e.expect(t, e.request(t, "GET", query, ""), http.StatusBadRequest, `{"code":1,"message":"Session ID unknown"}`)
		})
	}
}

func TestDisabledTransport(t *testing.T) {
	e := onLoopback(t, engineio.Options{Transports: []string{"websocket"}}, nil)
	e.expect(t, e.request(t, "GET", "EIO=4&transport=polling", ""), http.StatusBadRequest, `{"code":0,"message":"Transport unknown"}`)
	e.openWebSocket(t)
}

func TestOpenPacket(t *testing.T) {
	tests := []struct {
		name  string
		opts  engineio.Options
		query string
		want  string
	}{
		{"defaults", engineio.Options{}, "", `"upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`},
		{"H18 a function to call", engineio.Options{}, "&j=0;alert(1)&j=0", `"upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`},
		{"no upgrade", engineio.Options{NoUpgrade: true, MaxPayload: 5}, "", `"upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":5}`},
		{"polling only", engineio.Options{Transports: []string{"polling"}}, "", `"upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := onLoopback(t, tt.opts, nil)
			got, header := e.do(t, e.request(t, "GET", "EIO=4&transport=polling"+tt.query, ""))
			sid := decodeOpen(t, got.Body).SID
			if want := `0{"sid":"` + sid + `",` + tt.want; got.Body != want {
				t.Errorf("open packet\n got %s\nwant %s", got.Body, want)
			}
			if strings.Trim(sid, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") != "" || len(sid) != 20 {
				t.Errorf("sid = %q", sid)
			}
			expectNoPage(t, header)
		})
	}
}

// expectNoPage wants headers that keep browsers from taking an answer for
// anything but text.
func expectNoPage(t testing.TB, h http.Header) {
	t.Helper()
	for name, want := range map[string]string{
		"Content-Type":           "text/plain; charset=UTF-8",
		"X-Content-Type-Options": "nosniff",
		"Cache-Control":          "no-store",
	} {
		if got := h.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

func TestScriptInAPoll(t *testing.T) { // H19
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		sid := e.openPolling(t)
		send(t, e.session(t), "<script>alert(1)</script>")
		expectNoPage(t, e.expect(t, e.request(t, "GET", polling(sid), ""), 200, "4<script>alert(1)</script>"))
	})
}

func TestOrigins(t *testing.T) {
	listed := engineio.Options{Origins: []string{"https://app.example.com", "http://dev.example:3000"}}
	withCredentials := listed
	withCredentials.Credentials = true
	anyone := engineio.Options{Origins: []string{"*"}}
	const self = "example.com"
	tests := []struct {
		name   string
		opts   engineio.Options
		host   string
		origin string
		ok     bool
		allow  string // Access-Control-Allow-Origin
	}{
		{"no origin", engineio.Options{}, self, "", true, ""},
		{"own", engineio.Options{}, self, "http://example.com", true, ""},
		{"own, behind a proxy that ends TLS", engineio.Options{}, self, "https://example.com", true, ""},
		{"own, port said", engineio.Options{}, "example.com:443", "https://example.com", true, ""},
		{"own, port of its own", engineio.Options{}, "example.com:8080", "http://example.com:8080", true, ""},
		{"own, other case", engineio.Options{}, "Example.com", "https://EXAMPLE.com", true, ""},
		{"own, IPv6", engineio.Options{}, "[::1]:8080", "http://[::1]:8080", true, ""},
		{"H06 foreign", engineio.Options{}, self, "https://evil.example", false, ""},
		{"H06 null", engineio.Options{}, self, "null", false, ""},
		{"H07 own name as a prefix", engineio.Options{}, self, "https://example.com.evil.io", false, ""},
		{"H07 own name as a suffix", engineio.Options{}, self, "https://evil-example.com", false, ""},
		{"H07 own name as the user", engineio.Options{}, self, "https://example.com@evil.io", false, ""},
		{"H07 a user of its own", engineio.Options{}, self, "https://me@example.com", false, ""},
		{"H07 other port", engineio.Options{}, self, "https://example.com:8443", false, ""},
		{"H07 other scheme", engineio.Options{}, self, "ftp://example.com", false, ""},
		{"H07 path", engineio.Options{}, self, "https://example.com/x", false, ""},
		{"listed", listed, self, "https://app.example.com", true, "https://app.example.com"},
		{"listed, port said", listed, self, "https://app.example.com:443", true, "https://app.example.com:443"},
		{"listed with a port", listed, self, "http://dev.example:3000", true, "http://dev.example:3000"},
		{"H07 listed, other scheme", listed, self, "http://app.example.com", false, ""},
		{"H07 below a listed one", listed, self, "https://x.app.example.com", false, ""},
		{"listed, with credentials", withCredentials, self, "https://app.example.com", true, "https://app.example.com"},
		{"any", anyone, self, "https://evil.example", true, "*"},
		{"any, null", anyone, self, "null", true, "*"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := onLoopback(t, tt.opts, nil)
			header := make(http.Header)
			if tt.origin != "" {
				header.Set("Origin", tt.origin)
			}

			req := e.request(t, "GET", "EIO=4&transport=polling", "")
			req.Host, req.Header = tt.host, header
			got, answered := e.do(t, req)
			if ok := got.Status == http.StatusOK; ok != tt.ok {
				t.Errorf("HTTP: %+v, want ok %v", got, tt.ok)
			}
			if !tt.ok {
				if diff := cmp.Diff(answer{http.StatusForbidden, `{"code":4,"message":"Forbidden"}`}, got); diff != "" {
					t.Errorf("refusal (-want +got):\n%s", diff)
				}
			}
			if got := answered.Get("Access-Control-Allow-Origin"); got != tt.allow {
				t.Errorf("Access-Control-Allow-Origin = %q, want %q", got, tt.allow)
			}
			if got := answered.Get("Access-Control-Allow-Credentials") == "true"; got != tt.opts.Credentials {
				t.Errorf("credentials allowed: %v, want %v", got, tt.opts.Credentials)
			}

			header = header.Clone()
			header.Set("Host", tt.host)
			ws, resp, err := e.tryWebSocket(t, "", header)
			if (err == nil) != tt.ok {
				t.Errorf("WebSocket: %v, want ok %v", err, tt.ok)
			}
			if err == nil {
				ws.Close()
			} else if resp == nil || resp.StatusCode != http.StatusForbidden {
				t.Errorf("WebSocket: %v, want status 403", resp)
			}
		})
	}
}

func TestPreflight(t *testing.T) {
	e := onLoopback(t, engineio.Options{Origins: []string{"https://app.example.com"}, Credentials: true}, nil)
	req := e.request(t, "OPTIONS", "EIO=4&transport=polling", "")
	req.Header.Set("Origin", "https://app.example.com")
	req.Header.Set("Access-Control-Request-Method", "POST")
	req.Header.Set("Access-Control-Request-Headers", "authorization")
	h := e.expect(t, req, http.StatusNoContent, "")
	got := map[string]string{}
	for name := range h {
		if strings.HasPrefix(name, "Access-Control-") {
			got[name] = h.Get(name)
		}
	}
	want := map[string]string{
		"Access-Control-Allow-Origin":      "https://app.example.com",
		"Access-Control-Allow-Credentials": "true",
		"Access-Control-Allow-Methods":     "GET,POST",
		"Access-Control-Allow-Headers":     "authorization",
		"Access-Control-Max-Age":           "600",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
	req.Header.Set("Origin", "https://evil.example")
	h = e.expect(t, req, http.StatusForbidden, `{"code":4,"message":"Forbidden"}`)
	if got := h.Get("Access-Control-Allow-Origin"); got != "" {
		t.Errorf("H06 a foreign preflight is allowed: %q", got)
	}
}

func TestNewServerTellsEveryProblem(t *testing.T) {
	opts := engineio.Options{
		PingInterval: -1,
		PingTimeout:  1500,
		MaxPayload:   -5,
		Transports:   []string{"carrier pigeon"},
		Origins:      []string{"*", "example.com", "https://example.com/"},
		Credentials:  true,
	}
	_, err := engineio.NewServer(opts, nil)
	if err == nil {
		t.Fatal("no error")
	}
	want := strings.Join([]string{
		`engineio: PingInterval is negative: -1ns`,
		`engineio: MaxPayload is negative: -5`,
		`engineio: PingInterval is not in whole milliseconds: -1ns`,
		`engineio: PingTimeout is not in whole milliseconds: 1.5µs`,
		`engineio: unknown transport "carrier pigeon"`,
		`engineio: Credentials cannot be combined with the origin "*"`,
		`engineio: origin "example.com": not of the form scheme://host[:port]`,
		`engineio: origin "https://example.com/": not of the form scheme://host[:port]`,
	}, "\n")
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
}

func TestSessionIDsAreRandom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // H15
		e := inMemory(t, engineio.Options{}, nil)
		seen := make(map[string]bool)
		for range 200 {
			sid := e.openPolling(t)
			if len(sid) != 20 {
				t.Fatalf("id %q is not of 20 characters", sid)
			}
			seen[sid] = true
		}
		if len(seen) != 200 {
			t.Errorf("200 handshakes gave %d ids", len(seen))
		}
		for i := range 20 { // neither a prefix nor a counter
			chars := make(map[byte]bool)
			for sid := range seen {
				chars[sid[i]] = true
			}
			if len(chars) < 32 {
				t.Errorf("character %d has %d values in 200 ids, want about 61 of 64", i, len(chars))
			}
		}
	})
}
