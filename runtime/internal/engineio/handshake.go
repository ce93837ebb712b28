package engineio

import (
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"net/url"
	"time"
)

// A Handshake is what is known of a session's first request. Its maps are
// shared by all who ask and must not be changed.
type Handshake struct {
	// Header holds the request's headers without those that only concern the
	// connection.
	Header http.Header
	// Query holds the parameters of the request's URL.
	Query url.Values
	// RemoteAddr is the peer's address as net/http tells it, proxies included.
	RemoteAddr string
	// Host is the host the peer asked for.
	Host string
	// Secure reports whether the request came over TLS to this process.
	Secure bool
	// Time is when the session began.
	Time time.Time
}

// newID returns a session id: 120 random bits as 20 characters of
// [A-Za-z0-9_-].
func newID() string {
	var b [15]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
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

// newHandshake copies what is worth keeping of r, so that r itself is not kept.
func newHandshake(r *http.Request, query url.Values) Handshake {
	header := make(http.Header)
	for name, values := range r.Header {
		if !connectionHeaders[name] {
			header[name] = values
		}
	}
	return Handshake{
		Header:     header,
		Query:      query,
		RemoteAddr: r.RemoteAddr,
		Host:       r.Host,
		Secure:     r.TLS != nil,
		Time:       time.Now(),
	}
}
