package rt

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/rtgen/rtgen/runtime/internal/inbox"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// A Socket is one peer in one namespace. Its methods may be called from any
// goroutine, also from its own handlers, and after it has left.
type Socket struct {
	ns     *Namespace
	conn   *conn
	id     SocketID
	ctx    context.Context
	cancel context.CancelCauseFunc
	state  atomic.Int32 // a socketState; changed with mu held
	// presence is the socket's place when its namespace has recovery. Guarded by
	// the mutex of that.
	presence  *presence
	recovered bool
	inbox     inbox.Queue[*sioproto.Packet]
	acks      pendingAcks
	// sending is held to read while something is sent and to write while the
	// socket leaves: nothing follows its last packet.
	sending sync.RWMutex

	mu     sync.Mutex
	reason Reason      // why it left
	grace  func() bool // stops the clock that ends ctx
	held   []*outgoing // sent before it was let in
	expiry *expiry     // nil unless one is set
	rooms  []Room
	auth   json.RawMessage
	data   any

	// What follows belongs to the goroutine that empties the inbox.
	welcomed bool // the namespace's connect hooks were called
	admitted bool // the contract's connect handler has let it in
	events   bucket
	buckets  []bucket
	typed    any // what the contract calls the socket
}

// A socketState is where a socket stands. States only ever go forward.
type socketState = int32

const (
	stateConnecting socketState = iota // its checks run
	stateAccepted                      // its CONNECT is being answered
	stateConnected
	stateRefused // refused, or left before it was let in
	stateLeft
)

// maxHeld is how many messages a check may send to a socket.
const maxHeld = 64

// newSocket returns a socket that begins to connect. With a place it is that of
// a peer that was here before.
func newSocket(n *Namespace, c *conn, place *presence) *Socket {
	s := &Socket{ns: n, conn: c}
	s.ctx, s.cancel = context.WithCancelCause(context.Background())
	if place == nil {
		s.id = newSocketID()
		return s
	}
	s.id, s.presence, s.recovered = place.id, place, true
	s.rooms, s.data = slices.Clone(place.rooms), place.data
	s.setExpiry(place.permitted)
	return s
}

// ID returns the socket's public id. It is a [Room] too: Room(s.ID()).
func (s *Socket) ID() SocketID { return s.id }

// Namespace returns the namespace that the socket is in. It is never that of a
// pattern but that of the path.
func (s *Socket) Namespace() *Namespace { return s.ns }

// Param returns the segment of the namespace's path that a parameter of its
// pattern stands for, or "" when there is no such parameter. It is what the peer
// has sent, never unescaped: a check decides whether it may be.
func (s *Socket) Param(name string) string {
	if s.ns.parent == nil {
		return ""
	}
	return s.ns.parent.family.pattern.value(s.ns.name, name)
}

// Handshake returns what is known of the request that began the connection.
func (s *Socket) Handshake() *Handshake {
	h := Handshake(s.conn.session.Handshake())
	return &h
}

// Auth returns the object that the peer has sent to be let in, as JSON, or nil.
// It has at most 16 KiB and must not be changed. The checks of [Namespace.Use] are
// not asked about an object with members whose names differ in case alone, which
// encoding/json would take for one: its peer is refused.
func (s *Socket) Auth() json.RawMessage {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.auth
}

// Transport returns what carries the connection now: "polling", "websocket" or
// "webtransport".
func (s *Socket) Transport() string { return s.conn.session.Transport() }

// Context ends when the socket has left and the events that came before have
// been handled: at the latest a second after it left, or when a shutdown runs
// out of time. Its cause is [ErrDisconnected].
func (s *Socket) Context() context.Context { return s.ctx }

// Connected reports whether the socket has been let in and has not left.
func (s *Socket) Connected() bool { return s.state.Load() == stateConnected }

// gone reports whether the socket is not, and will never be, connected.
func (s *Socket) gone() bool { return s.state.Load() >= stateRefused }

// entered reports whether the socket is or was let in.
func (s *Socket) entered() bool {
	state := s.state.Load()
	return state != stateConnecting && state != stateRefused
}

// Recovered reports whether the peer was here before and has come back within
// Options.RecoveryWindow: with its id, its rooms and its data, and with
// everything that was sent to it meanwhile. Checks that run for it already know.
func (s *Socket) Recovered() bool { return s.recovered }

// Data returns what SetData has stored, or nil.
func (s *Socket) Data() any {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data
}

// SetData stores a value of the application with the socket.
func (s *Socket) SetData(v any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data = v
}

// Join puts the socket into rooms; those that it is in already stay as they
// are. A check may call it: the rooms are joined when the socket is let in.
// The error is [ErrClosed], or [ErrLimit] for a name that is too long or too
// many rooms, and then none has been joined.
func (s *Socket) Join(rooms ...Room) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gone() {
		return ErrClosed
	}
	opts := &s.ns.server.opts
	joined := len(s.rooms)
	for _, room := range rooms {
		if len(room) > opts.MaxRoomName {
			s.rooms = s.rooms[:joined]
			return fmt.Errorf("%w: the name of a room has %d bytes", ErrLimit, len(room))
		}
		if !slices.Contains(s.rooms, room) && room != Room(s.id) {
			s.rooms = append(s.rooms, room)
		}
	}
	if len(s.rooms) > opts.MaxRooms {
		s.rooms = s.rooms[:joined]
		return fmt.Errorf("%w: a socket is in %d rooms", ErrLimit, joined)
	}
	if s.state.Load() == stateConnected {
		r := s.ns.recovery
		r.lock()
		defer r.unlock()
		for _, room := range s.rooms[joined:] {
			s.ns.rooms.join(s, room)
			r.join(s, room)
		}
	}
	return nil
}

// Leave takes the socket out of rooms.
func (s *Socket) Leave(rooms ...Room) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.ns.recovery
	r.lock()
	defer r.unlock()
	for _, room := range rooms {
		i := slices.Index(s.rooms, room)
		if i < 0 {
			continue
		}
		s.rooms = slices.Delete(s.rooms, i, i+1)
		if s.state.Load() == stateConnected {
			s.ns.rooms.leave(s, room)
			r.leave(s, room)
		}
	}
}

// Rooms returns the rooms that the socket has joined, without the one of its id.
func (s *Socket) Rooms() []Room {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.rooms)
}

// In reports whether the socket is in a room.
func (s *Socket) In(room Room) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Contains(s.rooms, room)
}

// To returns a Broadcast to the sockets of rooms but this one, or the one with
// which its peer has come back.
func (s *Socket) To(rooms ...Room) Broadcast {
	b := s.ns.To(rooms...)
	b.sel.skip = s.ns.recovery.current(s)
	return b
}

// Disconnect makes the socket leave its namespace, or with closeConnection
// closes the connection, which every socket of the peer leaves with it. The
// peer does not come back by itself after that, and one that is away is not
// recovered. It may be called again.
func (s *Socket) Disconnect(closeConnection bool) {
	s = s.ns.recovery.current(s)
	defer s.ns.recovery.expel(s)
	if closeConnection {
		s.conn.disconnect()
		return
	}
	s.dismiss()
}
