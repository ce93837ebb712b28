package engineio_test

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

var allowV3 = engineio.Options{AllowEIO3: true}

func pollingV3(sid string) string { return "EIO=3&transport=polling&sid=" + sid }

// openPollingV3 does a handshake in version 3, with more behind the query.
func (e *engine) openPollingV3(t testing.TB, more string) (sid string) {
	t.Helper()
	got, _ := e.do(t, e.request(t, "GET", "EIO=3&transport=polling"+more, ""))
	length, packet, _ := strings.Cut(got.Body, ":")
	if n, err := strconv.Atoi(length); err != nil || n != len(packet) {
		t.Fatalf("%q is no payload of version 3", got.Body)
	}
	return decodeOpen(t, packet).SID
}

func (e *engine) getV3(t testing.TB, sid string) <-chan answer {
	c := make(chan answer, 1)
	req := e.request(t, "GET", pollingV3(sid), "")
	go func() {
		got, _ := e.do(t, req)
		c <- got
	}()
	return c
}

func (e *engine) postV3(t testing.TB, sid, contentType, body string) answer {
	t.Helper()
	req := e.request(t, "POST", pollingV3(sid), body)
	req.Header.Set("Content-Type", contentType)
	got, _ := e.do(t, req)
	return got
}

const (
	asText  = "text/plain;charset=UTF-8"
	asBytes = "application/octet-stream"
)

func TestVersion3OverPolling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, allowV3, nil)
		sid := e.openPollingV3(t, "")
		r := e.session(t)
		if got := r.session.Protocol(); got != 3 {
			t.Errorf("Protocol = %d", got)
		}
		poll := e.getV3(t, sid)
		synctest.Wait()
		send(t, r, "😀é")
		expectAnswer(t, "waiting poll", <-poll, 200, "4:4😀é")
		send(t, r, "one")
		send(t, r, "two")
		expectAnswer(t, "poll of what is queued", <-e.getV3(t, sid), 200, "4:4one4:4two")
		send(t, r, "a")
		send(t, r, "b", []byte{1, 2})
		header := e.expect(t, e.request(t, "GET", pollingV3(sid), ""), 200, "\x00\x02\xff4a\x00\x02\xff4b\x01\x03\xff\x04\x01\x02")
		if got := header.Get("Content-Type"); got != asBytes {
			t.Errorf("Content-Type of bytes = %q", got)
		}
		expectAnswer(t, "post", e.postV3(t, sid, asText, "4:4😀é6:b4AQI=1:4"), 200, "ok")
		expectAnswer(t, "post of bytes", e.postV3(t, sid, asBytes, "\x00\x02\xff4x\x01\x03\xff\x04\x01\x02"), 200, "ok")
		want := []received{{"text", "😀é"}, {"binary", "\x01\x02"}, {"text", ""}, {"text", "x"}, {"binary", "\x01\x02"}}
		if diff := cmp.Diff(want, r.got()); diff != "" {
			t.Errorf("receiver (-want +got):\n%s", diff)
		}
		expectAnswer(t, "ping", e.postV3(t, sid, asText, "1:2"), 200, "ok")
		expectAnswer(t, "pong", <-e.getV3(t, sid), 200, "1:3")
		poll = e.getV3(t, sid)
		synctest.Wait()
		expectAnswer(t, "post of a close packet", e.postV3(t, sid, asText, "1:1"), 200, "ok")
		expectAnswer(t, "last poll", <-poll, 200, "1:6")
	})
}

func TestVersion3InBase64(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, allowV3, nil)
		sid := e.openPollingV3(t, "&b64=1")
		send(t, e.session(t), "a", []byte{1, 2})
		header := e.expect(t, e.request(t, "GET", pollingV3(sid), ""), 200, "2:4a6:b4AQI=")
		if got := header.Get("Content-Type"); got != "text/plain; charset=UTF-8" {
			t.Errorf("Content-Type = %q", got)
		}
	})
}

// TestVersion3Bodies posts bodies while a poll waits.
func TestVersion3Bodies(t *testing.T) {
	ends := func(r engineio.Reason) []received { return []received{{"closed", string(r)}} }
	tests := []struct {
		name, contentType, body string
		want                    []received
	}{
		{"version 4", asText, "4a\x1e4b", ends(engineio.ReasonParseError)},
		{"P01", asText, "2:7x", ends(engineio.ReasonParseError)},
		{"P06 lying length", asText, "999:4a", ends(engineio.ReasonParseError)},
		{"P06 lying length of bytes", asBytes, "\x01\x09\x09\xff\x04a", ends(engineio.ReasonParseError)},
		{"P02 flood of packets", asText, strings.Repeat("1:4", 201), append(
			repeat(received{"text", ""}, 200), ends(engineio.ReasonParseError)...)},
		{"P10 invalid UTF-8", asText, "3:4\xff\xfe", ends(engineio.ReasonParseError)},
		{"P11 text as bytes", asBytes, "2:4a", ends(engineio.ReasonParseError)},
		{"pong from the client", asText, "1:3", ends(engineio.ReasonTransportError)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, engineio.Options{AllowEIO3: true, MaxPayload: 1000, MaxPayloadPackets: 200}, nil)
				sid := e.openPollingV3(t, "")
				r := e.session(t)
				poll := e.getV3(t, sid)
				synctest.Wait()
				expectAnswer(t, "post", e.postV3(t, sid, tt.contentType, tt.body), 200, "ok")
				expectAnswer(t, "poll", <-poll, 200, "1:1")
				synctest.Wait()
				if diff := cmp.Diff(tt.want, r.got()); diff != "" {
					t.Errorf("receiver (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func repeat(r received, n int) []received {
	all := make([]received, n)
	for i := range all {
		all[i] = r
	}
	return all
}

// A wireMessage is a WebSocket message.
type wireMessage struct {
	Kind int
	Data string
}

func readMessage(t testing.TB, ws *websocket.Conn) wireMessage {
	t.Helper()
	kind, data, err := ws.ReadMessage()
	if err != nil {
		t.Fatal("ReadMessage:", err)
	}
	return wireMessage{kind, string(data)}
}

// TestFormsOnWebSocket sends an attachment each way to peers of all forms.
func TestFormsOnWebSocket(t *testing.T) {
	tests := []struct {
		name, query string
		binary      wireMessage
	}{
		{"version 4", "", wireMessage{websocket.BinaryMessage, "\x01\x02"}},
		{"version 4 in base64", "&b64=1", wireMessage{websocket.TextMessage, "bAQI="}},
		{"version 3", "&EIO=3", wireMessage{websocket.BinaryMessage, "\x04\x01\x02"}},
		{"version 3 in base64", "&EIO=3&b64=1", wireMessage{websocket.TextMessage, "b4AQI="}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, allowV3, nil)
				ws := e.webSocket(t, tt.query)
				decodeOpen(t, readText(t, ws))
				r := e.session(t)
				send(t, r, "a", []byte{1, 2})
				got := []wireMessage{readMessage(t, ws), readMessage(t, ws)}
				if diff := cmp.Diff([]wireMessage{{websocket.TextMessage, "4a"}, tt.binary}, got); diff != "" {
					t.Errorf("messages (-want +got):\n%s", diff)
				}
				if err := ws.WriteMessage(tt.binary.Kind, []byte(tt.binary.Data)); err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				if diff := cmp.Diff([]received{{"binary", "\x01\x02"}}, r.got()); diff != "" {
					t.Errorf("receiver (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestVersion3FramesRefused(t *testing.T) {
	tests := []struct {
		name   string
		sent   wireMessage
		reason engineio.Reason
		code   int
	}{
		{"empty bytes", wireMessage{websocket.BinaryMessage, ""}, engineio.ReasonParseError, 1005},
		{"ping in bytes", wireMessage{websocket.BinaryMessage, "\x02"}, engineio.ReasonParseError, 1005},
		{"no message in bytes", wireMessage{websocket.BinaryMessage, "\xff\xfe"}, engineio.ReasonParseError, 1005},
		{"base64 of version 4", wireMessage{websocket.TextMessage, "bAQI="}, engineio.ReasonParseError, 1005},
		{"W03 invalid UTF-8", wireMessage{websocket.TextMessage, "4\xff"}, engineio.ReasonParseError, 1007},
		{"pong", wireMessage{websocket.TextMessage, "3"}, engineio.ReasonTransportError, 1005},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, allowV3, nil)
				ws := e.webSocket(t, "&EIO=3")
				readText(t, ws)
				if err := ws.WriteMessage(tt.sent.Kind, []byte(tt.sent.Data)); err != nil {
					t.Fatal(err)
				}
				if _, _, err := ws.ReadMessage(); closeCode(err) != tt.code {
					t.Errorf("end of the connection: %v, want code %d", err, tt.code)
				}
				if got := e.session(t).awaitClosed(t); got != tt.reason {
					t.Errorf("reason = %q, want %q", got, tt.reason)
				}
			})
		})
	}
}

func TestVersion3Upgrade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, allowV3, nil)
		sid := e.openPollingV3(t, "")
		r := e.session(t)
		poll := e.getV3(t, sid)
		synctest.Wait()
		ws := e.probe(t, sid+"&EIO=3")
		expectAnswer(t, "waiting poll", <-poll, 200, "1:6")
		send(t, r, "queued", []byte{7})
		writeText(t, ws, "5")
		got := []wireMessage{readMessage(t, ws), readMessage(t, ws)}
		want := []wireMessage{{websocket.TextMessage, "4queued"}, {websocket.BinaryMessage, "\x04\x07"}}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
		writeText(t, ws, "2")
		if got := readText(t, ws); got != "3" {
			t.Errorf("answer to a ping %q", got)
		}
	})
}

// TestVersion3Heartbeat lets a peer send pings and then fall silent.
func TestVersion3Heartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, allowV3, nil)
		start := time.Now()
		ws := e.webSocket(t, "&EIO=3")
		readText(t, ws)
		r := e.session(t)
		for range 3 {
			time.Sleep(44 * time.Second)
			writeText(t, ws, "2")
			if got := readText(t, ws); got != "3" {
				t.Fatalf("answer to a ping %q", got)
			}
		}
		if got, want := r.session.Stats().LastPong, time.Now(); !got.Equal(want) {
			t.Errorf("LastPong = %v, want %v", got, want)
		}
		writeText(t, ws, "4not a ping")
		expectPingTimeout(t, r, start, 3*44*time.Second+lifetime)
	})
}

// TestVersion3BusyReceiver blocks the receiver while a ping waits behind the
// message.
func TestVersion3BusyReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, allowV3, func(r *recorder) {
			r.onText = func(*engineio.Session, []byte) { time.Sleep(80 * time.Second) }
		})
		start := time.Now()
		ws := e.webSocket(t, "&EIO=3")
		readText(t, ws)
		writeText(t, ws, "4block")
		writeText(t, ws, "2")
		if got := readText(t, ws); got != "3" || time.Since(start) != 80*time.Second {
			t.Errorf("packet %q after %v, want the pong after 80s", got, time.Since(start))
		}
		expectPingTimeout(t, e.session(t), start, 80*time.Second+lifetime)
	})
}

func TestVersion3IsRefused(t *testing.T) {
	e := onLoopback(t, allowV3, nil)
	v3, v4 := e.openPollingV3(t, ""), e.openPolling(t)
	const (
		transport = `{"code":0,"message":"Transport unknown"}`
		request   = `{"code":3,"message":"Bad request"}`
	)
	for _, tt := range []struct{ name, method, query, body string }{
		{"H18 JSONP", "GET", "EIO=3&transport=polling&j=0", transport},
		{"poll in version 4", "GET", polling(v3), request},
		{"post in version 4", "POST", polling(v3), request},
		{"poll in version 3", "GET", pollingV3(v4), request},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e.expect(t, e.request(t, tt.method, tt.query, ""), http.StatusBadRequest, tt.body)
		})
	}
	if _, _, err := e.tryWebSocket(t, "&sid="+v3, nil); err == nil {
		t.Error("a probe of version 4 was let in")
	}
}

// TestMessageForPeersOfAllForms sends one message to many peers at the same time.
func TestMessageForPeersOfAllForms(t *testing.T) {
	e := onLoopback(t, allowV3, nil)
	handshakes := []string{"EIO=4", "EIO=4&b64=1", "EIO=3", "EIO=3&b64=1"}
	bodies := []string{"4a\x1ebAQI=", "4a\x1ebAQI=", "\x00\x02\xff4a\x01\x03\xff\x04\x01\x02", "2:4a6:b4AQI="}
	msg := engineio.NewMessage(nil, []byte("a"), []byte{1, 2})
	var wg sync.WaitGroup
	for i := range 40 {
		kind := i % len(handshakes)
		got, _ := e.do(t, e.request(t, "GET", handshakes[kind]+"&transport=polling", ""))
		sid := decodeOpen(t, got.Body[strings.Index(got.Body, "0{"):]).SID
		session := e.session(t).session
		wg.Go(func() {
			session.Send(msg, false)
			e.expect(t, e.request(t, "GET", handshakes[kind]+"&transport=polling&sid="+sid, ""), 200, bodies[kind])
		})
	}
	wg.Wait()
}

// TestPingStorm sends more pings than the queue holds answers. A peer that reads
// gets them all; one that does not is not read from any more.
func TestPingStorm(t *testing.T) { // W10
	for _, reads := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, engineio.Options{AllowEIO3: true, SendQueuePackets: 1000}, nil)
			ws := e.webSocket(t, "&EIO=3")
			readText(t, ws) // the open packet
			r := e.session(t)
			const n = 100_000
			go ws.NetConn().Write(bytes.Repeat(frame(0x81, "2"), n))
			synctest.Wait()
			if got := r.session.Stats(); got.QueuedMessages > 1000 {
				t.Errorf("%d pongs wait for the peer", got.QueuedMessages)
			}
			for range n {
				if !reads {
					break
				}
				if got := readText(t, ws); got != "3" {
					t.Fatalf("got %q, want a pong", got)
				}
			}
			if !reads {
				if got := r.awaitClosed(t); got != engineio.ReasonTransportError {
					t.Errorf("closed for %q", got)
				}
			}
		})
	}
}
