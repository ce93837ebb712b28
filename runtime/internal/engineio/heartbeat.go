package engineio

import (
	"errors"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

var (
	pingMessage = newPacket(byte(eioproto.Ping), "")
	errNoPong   = errors.New("a ping was not answered in time")
)

// A heartbeat is a session's only timer: it sends pings, ends the session when
// one is not answered, and ends a closing session that does not drain. It
// belongs to the session, not to its transport, so no upgrade can stop it. The
// session's lock guards it.
type heartbeat struct {
	timer    *time.Timer // nil until the session starts
	due      time.Time   // when the timer has to fire; earlier calls are stale
	awaiting bool        // a ping has no answer yet
	excused  bool        // that ping was given more time
	answered time.Time   // when the last pong came; zero before the first
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
		h.due = time.Now().Add(s.srv.opts.PingInterval)
	}
	h.timer = time.AfterFunc(time.Until(h.due), s.beat)
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
		s.end(Cause{}, "", errDrain)
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
		s.end(causeSilence, ReasonPingTimeout, errNoPong)
	}
}

// pong notes the answer to a ping. One that was not asked for changes nothing:
// it would put off the next ping.
func (s *Session) pong() {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := &s.heartbeat
	if s.state == opened && h.awaiting {
		h.awaiting, h.excused = false, false
		h.answered = time.Now()
		h.reset(s.srv.opts.PingInterval)
	}
}
