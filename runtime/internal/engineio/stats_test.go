package engineio_test

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// TestCauses ends sessions in all ways and asks whose doing it was.
func TestCauses(t *testing.T) {
	var (
		application   = engineio.Cause{By: engineio.PartyServer, Layer: engineio.LayerApplication}
		panicked      = engineio.Cause{By: engineio.PartyServer, Layer: engineio.LayerEngine}
		peer          = engineio.Cause{By: engineio.PartyPeer, Layer: engineio.LayerEngine}
		peerTransport = engineio.Cause{By: engineio.PartyPeer, Layer: engineio.LayerTransport}
		silence       = engineio.Cause{By: engineio.PartyNetwork, Layer: engineio.LayerEngine}
		network       = engineio.Cause{By: engineio.PartyNetwork, Layer: engineio.LayerTransport}
	)
	onWebSocket := map[string]struct {
		end  func(ws *websocket.Conn, s *engineio.Session)
		want engineio.Cause
	}{
		"closed":        {func(_ *websocket.Conn, s *engineio.Session) { s.Close(engineio.ReasonForcedClose) }, application},
		"aborted":       {func(_ *websocket.Conn, s *engineio.Session) { s.Abort(engineio.ReasonForcedClose, nil) }, application},
		"panic":         {func(ws *websocket.Conn, _ *engineio.Session) { ws.WriteMessage(1, []byte("4panic")) }, panicked},
		"close packet":  {func(ws *websocket.Conn, _ *engineio.Session) { ws.WriteMessage(1, []byte("1")) }, peer},
		"no packet":     {func(ws *websocket.Conn, _ *engineio.Session) { ws.WriteMessage(1, []byte("x")) }, peer},
		"client's ping": {func(ws *websocket.Conn, _ *engineio.Session) { ws.WriteMessage(1, []byte("2")) }, peer},
		"close frame":   {func(ws *websocket.Conn, _ *engineio.Session) { ws.WriteMessage(8, nil) }, peerTransport},
		"bad frame":     {func(ws *websocket.Conn, _ *engineio.Session) { ws.NetConn().Write([]byte("\xff\xff")) }, peerTransport},
		"too large":     {func(ws *websocket.Conn, _ *engineio.Session) { ws.WriteMessage(1, make([]byte, 2000)) }, peerTransport},
		"gone":          {func(ws *websocket.Conn, _ *engineio.Session) { ws.NetConn().Close() }, network},
		"silent":        {func(*websocket.Conn, *engineio.Session) {}, silence},
		"does not read": {func(_ *websocket.Conn, s *engineio.Session) {
			for s.Send(kilobyte, false) == nil {
			}
		}, peer},
	}
	opts := engineio.Options{MaxPayload: 1000, SendQueueBytes: 10_000}
	panics := func(r *recorder) { r.onText = func(*engineio.Session, []byte) { panic("as asked") } }
	for name, tt := range onWebSocket {
		t.Run("websocket/"+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, opts, panics)
				ws := e.openWebSocket(t)
				r := e.session(t)
				if diff := cmp.Diff(engineio.Cause{}, r.session.Stats().Cause); diff != "" {
					t.Errorf("cause of a live session (-want +got):\n%s", diff)
				}
				tt.end(ws, r.session)
				r.awaitClosed(t)
				if diff := cmp.Diff(tt.want, r.session.Stats().Cause); diff != "" {
					t.Errorf("cause of %v (-want +got):\n%s", r.err, diff)
				}
			})
		})
	}
	onPolling := map[string]struct {
		end  func(t *testing.T, e *engine, sid string)
		want engineio.Cause
	}{
		"close packet": {func(t *testing.T, e *engine, sid string) { e.post(t, sid, "1") }, peer},
		"no packet":    {func(t *testing.T, e *engine, sid string) { e.post(t, sid, "x") }, peer},
		"two polls": {func(t *testing.T, e *engine, sid string) {
			first, second := e.get(t, sid), e.get(t, sid)
			<-first
			<-second
		}, peerTransport},
		"poll cut": {func(t *testing.T, e *engine, sid string) { e.cutPoll(t, sid) }, network},
		"silent":   {func(*testing.T, *engine, string) {}, silence},
	}
	for name, tt := range onPolling {
		t.Run("polling/"+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, opts, nil)
				sid := e.openPolling(t)
				tt.end(t, e, sid)
				r := e.session(t)
				r.awaitClosed(t)
				if diff := cmp.Diff(tt.want, r.session.Stats().Cause); diff != "" {
					t.Errorf("cause of %v (-want +got):\n%s", r.err, diff)
				}
			})
		})
	}
}

// TestStatsAtTheEnd asks what waited when a peer was given up, and for its last
// sign of life.
func TestStatsAtTheEnd(t *testing.T) {
	open := map[string]func(t *testing.T, e *engine) (pong func()){
		"polling": func(t *testing.T, e *engine) func() {
			sid := e.openPolling(t)
			return func() {
				expectAnswer(t, "poll", <-e.get(t, sid), 200, "2")
				e.post(t, sid, "3")
			}
		},
		"websocket": func(t *testing.T, e *engine) func() {
			ws := e.openWebSocket(t)
			return func() {
				if got := readText(t, ws); got != "2" {
					t.Errorf("packet %q", got)
				}
				writeText(t, ws, "3")
			}
		},
	}
	for transport, open := range open {
		t.Run(transport, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, engineio.Options{}, nil)
				start := time.Now()
				pong := open(t, e)
				r := e.session(t)
				if got := r.session.Stats().LastPong; !got.IsZero() {
					t.Errorf("LastPong = %v before the first", got)
				}
				pong()
				synctest.Wait()
				for range 2 {
					send(t, r, strings.Repeat("x", 300_000))
				}
				synctest.Wait() // a WebSocket takes a part of the first
				send(t, r, "waits")
				r.session.Abort(engineio.ReasonForcedClose, errors.New("enough"))
				r.awaitClosed(t)
				got := r.session.Stats()
				if age := got.LastPong.Sub(start); age != 25*time.Second {
					t.Errorf("last pong %v after the start, want 25s", age)
				}
				if got.QueuedMessages < 2 || got.QueuedBytes < 300_000 {
					t.Errorf("at the end %d messages of %d bytes waited, want two at least", got.QueuedMessages, got.QueuedBytes)
				}
			})
		})
	}
}
