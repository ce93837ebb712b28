package engineio

import (
	"errors"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

var (
	pingMessage = newPacket(byte(eioproto.Ping), "")
	pongMessage = newPacket(byte(eioproto.Pong), "")
	errNoBeat   = errors.New("a ping was not answered in time, or did not come")
)

// A heartbeat is a session's only timer: it sends pings, ends the session when
// one is not answered, and ends a closing session that does not drain. Peers of
// version 3 send the pings themselves, so one of theirs is awaited all the time.
// It belongs to the session, not to its transport, so no upgrade can stop it. The
// session's lock guards it.
type heartbeat struct {
	timer    *time.Timer   // nil until the session starts
	due      time.Time     // when the timer has to fire; earlier calls are stale
	awaiting bool          // a ping has no answer yet, or the peer's has not come
	excused  bool          // that one was given more time
	answered time.Duration // from the handshake to the last pong; zero before it
}

func (h *heartbeat) reset(d time.Duration) {
	h.due = time.Now().Add(d)
	if h.timer != nil {
		h.timer.Reset(d)
	}
}

func (h *heartbeat) stop() {
	if h.timer != nil {
		h.timer.Stop()
	}
}

// startHeartbeat starts the timer, which measures the time to the first ping or,
// if the session is closing already, for the queue to drain.
func (s *Session) startHeartbeat() {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &s.heartbeat
	if s.state == ended {
		return
	}
	if s.state == opened {
		h.awaiting = s.form.v3()
		h.due = time.Now().Add(s.patience())
	}
	h.timer = time.AfterFunc(time.Until(h.due), s.beat)
}

// patience is the time from a sign of life to the next event of the heartbeat.
func (s *Session) patience() time.Duration {
	if s.form.v3() {
		return s.srv.opts.PingInterval + s.srv.opts.PingTimeout
	}
	return s.srv.opts.PingInterval
}

// beat is what the timer calls.
func (s *Session) beat() {
	s.mu.Lock()
	h := &s.heartbeat
	opts := &s.srv.opts
	switch {
	case s.state == ended || time.Until(h.due) > 0:
		s.mu.Unlock()
	case s.state == closing:
		s.mu.Unlock()
		s.end(causeApplication, "", errDrain)
	case !h.awaiting:
		h.awaiting = true
		h.reset(opts.PingTimeout)
		s.mu.Unlock()
		s.push(pingMessage, false, false) // its error has ended the session
	case s.delivering.Load() && !h.excused:
		// The pong may be waiting behind the message at work.
		h.excused = true
		h.reset(opts.PingInterval + opts.PingTimeout)
		s.mu.Unlock()
	default:
		s.mu.Unlock()
		s.end(causeSilence, ReasonPingTimeout, errNoBeat)
	}
}

// alive notes the answer to a ping, or a ping of the peer. An answer that was not
// asked for changes nothing: it would put off the next ping.
func (s *Session) alive() {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &s.heartbeat
	if s.state == opened && h.awaiting {
		h.awaiting, h.excused = s.form.v3(), false
		h.answered = s.Age()
		h.reset(s.patience())
	}
}
