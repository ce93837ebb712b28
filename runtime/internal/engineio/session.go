package engineio

// A Receiver gets one session's messages, in order, from one goroutine at a
// time.
//
// Text and Binary may block, which keeps the peer from sending more; they must
// return when [Session.Done] is closed. What panics in a Receiver is logged and
// ends that session.
type Receiver interface {
	// Text gets a text message. The data is valid until Text returns.
	Text(data []byte)
	// Binary gets a binary message. The data is valid until Binary returns.
	Binary(data []byte)
	// Closed is called exactly once, after everything else. The error says
	// more than the reason where more is known.
	Closed(reason Reason, err error)
}

// A Session is one peer's connection. It survives the upgrade from polling to
// WebSocket. Its methods may be called from any goroutine.
type Session struct {
	id        string
	handshake Handshake
	done      chan struct{}
}

// Stats counts what a session has carried.
type Stats struct {
	MessagesIn, MessagesOut uint64 // a text with attachments counts one for each part in, one in all out
	BytesIn, BytesOut       uint64
	Dropped                 uint64 // volatile messages the peer was not ready for
	QueuedMessages          int    // wait for the peer now
	QueuedBytes             int
}

// ID returns the session's secret id, 20 characters of [A-Za-z0-9_-]. It is the
// key to the session and does not belong in logs.
func (s *Session) ID() string { return s.id }

// Handshake returns what is known of the session's first request.
func (s *Session) Handshake() Handshake { return s.handshake }

// Done returns a channel that is closed when the session ends.
func (s *Session) Done() <-chan struct{} { return s.done }

// Transport returns what carries the session now: "polling" or "websocket".
func (s *Session) Transport() string { return "" }

// Stats returns what the session has carried so far.
func (s *Session) Stats() Stats { return Stats{} }

// Send queues m and writes it if nothing stands before it. It never blocks on
// the peer. A volatile message is dropped, and counted, when the peer is not
// ready to take it: a polling peer that has no request waiting, or a WebSocket
// whose connection takes no more. Any other message that finds the queue full
// ends the session as a slow consumer.
//
// The error is nil, also for a dropped message, or [ErrClosed].
func (s *Session) Send(m *Message, volatile bool) error { return ErrClosed }

// Enqueue is Send for bursts: the writing is left to the server's flusher, so
// that what several broadcasts send to one session leaves in one write.
// Messages given to Send and Enqueue leave in the order of the calls.
func (s *Session) Enqueue(m *Message, volatile bool) error { return ErrClosed }

// Close ends the session once what is queued has left, or after
// Options.WriteTimeout. Nothing is received or sent any more meanwhile. A
// session that is closing or has ended stays as it is.
func (s *Session) Close(reason Reason) {}

// Abort ends the session at once. The error is for the Receiver.
func (s *Session) Abort(reason Reason, err error) {}
