package rt

import (
	"net/netip"
	"sync"
	"time"
)

// addresses counts the connections and handshakes of each address, IPv6 by the
// /64 that one subscriber has. It keeps an address only while there is something
// to remember.
type addresses struct {
	connections int  // the most of one address; zero sets no limit
	handshakes  Rate // of one address; zero sets no limit

	mu    sync.Mutex
	byKey map[netip.Prefix]*address
	sweep int // at how many the table is cleaned
}

// limited reports whether there is a limit at all.
func (a *addresses) limited() bool { return a.connections > 0 || a.handshakes.Events > 0 }

// address is what is known of one.
type address struct {
	connections int
	tokens      bucket
}

// minSweep is the smallest number of addresses at which the table is cleaned,
// maxIdle the largest number of those without a connection that it keeps then.
const (
	minSweep = 1024
	maxIdle  = 1 << 14
)

func newAddresses(opts *Options) *addresses {
	return &addresses{
		connections: opts.MaxConnectionsPerAddress,
		handshakes:  Rate{Events: opts.HandshakesPerSecond},
		byKey:       make(map[netip.Prefix]*address),
		sweep:       minSweep,
	}
}

// connectionWait is how long a peer is asked to stay away that has too many
// connections.
const connectionWait = 10 * time.Second

// enter counts a handshake and the connection that it begins, and the address
// has to leave again. When it is over a limit, there is no connection to leave,
// and wait is how long it should stay away.
func (a *addresses) enter(key netip.Prefix, now time.Time) (wait time.Duration, ok bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	e := a.byKey[key]
	if e == nil {
		a.clean(now)
		e = new(address)
		a.byKey[key] = e
	}
	if a.handshakes.Events > 0 {
		if wait, ok := e.tokens.take(a.handshakes, now); !ok {
			return wait, false
		}
	}
	if a.connections > 0 && e.connections >= a.connections {
		return connectionWait, false
	}
	e.connections++
	return 0, true
}

func (a *addresses) leave(key netip.Prefix, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	e := a.byKey[key]
	if e.connections--; e.idle(now) {
		delete(a.byKey, key)
	}
}

// idle reports whether there is nothing to remember of an address.
func (e *address) idle(now time.Time) bool { return e.connections == 0 && !e.tokens.full.After(now) }

// clean forgets the addresses that are idle when there are many, in a new table:
// an old one would not give its memory back. Should a flood of addresses leave
// too many that are not, those without a connection go as well.
func (a *addresses) clean(now time.Time) {
	if len(a.byKey) < a.sweep {
		return
	}
	kept, idle := make(map[netip.Prefix]*address), 0
	for key, e := range a.byKey {
		if e.connections == 0 {
			if idle == maxIdle || e.idle(now) {
				continue
			}
			idle++
		}
		kept[key] = e
	}
	a.byKey = kept
	a.sweep = max(minSweep, 2*len(kept))
}
