package rt

import (
	"context"
	"fmt"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
	"github.com/rtgen/rtgen/runtime/internal/payload"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

func (s *Socket) emit(ctx context.Context, p *outgoing) error {
	if s.gone() && !s.ns.recovery.knows(s) {
		return ErrClosed
	}
	s.ns.announce(ctx, s, p)
	t, err := s.post(p)
	s.ns.sent(p, t)
	return err
}

// post sends an event, or keeps it until the socket has been let in.
func (s *Socket) post(p *outgoing) (tally, error) {
	if held, err := s.hold(p); held {
		return tallyOf(err), err
	}
	if r := s.ns.recovery; r != nil {
		return r.emit(s, p)
	}
	err := s.enqueue(newMessage(p.packet(s.ns.name)), p.volatile)
	if err == engineio.ErrDropped {
		return tallyOf(err), nil
	}
	return tallyOf(err), err
}

// hold keeps an event for a socket that has not been let in yet.
func (s *Socket) hold(p *outgoing) (held bool, err error) {
	if s.state.Load() > stateAccepted {
		return false, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state.Load() > stateAccepted {
		return false, nil // meanwhile
	}
	if len(s.held) == maxHeld {
		return true, fmt.Errorf("%w: %d messages wait for the socket to be let in", ErrLimit, maxHeld)
	}
	s.held = append(s.held, p.clone())
	return true, nil
}

// deliver sends a part of a broadcast. To a socket that is being let in it goes
// behind the answer to its CONNECT. Who holds the lock of a recovery sees none.
func (s *Socket) deliver(m *engineio.Message, volatile bool) tally {
	if s.state.Load() == stateAccepted {
		s.mu.Lock() // until it is in
		defer s.mu.Unlock()
	}
	if !s.Connected() {
		return tally{}
	}
	return tallyOf(s.enqueue(m, volatile))
}

// enqueue gives m to the connection and leaves the writing to others: it is
// gathered with what else is on its way, and who calls it may hold a lock.
func (s *Socket) enqueue(m *engineio.Message, volatile bool) error {
	return s.pass(s.conn.session.Enqueue, m, volatile)
}

// answer sends an ack to the event id.
func (s *Socket) answer(id uint64, a *payload.Answer) {
	_ = s.enqueue(newMessage(a.Packet(s.ns.name, id)), false) // who is gone wants none
}

// call asks the socket a question and returns the answer, a pointer.
func (s *Socket) call(ctx context.Context, q question) (any, error) {
	if !s.Connected() {
		return nil, ErrClosed
	}
	p, err := newOutgoing(q.name, q.msg)
	if err != nil {
		return nil, err
	}
	defer p.release()
	id := s.ns.ackID.Add(1) - 1
	replies := make(chan reply, 1)
	if err := s.acks.expect(id, replies, s.ns.server.opts.MaxPendingAcks); err != nil {
		return nil, err
	}
	defer s.acks.forget(id)
	s.ns.announce(ctx, s, p)
	err = s.pass(s.conn.session.Send, p.question(s.ns.name, id), false)
	s.ns.sent(p, tallyOf(err))
	if err != nil {
		return nil, err
	}
	r, err := await(ctx, replies, q.timeoutOr(s.ns.server.opts.AckTimeout))
	if err == ErrAckTimeout {
		s.ns.ackTimedOut(q.name)
	}
	if err != nil {
		return nil, err
	}
	return r.decode(&q)
}

func (q *question) timeoutOr(other time.Duration) time.Duration {
	if q.timeout != 0 {
		return q.timeout
	}
	return other
}

func await(ctx context.Context, replies <-chan reply, timeout time.Duration) (reply, error) {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case r := <-replies:
		return r, nil
	case <-timer.C:
		return reply{}, ErrAckTimeout
	case <-ctx.Done():
		return reply{}, context.Cause(ctx)
	}
}

// send hands a message to the connection.
func (c *conn) send(m *engineio.Message, volatile bool) error {
	if c.session.Send(m, volatile) != nil {
		return ErrClosed
	}
	return nil
}

// sendPacket sends a packet of the runtime's own.
func (c *conn) sendPacket(p *sioproto.Packet) {
	_ = c.send(newMessage(p), false) // a peer that is gone needs no answer
}
