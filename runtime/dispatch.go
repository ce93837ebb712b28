package rt

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/payload"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// dispatch handles an event and answers it. Events that came before the socket
// left are handled, until its context ends.
func (s *Socket) dispatch(p *sioproto.Packet) {
	if !s.welcomed || s.ctx.Err() != nil {
		return
	}
	s.throttle()
	ctx := s.ctx
	if d := s.ns.server.opts.HandlerTimeout; d != 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, d)
		defer cancel()
	}
	a := s.handle(ctx, p)
	defer a.Release()
	if p.HasID && a.Data != nil {
		s.answer(p.ID, &a)
	}
}

// exitedEvent answers an event whose handler has ended its goroutine.
func (s *Socket) exitedEvent(p *sioproto.Packet, err error) {
	s.log().failed(s.ctx, p.Name, err)
	e := s.ns.handled.Load().byName[p.Name]
	if e == nil {
		return
	}
	a := payload.Internal()
	s.received(p, EventRecord{Event: e.name, Outcome: a.Code})
	if p.HasID && !e.raw {
		s.answer(p.ID, &a)
	}
}

// throttle waits until the socket may have another event handled. Meanwhile its
// inbox fills up, and then the peer waits as well: nothing is lost.
func (s *Socket) throttle() {
	rate := Rate{Events: s.ns.server.opts.EventsPerSecond}
	for {
		wait, ok := s.events.take(rate, time.Now())
		if ok {
			return
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-s.ctx.Done():
			timer.Stop()
			return
		}
	}
}

// handle returns the answer to an event, the zero answer for none.
func (s *Socket) handle(ctx context.Context, p *sioproto.Packet) payload.Answer {
	s.observe(ctx, p)
	e := s.ns.handled.Load().byName[p.Name]
	if e == nil {
		return s.unknown(ctx, p)
	}
	if e.deprecated != "" {
		s.log().deprecated(ctx, e)
	}
	a := s.process(ctx, e, p)
	if e.raw && a.Failed() {
		return payload.Answer{} // a raw answer cannot say so
	}
	return a
}

// process has an event handled and tells the observer how that went.
func (s *Socket) process(ctx context.Context, e *entry, p *sioproto.Packet) payload.Answer {
	if s.ns.server.watch.EventReceived == nil {
		return s.admit(ctx, e, p)
	}
	start := time.Now()
	a := s.admit(ctx, e, p)
	s.received(p, EventRecord{Event: e.name, Outcome: cmp.Or(a.Code, outcomeOK), Duration: time.Since(start)})
	return a
}

// admit has an event handled that comes within its rate.
func (s *Socket) admit(ctx context.Context, e *entry, p *sioproto.Packet) payload.Answer {
	if e.rate.Events > 0 {
		if wait, ok := s.bucket(e).take(e.rate, time.Now()); !ok {
			s.log().limited(ctx, e.name)
			return payload.RateLimited(wait)
		}
	}
	a, err := e.process(ctx, s, p)
	if err != nil {
		a = e.fail(ctx, s, err)
	}
	return a
}

// received tells the observer of an event that a peer has sent.
func (s *Socket) received(p *sioproto.Packet, r EventRecord) {
	w := &s.ns.server.watch
	r.Namespace, r.Bytes = s.ns.label(), p.Size()
	tell(w, w.EventReceived, r)
}

// observe calls the OnAny hooks.
func (s *Socket) observe(ctx context.Context, p *sioproto.Packet) {
	hooks := s.ns.hooks.Load().any
	if len(hooks) == 0 {
		return
	}
	raw := make([]json.RawMessage, len(p.Args))
	for i, a := range p.Args {
		raw[i] = bytes.Clone(a)
	}
	for _, fn := range hooks {
		s.hook(p.Name, func() { fn(ctx, s, p.Name, raw) })
	}
}

// unknown answers an event that has no handler. A namespace without a contract
// stays silent, as Socket.IO does.
func (s *Socket) unknown(ctx context.Context, p *sioproto.Packet) payload.Answer {
	s.log().unknown(ctx, p.Name)
	s.received(p, EventRecord{Outcome: payload.CodeUnknownEvent})
	if s.ns.binding() == nil {
		return payload.Answer{}
	}
	return payload.UnknownEvent()
}

// bucket returns the socket's tokens for an event.
func (s *Socket) bucket(e *entry) *bucket {
	for len(s.buckets) <= e.slot {
		s.buckets = append(s.buckets, bucket{})
	}
	return &s.buckets[e.slot]
}
