package engineio_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
	"github.com/rtgen/rtgen/runtime/internal/memnet"
)

// deaf is a Receiver that takes everything.
type deaf struct{}

func (deaf) Text([]byte)                   {}
func (deaf) Binary([]byte)                 {}
func (deaf) Closed(engineio.Reason, error) {}

// FuzzRequests writes bytes to a connection of a server. SID in them stands for
// a session that polls. Whatever they are, the server answers or closes, without
// an error of its own, and serves the next client.
func FuzzRequests(f *testing.F) {
	const (
		get  = "GET /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n"
		poll = "GET /engine.io/?EIO=4&transport=polling&sid=SID HTTP/1.1\r\nHost: x\r\n"
		post = "POST /engine.io/?EIO=4&transport=polling&sid=SID HTTP/1.1\r\nHost: x\r\n"
		ws   = "GET /engine.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n" + upgradeHeaders
	)
	for _, seed := range []string{
		get + "\r\n", poll + "\r\n", post + "Content-Length: 2\r\n\r\n4x", ws + "\r\n",
		"GET /engine.io/?EIO=4&transport=__proto__ HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /engine.io/?EIO=-4&transport=polling&sid=%00 HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /engine.io/?EIO=4;transport[]=%zz&transport=polling&b64=1&j=0 HTTP/1.1\r\nHost: x\r\n\r\n",
		"GET /engine.io/?EIO=4&transport=polling&sid=x%0d%0aX-Injected:%201 HTTP/1.1\r\nHost: x\r\n\r\n",
		"TRACE /engine.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n\r\n",
		get + "Origin: null\r\n\r\n", get + "Origin: http://a\x01b\r\n\r\n", get + "Accept-Encoding: gzip;q=x, deflate\r\n\r\n",
		post + "Content-Length: 40\r\n\r\n4x\x1e", post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n4x\r\n0\r\n\r\n",
		post + "Content-Type: application/octet-stream\r\nContent-Length: 1\r\n\r\n4", post + "Content-Length: 5\r\n\r\n1\x1e4xx",
		poll + "\r\n" + poll + "\r\n", get + "Expect: x\r\n\r\n",
		ws + "Sec-WebSocket-Extensions: constructor, ; =; ;;\r\n\r\n", ws + "Sec-WebSocket-Protocol: b   ,\r\n\r\n",
		strings.Replace(ws, "websocket ", "websocket&sid=SID ", 1) + "\r\n\x81\x862probe", ws + "\r\n\xf0\x80\xff\xff",
		"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "GET\r\n\r\n", "\x00\x16\x03\x01",
	} {
		f.Add([]byte(seed))
	}
	l := fuzzServer(f)
	f.Fuzz(func(t *testing.T, request []byte) {
		text := string(request)
		if strings.Contains(text, "SID") {
			text = strings.ReplaceAll(text, "SID", handshake(t, l))
		}
		res, body := roundTrip(t, l, text)
		if res == nil {
			return
		}
		switch s := res.StatusCode; {
		case s == http.StatusNotImplemented || s == http.StatusHTTPVersionNotSupported: // net/http itself
		case s >= 500:
			t.Errorf("%q was answered %s: %s", text, res.Status, body)
		}
		if res.Header.Get("X-Injected") != "" {
			t.Errorf("%q has put a header into the answer", text)
		}
		handshake(t, l)
	})
}

// fuzzServer serves until the end of f. Its sessions soon end by themselves; no
// request has a time limit that a busy machine could miss, since all of them end.
func fuzzServer(f *testing.F) *memnet.Listener {
	const soon = 100 * time.Millisecond
	srv, err := engineio.NewServer(engineio.Options{
		PingInterval: soon, PingTimeout: soon, UpgradeTimeout: soon, Logger: quiet(),
	}, func(*engineio.Session) engineio.Receiver { return deaf{} })
	if err != nil {
		f.Fatal(err)
	}
	l := memnet.Listen()
	hs := &http.Server{Handler: srv, ErrorLog: slog.NewLogLogger(quiet().Handler(), slog.LevelError)}
	go hs.Serve(l)
	f.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			f.Error(err)
		}
		hs.Close()
	})
	return l
}

// handshake opens a session and returns its id.
func handshake(t *testing.T, l *memnet.Listener) string {
	t.Helper()
	res, body := roundTrip(t, l, "GET /engine.io/?EIO=4&transport=polling HTTP/1.0\r\nHost: x\r\n\r\n")
	if res == nil || res.StatusCode != http.StatusOK {
		t.Fatalf("a handshake was answered %v %s", res, body)
	}
	sid, _, _ := strings.Cut(strings.TrimPrefix(body, `0{"sid":"`), `"`)
	return sid
}

// roundTrip writes a request and reads its answer, which is nil when the server
// has closed the connection instead.
func roundTrip(t *testing.T, l *memnet.Listener, request string) (*http.Response, string) {
	t.Helper()
	conn, err := l.Dial(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(10 * time.Second))
	go func() {
		io.WriteString(conn, request) // the server may close before it is through
		closeWrite(conn)
	}()
	answer := bufio.NewReader(conn)
	res, err := http.ReadResponse(answer, nil)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("%q is not answered", request)
	}
	if err != nil {
		return nil, ""
	}
	body, err := io.ReadAll(answer)
	if errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("after %q the connection stays open", request)
	}
	return res, string(body)
}

func closeWrite(c net.Conn) { c.(interface{ CloseWrite() error }).CloseWrite() }
