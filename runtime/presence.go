package rt

import (
	"container/list"
	"time"
)

// presence is the place of a peer in a namespace with recovery. The peer keeps
// it while it is away; the socket with which it comes back takes it over. The
// fields but the first two are guarded by the recovery's mutex; positions are
// those of its log.
type presence struct {
	pid string // secret: whoever knows it can take the place
	id  SocketID

	since  uint64          // where it was let in
	joined map[Room]uint64 // where it joined the rooms that it is in
	last   uint64          // of the last event that was queued for it
	left   uint64          // what last was when it left a room
	leftAt uint64          // where that was: of what came before, it is not known what was for it
	socket *Socket         // nil unless it is here

	// What follows is set while it is away, and used by the socket that takes
	// the place.
	away      *list.Element // nil unless it is away and nobody has claimed it
	expires   time.Time
	parted    uint64 // where it went
	offset    uint64 // what the peer says it has got
	rooms     []Room
	data      any
	permitted time.Time       // its expiry, or zero
	done      <-chan struct{} // closed when the socket's last handler is done
}

// in reports whether an event for a room at a position was for p.
func (p *presence) in(room Room, position uint64) bool {
	if room == Room(p.id) {
		return true
	}
	joined, ok := p.joined[room]
	return ok && joined < position
}

// size is what p costs while it is away, in bytes.
func (p *presence) size() int {
	const own, perRoom = 512, 96
	n := own
	for room := range p.joined {
		n += perRoom + 2*len(room)
	}
	return n
}

// recoverable reports whether a peer that has left for a reason may have its
// place back: not when it was sent away, has said goodbye, or speaks another
// protocol.
func (r Reason) recoverable() bool {
	switch r {
	case ReasonTransportClose, ReasonTransportError, ReasonPingTimeout, ReasonForcedClose, ReasonSlowConsumer:
		return true
	}
	return false
}
