package client_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
	"github.com/rtgen/rtgen/runtime/internal/faultnet"
)

// behindProxy starts a server whose heartbeats fit in a test, and a proxy to it.
func behindProxy(t *testing.T) *faultnet.Proxy {
	t.Helper()
	srv := newServer(t, rt.Options{PingInterval: 500 * time.Millisecond, PingTimeout: 3 * time.Second})
	ts := httptest.NewServer(srv)
	t.Cleanup(func() {
		ended, cancel := context.WithCancel(context.Background())
		cancel()
		srv.Shutdown(ended) // does not wait for peers that were cut off
		ts.Close()
	})
	return listen(t, ts.Listener.Addr().String())
}

// Whatever breaks a connection: the client sees it, comes back and is served.
func TestBrokenNetworks(t *testing.T) {
	faults := []struct {
		name  string
		fault func(*faultnet.Proxy)
	}{
		{"cut", func(p *faultnet.Proxy) { p.Reset() }},
		{"closed", func(p *faultnet.Proxy) { p.Finish(faultnet.Both) }},
		{"half-closed by the server", func(p *faultnet.Proxy) { p.Finish(faultnet.Down) }},
		{"half-closed by the client", func(p *faultnet.Proxy) { p.Finish(faultnet.Up) }},
		{"silent", func(p *faultnet.Proxy) { p.Strand() }},
	}
	for _, tt := range transports {
		for _, f := range faults {
			t.Run(tt.name+" "+f.name, func(t *testing.T) {
				t.Parallel()
				proxy := behindProxy(t)
				c := dial(t, proxy.Addr(), tt.opts)
				s := c.Of("/")
				got := observe(s)
				mustConnect(t, s)
				next(t, got.connected)
				for c.Transport() != tt.end {
					call(t, s, "1")
				}
				lose(t, proxy, f.fault, got)
				next(t, got.connected)
				call(t, s, "2")
			})
		}
	}
}

// lose breaks the connection. Between two polls there may be none to break, and
// the session would live on: no other one is let through until it is lost.
func lose(t *testing.T, proxy *faultnet.Proxy, fault func(*faultnet.Proxy), got events) {
	t.Helper()
	proxy.Set(faultnet.Faults{Opening: faultnet.Refuse})
	fault(proxy)
	next(t, got.disconnected)
	proxy.Set(faultnet.Faults{})
}

// What is sent while the connection moves to the WebSocket arrives once and in
// order, in both directions, however slow and chopped the network is.
func TestOrderAcrossTheUpgrade(t *testing.T) {
	networks := map[string]faultnet.Faults{
		"fast":      {},
		"20ms":      {Delay: 20 * time.Millisecond},
		"60ms":      {Delay: 60 * time.Millisecond, Jitter: 30 * time.Millisecond},
		"segmented": {SegmentSize: 1},
	}
	for name, faults := range networks {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := behindProxy(t)
			proxy.Set(faults)
			c := dial(t, proxy.Addr(), client.Options{})
			s := c.Of("/")
			texts := collect(s, echo)
			mustConnect(t, s)
			sent := 0
			for moved := false; !moved; moved = c.Transport() == "websocket" {
				for range 20 {
					emit(t, s, fmt.Sprint(sent))
					sent++
				}
				call(t, s, "1")
			}
			for want := range sent {
				if got := string(next(t, texts)); got != fmt.Sprint(want) {
					t.Fatalf("event %d is %s", want, got)
				}
			}
		})
	}
}

// Where WebSockets do not work the connection stays on polling.
func TestRefusedWebSocket(t *testing.T) {
	openings := map[string]func(http.ResponseWriter, *http.Request){
		"reset":      func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"hang":       func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() },
		"status 400": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusBadRequest) },
	}
	for name, open := range openings {
		t.Run(name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				var refused atomic.Int64
				srv := serveHTTP(t, func(rw http.ResponseWriter, r *http.Request) {
					if websocket.IsWebSocketUpgrade(r) {
						refused.Add(1)
						open(rw, r)
						return
					}
					w.Server.ServeHTTP(rw, r)
				})
				c := w.client(client.Options{DialContext: srv.dial})
				s := c.Of("/")
				got := observe(s)
				mustConnect(t, s)
				time.Sleep(time.Minute) // past the deadline of the probe that hangs
				call(t, s, "1")
				if c.Transport() != "polling" || len(got.disconnected) > 0 || refused.Load() != 1 {
					t.Errorf("over %s after %d losses and %d probes", c.Transport(), len(got.disconnected), refused.Load())
				}
				mustConnect(t, w.client(client.Options{
					Transports: []string{"websocket", "polling"}, TryAllTransports: true, NoUpgrade: true,
					NoReconnection: true, DialContext: srv.dial,
				}).Of("/"))
			})
		})
	}
}

// A stream of events over connections that break all the time: at most once and
// in order, and never stuck.
func TestStreamOverBreakingConnections(t *testing.T) {
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			proxy := behindProxy(t)
			s := dial(t, proxy.Addr(), tt.opts).Of("/")
			texts := collect(s, echo)
			got := observe(s)
			mustConnect(t, s)
			next(t, got.connected)
			sent, last := 0, -1
			for range 5 {
				for range 100 {
					emit(t, s, fmt.Sprint(sent))
					sent++
				}
				next(t, texts)
				lose(t, proxy, (*faultnet.Proxy).Reset, got)
				next(t, got.connected)
			}
			emit(t, s, fmt.Sprint(sent))
			for last != sent {
				var n int
				if err := json.Unmarshal(next(t, texts), &n); err != nil || n <= last {
					t.Fatalf("event %d after %d: %v", n, last, err)
				}
				last = n
			}
		})
	}
}
