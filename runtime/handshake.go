package rt

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// A Handshake is what is known of the request that began a connection. All
// sockets of the connection share it: it must not be changed.
type Handshake struct {
	// Header holds the request's headers, cookies among them.
	Header http.Header
	// Query holds the parameters of the request's URL.
	Query url.Values
	// RemoteAddr is the peer's address as net/http tells it, or without a port the
	// one that the proxies of Options.TrustedProxies name.
	RemoteAddr string
	// Host is the host that the peer asked for.
	Host string
	// Secure reports whether the request came over TLS to this process.
	Secure bool
	// Time is when the connection began.
	Time time.Time
}

// allowRequest returns AllowRequest as the engine calls it, which has an error of
// its own for what the peer may read.
func (o *Options) allowRequest() func(*http.Request) error {
	if o.AllowRequest == nil {
		return nil
	}
	return func(r *http.Request) error {
		err := o.AllowRequest(r)
		if refusal, ok := errors.AsType[*ConnectError](err); ok {
			return &engineio.Forbidden{Message: refusal.Message, Err: refusal.Err}
		}
		return err
	}
}

// A SocketID names one socket. It is public: peers may know the ids of others.
type SocketID string

// newSocketID returns 120 random bits as 20 characters of [A-Za-z0-9_-], the
// form that every part of a Socket.IO cluster expects.
func newSocketID() SocketID { return SocketID(newID()) }

func newID() string {
	var b [15]byte
	rand.Read(b[:]) // never fails
	return base64.RawURLEncoding.EncodeToString(b[:])
}
