package engineio_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// TestOverTLS uses connections that cannot be written without waiting, and
// polls over HTTP/2.
func TestOverTLS(t *testing.T) {
	e := newEngine(t, engineio.Options{WriteTimeout: 5 * time.Second}, echo)
	hs := httptest.NewUnstartedServer(e)
	hs.EnableHTTP2 = true
	hs.StartTLS()
	e.url, e.client = hs.URL+"/engine.io/", hs.Client()
	defer hs.Close()
	defer e.shutdown(t)

	trusted := hs.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	trusted.NextProtos = nil // WebSocket needs HTTP/1.1
	t.Run("websocket", func(t *testing.T) {
		d := websocket.Dialer{TLSClientConfig: trusted}
		ws, _, err := d.DialContext(t.Context(), strings.Replace(e.url, "http", "ws", 1)+"?EIO=4&transport=websocket", nil)
		if err != nil {
			t.Fatal(err)
		}
		defer ws.Close()
		readText(t, ws)
		r := e.session(t)
		if !r.session.Handshake().Secure {
			t.Error("Handshake.Secure = false")
		}
		for _, text := range []string{"4hello", "4" + strings.Repeat("x", 500_000), "4last"} {
			writeText(t, ws, text)
			if got := readText(t, ws); got != text {
				t.Errorf("echo of %.10q… is %.10q… of %d bytes", text, got, len(got))
			}
		}
		writeText(t, ws, "4close me")
		if _, _, err := ws.ReadMessage(); closeCode(err) != 1005 {
			t.Errorf("end of the connection: %v", err)
		}
		r.awaitClosed(t)
	})
	t.Run("websocket over HTTP/2", func(t *testing.T) { // H21
		resp, err := e.client.Do(e.request(t, "GET", "EIO=4&transport=websocket", ""))
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.ProtoMajor != 2 || resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%s %s, want a refusal over HTTP/2", resp.Proto, resp.Status)
		}
	})
	t.Run("H07 own page without TLS", func(t *testing.T) {
		req := e.request(t, "GET", "EIO=4&transport=polling", "")
		req.Header.Set("Origin", strings.Replace(hs.URL, "https:", "http:", 1))
		e.expect(t, req, http.StatusForbidden, `{"code":4,"message":"Forbidden"}`)
	})
	t.Run("polling", func(t *testing.T) {
		sid := e.openPolling(t)
		poll := e.get(t, sid)
		expectAnswer(t, "post", e.post(t, sid, "4hello"), 200, "ok")
		expectAnswer(t, "poll", <-poll, 200, "4hello")
		e.post(t, sid, "1")
		if got := e.session(t).awaitClosed(t); got != engineio.ReasonTransportClose {
			t.Errorf("reason = %q", got)
		}
	})
}
