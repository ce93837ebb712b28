package rt

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// Options configures a [Server]. The zero value is ready for the open internet:
// both transports, same origin only, and a limit on whatever a peer can make
// grow. Zero always means the default; there is no value for "no limit".
type Options struct {
	_ struct{} // keyed literals only: fields may be added

	// PingInterval is the time between a pong and the next ping. Zero means 25s.
	PingInterval time.Duration
	// PingTimeout is the time a peer has to answer a ping. It is also how long
	// a peer may keep a full receive queue full. Zero means 20s.
	PingTimeout time.Duration
	// UpgradeTimeout is the time an upgrade may take, and a peer of
	// [Server.ServeStream] to say what it wants. Zero means 10s.
	UpgradeTimeout time.Duration
	// ConnectTimeout is the time from the handshake until a peer has been let
	// into a first namespace. Zero means 45s.
	ConnectTimeout time.Duration
	// MiddlewareTimeout is the time that all of [Namespace.Use] and the connect
	// handler of a contract have for one socket, and the hook of
	// [Namespace.OnExpiry] each time. Zero means 15s.
	MiddlewareTimeout time.Duration
	// WriteTimeout bounds each write to a peer that does not read. Zero means
	// 10s.
	WriteTimeout time.Duration
	// AckTimeout is how long answers of peers are awaited when the event does
	// not say. Zero means 10s.
	AckTimeout time.Duration
	// HandlerTimeout ends the context of a handler that takes longer. Zero
	// means that only the end of its socket does.
	HandlerTimeout time.Duration
	// ShutdownSpread is the time over which [Server.Shutdown] closes the
	// connections. Zero means 10s.
	ShutdownSpread time.Duration

	// MaxPayload is the largest message in bytes. Zero means 1,000,000. It is
	// raised to what the contracts of [Bind] need.
	MaxPayload int64
	// MaxPayloadPackets is the largest number of packets in one request of the
	// polling transport. Zero means 32,768.
	MaxPayloadPackets int
	// MaxAttachments is the largest number of binary attachments of a packet.
	// Zero means 10.
	MaxAttachments int
	// MaxArgs is the largest number of arguments of an event. Zero means 64.
	MaxArgs int
	// MaxNamespaces is how many namespaces one connection may be in. Zero means
	// 32.
	MaxNamespaces int
	// MaxRooms is how many rooms a socket may be in. Zero means 1,000.
	MaxRooms int
	// MaxRoomName is the length of the longest name of a room in bytes. Zero
	// means 1,024.
	MaxRoomName int
	// MaxPendingAcks is how many answers of one socket may be awaited at a time.
	// Zero means 1,000.
	MaxPendingAcks int
	// SendQueueBytes and SendQueuePackets bound what waits for a peer that does
	// not read; a peer whose queue is full is cut off. Zero means 1 MiB and
	// 16,384.
	SendQueueBytes   int
	SendQueuePackets int
	// ReceiveQueue is how many events of a socket may wait for its handlers.
	// When it is full, or holds MaxPayload bytes, nothing more is read from the
	// connection. Zero means 128.
	ReceiveQueue int
	// EventsPerSecond is how many events of a socket are handled in a second,
	// with bursts of as many. More than that wait, and their peer does when the
	// receive queue is full. Zero means 10,000.
	EventsPerSecond int

	// RecoveryWindow is how long a peer that has lost its connection may stay
	// away and still be recovered: see [Socket.Recovered]. Zero means that peers
	// that come back are new ones. With a window every event has an offset, a
	// string, as its last argument, and the members pid and offset of the auth
	// object belong to the protocol.
	RecoveryWindow time.Duration
	// RecoverySkipChecks lets recovered sockets in without asking [Namespace.Use]
	// and the connect handler of a contract again, unless the time of
	// [Socket.SetExpiry] has come meanwhile.
	RecoverySkipChecks bool
	// RecoveryPackets and RecoveryBytes bound what each namespace keeps: that
	// many of its latest events, and as much again for sockets that are away.
	// The oldest go first; who needs them is not recovered. The namespaces that
	// one pattern stands for keep no more than twice RecoveryBytes together. Zero
	// means 10,000 and 16 MiB.
	RecoveryPackets int
	RecoveryBytes   int

	// MaxConnectionsPerAddress is how many connections one address may have.
	// HandshakesPerSecond is how many it may begin in a second, with bursts of as
	// many. Who wants more is answered 429. IPv6 addresses are counted by their
	// /64. Zero means no limit, since a network or a proxy can put many people
	// behind one address.
	MaxConnectionsPerAddress int
	HandshakesPerSecond      int
	// TrustedProxies lists the proxies in front of the server, as networks such as
	// "10.0.0.0/8" or as addresses. The address of a request that comes from one is
	// the last one in X-Forwarded-For or Forwarded that is no trusted proxy. Empty
	// means that these headers are not believed.
	TrustedProxies []string

	// Transports lists what peers may use: "polling", "websocket",
	// "webtransport". Empty means the first two. The third needs package
	// webtransport.
	Transports []string
	// AllowEIO3 lets clients of Socket.IO 2 in, which speak version 3 of
	// Engine.IO. They are in the namespace "/" from the start, if there is one,
	// and have no auth: what stands behind the name of another namespace, as in
	// "/chat?token=x", is taken for it. Over JSONP they are not served.
	AllowEIO3 bool
	// Origins lists the origins whose pages may connect besides the server's
	// own, as in "https://app.example.com". "*" admits all of them.
	Origins []string
	// Credentials allows pages of other origins to send cookies. It cannot be
	// combined with the origin "*".
	Credentials bool

	// NoHTTPCompression sends the answers of the polling transport as they are.
	// Otherwise those of 1,024 bytes and more are compressed for peers that accept
	// gzip or deflate.
	NoHTTPCompression bool

	// PerMessageDeflate compresses WebSocket messages of 1,024 bytes and more for
	// peers that offer it, each once for all its receivers. It costs processor
	// time and, while a message arrives, some 50 KB for its peer. MaxPayload holds
	// for what a message becomes again.
	PerMessageDeflate bool

	// AllowRequest, if not nil, is asked for every handshake that is otherwise in
	// order, before a WebSocket is opened. An error, or a panic, refuses it with
	// the status 403; the peer reads the Message of a [ConnectError], of other
	// errors only "Forbidden". It may block as long as the request's context
	// lives. Later requests of the connection are not asked for, but for the one
	// that moves it to WebTransport, which looks like a first one.
	AllowRequest func(r *http.Request) error

	// InitialHeaders, if not nil, may add headers to the first answer of a
	// connection, Headers to every answer of one, that of a WebSocket handshake
	// included. Refusals stay as they are, and what the server itself sets wins.
	InitialHeaders func(h http.Header, r *http.Request)
	Headers        func(h http.Header, r *http.Request)
	// Cookie, if not nil, is sent with the first answer of the polling transport,
	// for load balancers that keep a client on one server. Its value is a secret
	// of the connection. An empty Name means "io", an empty Path "/", no SameSite
	// Lax; it is always HttpOnly, and must come without a Value.
	Cookie *http.Cookie

	// Logger gets the server's log. Nil means slog.Default.
	Logger *slog.Logger
	// Observer is told what happens, for metrics. It is copied. Nil means that
	// nobody is told.
	Observer *Observer
}

// withDefaults returns o with every zero replaced. The engine knows the
// defaults of its own fields, except for those that are used here as well.
func (o Options) withDefaults() Options {
	o.PingInterval = cmp.Or(o.PingInterval, 25*time.Second)
	o.PingTimeout = cmp.Or(o.PingTimeout, 20*time.Second)
	o.ConnectTimeout = cmp.Or(o.ConnectTimeout, 45*time.Second)
	o.MiddlewareTimeout = cmp.Or(o.MiddlewareTimeout, 15*time.Second)
	o.AckTimeout = cmp.Or(o.AckTimeout, 10*time.Second)
	o.ShutdownSpread = cmp.Or(o.ShutdownSpread, 10*time.Second)
	o.MaxPayload = cmp.Or(o.MaxPayload, 1_000_000)
	o.MaxNamespaces = cmp.Or(o.MaxNamespaces, 32)
	o.MaxRooms = cmp.Or(o.MaxRooms, 1000)
	o.MaxRoomName = cmp.Or(o.MaxRoomName, 1024)
	o.MaxPendingAcks = cmp.Or(o.MaxPendingAcks, 1000)
	o.SendQueueBytes = cmp.Or(o.SendQueueBytes, 1<<20)
	o.SendQueuePackets = cmp.Or(o.SendQueuePackets, 16_384)
	o.ReceiveQueue = cmp.Or(o.ReceiveQueue, 128)
	o.EventsPerSecond = cmp.Or(o.EventsPerSecond, 10_000)
	o.RecoveryPackets = cmp.Or(o.RecoveryPackets, 10_000)
	o.RecoveryBytes = cmp.Or(o.RecoveryBytes, 16<<20)
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	o.Logger = slog.New(steadyHandler{o.Logger.Handler()})
	return o
}

// check returns what is wrong with the fields that the engine does not know.
func (o *Options) check() error {
	return errors.Join(
		notNegative("ConnectTimeout", o.ConnectTimeout),
		notNegative("MiddlewareTimeout", o.MiddlewareTimeout),
		notNegative("AckTimeout", o.AckTimeout),
		notNegative("HandlerTimeout", o.HandlerTimeout),
		notNegative("ShutdownSpread", o.ShutdownSpread),
		notNegative("MaxAttachments", o.MaxAttachments),
		notNegative("MaxArgs", o.MaxArgs),
		notNegative("MaxNamespaces", o.MaxNamespaces),
		notNegative("MaxRooms", o.MaxRooms),
		notNegative("MaxRoomName", o.MaxRoomName),
		notNegative("MaxPendingAcks", o.MaxPendingAcks),
		notNegative("ReceiveQueue", o.ReceiveQueue),
		notNegative("MaxConnectionsPerAddress", o.MaxConnectionsPerAddress),
		notNegative("HandshakesPerSecond", o.HandshakesPerSecond),
		notNegative("EventsPerSecond", o.EventsPerSecond),
		notNegative("RecoveryWindow", o.RecoveryWindow),
		notNegative("RecoveryPackets", o.RecoveryPackets),
		notNegative("RecoveryBytes", o.RecoveryBytes),
	)
}

func notNegative[N int | time.Duration](name string, n N) error {
	if n < 0 {
		return fmt.Errorf("rt: Options.%s must not be negative, is %v", name, n)
	}
	return nil
}

// engine returns the part of o that engineio is for.
func (o *Options) engine() engineio.Options {
	return engineio.Options{
		PingInterval:      o.PingInterval,
		PingTimeout:       o.PingTimeout,
		UpgradeTimeout:    o.UpgradeTimeout,
		WriteTimeout:      o.WriteTimeout,
		MaxPayload:        o.MaxPayload,
		MaxPayloadPackets: o.MaxPayloadPackets,
		SendQueueBytes:    o.SendQueueBytes,
		SendQueuePackets:  o.SendQueuePackets,
		Transports:        o.Transports,
		AllowEIO3:         o.AllowEIO3,
		Origins:           o.Origins,
		Credentials:       o.Credentials,
		NoHTTPCompression: o.NoHTTPCompression,
		PerMessageDeflate: o.PerMessageDeflate,
		AllowRequest:      o.allowRequest(),
		InitialHeaders:    o.InitialHeaders,
		Headers:           o.Headers,
		Cookie:            o.Cookie,
		Logger:            o.Logger,
	}
}

// limits returns the part of o that sioproto is for.
func (o *Options) limits() sioproto.Limits {
	return sioproto.Limits{
		Attachments:     o.MaxAttachments,
		AttachmentBytes: int(min(10*max(o.MaxPayload, 1<<20), math.MaxInt32)),
		Args:            o.MaxArgs,
	}
}
