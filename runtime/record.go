package rt

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
	"github.com/rtgen/rtgen/runtime/internal/guard"
)

// A ConnectionRecord tells an [Observer] of one connection. Of one that lives
// only RemoteAddr and Transport are known. The log has the same fields when a
// connection ends, in the record "connection ended".
type ConnectionRecord struct {
	// RemoteAddr is that of the connection's [Handshake].
	RemoteAddr string
	// Transport is "polling", "websocket" or "webtransport", at the end the last
	// one.
	Transport string
	// Contract is what the peer says it was generated from, empty if it says
	// nothing.
	Contract string
	// Reason is why the connection ended.
	Reason Reason
	// EndedBy is whose doing that was: "peer", "server" or "network".
	EndedBy string
	// Layer is where it showed: "transport" for HTTP, WebSocket, WebTransport and
	// what they run on, "engine" for packets of Engine.IO, the heartbeat and the
	// queue, "socket" for packets of Socket.IO, "application" for the program and
	// its shutdown.
	Layer string
	// Err says more than Reason, where more is known.
	Err error
	// Duration is how long the connection lasted.
	Duration time.Duration
	// PacketsIn and PacketsOut count packets of Socket.IO. An attachment that was
	// received counts as one.
	PacketsIn, PacketsOut uint64
	// BytesIn and BytesOut are the sizes of those packets, uncompressed. What was
	// sent counts with the headers of WebSocket frames.
	BytesIn, BytesOut uint64
	// Dropped is the number of volatile events that the peer was not ready for.
	Dropped uint64
	// QueuedPackets and QueuedBytes still waited for the peer.
	QueuedPackets, QueuedBytes int
	// LastPong is how long ago the peer last answered a ping. Zero means that it
	// never has.
	LastPong time.Duration
}

// record says how the connection ended.
func (c *conn) record(reason engineio.Reason, err error) ConnectionRecord {
	stats := c.session.Stats()
	r := ConnectionRecord{
		RemoteAddr:    c.session.RemoteAddr(),
		Transport:     c.session.Transport(),
		Reason:        Reason(reason),
		EndedBy:       string(stats.Cause.By),
		Layer:         string(stats.Cause.Layer),
		Err:           err,
		Duration:      c.session.Age(),
		PacketsIn:     stats.MessagesIn,
		PacketsOut:    stats.MessagesOut,
		BytesIn:       stats.BytesIn,
		BytesOut:      stats.BytesOut,
		Dropped:       stats.Dropped,
		QueuedPackets: stats.QueuedMessages,
		QueuedBytes:   stats.QueuedBytes,
	}
	if !stats.LastPong.IsZero() {
		r.LastPong = time.Since(stats.LastPong)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	r.Contract = clip(c.contract)
	if c.fault != nil && stats.Cause.Layer == engineio.LayerApplication {
		r.Err, r.Layer, r.EndedBy = c.fault, "socket", culprit(c.fault)
	}
	return r
}

// culprit returns whose doing a fault is: the peer's, unless our own code has
// panicked.
func culprit(fault error) string {
	if _, ok := errors.AsType[*guard.PanicError](fault); ok {
		return string(engineio.PartyServer)
	}
	return string(engineio.PartyPeer)
}

// log writes the one record that every connection leaves.
func (r *ConnectionRecord) log(logger *slog.Logger) {
	if logger.Enabled(context.Background(), slog.LevelInfo) {
		logger.LogAttrs(context.Background(), slog.LevelInfo, "connection ended", r.attrs()...)
	}
}

func (r *ConnectionRecord) attrs() []slog.Attr {
	attrs := make([]slog.Attr, 0, 16)
	attrs = append(attrs,
		slog.String("reason", string(r.Reason)),
		slog.String("endedBy", r.EndedBy),
		slog.String("layer", r.Layer),
		slog.String("transport", r.Transport),
		slog.String("remoteAddr", r.RemoteAddr),
		slog.Duration("duration", r.Duration),
		slog.Uint64("packetsIn", r.PacketsIn),
		slog.Uint64("packetsOut", r.PacketsOut),
		slog.Uint64("bytesIn", r.BytesIn),
		slog.Uint64("bytesOut", r.BytesOut),
		slog.Uint64("dropped", r.Dropped),
		slog.Int("queuedPackets", r.QueuedPackets),
		slog.Int("queuedBytes", r.QueuedBytes),
	)
	if r.LastPong != 0 {
		attrs = append(attrs, slog.Duration("lastPong", r.LastPong))
	}
	if r.Contract != "" {
		attrs = append(attrs, slog.String("contract", r.Contract))
	}
	return withCause(attrs, r.Err)
}

// A RefusalRecord tells an [Observer] of a request that was refused.
type RefusalRecord struct {
	// RemoteAddr is the address that the request came from.
	RemoteAddr string
	// Code is Engine.IO's: 0 for a transport that is not known or not allowed, 1
	// for a session that is not known, 2 for a handshake that is no GET, 3 for any
	// other bad request, 4 for one that is forbidden, 5 for a protocol version
	// that is not served.
	Code int
	// Message is what the peer was told.
	Message string
	// Err says more, where more is known.
	Err error
}
