package engineio

import (
	"sync/atomic"
	"time"
)

// Stats says what a session has carried and how it is. Only messages count, not
// heartbeats and the like.
type Stats struct {
	// MessagesIn counts text and binary messages; MessagesOut counts a
	// [Message] with its attachments as one.
	MessagesIn, MessagesOut uint64
	// BytesIn and BytesOut are the sizes of those messages. What is sent
	// counts as it is on a WebSocket, before compression.
	BytesIn, BytesOut uint64
	// Dropped counts volatile messages the peer was not ready for.
	Dropped uint64
	// QueuedMessages and QueuedBytes wait for the peer now, or did when the
	// session ended.
	QueuedMessages, QueuedBytes int
	// LastPong is when the peer last answered a ping, or sent one if it speaks
	// version 3; zero if it never has.
	LastPong time.Time
	// Cause is whose doing the end of the session was, from the call of
	// Receiver.Closed on at the latest.
	Cause Cause
}

// Stats returns what the session has carried so far.
func (s *Session) Stats() Stats {
	s.mu.Lock()
	t, answered, fault := s.transport, s.heartbeat.answered, s.fault
	s.mu.Unlock()
	c := &s.counters
	stats := Stats{
		MessagesIn:  c.messagesIn.Load(),
		MessagesOut: c.messagesOut.Load(),
		BytesIn:     c.bytesIn.Load(),
		BytesOut:    c.bytesOut.Load(),
		Dropped:     c.dropped.Load(),
	}
	if answered > 0 {
		stats.LastPong = s.handshake.Time.Add(answered)
	}
	if fault != nil {
		stats.Cause = *fault.cause
	}
	stats.QueuedMessages, stats.QueuedBytes = t.queued()
	return stats
}

// counters are the parts of Stats that only grow.
type counters struct {
	messagesIn, messagesOut, bytesIn, bytesOut, dropped atomic.Uint64
}

func (c *counters) received(size int) {
	c.messagesIn.Add(1)
	c.bytesIn.Add(uint64(size))
}

func (c *counters) sent(size int) {
	c.messagesOut.Add(1)
	c.bytesOut.Add(uint64(size))
}
