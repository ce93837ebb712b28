package engineio

import (
	"errors"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

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

// A transport carries a session's packets.
type transport interface {
	name() string
	// send queues m. The error is nil, ErrDropped, errFull, errMoved or
	// ErrClosed. With later the writing may wait for the server's flusher.
	send(m *Message, volatile, later bool) error
	// queued returns how much waits for the peer.
	queued() (messages, bytes int)
	// close lets what is queued leave, and a close packet behind it.
	close()
	// abort ends the transport at once. It may wait for a short while.
	abort(reason Reason)
}

const (
	transportPolling      = "polling"
	transportWebSocket    = "websocket"
	transportWebTransport = "webtransport"
)

var (
	errFull  = errors.New("the peer's queue is full")
	errMoved = errors.New("the session has another transport")
	errDrain = errors.New("the queue did not drain in time")
)

// A state is where a session is in its life.
type state uint8

const (
	opened  state = iota
	closing       // what is queued still leaves
	ended
)

// A Session is one peer's connection. It survives the upgrade from polling to
// another transport. Its methods may be called from any goroutine.
type Session struct {
	srv       *Server
	id        string
	handshake Handshake // without Query
	query     string    // of the URL
	receiver  Receiver
	leave     func() // of Options.Admit, or nil
	// turn holds a value while somebody may call the receiver: the reader of a
	// connection all its life, a polling request while it handles its body.
	turn       chan struct{}
	done       chan struct{}
	delivering atomic.Bool // the receiver is at work
	form       form
	counters   counters

	mu        sync.Mutex
	state     state
	fault     *fault // why it ends; nil before Close or the end
	transport transport
	probe     *duplex // nil unless one tries to take over
	probing   bool    // one was admitted as the probe
	heartbeat heartbeat
}

// ID returns the session's secret id, 20 characters of [A-Za-z0-9_-]. It is the
// key to the session and does not belong in logs.
func (s *Session) ID() string { return s.id }

// Handshake returns what is known of the session's first request.
func (s *Session) Handshake() Handshake {
	h := s.handshake
	h.Query = (&url.URL{RawQuery: s.query}).Query()
	return h
}

// RemoteAddr returns that of the session's handshake.
func (s *Session) RemoteAddr() string { return s.handshake.RemoteAddr }

// Age returns the time since the session's handshake.
func (s *Session) Age() time.Duration { return time.Since(s.handshake.Time) }

// Protocol returns the version of Engine.IO that the peer speaks: 4, or 3 if
// Options.AllowEIO3 has let it in.
func (s *Session) Protocol() int {
	if s.form.v3() {
		return 3
	}
	return 4
}

// Done returns a channel that is closed when the session ends, or begins to.
func (s *Session) Done() <-chan struct{} { return s.done }

// Transport returns what carries the session now: "polling", "websocket" or
// "webtransport".
func (s *Session) Transport() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.transport.name()
}

// Send queues m and writes it if nothing stands before it. It never blocks on
// the peer. A volatile message is dropped, and counted, when the peer is not
// ready to take it: a polling peer that has no request waiting, or one
// whose connection takes no more. Any other message that finds the queue full
// ends the session as a slow consumer.
//
// The error is nil, [ErrDropped] or [ErrClosed].
func (s *Session) Send(m *Message, volatile bool) error {
	return s.dispatch(m, volatile, false)
}

// Enqueue is Send for bursts: the writing is left to the server's flusher, so
// that what several broadcasts send to one session leaves in one write.
// Messages given to Send and Enqueue leave in the order of the calls.
func (s *Session) Enqueue(m *Message, volatile bool) error {
	return s.dispatch(m, volatile, true)
}

func (s *Session) dispatch(m *Message, volatile, later bool) error {
	size := m.size() // m may have left behind push
	switch err := s.push(m, volatile, later); err {
	case nil:
		s.counters.sent(size)
		return nil
	case ErrDropped:
		s.counters.dropped.Add(1)
		return err
	default:
		return ErrClosed
	}
}

// push gives m to the transport, also to the next one when it finds the session
// moving. A full queue ends the session.
func (s *Session) push(m *Message, volatile, later bool) error {
	m = m.in(s.form)
	for {
		s.mu.Lock()
		state, t := s.state, s.transport
		s.mu.Unlock()
		if state != opened {
			return ErrClosed
		}
		err := t.send(m, volatile, later)
		switch {
		case err == errMoved:
			continue // s.transport is set before s.mu is free again
		case err == errFull && volatile:
			return ErrDropped
		case err == errFull:
			s.end(causePeer, ReasonSlowConsumer, errFull)
		}
		return err
	}
}

// Close ends the session once what is queued has left, or after
// Options.WriteTimeout. Nothing is received or sent any more meanwhile. With
// [ReasonShutdown], a polling peer for which nothing is queued is waited for
// only as long as there may be between two polls: it may have vanished. A session
// that is closing or has ended stays as it is.
func (s *Session) Close(reason Reason) {
	s.mu.Lock()
	if s.state != opened {
		s.mu.Unlock()
		return
	}
	s.state, s.fault = closing, &fault{cause: causeApplication, reason: reason}
	s.heartbeat.reset(s.drainTime(reason))
	close(s.done)
	t := s.transport
	s.mu.Unlock()
	t.close() // a probe may still take over: its client does not poll any more
}

// betweenPolls is the time from the answer of a poll to the next one on a slow
// line.
const betweenPolls = 500 * time.Millisecond

// drainTime returns how long a session that closes is waited for. The mutex is
// held.
func (s *Session) drainTime(reason Reason) time.Duration {
	limit := s.srv.opts.WriteTimeout
	if p, polls := s.transport.(*polling); polls && !s.probing && reason == ReasonShutdown && p.deserted() {
		return min(limit, betweenPolls)
	}
	return limit
}

// Abort ends the session at once. The error is for the Receiver.
func (s *Session) Abort(reason Reason, err error) { s.end(causeApplication, reason, err) }

// end ends the session. If Close was called, that is what it ends for and the
// arguments only say more. It does not block; the rest happens on a goroutine of
// its own.
func (s *Session) end(cause *Cause, reason Reason, err error) {
	s.mu.Lock()
	if s.state == ended {
		s.mu.Unlock()
		return
	}
	if s.state == closing {
		if reason == ReasonTransportClose {
			err = nil // as was asked for
		}
		reason = s.fault.reason
	} else {
		close(s.done)
		s.fault = &fault{cause: cause, reason: reason}
	}
	s.state = ended
	s.heartbeat.stop()
	t, probe := s.transport, s.probe
	s.mu.Unlock()
	s.srv.remove(s)
	s.srv.tasks.start(func() { s.finish(t, probe, reason, err) })
}

// finish closes the transports, waits until nobody calls the receiver any more,
// and makes the last call. It lets others have the turn so that they see the end.
func (s *Session) finish(t transport, probe *duplex, reason Reason, err error) {
	defer s.srv.tasks.done() // the session's own
	t.abort(reason)
	if probe != nil {
		probe.abort(reason)
	}
	s.turn <- struct{}{}
	defer s.yield()
	if s.leave != nil {
		defer s.leave()
	}
	if s.receiver != nil {
		defer s.rescue("Closed")
		s.receiver.Closed(reason, err)
	}
}

// lost ends the session if t carries it and reports whether it does.
func (s *Session) lost(t transport, err error) bool {
	s.mu.Lock()
	carries := s.transport == t
	s.mu.Unlock()
	if carries {
		s.end(causeNetwork, ReasonTransportError, err)
	}
	return carries
}

// yield lets others have the turn at the receiver.
func (s *Session) yield() { <-s.turn }

// receiving reports whether messages still go to the receiver.
func (s *Session) receiving() bool {
	select {
	case <-s.done:
		return false
	default:
		return true
	}
}
