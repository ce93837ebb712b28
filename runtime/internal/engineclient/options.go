package engineclient

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/gorilla/websocket"
)

// The transports.
const (
	Polling   = "polling"
	WebSocket = "websocket"
)

// Options says how to reach a server. All fields but Header have to be set.
type Options struct {
	// URL is where the server is, with its path and the query to send. The
	// scheme is http or https.
	URL *url.URL
	// Header is sent with every request.
	Header http.Header
	// HTTP carries the polling transport. It must have no timeout.
	HTTP *http.Client
	// Dialer opens the WebSocket transport.
	Dialer *websocket.Dialer
	// Upgrade allows to move from polling to WebSocket.
	Upgrade bool
	// UpgradeTimeout bounds the test of the WebSocket.
	UpgradeTimeout time.Duration
	// WriteTimeout bounds each write, and how long Close takes.
	WriteTimeout time.Duration
	// MaxPayload is the largest message, and the largest answer to a poll, in
	// bytes.
	MaxPayload int64
	// QueueBytes and QueuePackets bound what waits to be written.
	QueueBytes   int
	QueuePackets int
}

// address returns the URL of a transport's requests.
func (o *Options) address(transport, sid string) *url.URL {
	u := *o.URL
	if transport == WebSocket {
		u.Scheme = map[string]string{"http": "ws", "https": "wss"}[u.Scheme]
	}
	query := u.Query()
	query.Set("EIO", "4")
	query.Set("transport", transport)
	if sid != "" {
		query.Set("sid", sid)
	}
	if transport == Polling {
		query.Set("t", strconv.FormatInt(time.Now().UnixNano(), 36)) // for caches
	}
	u.RawQuery = query.Encode()
	return &u
}

// A Reason says why a session ended, in the words of the reference client.
type Reason string

// The reasons a session can have.
const (
	// ReasonClosed: Close was called.
	ReasonClosed Reason = "forced close"
	// ReasonPingTimeout: the server sent no ping in time.
	ReasonPingTimeout Reason = "ping timeout"
	// ReasonTransportClose: the server closed the session, or its connection
	// was lost.
	ReasonTransportClose Reason = "transport close"
	// ReasonTransportError: a request failed.
	ReasonTransportError Reason = "transport error"
	// ReasonParseError: the server sent what is not Engine.IO.
	ReasonParseError Reason = "parse error"
)

// What Send may answer.
var (
	ErrClosed   = errors.New("engineclient: session is closed")
	ErrFull     = errors.New("engineclient: too much waits to be sent")
	ErrTooLarge = errors.New("engineclient: message is larger than the server takes")
	ErrDropped  = errors.New("engineclient: volatile message dropped")
)
