package client

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/internal/engineclient"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// The methods of this file that do not say otherwise are called with the
// client's lock held.

var (
	errNoAnswer  = errors.New("client: the server did not answer CONNECT in time")
	errOldServer = errors.New("client: the server speaks an older Socket.IO protocol")
	errDismissed = errors.New("client: the server has made the socket leave before it was let in")
)

// admitted takes the answer to CONNECT. It locks.
func (s *Socket) admitted(l *link, data []byte) {
	var answer struct {
		SID rt.SocketID
		PID string
	}
	if err := json.Unmarshal(data, &answer); err != nil || answer.SID == "" {
		s.refused(l, errOldServer)
		return
	}
	c := s.client
	c.mu.Lock()
	defer c.mu.Unlock()
	if !s.answered(l) {
		return
	}
	if !s.active() { // it has left before it came
		s.tellLeave(l)
		return
	}
	s.recovered = answer.PID != "" && answer.PID == s.pid
	if !s.recovered {
		s.offset = ""
	}
	s.state, s.id, s.pid = stateConnected, answer.SID, answer.PID
	s.visit = new(visit)
	s.visit.ctx, s.visit.cancel = context.WithCancelCause(c.handling)
	s.queue(&work{kind: workConnected, visit: s.visit})
	for _, p := range s.takeEarly() {
		s.accept(newEvent(p, s.visit), noLimit)
	}
	s.flush(l)
	close(s.attempt.done)
}

// refused makes the socket inactive because the server does not let it in. It
// locks.
func (s *Socket) refused(l *link, err error) {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	if s.answered(l) && s.active() {
		s.queue(&work{kind: workFailed, err: err})
		s.end(err)
	}
}

// refusal returns the error of a CONNECT_ERROR: an object, or from old servers
// a string.
func refusal(data []byte) error {
	var e struct {
		Message string
		Data    json.RawMessage
	}
	if json.Unmarshal(data, &e) != nil {
		_ = json.Unmarshal(data, &e.Message) // the decoder has let nothing else pass
	}
	refused := &rt.ConnectError{Message: e.Message}
	if e.Data != nil {
		refused.Data = e.Data
	}
	return refused
}

// answered notes that the answer to CONNECT has come. It reports false when
// none was due.
func (s *Socket) answered(l *link) bool {
	if s.asked != l || s.expiry == nil {
		return false
	}
	s.left = nil
	s.client.failed = 0
	s.unask()
	return true
}

// unask forgets that an answer to CONNECT is due.
func (s *Socket) unask() {
	s.asked = nil
	if s.expiry != nil {
		s.expiry.Stop()
		s.expiry = nil
	}
}

// dismissed takes a DISCONNECT of the server. It locks.
func (s *Socket) dismissed(l *link) {
	if !s.dismissedNow(l) {
		s.refused(l, errDismissed)
	}
}

// dismissedNow takes a DISCONNECT that is about a visit. It reports false when that
// is about an attempt. It locks.
func (s *Socket) dismissedNow(l *link) bool {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	crossed := s.left == l // and is about the visit that this side has ended as well
	s.left = nil
	if s.state == stateConnected {
		s.depart(ReasonServerDisconnect)
		s.end(rt.ErrClosed)
		return true
	}
	return crossed
}

// leave makes the socket leave because the program wants it.
func (s *Socket) leave() {
	if !s.active() {
		return
	}
	if s.state == stateConnected {
		s.tellLeave(s.client.link)
		s.depart(ReasonClientDisconnect)
	}
	s.end(rt.ErrClosed)
}

func (s *Socket) tellLeave(l *link) {
	s.left = l
	_ = l.send(&sioproto.Packet{Type: sioproto.Disconnect, Namespace: s.name})
}

// depart ends the visit of a connected socket.
func (s *Socket) depart(reason rt.Reason) {
	v := s.visit
	s.state, s.visit, s.id = stateConnecting, nil, ""
	s.attempt = &attempt{done: make(chan struct{})}
	v.grace = time.AfterFunc(grace, func() { v.cancel(rt.ErrDisconnected) })
	s.queue(&work{kind: workDisconnected, visit: v, reason: reason})
	s.failAcks(false)
}

// end makes the socket inactive.
func (s *Socket) end(err error) {
	s.state = stateInactive
	s.attempt.err = err
	close(s.attempt.done)
	s.attempt = nil
	s.pid, s.offset, s.recovered = "", "", false
	s.takeEarly()
	s.failAcks(true)
	s.client.rest()
}

// unlinked notes that a connection has ended.
func (s *Socket) unlinked(l *link, reason rt.Reason, err error) {
	if s.state == stateConnected {
		s.depart(reason)
	} else if s.asked == l && s.active() && reason != rt.ReasonForcedClose {
		s.queue(&work{kind: workFailed, err: err})
	}
	if s.asked == l {
		s.unask()
	}
	s.left = nil
	s.takeEarly()
}

// expire ends a connection whose server does not answer CONNECT.
func (l *link) expire() { l.conn.Fail(engineclient.ReasonTransportError, errNoAnswer) }

// log writes a record with the names of the socket. The caller need not hold
// the lock.
func (s *Socket) log(level slog.Level, msg string, attrs ...slog.Attr) {
	s.client.log(level, msg, append(attrs, slog.String("namespace", s.name))...)
}
