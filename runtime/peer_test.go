package rt_test

import (
	"context"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/internal/memnet"
)

// world is a server that can be reached in memory. All of it lives in one
// synctest bubble: time passes at once when nothing else can happen.
type world struct {
	*rt.Server
	t        *testing.T
	listener *memnet.Listener
	log      *records
}

// inWorld runs test in a bubble of its own and ends the server afterwards.
func inWorld(t *testing.T, opts rt.Options, test func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		log := new(records)
		opts.Logger = slog.New(log)
		srv, err := rt.NewServer(opts)
		if err != nil {
			t.Fatal(err)
		}
		l := memnet.Listen()
		httpServer := &http.Server{Handler: srv}
		go httpServer.Serve(l)
		defer httpServer.Close()
		defer func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			if err := srv.Shutdown(ctx); err != nil {
				t.Errorf("Shutdown: %v", err)
			}
		}()
		test(t, &world{Server: srv, t: t, listener: l, log: log})
	})
}

// peer is a client without manners: it sends exactly what a test says. Pings
// are answered and not shown.
type peer struct {
	t  *testing.T
	ws *websocket.Conn
	mu sync.Mutex // held to write
	// silent makes it leave pings unanswered.
	silent atomic.Bool
	got    chan string   // text without the engine's type; binary as "b" and the bytes
	gone   chan struct{} // closed when the server has closed the connection
}

func (w *world) open(engine string) *websocket.Conn {
	w.t.Helper()
	d := websocket.Dialer{NetDialContext: w.listener.DialContext}
	ws, res, err := d.DialContext(w.t.Context(), "ws://mem/socket.io/?transport=websocket&EIO="+engine, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	res.Body.Close()
	return ws
}

// dialUnread connects to a namespace and never reads.
func (w *world) dialUnread(namespace string) *websocket.Conn {
	w.t.Helper()
	ws := w.open("4")
	w.t.Cleanup(func() { ws.Close() })
	if err := ws.WriteMessage(websocket.TextMessage, []byte("40"+prefix(namespace))); err != nil {
		w.t.Fatal(err)
	}
	return ws
}

// handshake returns the status of a new peer's first request.
func (w *world) handshake() int {
	w.t.Helper()
	client := http.Client{Transport: w.transport()}
	res, err := client.Get("http://mem/socket.io/?EIO=4&transport=polling")
	if err != nil {
		w.t.Fatal(err)
	}
	res.Body.Close()
	return res.StatusCode
}

// transport returns what carries requests of HTTP.
func (w *world) transport() *http.Transport {
	transport := &http.Transport{DialContext: w.listener.DialContext}
	w.t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// dial opens a connection and leaves all namespaces alone.
func (w *world) dial() *peer {
	w.t.Helper()
	return w.dialEngine("4")
}

// dialEngine is dial in a version of Engine.IO.
func (w *world) dialEngine(version string) *peer {
	w.t.Helper()
	ws := w.open(version)
	p := &peer{t: w.t, ws: ws, got: make(chan string, 1<<16), gone: make(chan struct{})}
	w.t.Cleanup(func() { ws.Close() })
	go p.read()
	return p
}

// connect dials and joins namespaces.
func (w *world) connect(namespaces ...string) *peer {
	w.t.Helper()
	p := w.dial()
	for _, ns := range namespaces {
		p.join(ns)
	}
	return p
}

func (p *peer) read() {
	defer close(p.gone)
	for {
		kind, data, err := p.ws.ReadMessage()
		switch {
		case err != nil:
			return
		case kind == websocket.BinaryMessage:
			p.got <- "b" + string(data)
		case string(data) == "2":
			if !p.silent.Load() {
				p.write(websocket.TextMessage, "3")
			}
		case strings.HasPrefix(string(data), "4"):
			p.got <- string(data[1:])
		}
	}
}

// join enters a namespace and returns the socket id.
func (p *peer) join(namespace string) rt.SocketID {
	p.t.Helper()
	p.send("0" + prefix(namespace))
	answer := p.next()
	id, ok := strings.CutPrefix(answer, "0"+prefix(namespace)+`{"sid":"`)
	if !ok {
		p.t.Fatalf("CONNECT to %s was answered %s", namespace, answer)
	}
	return rt.SocketID(strings.TrimSuffix(id, `"}`))
}

func prefix(namespace string) string {
	if namespace == "/" {
		return ""
	}
	return namespace + ","
}

// send sends packets; those that begin with "b" are attachments.
func (p *peer) send(packets ...string) {
	p.t.Helper()
	for _, packet := range packets {
		kind, data := websocket.TextMessage, "4"+packet
		if strings.HasPrefix(packet, "b") {
			kind, data = websocket.BinaryMessage, packet[1:]
		}
		if err := p.write(kind, data); err != nil {
			p.t.Fatalf("send %.40s: %v", packet, err)
		}
	}
}

func (p *peer) write(kind int, data string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.ws.WriteMessage(kind, []byte(data))
}

// next returns the next packet from the server.
func (p *peer) next() string {
	p.t.Helper()
	select {
	case got := <-p.got:
		return got
	case <-p.gone:
		select {
		case got := <-p.got:
			return got
		default:
		}
		p.t.Fatal("the server closed the connection")
	case <-time.After(time.Minute):
		p.t.Fatal("no packet within a minute")
	}
	return ""
}

// want checks the next packets.
func (p *peer) want(packets ...string) {
	p.t.Helper()
	for _, want := range packets {
		if got := p.next(); got != want {
			p.t.Fatalf("got packet %s, want %s", got, want)
		}
	}
}

// wantNothing checks that nothing has come when all is quiet.
func (p *peer) wantNothing() {
	p.t.Helper()
	synctest.Wait()
	select {
	case got := <-p.got:
		p.t.Fatalf("got packet %s, want none", got)
	default:
	}
}

// wantClosed checks that the server closes the connection without another
// packet.
func (p *peer) wantClosed() {
	p.t.Helper()
	select {
	case <-p.gone:
	case <-time.After(time.Minute):
		p.t.Fatal("the connection is open, want it closed")
	}
	if len(p.got) > 0 {
		p.t.Fatalf("got packet %s before the connection was closed", <-p.got)
	}
}

// wantOpen checks that the connection still serves the namespace.
func (p *peer) wantOpen() {
	p.t.Helper()
	synctest.Wait()
	select {
	case <-p.gone:
		p.t.Fatal("the connection is closed, want it open")
	default:
	}
}
