package engineio

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// A query is what a request's URL asks for.
type query struct {
	form       form
	hasVersion bool // the form was asked for
	transport  string
	sid        string
	hasSID     bool
	jsonp      bool
	upgrade    bool   // the headers ask for a WebSocket
	leave      func() // of Options.Admit, or nil
}

// abandon tells Options.Admit that q has not become a session.
func (q *query) abandon() {
	if q.leave != nil {
		q.leave()
	}
}

// parseQuery reads the URL. Of a parameter that is given twice the last counts;
// parts that cannot be read are skipped. It makes no url.Values, which every
// request would have to pay for.
func parseQuery(r *http.Request) query {
	q := query{upgrade: websocket.IsWebSocketUpgrade(r)}
	var version, base64 string
	for part, rest := "", r.URL.RawQuery; rest != ""; {
		part, rest, _ = strings.Cut(rest, "&")
		name, value, ok := parameter(part)
		if !ok {
			continue
		}
		switch name {
		case "EIO":
			version, q.hasVersion = value, true
		case "b64":
			base64 = value
		case "transport":
			q.transport = value
		case "sid":
			q.sid, q.hasSID = value, true
		case "j":
			q.jsonp = true
		}
	}
	q.form = requestedForm(version, base64 != "")
	return q
}

// parameter reads a part of a URL's query, as url.ParseQuery does.
func parameter(part string) (name, value string, ok bool) {
	if part == "" || strings.Contains(part, ";") {
		return "", "", false
	}
	name, value, _ = strings.Cut(part, "=")
	name, err := url.QueryUnescape(name)
	if err != nil {
		return "", "", false
	}
	value, err = url.QueryUnescape(value)
	return name, value, err == nil
}

// requestedForm returns the form that a peer wants. Like the reference it takes
// whatever is not version 4 for version 3.
func requestedForm(version string, base64 bool) form {
	var f form
	if version != "4" {
		f |= version3
	}
	if base64 {
		f |= base64Only
	}
	return f
}

// A Handshake is what is known of a session's first request. Its header is
// shared by all who ask and must not be changed.
type Handshake struct {
	// Header holds the request's headers without those that only concern the
	// connection.
	Header http.Header
	// Query holds the parameters of the request's URL.
	Query url.Values
	// RemoteAddr is the peer's address as net/http tells it, that of the last
	// proxy if there is one.
	RemoteAddr string
	// Host is the host the peer asked for.
	Host string
	// Secure reports whether the request came over TLS to this process.
	Secure bool
	// Time is when the session began.
	Time time.Time
}

// connectionHeaders are left out of a Handshake: they say nothing to whoever
// reads it, and every session keeps its copy.
var connectionHeaders = map[string]bool{
	"Accept":                   true,
	"Accept-Encoding":          true,
	"Cache-Control":            true,
	"Connection":               true,
	"Pragma":                   true,
	"Sec-Websocket-Extensions": true,
	"Sec-Websocket-Key":        true,
	"Sec-Websocket-Version":    true,
	"Upgrade":                  true,
}

// maxHandshake is the largest request line and headers of a handshake, in bytes. A
// session keeps them, so they are what a stranger can make it hold.
const maxHandshake = 16 << 10

// tooLarge reports whether the request line and headers of r are too large to be
// kept. The whole line counts: the parameters are parts of it.
func tooLarge(r *http.Request) bool {
	const entry, value = 64, 16 // what a map and a slice hold beside the texts
	size := len(r.RequestURI) + len(r.Host) + (entry+value)*strings.Count(r.URL.RawQuery, "&")
	for name, values := range r.Header {
		size += entry
		for _, v := range values {
			size += value + len(name) + len(v)
		}
	}
	return size > maxHandshake
}

// newHandshake copies what is worth keeping of r, so that r itself is not kept.
// The session keeps the query as it came, which is smaller.
func newHandshake(r *http.Request) Handshake {
	header := make(http.Header)
	for name, v := range r.Header {
		if !connectionHeaders[name] {
			header[name] = v
		}
	}
	return Handshake{
		Header:     header,
		RemoteAddr: r.RemoteAddr,
		Host:       r.Host,
		Secure:     r.TLS != nil,
		Time:       time.Now(),
	}
}

// newID returns a session id: 120 random bits as 20 characters of
// [A-Za-z0-9_-].
func newID() string {
	var b [15]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// openPolling begins a session whose first answer carries the open packet. It
// reports whether there is one.
func (srv *Server) openPolling(w http.ResponseWriter, r *http.Request, q *query) bool {
	p := newPolling()
	s := srv.newSession(p, r, q)
	if s == nil {
		srv.refuse(w, r, errUnavailable)
		return false
	}
	p.session = s
	p.send(srv.openMessage(s, srv.opts.upgrades()), false, false) // unless the server is shutting down
	accepted := s.begin()
	s.yield()
	if !accepted {
		srv.refuse(w, r, errInternal)
		return true // which has ended
	}
	srv.setCookie(w, s)
	p.answer(w, r, true)
	return true
}

// openWebSocket begins a session on a WebSocket and reports whether there is one.
func (srv *Server) openWebSocket(w http.ResponseWriter, r *http.Request, q *query) bool {
	t, err := srv.acceptWebSocket(w, r, true)
	if err != nil {
		return false
	}
	s := srv.newSession(t, r, q)
	if s == nil { // shut down meanwhile
		t.conn.goodbye(closeFrame)
		t.conn.Close()
		return false
	}
	t.session = s
	t.conn.send(srv.openMessage(s, nil), false, false)
	if !s.begin() {
		s.yield()
		return true // which has ended
	}
	// The reader has the turn from here on. A fresh goroutine lets net/http
	// free what it holds for the request.
	srv.tasks.start(t.run)
	t.conn.start()
	return true
}

// openMessage returns the packet that begins s.
func (srv *Server) openMessage(s *Session, upgrades []string) *Message {
	h := eioproto.Handshake{
		SID:          s.id,
		PingInterval: srv.opts.PingInterval,
		PingTimeout:  srv.opts.PingTimeout,
		MaxPayload:   srv.opts.MaxPayload,
		Upgrades:     upgrades,
	}
	return newPacket(byte(eioproto.Open), string(h.OpenPacket().Data)).in(s.form)
}
