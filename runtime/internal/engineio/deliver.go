package engineio

import (
	"fmt"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// handle does what a packet of the peer asks for. The size is that of the
// packet on the wire. The caller has the turn at the receiver.
func (s *Session) handle(p eioproto.Packet, size int) *fault {
	switch p.Type {
	case eioproto.Message:
		if s.receiving() {
			s.counters.received(size)
			s.deliver(p)
		}
	case eioproto.Ping, eioproto.Pong:
		if (p.Type == eioproto.Ping) != s.form.v3() {
			return &fault{cause: causePeer, reason: ReasonTransportError, err: errDirection, tell: plainly}
		}
		s.alive()
		if s.form.v3() {
			s.push(pongMessage, false, false) // its error has ended the session
		}
	case eioproto.Close:
		return &fault{cause: causePeer, reason: ReasonTransportClose, err: errPeerClosed, tell: plainly}
	}
	return nil // the others mean nothing here
}

// deliver calls the receiver.
func (s *Session) deliver(p eioproto.Packet) {
	s.delivering.Store(true)
	defer s.delivering.Store(false)
	defer s.rescue("message")
	if p.Binary {
		s.receiver.Binary(p.Data)
	} else {
		s.receiver.Text(p.Data)
	}
}

// await waits for what a crowded connection promises. To the heartbeat that is
// the same as a receiver at work.
func (s *Session) await(room <-chan struct{}) {
	s.delivering.Store(true)
	defer s.delivering.Store(false)
	select {
	case <-room:
	case <-s.done:
	}
}

// rescue, when deferred, keeps a panic in foreign code to the session: it is
// logged and ends it.
func (s *Session) rescue(during string) {
	v := recover()
	if v == nil {
		return
	}
	logPanic(s.srv.log, during, v)
	s.end(causePanic, ReasonForcedClose, fmt.Errorf("engineio: panic in receiver: %v", v))
}
