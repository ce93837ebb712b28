package rt

import (
	"sync/atomic"
	"time"
)

// burden is what the namespaces of a pattern keep for peers that come back, all
// together, in bytes. Each is bounded by itself, but peers decide how many there
// are.
type burden struct {
	family    *family
	tasks     *tasks
	window    time.Duration
	max       int64
	bytes     atomic.Int64
	relieving atomic.Bool
}

// childCost is what a namespace of a pattern takes while it is kept for peers that
// are away, in bytes.
const childCost = 4 << 10

// add counts more, or less. It may be called with the locks of recoveries held.
func (b *burden) add(bytes int) {
	if b.bytes.Add(int64(bytes)) > b.max && b.relieving.CompareAndSwap(false, true) {
		b.tasks.enter()
		go b.relieve()
	}
}

// relieve drops what is oldest in all of the namespaces, until the rest is no
// longer too much.
func (b *burden) relieve() {
	defer b.tasks.exit()
	defer b.relieving.Store(false)
	for age := b.window / 2; b.bytes.Load() > b.max; age /= 2 {
		until := time.Now().Add(-age)
		for _, n := range b.family.list() {
			n.recovery.dropUntil(until)
		}
	}
}

// dropUntil drops the places of peers that went, and the events that were sent,
// until a time.
func (r *recovery) dropUntil(t time.Time) {
	r.lock()
	defer r.unlock()
	for e := r.away.Front(); e != nil; e = r.away.Front() {
		place := e.Value.(*presence)
		if place.expires.Add(-r.window).After(t) {
			break
		}
		r.forget(place)
	}
	r.log.dropUntil(t)
}

// report tells the burden, if there is one, what has changed.
func (r *recovery) report() {
	if r.burden == nil {
		return
	}
	cost := r.bytes + r.log.bytes
	if r.away.Len() > 0 {
		cost += childCost
	}
	if cost != r.reported {
		r.burden.add(cost - r.reported)
		r.reported = cost
	}
}
