package engineclient_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/engineclient"
	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// TestSession talks to a real server, on each transport and across the upgrade.
func TestSession(t *testing.T) {
	for _, tt := range []struct {
		name, begins, ends string
		upgrade            bool
	}{
		{"polling", engineclient.Polling, engineclient.Polling, false},
		{"websocket", engineclient.WebSocket, engineclient.WebSocket, true},
		{"upgrade", engineclient.Polling, engineclient.WebSocket, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := echoing(t, engineio.Options{})
				opts := serve(t, srv)
				opts.Upgrade = tt.upgrade
				r := run(t, opts, tt.begins)
				for i := range 300 { // the upgrade comes in between
					r.send(fmt.Sprint(i))
				}
				for i := range 300 {
					r.want(fmt.Sprint(i))
				}
				r.send("€", []byte("\x00\xff"), []byte{})
				r.want("€", "got", "~\x00\xff", "got", "~")
				synctest.Wait()
				if got := r.Transport(); got != tt.ends {
					t.Errorf("transport %q, want %q", got, tt.ends)
				}
				time.Sleep(24 * time.Hour) // of heartbeats
				last := ""
				r.send("last")
				r.close() // behind what is queued
				synctest.Wait()
				for len(srv.heard) > 0 {
					last = <-srv.heard
				}
				if last != "last" {
					t.Errorf("the last that the server heard is %q", last)
				}
				if reason := next(t, srv.closed); reason != engineio.ReasonTransportClose {
					t.Errorf("the server's reason is %q", reason)
				}
			})
		})
	}
}

// The end that the server makes is told from one that its network makes.
func TestServerCloses(t *testing.T) {
	for _, transport := range []string{engineclient.Polling, engineclient.WebSocket} {
		t.Run(transport, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := echoing(t, engineio.Options{})
				r := run(t, serve(t, srv), transport)
				r.send("x")
				r.want("x")
				srv.Shutdown(t.Context())
				r.wantEnd(engineclient.ReasonTransportClose)
			})
		})
	}
}

// A WebSocket that does not come about leaves the session on polling.
func TestFallsBack(t *testing.T) {
	refuse := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }
	accept := func(serve func(*websocket.Conn)) http.HandlerFunc {
		return (&script{socket: serve}).ServeHTTP
	}
	tests := []struct {
		name   string
		socket http.HandlerFunc // nil: the server's own
		opts   engineio.Options
	}{
		{"the server offers none", nil, engineio.Options{NoUpgrade: true}},
		{"refused", refuse, engineio.Options{}},
		{"never answered", hangs, engineio.Options{}},
		{"closed at once", accept(func(*websocket.Conn) {}), engineio.Options{}},
		{"silent", accept(func(ws *websocket.Conn) { hear(ws) }), engineio.Options{}},
		{"another answer", accept(func(ws *websocket.Conn) { say(ws, "3"); hear(ws) }), engineio.Options{}},
		{"no packet", accept(func(ws *websocket.Conn) { say(ws, "x"); hear(ws) }), engineio.Options{}},
		{"too much", accept(func(ws *websocket.Conn) { say(ws, "3"+string(make([]byte, 20_000))); hear(ws) }), engineio.Options{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				srv := echoing(t, tt.opts)
				opts := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if websocket.IsWebSocketUpgrade(r) && tt.socket != nil {
						tt.socket(w, r)
						return
					}
					srv.ServeHTTP(w, r)
				}))
				opts.Upgrade = true
				r := run(t, opts, engineclient.Polling)
				for _, wait := range []time.Duration{0, time.Minute} { // while it is tried, and afterwards
					time.Sleep(wait)
					r.send("x")
					r.want("x")
					if got := r.Transport(); got != engineclient.Polling {
						t.Errorf("transport %q", got)
					}
				}
				r.close()
			})
		})
	}
}

// Close does not wait for a WebSocket that is tried.
func TestCloseWhileUpgrading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := echoing(t, engineio.Options{})
		opts := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if websocket.IsWebSocketUpgrade(r) {
				hangs(w, r)
				return
			}
			srv.ServeHTTP(w, r)
		}))
		opts.Upgrade = true
		r := run(t, opts, engineclient.Polling)
		synctest.Wait()
		start := time.Now()
		r.close()
		if took := time.Since(start); took > 0 {
			t.Errorf("Close took %v", took)
		}
	})
}
