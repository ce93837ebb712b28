package engineio

import (
	"log/slog"
	"time"
)

// Options configures a [Server]. The zero value is ready for the open
// internet: both transports, same origin only.
type Options struct {
	_ struct{} // keyed literals only: fields may be added

	// PingInterval is the time from a pong (or the handshake) to the next
	// ping. Zero means 25s.
	PingInterval time.Duration
	// PingTimeout is the time a peer has to answer a ping. Zero means 20s.
	PingTimeout time.Duration
	// UpgradeTimeout is the time from the handshake of a probing WebSocket to
	// its upgrade packet. Zero means 10s.
	UpgradeTimeout time.Duration
	// WriteTimeout bounds each write to a peer that does not read, and how
	// long [Session.Close] waits for the queue to drain. Zero means 10s.
	WriteTimeout time.Duration
	// ReadTimeout bounds the arrival of one request body or of one WebSocket
	// message that comes in pieces. Zero means 60s.
	ReadTimeout time.Duration

	// MaxPayload is the largest message, and the largest request body, in
	// bytes. Zero means 1,000,000. A peer that sends more is refused.
	MaxPayload int64
	// MaxPayloadPackets is the largest number of packets in one request body.
	// Zero means 32,768.
	MaxPayloadPackets int

	// SendQueueBytes bounds what waits for a slow peer: a message is queued as
	// long as fewer bytes than this wait already. Zero means 1 MiB.
	SendQueueBytes int
	// SendQueuePackets bounds the number of messages that wait for a slow
	// peer. Zero means 16,384.
	SendQueuePackets int

	// Transports lists what a handshake may ask for: "polling", "websocket".
	// Empty means both.
	Transports []string
	// NoUpgrade keeps polling sessions on polling.
	NoUpgrade bool

	// Origins lists the origins that may connect besides the server's own, as
	// in "https://app.example.com". "*" admits any. Requests without an Origin
	// header do not come from another site's page and are always admitted.
	Origins []string
	// Credentials allows cross-origin requests to carry cookies. It cannot be
	// combined with the origin "*".
	Credentials bool

	// Logger gets the server's log. Nil means slog.Default.
	Logger *slog.Logger
}
