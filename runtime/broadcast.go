package rt

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// A Broadcast says who of a namespace receives an event. It is a value: every
// method returns a new one, and one Broadcast may be used many times.
type Broadcast struct {
	ns           *Namespace
	sel          selection
	volatile     bool
	uncompressed bool
	timeout      time.Duration
}

// To adds the sockets of rooms. A socket that is in several of them gets the
// event once. Without any To, all sockets of the namespace are meant; To without
// rooms means nobody.
func (b Broadcast) To(rooms ...Room) Broadcast {
	b.sel.some = true
	b.sel.to = slices.Concat(b.sel.to, rooms)
	return b
}

// Except leaves out the sockets of rooms.
func (b Broadcast) Except(rooms ...Room) Broadcast {
	b.sel.except = slices.Concat(b.sel.except, rooms)
	return b
}

// Local leaves out the sockets of other nodes.
func (b Broadcast) Local() Broadcast {
	b.sel.local = true
	return b
}

// Volatile drops the event for sockets whose peers are not ready to take it.
func (b Broadcast) Volatile() Broadcast {
	b.volatile = true
	return b
}

// Compress says whether the event may be compressed for peers that understand
// it, as it is by default when it is large. Compress(false) is for what hardly
// gets smaller, and for secrets beside text that an attacker can choose.
func (b Broadcast) Compress(compress bool) Broadcast {
	b.uncompressed = !compress
	return b
}

// Timeout is how long [BroadcastWithAck] waits for answers. Zero leaves it to
// the event.
func (b Broadcast) Timeout(d time.Duration) Broadcast {
	b.timeout = d
	return b
}

func (b Broadcast) emit(ctx context.Context, p *outgoing) error {
	b.ns.announce(ctx, b, p)
	b.send(p)
	return nil
}

func (b Broadcast) send(p *outgoing) {
	p.uncompressed = b.uncompressed
	var t tally
	for n := range b.ns.each() {
		if n.recovery != nil {
			t.add(n.recovery.broadcast(b.sel, p, p.volatile || b.volatile))
			continue
		}
		t.add(n.rooms.broadcast(b.sel, p.message(n.name), p.volatile || b.volatile))
	}
	b.ns.sent(p, t)
}

// call sends a question and yields a reply for each socket. Those that have not
// answered in time yield ErrAckTimeout.
func (b Broadcast) call(ctx context.Context, q question) iter.Seq2[reply, error] {
	return func(yield func(reply, error) bool) {
		timeout := b.timeout
		if timeout == 0 {
			timeout = q.timeout
		}
		if timeout == 0 {
			yield(reply{}, errNoTimeout)
			return
		}
		p, err := newOutgoing(q.name, q.msg)
		if err != nil {
			yield(reply{}, err)
			return
		}
		p.uncompressed = b.uncompressed
		b.ns.announce(ctx, b, p)
		g := b.gather(p)
		p.release()
		defer g.forget()
		g.yield(ctx, timeout, yield)
	}
}

// errNotReady answers for a socket that a volatile question was dropped for.
var errNotReady = fmt.Errorf("%w: the peer was not ready for a volatile event", ErrLimit)

// gathering is the wait for the answers to one broadcast.
type gathering struct {
	ns      *Namespace
	event   string
	id      uint64
	replies chan reply
	waiting map[SocketID]*Socket
}

// gather sends p with one id to every socket and expects their answers.
func (b Broadcast) gather(p *outgoing) *gathering {
	list := b.sockets()
	g := &gathering{
		ns:      b.ns,
		event:   p.name,
		id:      b.ns.ackID.Add(1) - 1,
		replies: make(chan reply, len(list)),
		waiting: make(map[SocketID]*Socket, len(list)),
	}
	var t tally
	var msg *engineio.Message
	var n *Namespace // whose name msg has
	for _, s := range list {
		g.waiting[s.id] = s
		err := s.acks.expect(g.id, g.replies, b.ns.server.opts.MaxPendingAcks)
		if err != nil {
			g.replies <- reply{from: s.id, err: err}
			continue
		}
		if n != s.ns {
			n, msg = s.ns, p.question(s.ns.name, g.id)
		}
		went := s.deliver(msg, b.volatile)
		if went.dropped > 0 {
			s.acks.resolve(g.id, reply{from: s.id, err: errNotReady})
		}
		t.add(went)
	}
	b.ns.sent(p, t)
	return g
}

func (g *gathering) yield(ctx context.Context, timeout time.Duration, yield func(reply, error) bool) {
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	for len(g.waiting) > 0 {
		select {
		case r := <-g.replies:
			delete(g.waiting, r.from)
			if !yield(r, nil) {
				return
			}
		case <-timer.C:
			g.late(yield)
			return
		case <-ctx.Done():
			yield(reply{}, context.Cause(ctx))
			return
		}
	}
}

// late yields the sockets that have not answered.
func (g *gathering) late(yield func(reply, error) bool) {
	for id := range g.waiting {
		g.ns.ackTimedOut(g.event)
		if !yield(reply{from: id, err: ErrAckTimeout}, nil) {
			return
		}
	}
}

func (g *gathering) forget() {
	for _, s := range g.waiting {
		s.acks.forget(g.id)
	}
}
