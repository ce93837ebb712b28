package engineio

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"time"
)

// Options configures a [Server]. The zero value is ready for the open
// internet: both transports, same origin only.
type Options struct {
	_ struct{} // keyed literals only: fields may be added

	// PingInterval is the time from a pong (or the handshake) to the next
	// ping, in whole milliseconds. Zero means 25s.
	PingInterval time.Duration
	// PingTimeout is the time a peer has to answer a ping, in whole
	// milliseconds. Zero means 20s.
	PingTimeout time.Duration
	// UpgradeTimeout is the time from the handshake of a probing WebSocket to
	// its upgrade packet. A peer of [Server.ServeStream] has the same time for
	// the packet that begins its session, or for all of its upgrade. Zero means
	// 10s.
	UpgradeTimeout time.Duration
	// WriteTimeout bounds each write of up to 64 KiB to a peer that does not
	// read, and how long [Session.Close] waits for the queue to drain. Zero
	// means 10s.
	WriteTimeout time.Duration
	// ReadTimeout bounds the arrival of one request body, or of one message that
	// comes in pieces. Zero means 60s.
	ReadTimeout time.Duration

	// MaxPayload is the largest message, and the largest request body, in
	// bytes. Zero means 1,000,000. A peer that sends more is refused.
	MaxPayload int64
	// MaxPayloadPackets is the largest number of packets in one request body.
	// Zero means 32,768.
	MaxPayloadPackets int

	// SendQueueBytes bounds what waits for a slow peer: a message is queued as
	// long as fewer bytes than this wait already. It should exceed what is sent
	// to one peer in one go, for a peer that polls or uses TLS takes nothing
	// before its turn. Zero means 1 MiB.
	SendQueueBytes int
	// SendQueuePackets bounds the number of messages that wait for a slow
	// peer. Zero means 16,384.
	SendQueuePackets int

	// Transports lists what a handshake may ask for: "polling", "websocket",
	// "webtransport". Empty means the first two.
	Transports []string
	// AllowEIO3 also admits peers that speak version 3 of the protocol, as
	// clients of Socket.IO 2 do.
	AllowEIO3 bool
	// NoUpgrade keeps polling sessions on polling.
	NoUpgrade bool

	// Origins lists the origins that may connect besides the server's own, as
	// in "https://app.example.com". "*" admits any. Requests without an Origin
	// header do not come from another site's page and are always admitted.
	Origins []string
	// Credentials allows cross-origin requests to carry cookies. It cannot be
	// combined with the origin "*".
	Credentials bool

	// NoHTTPCompression sends the answers of polls as they are. Otherwise those of
	// 1,024 bytes and more are compressed for peers that accept gzip or deflate.
	NoHTTPCompression bool

	// PerMessageDeflate compresses WebSocket messages of 1,024 bytes and more for
	// peers that offer it. MaxPayload holds for what they become again.
	PerMessageDeflate bool

	// AllowRequest is asked for every handshake that is otherwise in order. An
	// error, or a panic, refuses it with 403; the peer reads the message of a
	// [Forbidden], of other errors only "Forbidden". It may block as long as the
	// request's context lives.
	AllowRequest func(r *http.Request) error

	// InitialHeaders, if not nil, may add headers to the first answer of a
	// session, Headers to every answer of one, that of a WebSocket handshake
	// included. Refusals stay as they are, and what the server itself sets
	// wins.
	InitialHeaders func(h http.Header, r *http.Request)
	Headers        func(h http.Header, r *http.Request)
	// Cookie, if not nil, is sent with the first answer of a polling session;
	// its value is the session's id. An empty name means "io", an empty path
	// "/", no SameSite Lax; it is always HttpOnly.
	Cookie *http.Cookie

	// Admit, if not nil, is asked first for every handshake, before anything of it
	// is kept. It returns what is called once when the session has ended or has
	// not come about, or how long the peer should stay away; then the handshake
	// is refused with 429.
	Admit func(r *http.Request) (leave func(), wait time.Duration)

	// Refused, if not nil, is told of every request that is refused: with what
	// the peer reads and, where more is known, the cause.
	Refused func(r *http.Request, code int, message string, cause error)
	// Upgraded, if not nil, is told when a session has moved to another
	// transport, before what arrives there.
	Upgraded func(s *Session)

	// Logger gets the server's log. Nil means slog.Default.
	Logger *slog.Logger
}

// orDefault sets a field that is zero and notes one that is negative.
func orDefault[T int | int64 | time.Duration](errs *[]error, name string, field *T, value T) {
	if *field == 0 {
		*field = value
	}
	if *field < 0 {
		*errs = append(*errs, fmt.Errorf("engineio: %s is negative: %v", name, *field))
	}
}

// complete sets what is zero to its default and returns everything that is
// wrong.
func (o *Options) complete() error {
	var errs []error
	orDefault(&errs, "PingInterval", &o.PingInterval, 25*time.Second)
	orDefault(&errs, "PingTimeout", &o.PingTimeout, 20*time.Second)
	orDefault(&errs, "UpgradeTimeout", &o.UpgradeTimeout, 10*time.Second)
	orDefault(&errs, "WriteTimeout", &o.WriteTimeout, 10*time.Second)
	orDefault(&errs, "ReadTimeout", &o.ReadTimeout, time.Minute)
	orDefault(&errs, "MaxPayload", &o.MaxPayload, 1_000_000)
	orDefault(&errs, "MaxPayloadPackets", &o.MaxPayloadPackets, 1<<15)
	orDefault(&errs, "SendQueueBytes", &o.SendQueueBytes, 1<<20)
	orDefault(&errs, "SendQueuePackets", &o.SendQueuePackets, 1<<14)
	for _, d := range []struct {
		name  string
		value time.Duration
	}{{"PingInterval", o.PingInterval}, {"PingTimeout", o.PingTimeout}} {
		if d.value%time.Millisecond != 0 {
			errs = append(errs, fmt.Errorf("engineio: %s is not in whole milliseconds: %v", d.name, d.value))
		}
	}
	if len(o.Transports) == 0 {
		o.Transports = []string{transportPolling, transportWebSocket}
	}
	for _, name := range o.Transports {
		if !slices.Contains(transports, name) {
			errs = append(errs, fmt.Errorf("engineio: unknown transport %q", name))
		}
	}
	if o.Credentials && slices.Contains(o.Origins, anyOrigin) {
		errs = append(errs, errors.New(`engineio: Credentials cannot be combined with the origin "*"`))
	}
	cookie, err := completeCookie(o.Cookie)
	if err != nil {
		errs = append(errs, err)
	}
	o.Cookie = cookie
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return errors.Join(errs...)
}

// transports are all there are, in the order in which they are told to peers.
var transports = []string{transportPolling, transportWebSocket, transportWebTransport}

// upgradesTo reports whether a polling session may move to a transport.
func (o *Options) upgradesTo(transport string) bool {
	return !o.NoUpgrade && transport != transportPolling && slices.Contains(o.Transports, transport)
}

// upgrades returns where a polling session may move to.
func (o *Options) upgrades() []string {
	return slices.DeleteFunc(slices.Clone(transports), func(name string) bool { return !o.upgradesTo(name) })
}
