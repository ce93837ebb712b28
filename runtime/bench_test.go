package rt_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	rt "github.com/rtgen/rtgen/runtime"
)

// benchServer serves /, quietly and without a limit that a benchmark reaches.
func benchServer(b testing.TB) (*rt.Server, string) {
	b.Helper()
	return benchServerOf(b, rt.Options{})
}

func benchServerOf(b testing.TB, opts rt.Options) (*rt.Server, string) {
	b.Helper()
	opts.EventsPerSecond, opts.Logger = 1<<30, slog.New(slog.DiscardHandler)
	opts.ShutdownSpread = time.Millisecond
	srv, err := rt.NewServer(opts)
	if err != nil {
		b.Fatal(err)
	}
	ts := httptest.NewServer(http.HandlerFunc(srv.ServeHTTP))
	b.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		srv.Shutdown(ctx)
		ts.Close()
	})
	return srv, "ws" + strings.TrimPrefix(ts.URL, "http") + "/socket.io/?EIO=4&transport=websocket"
}

// benchPeer is a client in /.
func benchPeer(b testing.TB, url string) *websocket.Conn {
	b.Helper()
	ws, res, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		b.Fatal(err)
	}
	res.Body.Close()
	b.Cleanup(func() { ws.Close() })
	ws.WriteMessage(websocket.TextMessage, []byte("40"))
	for range 2 { // open, CONNECT
		if _, _, err := ws.ReadMessage(); err != nil {
			b.Fatal(err)
		}
	}
	return ws
}

const benchText = `{"id":"5f1c","from":"anna","text":"a message of ordinary length, as people write them","at":"2026-11-21T12:00:00.000Z","tags":["one","two"]}`

// roundTrips sends a packet and waits for the answer, again and again. The
// client's work is part of the figures.
func roundTrips(b *testing.B, ws *websocket.Conn, packet string) {
	b.Helper()
	b.ReportAllocs()
	buf := make([]byte, 4096)
	for b.Loop() {
		if err := ws.WriteMessage(websocket.TextMessage, []byte(packet)); err != nil {
			b.Fatal(err)
		}
		_, r, err := ws.NextReader()
		if err != nil {
			b.Fatal(err)
		}
		for n := 1; n > 0 && err == nil; {
			n, err = r.Read(buf)
		}
	}
}

func BenchmarkEcho(b *testing.B) {
	srv, url := benchServer(b)
	serveEcho(srv, "/")
	roundTrips(b, benchPeer(b, url), `42["echo",`+benchText+`]`)
}

// BenchmarkObservedEcho is BenchmarkEcho with an observer of every event.
func BenchmarkObservedEcho(b *testing.B) {
	var received, sent atomic.Int64
	srv, url := benchServerOf(b, rt.Options{Observer: &rt.Observer{
		EventReceived: func(r rt.EventRecord) { received.Add(int64(r.Bytes)) },
		EventSent:     func(r rt.EventRecord) { sent.Add(int64(r.Bytes)) },
	}})
	serveEcho(srv, "/")
	roundTrips(b, benchPeer(b, url), `42["echo",`+benchText+`]`)
}

// BenchmarkEcho16 sends sixteen events in one write and waits for all echoes.
func BenchmarkEcho16(b *testing.B) {
	srv, url := benchServer(b)
	serveEcho(srv, "/")
	ws := benchPeer(b, url)
	var frames bytes.Buffer
	for range 16 {
		frames.Write(clientFrame(`42["echo",` + benchText + `]`))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ws.NetConn().Write(frames.Bytes()); err != nil {
			b.Fatal(err)
		}
		for range 16 {
			if _, _, err := ws.ReadMessage(); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// clientFrame returns a text frame of at most 65,535 bytes, masked with zeros.
func clientFrame(text string) []byte {
	frame := []byte{0x81, 0x80 | byte(len(text))}
	if len(text) >= 126 {
		frame = []byte{0x81, 0x80 | 126, byte(len(text) >> 8), byte(len(text))}
	}
	return append(append(frame, 0, 0, 0, 0), text...)
}

// waitForMembers returns when so many sockets are in a room.
func waitForMembers(tb testing.TB, n *rt.Namespace, room rt.Room, members int) {
	tb.Helper()
	for joined := 0; joined < members; {
		joined = 0
		for s := range n.Sockets() {
			if s.In(room) {
				joined++
			}
		}
	}
}

func BenchmarkTypedEcho(b *testing.B) {
	srv, url := benchServer(b)
	typed := rt.Event[sendMessage]{Name: "echo"}
	rt.On(srv.Of("/"), typed, func(ctx context.Context, s *rt.Socket, msg sendMessage) error {
		return rt.Emit(ctx, s, typed, msg)
	})
	roundTrips(b, benchPeer(b, url), `42["echo",{"text":"a message of ordinary length, well"}]`)
}

func BenchmarkAck(b *testing.B) {
	srv, url := benchServer(b)
	serveEcho(srv, "/")
	roundTrips(b, benchPeer(b, url), `421["ask",`+benchText+`]`)
}

// BenchmarkBroadcast1000 measures one broadcast until the last of 1,000 members
// has it.
func BenchmarkBroadcast1000(b *testing.B) { broadcast1000(b, rt.Options{}) }

// BenchmarkRecoverableBroadcast1000 is the same with recovery.
func BenchmarkRecoverableBroadcast1000(b *testing.B) {
	broadcast1000(b, rt.Options{RecoveryWindow: time.Minute})
}

func broadcast1000(b *testing.B, opts rt.Options) {
	b.Helper()
	srv, url := benchServerOf(b, opts)
	n := srv.Of("/")
	n.OnConnect(func(_ context.Context, s *rt.Socket) { s.Join("room") })
	const members = 1000
	var heard sync.WaitGroup
	for range members {
		ws := benchPeer(b, url)
		go func() {
			for {
				_, data, err := ws.ReadMessage()
				if err != nil {
					return
				}
				if !bytes.HasPrefix(data, []byte(`42["rt:`)) {
					heard.Done()
				}
			}
		}()
	}
	waitForMembers(b, n, "room", members)
	b.ReportAllocs()
	for b.Loop() {
		heard.Add(members)
		if err := rt.Emit(b.Context(), n.To("room"), echo, json.RawMessage(benchText)); err != nil {
			b.Fatal(err)
		}
		heard.Wait()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*members), "ns/delivery")
}
