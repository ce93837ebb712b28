package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	rt "github.com/rtgen/rtgen/runtime"
)

// peerTimeout is how long a peer waits for anything.
const peerTimeout = 10 * time.Second

// serveTest serves the example with one signer and one store on a loopback
// address and returns that address.
func serveTest(t *testing.T, tokens *signer, st *store) string {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	srv, err := rt.NewServer(rt.Options{RecoveryWindow: recoveryWindow, Logger: log})
	if err != nil {
		t.Fatal(err)
	}
	if err := serveChat(srv, tokens, st, log); err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(srv)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), peerTimeout)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		front.Close()
	})
	return strings.TrimPrefix(front.URL, "http://")
}

// A peer is a page without a page: it speaks Socket.IO to namespace /chat over
// one WebSocket. One goroutine uses it.
type peer struct {
	t      *testing.T
	conn   *websocket.Conn
	nextID int
	events []event // that came while it waited for something else
}

// An event is what the server sent without being asked.
type event struct {
	Name    string
	Payload string // JSON
}

// dial connects to /chat and returns the peer with the server's answer.
func dial(t *testing.T, addr, token string) (*peer, string) {
	t.Helper()
	return dialWith(t, addr, fmt.Sprintf(`{"token":%q}`, token))
}

// dialWith is dial with an auth object. Events that come before the answer are
// kept.
func dialWith(t *testing.T, addr, auth string) (*peer, string) {
	t.Helper()
	conn, _, err := websocket.DefaultDialer.Dial("ws://"+addr+"/socket.io/?EIO=4&transport=websocket", http.Header{})
	if err != nil {
		t.Fatalf("dial: %v", err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	p := &peer{t: t, conn: conn}
	p.read() // Engine.IO's handshake
	p.write("40/chat," + auth)
	answer := p.read()
	for ; strings.HasPrefix(answer, "42"); answer = p.read() {
		_, _, args := p.parse(answer)
		p.keep(args)
	}
	return p, answer
}

// enter connects and wants to be admitted.
func enter(t *testing.T, addr, token string) *peer {
	t.Helper()
	p, answer := dial(t, addr, token)
	if !strings.HasPrefix(answer, "40/chat,") {
		t.Fatalf("connect was answered %q", answer)
	}
	return p
}

// call emits an event and returns its ack as JSON. Each attachment stands in
// payload as a placeholder.
func (p *peer) call(name, payload string, attachments ...[]byte) string {
	p.t.Helper()
	p.nextID++
	args := fmt.Sprintf(`[%q]`, name)
	if payload != "" {
		args = fmt.Sprintf(`[%q,%s]`, name, payload)
	}
	if len(attachments) == 0 {
		p.write(fmt.Sprintf("42/chat,%d%s", p.nextID, args))
	} else {
		p.write(fmt.Sprintf("45%d-/chat,%d%s", len(attachments), p.nextID, args))
	}
	for _, data := range attachments {
		if err := p.conn.WriteMessage(websocket.BinaryMessage, data); err != nil {
			p.t.Fatalf("write: %v", err)
		}
	}
	for {
		kind, id, args := p.packet()
		if kind == '3' || kind == '6' {
			if id != p.nextID {
				p.t.Fatalf("ack %d, want %d", id, p.nextID)
			}
			return string(args[0])
		}
		p.keep(args)
	}
}

// emit sends an event that is not answered.
func (p *peer) emit(name, payload string) {
	p.write(fmt.Sprintf(`42/chat,[%q,%s]`, name, payload))
}

// wait returns the payload of the next event of a name, in JSON. Others before
// it are dropped.
func (p *peer) wait(name string) string {
	p.t.Helper()
	for {
		for len(p.events) > 0 {
			ev := p.events[0]
			p.events = p.events[1:]
			if ev.Name == name {
				return ev.Payload
			}
		}
		_, _, args := p.packet()
		p.keep(args)
	}
}

// join joins a channel and returns the ack.
func (p *peer) join(channel string) string {
	p.t.Helper()
	return p.call("rt:join", fmt.Sprintf(`{"room":"channel","key":{"channelId":%q}}`, channel))
}

// say sends a text and returns the ack.
func (p *peer) say(channel, clientID, text string) string {
	p.t.Helper()
	return p.call("sendMessage", fmt.Sprintf(`{"channelId":%q,"clientId":%q,"body":{"kind":"text","text":%q}}`, channel, clientID, text))
}

// keep keeps an event for wait.
func (p *peer) keep(args []json.RawMessage) {
	p.t.Helper()
	var name string
	if err := json.Unmarshal(args[0], &name); err != nil {
		p.t.Fatalf("event %s: %v", args, err)
	}
	ev := event{Name: name}
	if len(args) > 1 {
		ev.Payload = string(args[1])
	}
	p.events = append(p.events, ev)
}

// packet reads an event or an ack of /chat: its kind, its id (0 for none), its
// arguments.
func (p *peer) packet() (kind byte, id int, args []json.RawMessage) {
	p.t.Helper()
	return p.parse(p.read())
}

// parse is packet for a text that was read.
func (p *peer) parse(text string) (kind byte, id int, args []json.RawMessage) {
	p.t.Helper()
	if len(text) < 2 || text[0] != '4' {
		p.t.Fatalf("no message: %q", text)
	}
	kind, rest := text[1], text[2:]
	attachments := 0
	if count, after, ok := strings.Cut(rest, "-/chat,"); ok && (kind == '5' || kind == '6') {
		attachments, _ = strconv.Atoi(count)
		rest = "/chat," + after
	}
	rest, ok := strings.CutPrefix(rest, "/chat,")
	if !ok {
		p.t.Fatalf("not for /chat: %q", text)
	}
	digits := strings.IndexByte(rest, '[')
	id, _ = strconv.Atoi(rest[:max(digits, 0)])
	if err := json.Unmarshal([]byte(rest[max(digits, 0):]), &args); err != nil {
		p.t.Fatalf("packet %q: %v", text, err)
	}
	for range attachments {
		p.readFrame(websocket.BinaryMessage)
	}
	return kind, id, args
}

// read returns the next text that is no ping.
func (p *peer) read() string {
	p.t.Helper()
	for {
		text := string(p.readFrame(websocket.TextMessage))
		if text != "2" {
			return text
		}
		p.write("3")
	}
}

func (p *peer) readFrame(want int) []byte {
	p.t.Helper()
	_ = p.conn.SetReadDeadline(time.Now().Add(peerTimeout))
	kind, data, err := p.conn.ReadMessage()
	if err != nil || kind != want {
		p.t.Fatalf("read: frame of type %d, %v; want type %d", kind, err, want)
	}
	return bytes.Clone(data)
}

func (p *peer) write(text string) {
	p.t.Helper()
	if err := p.conn.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		p.t.Fatalf("write: %v", err)
	}
}
