package rt

import (
	"container/list"
	"errors"
	"sync"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
	"github.com/rtgen/rtgen/runtime/internal/jsontext"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// recovery is what a namespace keeps for peers that come back: its latest events
// and the places of those who are away. A nil recovery keeps nothing.
//
// Its mutex is the order of the namespace: an event gets its position and is
// queued for all its receivers while it is held, and nobody comes, goes, joins
// or leaves in between. It is locked after the mutex of a socket, and before
// those of rooms and sessions.
type recovery struct {
	ns     *Namespace // a timer that runs keeps it
	window time.Duration

	mu     sync.Mutex
	log    eventLog
	known  map[string]*presence // by pid
	away   list.List            // of *presence: who went first is first
	bytes  int                  // what the places of those who are away cost
	timer  *time.Timer
	timed  bool // timer runs
	closed bool

	burden   *burden // of the pattern, if the namespace belongs to one
	reported int     // what that knows of, in bytes
}

// newRecovery returns nil unless the options ask for recovery.
func newRecovery(n *Namespace) *recovery {
	opts := &n.server.opts
	if opts.RecoveryWindow == 0 {
		return nil
	}
	r := &recovery{
		ns:     n,
		window: opts.RecoveryWindow,
		known:  make(map[string]*presence),
		log: eventLog{
			epoch:     newEpoch(),
			maxEvents: opts.RecoveryPackets,
			maxBytes:  opts.RecoveryBytes,
			// Who is back within the window still has to pass the checks.
			maxAge: opts.RecoveryWindow + opts.MiddlewareTimeout,
		},
	}
	if n.parent != nil {
		r.burden = &n.parent.family.burden
	}
	return r
}

func (r *recovery) lock() {
	if r != nil {
		r.mu.Lock()
	}
}

func (r *recovery) unlock() {
	if r != nil {
		r.report()
		r.mu.Unlock()
	}
}

// broadcast sends an event to the sockets of sel.
func (r *recovery) broadcast(sel selection, p *outgoing, volatile bool) (t tally) {
	r.lock()
	defer r.unlock()
	if volatile {
		return r.ns.rooms.broadcast(sel, r.passing(p), true)
	}
	m := r.store(p, addressedTo(sel))
	for _, s := range r.ns.rooms.members(sel) {
		t.add(s.deliver(m, false))
		s.presence.last = r.log.head
	}
	return t
}

// emit sends an event to one peer, wherever it is.
func (r *recovery) emit(s *Socket, p *outgoing) (tally, error) {
	r.lock()
	defer r.unlock()
	if !r.has(s) {
		return tally{}, ErrClosed
	}
	return r.send(s, p), nil
}

// knows reports whether the peer of s is here, or away and may be back.
func (r *recovery) knows(s *Socket) bool {
	if r == nil {
		return false
	}
	r.lock()
	defer r.unlock()
	return r.has(s)
}

func (r *recovery) has(s *Socket) bool {
	place := s.presence
	return place != nil && r.known[place.pid] == place
}

// current returns the socket that the peer of s has: another one than s when it
// has come back.
func (r *recovery) current(s *Socket) *Socket {
	if r == nil || !s.gone() {
		return s
	}
	r.lock()
	defer r.unlock()
	if r.has(s) && s.presence.socket != nil {
		return s.presence.socket
	}
	return s
}

// send queues an event for the peer of s. While that is away the log has it.
func (r *recovery) send(s *Socket, p *outgoing) tally {
	place := s.presence
	s = place.socket // another one, if the peer has come back
	if p.volatile {
		if s == nil {
			return tally{dropped: 1}
		}
		return tallyOf(s.enqueue(r.passing(p), true))
	}
	m := r.store(p, loggedEvent{only: place.id})
	if s == nil {
		return tally{}
	}
	place.last = r.log.head
	return tallyOf(s.enqueue(m, false))
}

// store gives an event the next position and returns it with its offset. E says
// whom it is for.
func (r *recovery) store(p *outgoing, e loggedEvent) *engineio.Message {
	m := p.stamped(r.ns.name, r.log.offset(r.log.head+1))
	if len(r.known) == 0 {
		r.log.head++ // nobody can come back to it
		return m
	}
	e.message, e.size, e.at = m, p.size(), time.Now()
	r.log.append(e)
	r.schedule(r.log.maxAge)
	return m
}

// passing returns an event that is not stored. Clients take any text that an
// event ends with for its offset: then it has to be one.
func (r *recovery) passing(p *outgoing) *engineio.Message {
	if p.endsInText() {
		return p.stamped(r.ns.name, r.log.offset(r.log.head))
	}
	return p.message(r.ns.name)
}

// errLogOverrun ends a connection whose peer cannot be given everything any
// more, since more was sent during its checks than the log holds. It comes back
// as a new one.
var errLogOverrun = errors.New("rt: events that a peer has missed left the log during its checks")

// errExpelled ends a connection whose peer has come back to a place that was
// given up during its checks.
var errExpelled = errors.New("rt: the socket of a peer that was away has been disconnected")

// enter gives s its place and queues what its peer has missed.
func (r *recovery) enter(s *Socket) error {
	if r == nil {
		return nil
	}
	place := s.presence
	if place == nil {
		place = &presence{pid: newID(), id: s.id, since: r.log.head, last: r.log.head}
		s.presence = place
		r.known[place.pid] = place
	}
	if !r.has(s) {
		return errExpelled
	}
	fewer := r.settle(place, s.rooms)
	if s.recovered {
		events, last, ok := r.log.missed(place, place.offset)
		if !ok {
			return errLogOverrun
		}
		for _, e := range events {
			_ = s.enqueue(e.message, false) // who is gone will be back, or not
		}
		place.last = max(place.last, last)
	}
	if fewer {
		r.leftRoom(place)
	}
	place.socket = s
	return nil
}

// settle makes rooms those of a place. Where it has been in all along it stays.
// It reports whether there was a room that is not among them.
func (r *recovery) settle(place *presence, rooms []Room) (fewer bool) {
	old, kept := place.joined, 0
	place.joined = make(map[Room]uint64, len(rooms))
	for _, room := range rooms {
		joined, ok := old[room]
		if ok {
			kept++
		} else {
			joined = r.log.head
		}
		place.joined[room] = joined
	}
	return kept < len(old)
}

// offsetEvent is the event that carries an offset to peers that get no other.
const offsetEvent = "rt:offset"

// greet sends the offset of now.
func (r *recovery) greet(s *Socket) {
	if r == nil || s.conn.legacy() {
		return
	}
	data := jsontext.AppendString([]byte(`["`+offsetEvent+`",`), r.log.offset(r.log.head))
	_ = s.enqueue(newMessage(&sioproto.Packet{Type: sioproto.Event, Namespace: s.ns.name, Data: append(data, ']')}), false)
}

// join and leave note that s, which is in the namespace, changes a room.
func (r *recovery) join(s *Socket, room Room) {
	if r != nil {
		s.presence.joined[room] = r.log.head
	}
}

func (r *recovery) leave(s *Socket, room Room) {
	if r != nil {
		delete(s.presence.joined, room)
		r.leftRoom(s.presence)
	}
}

func (r *recovery) leftRoom(place *presence) { place.left, place.leftAt = place.last, r.log.head }

// close lets go of everything, for good.
func (r *recovery) close() {
	if r == nil {
		return
	}
	r.lock()
	defer r.unlock()
	r.closed = true
	if r.timed {
		r.timer.Stop()
	}
	clear(r.known)
	r.away.Init()
	r.bytes = 0
	r.log.clear()
}
