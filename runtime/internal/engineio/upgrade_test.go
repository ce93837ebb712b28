package engineio_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// probe opens a WebSocket for a session and has its probe answered.
func (e *engine) probe(t testing.TB, sid string) *websocket.Conn {
	t.Helper()
	ws := e.webSocket(t, "&sid="+sid)
	writeText(t, ws, "2probe")
	if got := readText(t, ws); got != "3probe" {
		t.Fatalf("answer to the probe %q", got)
	}
	return ws
}

func TestUpgrade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		sid := e.openPolling(t)
		r := e.session(t)
		poll := e.get(t, sid)
		synctest.Wait()
		start := time.Now()
		ws := e.probe(t, sid)
		expectAnswer(t, "U09 waiting poll", <-poll, 200, "6")
		expectAnswer(t, "U09 poll during the upgrade", <-e.get(t, sid), 200, "6")
		if took := time.Since(start); took != 0 {
			t.Errorf("U09 polls were released after %v, want at once", took)
		}
		send(t, r, "queued") // U14: nobody polls any more
		writeText(t, ws, "5")
		if got := readText(t, ws); got != "4queued" {
			t.Errorf("first packet after the upgrade %q", got)
		}
		writeText(t, ws, "4hello")
		r.await(t, 1)
		if got := r.session.Transport(); got != "websocket" {
			t.Errorf("Transport = %q", got)
		}
		const request = `{"code":3,"message":"Bad request"}`
		expectAnswer(t, "U07 P12 GET", <-e.get(t, sid), 400, request)
		expectAnswer(t, "U07 P12 POST", e.post(t, sid, "4late"), 400, request)
		send(t, r, "goes on")
		if got := readText(t, ws); got != "4goes on" {
			t.Errorf("packet after those requests %q", got)
		}
		if diff := cmp.Diff([]received{{"text", "hello"}}, r.got()); diff != "" {
			t.Errorf("receiver (-want +got):\n%s", diff)
		}
	})
}

func TestUpgradeWithoutProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		sid := e.openPolling(t)
		poll := e.get(t, sid)
		synctest.Wait()
		ws := e.webSocket(t, "&sid="+sid)
		writeText(t, ws, "5")
		expectAnswer(t, "waiting poll", <-poll, 200, "6")
		send(t, e.session(t), "hello")
		if got := readText(t, ws); got != "4hello" {
			t.Errorf("packet %q", got)
		}
	})
}

// TestFailingProbes shows that the session stays on polling, in both
// directions, and can be upgraded later.
func TestFailingProbes(t *testing.T) {
	tests := []struct {
		name string
		fail func(t *testing.T, ws *websocket.Conn)
		want time.Duration // until the probe is closed
	}{
		{"U05 wrong probe", func(t *testing.T, ws *websocket.Conn) { writeText(t, ws, "2wrong") }, 0},
		{"U05 message", func(t *testing.T, ws *websocket.Conn) { writeText(t, ws, "42[\"x\"]") }, 0},
		{"U05 close", func(t *testing.T, ws *websocket.Conn) { writeText(t, ws, "1") }, 0},
		{"U05 empty", func(t *testing.T, ws *websocket.Conn) { writeText(t, ws, "") }, 0},
		{"U05 too long", func(_ *testing.T, ws *websocket.Conn) { ws.NetConn().Write(frame(0x81, strings.Repeat("2", 100))[:6]) }, 0},
		{"U03 bad frame", func(t *testing.T, ws *websocket.Conn) { ws.NetConn().Write([]byte("\xf0\x80")) }, 0},
		{"U11 gone", func(_ *testing.T, ws *websocket.Conn) { ws.Close() }, 0},
		{"U11 gone after the probe", func(t *testing.T, ws *websocket.Conn) { writeText(t, ws, "2probe"); ws.Close() }, 0},
		{"U12 silence", func(*testing.T, *websocket.Conn) {}, 10 * time.Second},
		{"U12 probe, then silence", func(t *testing.T, ws *websocket.Conn) { writeText(t, ws, "2probe") }, 10 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, engineio.Options{}, nil)
				sid := e.openPolling(t)
				r := e.session(t)
				start := time.Now()
				ws := e.webSocket(t, "&sid="+sid)
				tt.fail(t, ws)
				for {
					if _, _, err := ws.ReadMessage(); err != nil {
						break
					}
				}
				if took := time.Since(start); took != tt.want {
					t.Errorf("probe closed after %v, want %v", took, tt.want)
				}
				ws.Close()
				synctest.Wait()
				send(t, r, "down")
				expectAnswer(t, "poll", <-e.get(t, sid), 200, "4down")
				expectAnswer(t, "post", e.post(t, sid, "4up"), 200, "ok")
				poll := e.get(t, sid)
				synctest.Wait()
				select {
				case got := <-poll:
					t.Errorf("a poll does not wait any more: %+v", got)
				default:
				}
				e.probe(t, sid)
				expectAnswer(t, "poll", <-poll, 200, "6")
				if diff := cmp.Diff([]received{{"text", "up"}}, r.got()); diff != "" {
					t.Errorf("receiver (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestBadFramesBehindAProbe has them come with the handshake: the session stays on
// polling, and another probe may take over.
func TestBadFramesBehindAProbe(t *testing.T) {
	for name, bytes := range map[string]string{
		"U03 reserved bits":  "\xf0\x80\x00\x00\x00\x00",
		"U03 unknown opcode": "\x83\x80\x00\x00\x00\x00",
		"U03 unmasked":       "\x81\x062probe",
		"U03 all ones":       strings.Repeat("\xff", 300),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, engineio.Options{}, nil)
				sid := e.openPolling(t)
				r := e.session(t)
				start := time.Now()
				got := e.exchange(t, "GET /?EIO=4&transport=websocket&sid="+sid+" HTTP/1.1\r\nHost: mem\r\n"+upgradeHeaders+"\r\n"+bytes)
				if took := time.Since(start); took != 0 || strings.Contains(got, "3probe") {
					t.Errorf("answer %q after %v, want the end at once", got, took)
				}
				<-time.After(time.Second) // the probe has been given up
				send(t, r, "down")
				expectAnswer(t, "poll", <-e.get(t, sid), 200, "4down")
				e.probe(t, sid)
			})
		})
	}
}

func TestSecondWebSocketIsClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // U06
		e := inMemory(t, engineio.Options{}, nil)
		sid := e.openPolling(t)
		r := e.session(t)
		ws := e.probe(t, sid)
		refused := func(when string) {
			t.Helper()
			start := time.Now()
			second := e.webSocket(t, "&sid="+sid)
			if _, _, err := second.ReadMessage(); closeCode(err) != websocket.CloseNoStatusReceived {
				t.Errorf("second WebSocket %s: %v, want a close frame", when, err)
			}
			if took := time.Since(start); took != 0 {
				t.Errorf("second WebSocket %s: closed after %v, want at once", when, took)
			}
		}
		refused("during the probe")
		writeText(t, ws, "5")
		writeText(t, ws, "4first")
		r.await(t, 1)
		refused("after the upgrade")
		writeText(t, ws, "4still")
		if diff := cmp.Diff([]received{{"text", "first"}, {"text", "still"}}, r.await(t, 2)); diff != "" {
			t.Errorf("receiver (-want +got):\n%s", diff)
		}
	})
}

func TestUpgradeNotOffered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{NoUpgrade: true}, nil)
		if _, resp, err := e.tryWebSocket(t, "&sid="+e.openPolling(t), nil); err == nil || resp.StatusCode != 400 {
			t.Errorf("upgrade: %v, want status 400", err)
		}
	})
}

// TestPostRacesWithUpgrade is U08: what a POST delivers comes before what the
// WebSocket brings, and a POST that is late is refused whole.
func TestPostRacesWithUpgrade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		entered, leave := make(chan struct{}), make(chan struct{})
		e := inMemory(t, engineio.Options{}, func(r *recorder) {
			r.onText = func(_ *engineio.Session, data []byte) {
				if string(data) == "slow" {
					close(entered)
					<-leave
				}
			}
		})
		sid := e.openPolling(t)
		r := e.session(t)
		ws := e.probe(t, sid)
		post := make(chan answer, 1)
		go func() { post <- e.post(t, sid, "4slow\x1e4posted") }()
		<-entered
		writeText(t, ws, "5")
		writeText(t, ws, "4framed")
		synctest.Wait()
		close(leave)
		expectAnswer(t, "post", <-post, 200, "ok")
		want := []received{{"text", "slow"}, {"text", "posted"}, {"text", "framed"}}
		if diff := cmp.Diff(want, r.await(t, 3)); diff != "" {
			t.Errorf("receiver (-want +got):\n%s", diff)
		}
	})
}

// TestLatePostIsRefused has a body arrive after the upgrade it began before.
func TestLatePostIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // U08
		e := inMemory(t, engineio.Options{}, nil)
		sid := e.openPolling(t)
		r := e.session(t)
		body, feed := io.Pipe()
		post := make(chan answer, 1)
		req, err := http.NewRequestWithContext(t.Context(), "POST", e.url+"?"+polling(sid), body)
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			got, _ := e.do(t, req)
			post <- got
		}()
		io.WriteString(feed, "4late")
		ws := e.probe(t, sid)
		writeText(t, ws, "5")
		writeText(t, ws, "4framed")
		r.await(t, 1)
		feed.Close()
		expectAnswer(t, "post", <-post, 400, `{"code":3,"message":"Bad request"}`)
		if diff := cmp.Diff([]received{{"text", "framed"}}, r.got()); diff != "" {
			t.Errorf("receiver (-want +got):\n%s", diff)
		}
	})
}

// TestCloseDuringTheUpgrade shows that what is queued leaves, and the close
// behind it, whichever way the client goes on.
func TestCloseDuringTheUpgrade(t *testing.T) {
	t.Run("upgrade", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, engineio.Options{}, nil)
			ws := e.probe(t, e.openPolling(t))
			r := e.session(t)
			send(t, r, "bye")
			r.session.Close(engineio.ReasonForcedClose)
			writeText(t, ws, "5")
			if got := readText(t, ws); got != "4bye" {
				t.Errorf("packet %q", got)
			}
			if _, _, err := ws.ReadMessage(); closeCode(err) != 1005 {
				t.Errorf("end of the connection: %v", err)
			}
			if got := r.awaitClosed(t); got != engineio.ReasonForcedClose || r.err != nil {
				t.Errorf("closed for %q, %v", got, r.err)
			}
		})
	})
	t.Run("poll", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, engineio.Options{}, nil)
			sid := e.openPolling(t)
			ws := e.probe(t, sid)
			r := e.session(t)
			send(t, r, "bye")
			r.session.Close(engineio.ReasonForcedClose)
			expectAnswer(t, "poll", <-e.get(t, sid), 200, "4bye")
			expectAnswer(t, "next poll", <-e.get(t, sid), 200, "1")
			r.awaitClosed(t)
			if _, _, err := ws.ReadMessage(); err == nil {
				t.Error("the probe is still open")
			}
		})
	})
}

// TestManyProbesAtOnce lets at most one of them take over.
func TestManyProbesAtOnce(t *testing.T) {
	e := onLoopback(t, engineio.Options{}, nil) // U06
	sid := e.openPolling(t)
	r := e.session(t)
	admitted := make(chan *websocket.Conn, 50)
	var wg sync.WaitGroup
	for range cap(admitted) {
		wg.Go(func() {
			ws, _, err := e.tryWebSocket(t, "&sid="+sid, nil)
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { ws.Close() })
			ws.WriteMessage(websocket.TextMessage, []byte("2probe"))
			if _, got, err := ws.ReadMessage(); err == nil && string(got) == "3probe" {
				admitted <- ws
			}
		})
	}
	wg.Wait()
	if len(admitted) != 1 {
		t.Fatalf("%d WebSockets were admitted, want 1", len(admitted))
	}
	ws := <-admitted
	writeText(t, ws, "5")
	writeText(t, ws, "4hello")
	r.await(t, 1)
}

// TestOrderAcrossTheUpgrade is U10: messages are sent and received all the time
// while the transport changes.
func TestOrderAcrossTheUpgrade(t *testing.T) {
	for _, delay := range []time.Duration{0, time.Millisecond, 3 * time.Millisecond} {
		t.Run(delay.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				const n = 300
				e := inMemory(t, engineio.Options{}, nil)
				sid := e.openPolling(t)
				r := e.session(t)
				sent := make(chan struct{})
				go func() {
					defer close(sent)
					for i := range n {
						r.session.Send(engineio.NewMessage(nil, fmt.Append(nil, i)), false)
						time.Sleep(delay)
					}
				}()
				var down []string
				for len(down) < n/10 {
					down = append(down, strings.Split((<-e.get(t, sid)).Body, "\x1e")...)
				}
				e.post(t, sid, "4a\x1e4b")
				poll := e.get(t, sid)
				ws := e.probe(t, sid)
				down = append(down, strings.Split((<-poll).Body, "\x1e")...)
				writeText(t, ws, "5")
				writeText(t, ws, "4c")
				var want, got []string
				for i := range n {
					want = append(want, fmt.Sprint("4", i))
				}
				for _, packet := range down {
					if packet != "6" {
						got = append(got, packet)
					}
				}
				for len(got) < n {
					got = append(got, readText(t, ws))
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("down (-want +got):\n%s", diff)
				}
				<-sent
				up := []received{{"text", "a"}, {"text", "b"}, {"text", "c"}}
				if diff := cmp.Diff(up, r.await(t, 3)); diff != "" {
					t.Errorf("up (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestBusyUpgrades has senders at work in the very moment of the upgrade. It takes
// a few upgrades to meet it.
func TestBusyUpgrades(t *testing.T) { // U10, U14
	e := onLoopback(t, engineio.Options{SendQueuePackets: 1 << 20, SendQueueBytes: 100 << 20}, nil)
	for range 50 {
		sid := e.openPolling(t)
		r := e.session(t)
		ws := e.probe(t, sid)
		var senders sync.WaitGroup
		var got, sent [4]int
		for i := range sent {
			senders.Go(func() {
				for ; r.session.Transport() == "polling"; sent[i]++ {
					r.session.Send(engineio.NewMessage(nil, fmt.Append(nil, i, " ", sent[i])), false)
				}
			})
		}
		writeText(t, ws, "5")
		senders.Wait()
		send(t, r, "end")
		for text := readText(t, ws); text != "4end"; text = readText(t, ws) {
			var i, n int
			if _, err := fmt.Sscanf(text, "4%d %d", &i, &n); err != nil || n != got[i] {
				t.Fatalf("message %q, %v, want number %d", text, err, got[i])
			}
			got[i]++
		}
		if diff := cmp.Diff(sent, got); diff != "" {
			t.Fatalf("messages of each sender (-sent +got):\n%s", diff)
		}
		ws.Close()
	}
}
