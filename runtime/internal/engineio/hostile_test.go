package engineio_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// exchange writes raw bytes to a connection of its own, ends its sending side
// when nothing more happens, and returns what comes back until the server closes.
func (e *engine) exchange(t testing.TB, request string) string {
	t.Helper()
	c, err := e.dial(t.Context(), "", "")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	go func() {
		io.WriteString(c, request) // the server may close before it is through
		synctest.Wait()
		c.(interface{ CloseWrite() error }).CloseWrite()
	}()
	got, _ := io.ReadAll(c)
	return string(got)
}

const upgradeHeaders = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

// TestHostileRequests writes what no client would, and looks after a bystander.
func TestHostileRequests(t *testing.T) {
	const open, socket = "/engine.io/?EIO=4&transport=polling", "/engine.io/?EIO=4&transport=websocket"
	get := func(url string, headers ...string) string {
		return "GET " + url + " HTTP/1.1\r\nHost: mem\r\nConnection: close\r\n" + strings.Join(headers, "") + "\r\n"
	}
	upgrade := func(headers ...string) string {
		return "GET " + socket + " HTTP/1.1\r\nHost: mem\r\n" + strings.Join(headers, "") + upgradeHeaders + "\r\n"
	}
	tests := []struct {
		name    string
		request string
		want    []string // the status; "" means closed without an answer
	}{
		{"H08 control bytes in Origin", get(open, "Origin: http://a\x01b\x1b[31m\r\n"), []string{"400"}},
		{"H08 control bytes in a name", get(open, "X\x01: 1\r\n"), []string{"400"}},
		{"H10 request line of 2 MiB", get(open + "&x=" + strings.Repeat("x", 2<<20)), []string{"431"}},
		{"H11 2,500 headers before the upgrade", upgrade(strings.Repeat("a: 1\r\n", 2500)), []string{"431"}},
		{"H13 TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", []string{"400", ""}},
		{"H13 preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", []string{"400", "505", ""}},
		{"H13 no path", "GET\r\n\r\n", []string{"400"}},
		{"H13 NULs", strings.Repeat("\x00", 100) + "\r\n\r\n", []string{"400"}},
		{"H13 no host", "GET " + open + " HTTP/1.1\r\n\r\n", []string{"400"}},
		{"H14 dots", get("/engine.io/../../etc/passwd"), []string{"307", "301", "404"}},
		{"H14 encoded dots", get("/engine.io/%2e%2e/%2e%2e/etc/passwd"), []string{"307", "301", "400", "404"}},
		{"H14 upgrade of a path that is not served", "GET /other HTTP/1.1\r\nHost: mem\r\n" + upgradeHeaders + "\r\n", []string{"404"}},
		{"H23 unknown expectation", get(open, "Expect: x\r\n"), []string{"417"}},
		{"U01 upgrade by POST", strings.Replace(upgrade(), "GET", "POST", 1), []string{"400"}},
		{"U02 extension named like a member", upgrade("Sec-WebSocket-Extensions: constructor\r\n"), []string{"101"}},
		{"U02 extension without tokens", upgrade("Sec-WebSocket-Extensions: ; =; ;;\r\n"), []string{"101"}},
		{"U02 300 extensions", upgrade("Sec-WebSocket-Extensions: " + strings.Repeat("permessage-deflate; x=\"\\\"\", ", 300) + "x\r\n"), []string{"101"}},
		{"U02 protocol of spaces", upgrade("Sec-WebSocket-Protocol: b" + strings.Repeat(" ", 12_000) + ", c\r\n"), []string{"101"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				hs := new(http.Server)
				e := inMemoryOn(t, hs, engineio.Options{PerMessageDeflate: true}, nil)
				mux := http.NewServeMux()
				mux.Handle("/engine.io/", e)
				hs.Handler = mux
				bystander := e.openWebSocket(t)
				r := e.session(t)
				start := time.Now()
				got := e.exchange(t, tt.request)
				status := ""
				if _, rest, ok := strings.Cut(got, " "); ok {
					status = rest[:3]
				}
				if !slices.Contains(tt.want, status) {
					t.Errorf("answer %.100q, want one of %q", got, tt.want)
				}
				if took := time.Since(start); took != 0 {
					t.Errorf("answered after %v, want at once", took)
				}
				if strings.Contains(got, "\x1b") || strings.Contains(got, "root:") {
					t.Errorf("the answer shows what it should not: %q", got)
				}
				send(t, r, "served")
				if got := readText(t, bystander); got != "4served" {
					t.Errorf("bystander got %q", got)
				}
				<-time.After(time.Second) // net/http lingers behind a refusal
			})
		})
	}
}

// A server in front of ours may let control bytes through: they are refused
// nevertheless, and do not get into the log as they are.
func TestControlBytesBehindAProxy(t *testing.T) { // H08
	var log bytes.Buffer
	e := newEngine(t, engineio.Options{Logger: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))}, nil)
	r := httptest.NewRequest("GET", "/engine.io/?EIO=4&transport=polling", nil)
	r.Header.Set("Origin", "http://a\x01b\x1b[31m")
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden || strings.ContainsAny(w.Body.String()+log.String(), "\x01\x1b") {
		t.Errorf("status %d, body %q, log %q; want 403 and no control bytes", w.Code, w.Body, &log)
	}
	if log.Len() == 0 {
		t.Error("the refusal was not logged")
	}
}

func TestRequestsInARow(t *testing.T) { // H23
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		sid := e.openPolling(t)
		send(t, e.session(t), "down")
		const head = " HTTP/1.1\r\nHost: mem\r\n"
		got := e.exchange(t, "POST /?"+polling(sid)+head+"Expect: 100-continue\r\nContent-Length: 3\r\n\r\n4up"+
			"GET /?"+polling(sid)+head+"Content-Length: 5\r\n\r\n4body"+ // a GET has no use for one
			"GET /?"+polling("nope")+head+"Connection: close\r\n\r\n")
		var answers []answer
		for r := bufio.NewReader(strings.NewReader(got)); ; {
			resp, err := http.ReadResponse(r, nil)
			if err != nil {
				break
			}
			body, _ := io.ReadAll(resp.Body)
			answers = append(answers, answer{resp.StatusCode, string(body)})
		}
		want := []answer{{100, ""}, {200, "ok"}, {200, "4down"}, {400, unknownSession}}
		if diff := cmp.Diff(want, answers); diff != "" {
			t.Errorf("answers (-want +got):\n%s", diff)
		}
	})
}

func TestCompressedBodyIsNotInflated(t *testing.T) { // H17
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		var body bytes.Buffer
		w := gzip.NewWriter(&body)
		w.Write(bytes.Repeat([]byte("4"), 10<<20))
		w.Close()
		req := e.request(t, "POST", polling(e.openPolling(t)), body.String())
		req.Header.Set("Content-Encoding", "gzip")
		e.expect(t, req, 200, "ok")
		r := e.session(t)
		r.awaitClosed(t)
		if diff := cmp.Diff([]received{{"closed", "parse error"}}, r.got()); diff != "" {
			t.Errorf("receiver (-want +got):\n%s", diff)
		}
	})
}

func TestProxyHeadersAreIgnored(t *testing.T) { // H22
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		req := e.request(t, "GET", "EIO=4&transport=polling", "")
		for name, value := range map[string]string{
			"X-Forwarded-For": "1.2.3.4", "X-Real-IP": "1.2.3.4", "Forwarded": "for=1.2.3.4;host=evil.example;proto=https",
			"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
		} {
			req.Header.Set(name, value)
		}
		e.do(t, req)
		h := e.session(t).session.Handshake()
		if h.Secure || h.Host != "mem" || strings.Contains(h.RemoteAddr, "1.2.3.4") {
			t.Errorf("handshake from %s to %s, secure: %t; want what the connection says", h.RemoteAddr, h.Host, h.Secure)
		}
		req.Header.Set("Origin", "https://evil.example")
		e.expect(t, req, http.StatusForbidden, `{"code":4,"message":"Forbidden"}`)
	})
}

// headerTimeout matches the limit that the server's guide sets.
var headerTimeout = regexp.MustCompile(`ReadHeaderTimeout: +(\d+) \* time\.Second`)

// TestSlowloris is H20 on an http.Server as docs/server.md shows it.
func TestSlowloris(t *testing.T) {
	guide, err := os.ReadFile("../../../docs/server.md")
	if err != nil {
		t.Fatal(err)
	}
	match := headerTimeout.FindSubmatch(guide)
	if match == nil {
		t.Fatal("the guide sets no ReadHeaderTimeout")
	}
	seconds, _ := strconv.Atoi(string(match[1])) // digits
	limit := time.Duration(seconds) * time.Second
	if limit > 10*time.Second {
		t.Errorf("the guide lets a request take %v, want at most 10s", limit)
	}
	synctest.Test(t, func(t *testing.T) {
		e := inMemoryOn(t, &http.Server{ReadHeaderTimeout: limit}, engineio.Options{}, nil)
		bystander := e.openWebSocket(t)
		r := e.session(t)
		start := time.Now()
		ends := make(chan time.Duration)
		var drips sync.WaitGroup
		defer drips.Wait()
		for i := range 42 {
			c, err := e.dial(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				io.Copy(io.Discard, c)
				ends <- time.Since(start)
				c.Close()
			}()
			drips.Go(func() { drip(c, i) })
		}
		for range 42 {
			if took := <-ends; took != limit {
				t.Errorf("a connection was cut after %v, want %v", took, limit)
			}
		}
		send(t, r, "served")
		if got := readText(t, bystander); got != "4served" {
			t.Errorf("bystander got %q", got)
		}
	})
}

// drip writes a header every two seconds, or for the first two of many
// connections nothing and half a handshake.
func drip(c net.Conn, i int) {
	switch i {
	case 0:
		return
	case 1:
		io.WriteString(c, "GET /?EIO=4&transport=websocket HTTP/1.1\r\nHost: mem\r\n"+upgradeHeaders)
		return
	}
	_, err := io.WriteString(c, "GET /?EIO=4&transport=polling HTTP/1.1\r\nHost: mem\r\n")
	for n := 0; err == nil; n++ {
		time.Sleep(2 * time.Second)
		_, err = fmt.Fprintf(c, "X-%d: x\r\n", n)
	}
}

// TestHalfClosedAtOnce ends the sending side right behind the handshake: the peer
// is answered, and nothing of it stays.
func TestHalfClosedAtOnce(t *testing.T) { // W12
	for transport, tt := range map[string]struct{ headers, want string }{
		"polling":   {"", `0{"sid":`},
		"websocket": {upgradeHeaders, "101 Switching Protocols"},
	} {
		t.Run(transport, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, engineio.Options{}, nil)
				c, err := e.dial(t.Context(), "", "")
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				io.WriteString(c, "GET /?EIO=4&transport="+transport+" HTTP/1.1\r\nHost: mem\r\n"+tt.headers+"\r\n")
				c.(interface{ CloseWrite() error }).CloseWrite()
				if got, _ := io.ReadAll(c); !strings.Contains(string(got), tt.want) {
					t.Errorf("answer %q, want %q in it", got, tt.want)
				}
				e.session(t).awaitClosed(t)
				if n := e.Len(); n != 0 {
					t.Errorf("%d sessions are left", n)
				}
			})
		})
	}
}

// TestFaultBehindAnswers breaks the rules while answers are on their way: the peer
// is told what is wrong nevertheless.
func TestFaultBehindAnswers(t *testing.T) {
	for n := range 60 {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, engineio.Options{}, echo)
			ws := e.openWebSocket(t)
			io.WriteString(ws.NetConn(), strings.Repeat(frames(frame(0x81, "4hello")), n)+frames(frame(0xff, "")))
			for {
				if _, _, err := ws.ReadMessage(); err != nil {
					if got := closeCode(err); got != 1002 {
						t.Errorf("behind %d messages the close code is %d, %v", n, got, err)
					}
					break
				}
			}
		})
	}
}
