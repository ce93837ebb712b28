package client

import (
	"context"
	"errors"
	"slices"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/internal/payload"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// reply is what the server has answered, or why it has not.
type reply struct {
	args        [][]byte
	attachments [][]byte
	err         error
}

// call asks the server a question and returns the answer, a pointer.
func (s *Socket) call(ctx context.Context, q *question) (any, error) {
	p, err := s.event(q.name, q.msg)
	if err != nil {
		return nil, err
	}
	ask := s.await
	if s.client.opts.Retries > 0 {
		ask = s.insist
	}
	r, err := ask(ctx, p, q.timeoutOr(s.client.opts.AckTimeout))
	if err != nil {
		return nil, err
	}
	v, err := payload.DecodeAnswer(q.answer, q.raw, r.args, r.attachments)
	if refused, ok := errors.AsType[*payload.Refusal](err); ok {
		err = &rt.Error{Code: refused.Code, Message: refused.Message, Data: refused.Data}
	}
	return v, err
}

// insist sends an event until it is answered or the retries are used up. Events
// that are sent so leave one after the other.
func (s *Socket) insist(ctx context.Context, p *sioproto.Packet, timeout time.Duration) (reply, error) {
	select {
	case s.turn <- struct{}{}:
		defer func() { <-s.turn }()
	case <-ctx.Done():
		return reply{}, context.Cause(ctx)
	}
	for left := s.client.opts.Retries; ; left-- {
		if err := s.settled(ctx); err != nil {
			return reply{}, err
		}
		r, err := s.await(ctx, p, timeout)
		again := errors.Is(err, rt.ErrAckTimeout) || errors.Is(err, rt.ErrDisconnected)
		if !again || left == 0 {
			return r, err
		}
	}
}

// await sends an event and waits for its answer.
func (s *Socket) await(ctx context.Context, p *sioproto.Packet, timeout time.Duration) (reply, error) {
	replies := make(chan reply, 1)
	id, err := s.question(*p, replies)
	if err != nil {
		return reply{}, err
	}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case r := <-replies:
		return r, r.err
	case <-timer.C:
		err = rt.ErrAckTimeout
	case <-ctx.Done():
		err = context.Cause(ctx)
	}
	s.forget(id)
	return reply{}, err
}

// question sends an event with the wish for an answer, which goes to replies.
func (s *Socket) question(p sioproto.Packet, replies chan<- reply) (id uint64, err error) {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	p.ID, p.HasID = s.nextID, true
	if err := s.send(&p, false); err != nil {
		return 0, err
	}
	s.nextID++
	if s.acks == nil {
		s.acks = make(map[uint64]chan<- reply)
	}
	s.acks[p.ID] = replies
	return p.ID, nil
}

// resolve hands over an answer. One that nobody has asked for is dropped.
func (s *Socket) resolve(id uint64, r reply) {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	s.settle(id, r)
}

func (s *Socket) settle(id uint64, r reply) {
	if replies, ok := s.acks[id]; ok {
		delete(s.acks, id)
		replies <- r // has room for it
	}
}

// forget drops a question whose answer nobody waits for any more.
func (s *Socket) forget(id uint64) {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	delete(s.acks, id)
	s.unhold(id)
}

// failAcks answers what was asked: no answer will come. Questions that have not
// been sent are answered only with all. The caller holds the client's lock.
func (s *Socket) failAcks(all bool) {
	for id := range s.acks {
		waits := slices.ContainsFunc(s.held, func(h held) bool { return h.hasID && h.id == id })
		if waits && !all {
			continue
		}
		s.unhold(id)
		s.settle(id, reply{err: rt.ErrDisconnected})
	}
}
