package rt

import (
	"errors"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// A ticket is what a peer that comes back shows.
type ticket struct{ pid, offset string }

// takeTicket returns auth without the members that are the protocol's own, and
// these.
func takeTicket(auth []byte) ([]byte, ticket) {
	rest, values := takeStrings(auth, "pid", "offset")
	return rest, ticket{pid: values[0], offset: values[1]}
}

// errTakenOver ends a connection whose peer has come back with another one.
var errTakenOver = errors.New("rt: the peer has come back with another connection")

// part notes that s leaves. Its place is kept, or given back when it was still
// connecting, unless the reason forbids that.
func (r *recovery) part(s *Socket, reason Reason) {
	if r == nil || !r.has(s) {
		return
	}
	place := s.presence
	if r.closed || !reason.recoverable() || s.conn.legacy() {
		r.forget(place)
		return
	}
	if place.socket == s {
		place.socket = nil
		place.parted, place.expires = r.log.head, time.Now().Add(r.window)
		place.rooms, place.data, place.done = s.rooms, s.data, s.ctx.Done()
		place.permitted = time.Time{}
		if s.expiry != nil {
			place.permitted = s.expiry.at
		}
	}
	r.keep(place)
}

// keep puts a place among those of peers that are away.
func (r *recovery) keep(place *presence) {
	e := r.away.Back()
	for e != nil && e.Value.(*presence).expires.After(place.expires) {
		e = e.Prev() // it was claimed in vain
	}
	if e == nil {
		place.away = r.away.PushFront(place)
	} else {
		place.away = r.away.InsertAfter(place, e)
	}
	r.bytes += place.size()
	for r.away.Len() > r.log.maxEvents || r.bytes > r.log.maxBytes {
		r.forget(r.away.Front().Value.(*presence))
	}
	r.schedule(r.window)
}

// abandon gives up the place of a socket that cannot begin to connect.
func (r *recovery) abandon(s *Socket) {
	if r == nil || s.presence == nil {
		return
	}
	r.lock()
	defer r.unlock()
	r.forget(s.presence)
}

// expel gives up the place of a socket whose peer is away.
func (r *recovery) expel(s *Socket) {
	if r == nil {
		return
	}
	r.lock()
	defer r.unlock()
	if r.has(s) && s.presence.socket == nil {
		r.forget(s.presence)
	}
}

// unkeep takes a place from those of peers that are away.
func (r *recovery) unkeep(place *presence) {
	if place.away != nil {
		r.away.Remove(place.away)
		place.away = nil
		r.bytes -= place.size()
	}
}

// forget gives up a place.
func (r *recovery) forget(place *presence) {
	r.unkeep(place)
	delete(r.known, place.pid)
	if len(r.known) == 0 {
		r.log.clear()
	}
}

// claim returns the place of the peer that knows a pid, once, or nil when it
// cannot have it back. A socket that still has the place leaves.
func (r *recovery) claim(t ticket) *presence {
	if r == nil || t.pid == "" {
		return nil
	}
	r.lock()
	place := r.known[t.pid]
	var s *Socket
	if place != nil {
		s = place.socket
	}
	r.unlock()
	if s != nil {
		s.leave(ReasonTransportClose)
		s.conn.session.Abort(engineio.ReasonTransportClose, errTakenOver)
	}
	r.lock()
	defer r.unlock()
	return r.take(t)
}

// take is the second part of claim.
func (r *recovery) take(t ticket) *presence {
	place := r.known[t.pid]
	if place == nil || place.away == nil {
		return nil
	}
	r.unkeep(place)
	offset, ok := r.log.position(t.offset)
	place.offset = offset
	if !ok || !time.Now().Before(place.expires) || !r.holds(place) {
		r.forget(place)
		return nil
	}
	return place
}

// holds reports whether the log has all that a peer has missed, and a queue
// room for it.
func (r *recovery) holds(place *presence) bool {
	events, _, ok := r.log.missed(place, place.offset)
	if !ok {
		return false
	}
	size := 0
	for _, e := range events {
		size += e.size
	}
	opts := &r.ns.server.opts
	return size < opts.SendQueueBytes && len(events) < opts.SendQueuePackets
}

// schedule has what is too old dropped after a while, unless that will be done
// anyway.
func (r *recovery) schedule(after time.Duration) {
	switch {
	case r.timed || r.closed:
		return
	case r.timer == nil:
		r.timer = time.AfterFunc(after, r.sweep)
	default:
		r.timer.Reset(after)
	}
	r.timed = true
}

// sweepPause is the shortest time between two sweeps.
const sweepPause = time.Second

// sweep drops what is too old.
func (r *recovery) sweep() {
	r.lock()
	defer r.unlock()
	r.timed = false
	now := time.Now()
	next := time.Duration(-1)
	for e := r.away.Front(); e != nil; e = r.away.Front() {
		place := e.Value.(*presence)
		if next = place.expires.Sub(now); next > 0 {
			break
		}
		r.forget(place)
	}
	r.log.trim(now)
	if age := r.log.remaining(now); age > 0 && (next <= 0 || age < next) {
		next = age
	}
	if next > 0 {
		r.schedule(max(next, sweepPause))
	}
}
