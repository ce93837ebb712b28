package engineio_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// webSocket dials a WebSocket with the query behind "EIO=4&transport=websocket".
func (e *engine) webSocket(t testing.TB, query string) *websocket.Conn {
	t.Helper()
	ws, resp, err := e.tryWebSocket(t, query, nil)
	if err != nil {
		t.Fatalf("dial %q: %v, %v", query, err, resp)
	}
	t.Cleanup(func() { ws.Close() })
	return ws
}

func (e *engine) tryWebSocket(t testing.TB, query string, header http.Header) (*websocket.Conn, *http.Response, error) {
	d := websocket.Dialer{NetDialContext: e.dial}
	return d.DialContext(t.Context(), strings.Replace(e.url, "http", "ws", 1)+"?EIO=4&transport=websocket"+query, header)
}

// openWebSocket dials and reads the open packet.
func (e *engine) openWebSocket(t testing.TB) *websocket.Conn {
	t.Helper()
	ws := e.webSocket(t, "")
	if got := readText(t, ws); !strings.HasPrefix(got, `0{"sid":"`) {
		t.Fatalf("first packet %q is no open packet", got)
	}
	return ws
}

func readText(t testing.TB, ws *websocket.Conn) string {
	t.Helper()
	_, b, err := ws.ReadMessage()
	if err != nil {
		t.Fatal("ReadMessage:", err)
	}
	return string(b)
}

func writeText(t testing.TB, ws *websocket.Conn, text string) {
	t.Helper()
	if err := ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		t.Fatal("WriteMessage:", err)
	}
}

// frame returns a client's frame, masked with zeros.
func frame(first byte, payload string) []byte {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	b = append(b, 0, 0, 0, 0)
	return append(b, payload...)
}

func frames(parts ...[]byte) string { return string(bytes.Join(parts, nil)) }

// TestWebSocketFrames writes raw bytes behind the handshake and looks at what
// the session makes of them.
func TestWebSocketFrames(t *testing.T) {
	const text, cont, fin = 0x01, 0x00, 0x80
	hello := frame(fin|text, "4hello")
	got := []received{{"text", "hello"}}
	closed := func(reason engineio.Reason) received { return received{"closed", string(reason)} }
	transportError, parseError := closed(engineio.ReasonTransportError), closed(engineio.ReasonParseError)
	tests := []struct {
		name  string
		bytes string
		want  []received
		code  int // of the close frame; 0 means none is wanted
	}{
		{"message and close", frames(hello, frame(0x88, "")), append(got, closed(engineio.ReasonTransportClose)), 1005},
		{"W09 data behind a close", frames(frame(0x88, ""), hello), []received{closed(engineio.ReasonTransportClose)}, 1005},
		{"close packet honoured at once", frames(frame(fin|text, "1"), hello), []received{closed(engineio.ReasonTransportClose)}, 1005},
		{"binary frame", frames(frame(0x82, "\x01\x02"), frame(0x88, "")), []received{{"binary", "\x01\x02"}, closed(engineio.ReasonTransportClose)}, 1005},
		{"binary as text", frames(frame(fin|text, "bAQI="), frame(0x88, "")), []received{{"binary", "\x01\x02"}, closed(engineio.ReasonTransportClose)}, 1005},
		{"open, upgrade, noop and pong are ignored", frames(frame(fin|text, "0"), frame(fin|text, "5"), frame(fin|text, "6"), frame(fin|text, "3"), hello, frame(0x88, "")), append(got, closed(engineio.ReasonTransportClose)), 1005},
		{"unknown packet", frames(frame(fin|text, "abc"), hello), []received{parseError}, 1005},
		{"empty frame", frames(frame(fin|text, ""), hello), []received{parseError}, 1005},
		{"packet 9", frames(frame(fin|text, "9"), hello), []received{parseError}, 1005},
		{"bad base64", frames(frame(fin|text, "b===="), hello), []received{parseError}, 1005},
		{"ping from the client", frames(frame(fin|text, "2"), hello), []received{transportError}, 1005},
		{"probe after the handshake", frames(frame(fin|text, "2probe"), hello), []received{transportError}, 1005},
		{"W01 unmasked", frames([]byte("\x81\x024h"), hello), []received{transportError}, 1002},
		{"W14 a thousand frames behind a bad one", frames([]byte("\xff\xff"), bytes.Repeat(hello, 1200)), []received{transportError}, 1002},
		{"W02 reserved bit 1", frames(frame(0xc1, "4x"), hello), []received{transportError}, 1002},
		{"W02 reserved bit 2", frames(frame(0xa1, "4x"), hello), []received{transportError}, 1002},
		{"W02 reserved bit 3", frames(frame(0x91, "4x"), hello), []received{transportError}, 1002},
		{"W02 opcode 3", frames(frame(0x83, "4x"), hello), []received{transportError}, 1002},
		{"W02 opcode 7", frames(frame(0x87, "4x"), hello), []received{transportError}, 1002},
		{"W02 opcode 11", frames(frame(0x8b, ""), hello), []received{transportError}, 1002},
		{"W02 opcode 15", frames(frame(0x8f, ""), hello), []received{transportError}, 1002},
		{"W02 fragmented ping", frames(frame(0x09, "x"), hello), []received{transportError}, 1002},
		{"W02 ping of 126", frames(frame(0x89, strings.Repeat("x", 126)), hello), []received{transportError}, 1002},
		{"W02 continuation first", frames(frame(fin|cont, "4x"), hello), []received{transportError}, 1002},
		{"W02 text inside a message", frames(frame(text, "4x"), hello), []received{transportError}, 1002},
		{"W03 bytes that are no UTF-8", frames(frame(fin|text, "4\xff\xfe"), hello), []received{parseError}, 1007},
		{"W03 overlong", frames(frame(fin|text, "4\xc0\xaf"), hello), []received{parseError}, 1007},
		{"W03 surrogate", frames(frame(fin|text, "4\xed\xa0\x80"), hello), []received{parseError}, 1007},
		{"W03 beyond Unicode", frames(frame(fin|text, "4\xf4\x90\x80\x80"), hello), []received{parseError}, 1007},
		{"W03 cut sequence", frames(frame(fin|text, "4\xe2\x82"), hello), []received{parseError}, 1007},
		{"W03 no packet either", frames(frame(fin|text, "\xff\xfe"), hello), []received{parseError}, 1007},
		{"W03 character split over fragments", frames(frame(text, "4\xe2"), frame(cont, "\x82"), frame(fin|cont, "\xac"), frame(0x88, "")), []received{{"text", "€"}, closed(engineio.ReasonTransportClose)}, 1005},
		{"W04 length with the top bit", "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", []received{transportError}, 1009},
		{"W04 length of 2^63-1", "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00", []received{transportError}, 1009},
		{"W04 length of 2^31", "\x81\xff\x00\x00\x00\x00\x80\x00\x00\x00\x00\x00\x00\x00", []received{transportError}, 1009},
		{"W04 continuation that wraps the total", frames(frame(text, "4x"), []byte("\x80\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00")), []received{transportError}, 1009},
		{"W05 claimed above the limit", "\x81\xff\x00\x00\x00\x00\x00\x00\x10\x00\x00\x00\x00\x00", []received{transportError}, 1009},
		{"W06 exactly the limit", frames(frame(fin|text, "4"+strings.Repeat("x", 999)), frame(0x88, "")), []received{{"text", strings.Repeat("x", 999)}, closed(engineio.ReasonTransportClose)}, 1005},
		{"W06 one byte more", frames(frame(fin|text, "4"+strings.Repeat("x", 1000)), hello), []received{transportError}, 1009},
		{"W06 in fragments", frames(frame(text, "4"+strings.Repeat("x", 600)), frame(fin|cont, strings.Repeat("x", 400)), hello), []received{transportError}, 1009},
		{"W08 close code 999", frames(frame(0x88, "\x03\xe7"), hello), []received{transportError}, 1002},
		{"W08 close code 1005", frames(frame(0x88, "\x03\xed"), hello), []received{transportError}, 1002},
		{"W08 close code 65535", frames(frame(0x88, "\xff\xff"), hello), []received{transportError}, 1002},
		{"W08 reason that is no UTF-8", frames(frame(0x88, "\x03\xe8\xff"), hello), []received{transportError}, 1002},
		{"W08 reason of 124 bytes", frames(frame(0x88, "\x03\xe8"+strings.Repeat("x", 124)), hello), []received{transportError}, 1002},
		{"W08 close of 124 bytes", frames(frame(0x88, "\x03\xe8"+strings.Repeat("x", 122)), hello), []received{closed(engineio.ReasonTransportClose)}, 1000},
		{"W08 close of 1 byte", frames(frame(0x88, "x"), hello), []received{closed(engineio.ReasonTransportClose)}, 1005},
		{"W12 FIN in mid frame", frames(hello, frame(fin|text, "4hello")[:9]), append(got, closed(engineio.ReasonTransportClose)), 0},
		{"W12 FIN", string(hello), append(got, closed(engineio.ReasonTransportClose)), 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, engineio.Options{MaxPayload: 1000}, nil)
				ws := e.openWebSocket(t)
				conn := ws.NetConn()
				if _, err := io.WriteString(conn, tt.bytes); err != nil {
					t.Fatal("Write:", err)
				}
				conn.(interface{ CloseWrite() error }).CloseWrite()
				r := e.session(t)
				r.awaitClosed(t)
				if diff := cmp.Diff(tt.want, r.got()); diff != "" {
					t.Errorf("receiver (-want +got):\n%s", diff)
				}
				_, _, err := ws.ReadMessage()
				if got := closeCode(err); got != tt.code {
					t.Errorf("close code = %d (%v), want %d", got, err, tt.code)
				}
			})
		})
	}
}

// closeCode returns the code of a close frame; without one it returns 0.
func closeCode(err error) int {
	if ce, ok := err.(*websocket.CloseError); ok && ce.Code != websocket.CloseAbnormalClosure {
		return ce.Code
	}
	return 0
}

func TestWebSocketMessageHasATimeLimit(t *testing.T) {
	tests := []struct {
		name string
		next []byte
	}{
		{"W07 fragments of 1 byte", frame(0x00, "x")},
		{"W07 fragments of 0 bytes", frame(0x00, "")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, engineio.Options{ReadTimeout: 5 * time.Second}, nil)
				ws := e.openWebSocket(t)
				go io.Copy(io.Discard, ws.NetConn())
				start := time.Now()
				conn := ws.NetConn()
				for b := frame(0x01, "4"); ; b = tt.next {
					if _, err := conn.Write(b); err != nil {
						break
					}
					time.Sleep(100 * time.Millisecond)
				}
				r := e.session(t)
				if got := r.awaitClosed(t); got != engineio.ReasonTransportError {
					t.Errorf("reason = %q, want %q", got, engineio.ReasonTransportError)
				}
				if took := time.Since(start); took > 7*time.Second {
					t.Errorf("the message was cut after %v, want about 5s", took)
				}
			})
		})
	}
}

func TestWebSocketPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		ws := e.openWebSocket(t)
		pongs := make(chan string, 10)
		ws.SetPongHandler(func(data string) error { pongs <- data; return nil })
		go ws.ReadMessage()
		ws.NetConn().Write(frame(0x89, "now"))
		if got := <-pongs; got != "now" {
			t.Errorf("pong %q, want %q", got, "now")
		}
		ws.Close()
	})
}

// TestWebSocketPingFlood sends far more pings than the connection holds pongs
// and reads nothing meanwhile.
func TestWebSocketPingFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // W10
		e := inMemory(t, engineio.Options{}, nil)
		ws := e.openWebSocket(t)
		flood := bytes.Repeat(frame(0x89, strings.Repeat("p", 100)), 20_000)
		if _, err := ws.NetConn().Write(flood); err != nil {
			t.Fatal("Write:", err)
		}
		if _, err := ws.NetConn().Write(frame(0x81, "4still here")); err != nil {
			t.Fatal("Write:", err)
		}
		r := e.session(t)
		r.await(t, 1)
		if got := r.session.Stats().QueuedBytes; got > 1000 {
			t.Errorf("%d bytes wait for the peer", got)
		}
		var received int
		ws.SetReadDeadline(time.Now().Add(time.Second))
		ws.SetPongHandler(func(string) error { received++; return nil })
		ws.ReadMessage()
		if limit := 64 << 10 / 102 * 3; received > limit {
			t.Errorf("%d pongs were kept for a peer that did not read, want at most %d", received, limit)
		}
	})
}

func TestWebSocketHandshakeRefused(t *testing.T) {
	valid := map[string]string{
		"Connection": "Upgrade", "Upgrade": "websocket",
		"Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
	}
	tests := []struct{ name, header, value string }{
		{"U01 version 99", "Sec-WebSocket-Version", "99"},
		{"U01 no version", "Sec-WebSocket-Version", ""},
		{"U01 no key", "Sec-WebSocket-Key", ""},
		{"U01 short key", "Sec-WebSocket-Key", "c2hvcnQ="},
		{"U01 key that is no base64", "Sec-WebSocket-Key", "!!!!!!!!!!!!!!!!!!!!!!!!"},
		{"U01 h2c", "Upgrade", "h2c"},
		{"no upgrade", "Connection", "keep-alive"},
	}
	e := onLoopback(t, engineio.Options{}, nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, _ := http.NewRequestWithContext(t.Context(), "GET", e.url+"?EIO=4&transport=websocket", nil)
			for name, value := range valid {
				req.Header.Set(name, value)
			}
			req.Header.Set(tt.header, tt.value)
			if tt.value == "" {
				req.Header.Del(tt.header)
			}
			e.expect(t, req, http.StatusBadRequest, `{"code":3,"message":"Bad request"}`)
		})
	}
}

// A request for a WebSocket that Engine.IO refuses is answered like any other,
// before anything is upgraded.
func TestWebSocketRefusedByTheProtocol(t *testing.T) {
	e := onLoopback(t, engineio.Options{}, nil)
	for _, tt := range []struct {
		name, query, origin string
		want                answer
	}{
		{"H01 transport", "&transport=__proto__", "", answer{http.StatusBadRequest, `{"code":0,"message":"Transport unknown"}`}},
		{"version", "&EIO=3", "", answer{http.StatusBadRequest, `{"code":5,"message":"Unsupported protocol version"}`}},
		{"session", "&sid=nope", "", answer{http.StatusBadRequest, `{"code":1,"message":"Session ID unknown"}`}},
		{"origin", "", "https://elsewhere.example.com", answer{http.StatusForbidden, `{"code":4,"message":"Forbidden"}`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			header := make(http.Header)
			if tt.origin != "" {
				header.Set("Origin", tt.origin)
			}
			ws, resp, err := e.tryWebSocket(t, tt.query, header)
			if err == nil {
				ws.Close()
				t.Fatal("a WebSocket was opened")
			}
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, answer{resp.StatusCode, string(body)}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestWebSocketSubprotocolIsEchoed(t *testing.T) {
	e := onLoopback(t, engineio.Options{}, nil)
	ws, resp, err := e.tryWebSocket(t, "", http.Header{"Sec-WebSocket-Protocol": {"a, b"}})
	if err != nil {
		t.Fatal(err)
	}
	defer ws.Close()
	if got := resp.Header.Get("Sec-WebSocket-Protocol"); got != "a" {
		t.Errorf("protocol = %q, want the first offered", got)
	}
	if got := resp.Header.Get("Sec-WebSocket-Extensions"); got != "" {
		t.Errorf("extensions = %q, want none", got)
	}
}

// TestHandshakeIsResetAtOnce is U04: nothing may be left of such clients.
func TestHandshakeIsResetAtOnce(t *testing.T) {
	e := onLoopback(t, engineio.Options{}, nil)
	known := e.openPolling(t)
	r := e.session(t)
	for _, sid := range []string{"", "&sid=unknown", "&sid=" + known} {
		for range 30 {
			c := e.dialTCP(t)
			io.WriteString(c, "GET /engine.io/?EIO=4&transport=websocket"+sid+" HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"+
				"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
			c.SetLinger(0)
			c.Close()
		}
	}
	deadline := time.Now().Add(5 * time.Second)
	for ; e.Len() > 1; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d sessions are left, want the one that polls", e.Len())
		}
	}
	for { // until the last of the broken probes has been noticed
		ws := e.webSocket(t, "&sid="+known)
		writeText(t, ws, "2probe")
		if _, got, err := ws.ReadMessage(); err == nil && string(got) == "3probe" {
			writeText(t, ws, "5")
			send(t, r, "served")
			if got := readText(t, ws); got != "4served" {
				t.Errorf("packet after the upgrade %q", got)
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("the session cannot be upgraded any more")
		}
	}
}

// TestOneCloseFrame answers the server's close frame, as clients do: the server
// has said goodbye and says nothing more.
func TestOneCloseFrame(t *testing.T) { // W10
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		ws := e.openWebSocket(t)
		r := e.session(t)
		r.session.Close(engineio.ReasonForcedClose)
		synctest.Wait()
		io.WriteString(ws.NetConn(), frames(frame(0x89, "p"), frame(0x88, "")))
		got, _ := io.ReadAll(ws.NetConn())
		if want := "\x88\x00"; string(got) != want {
			t.Errorf("behind the open packet %q, want %q", got, want)
		}
		r.awaitClosed(t)
	})
}
