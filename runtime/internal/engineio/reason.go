package engineio

import "errors"

// A Reason says why a session ended, in Socket.IO's own strings.
type Reason string

// The reasons a session ends for.
const (
	// ReasonPingTimeout: the peer did not answer a ping in time.
	ReasonPingTimeout Reason = "ping timeout"
	// ReasonTransportClose: the peer closed the connection, or it was lost.
	ReasonTransportClose Reason = "transport close"
	// ReasonTransportError: the peer broke the rules of its transport, or
	// writing to it failed.
	ReasonTransportError Reason = "transport error"
	// ReasonParseError: the peer sent something that is no packet.
	ReasonParseError Reason = "parse error"
	// ReasonForcedClose: this side closed the session.
	ReasonForcedClose Reason = "forced close"
	// ReasonShutdown: the server is shutting down.
	ReasonShutdown Reason = "server shutting down"
	// ReasonSlowConsumer: more waited for the peer than its queue may hold.
	// Socket.IO has no name for it.
	ReasonSlowConsumer Reason = "slow consumer"
)

var (
	// ErrClosed is returned by [Session.Send] when the session has ended or is
	// about to.
	ErrClosed = errors.New("engineio: session is closed")
	// ErrDropped is returned by [Session.Send] for a volatile message that the
	// peer was not ready to take.
	ErrDropped = errors.New("engineio: volatile message dropped")
)
