package rt

import (
	"context"
	"slices"
	"sync"
)

// RoomHooks are told of the rooms of a namespace on this node: what presence is
// built from. Every field may be nil. The room that is called as a socket's id
// is not one of them.
//
// Hooks are called on a goroutine of their own, one at a time, in the order in
// which things have happened; by the time of the call, more may have happened.
// When very many calls are due, the namespace's peers have to wait.
type RoomHooks struct {
	// Created is called before Joined for the first socket in a room, Deleted
	// after Left for the last one.
	Created, Deleted func(n *Namespace, room Room)
	// Joined is called for a socket that is in a room now, Left for one that no
	// longer is, because of [Socket.Leave] or because it has left the namespace.
	Joined, Left func(s *Socket, room Room)
}

// OnRooms adds hooks for the rooms of the namespace, or of all the namespaces
// that a pattern stands for.
func (n *Namespace) OnRooms(h RoomHooks) {
	n.hook(func(all *hooks) { all.rooms = append(all.rooms[:len(all.rooms):len(all.rooms)], h) })
}

// roomChange is a socket that joins or leaves a room. Edge says that it is the
// first or the last one there.
type roomChange struct {
	socket     *Socket
	room       Room
	left, edge bool
}

// tell calls the hooks that c is for.
func (n *Namespace) tell(h *RoomHooks, c *roomChange) {
	ofRoom, ofSocket := h.Created, h.Joined
	if c.left {
		ofRoom, ofSocket = h.Deleted, h.Left
	}
	calls := []func(){
		func() {
			if c.edge && ofRoom != nil {
				ofRoom(c.socket.ns, c.room)
			}
		},
		func() {
			if ofSocket != nil {
				ofSocket(c.socket, c.room)
			}
		},
	}
	if c.left {
		slices.Reverse(calls)
	}
	for _, call := range calls {
		n.safely(context.Background(), "rooms", call)
	}
}

// roomFeed holds changes until the hooks get to them. Its goroutine exists only
// while there are some.
type roomFeed struct {
	mu      sync.Mutex
	changes []roomChange
	running bool
	drained chan struct{} // closed when changes are taken; nil when nobody waits
}

// maxRoomChanges is how many changes may wait before peers do.
const maxRoomChanges = 4096

// roomChanged notes a change. It may be called with locks held.
func (n *Namespace) roomChanged(c roomChange) {
	if len(n.hooks.Load().rooms) == 0 {
		return
	}
	f := &n.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	f.changes = append(f.changes, c)
	if !f.running {
		f.running = true
		n.server.tasks.enter()
		go n.tellRooms()
	}
}

// tellRooms calls the hooks until no change is left.
func (n *Namespace) tellRooms() {
	defer n.server.tasks.exit()
	for batch := n.feed.take(); batch != nil; batch = n.feed.take() {
		for i := range batch {
			for _, h := range n.hooks.Load().rooms {
				n.tell(&h, &batch[i])
			}
		}
	}
}

// take returns all changes, or marks the feed as idle and returns nil.
func (f *roomFeed) take() []roomChange {
	f.mu.Lock()
	defer f.mu.Unlock()
	batch := f.changes
	f.changes = nil
	f.running = batch != nil
	if f.drained != nil {
		close(f.drained)
		f.drained = nil
	}
	return batch
}

// full returns a channel that is closed when there may be room for more
// changes, or nil.
func (f *roomFeed) full() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.changes) < maxRoomChanges {
		return nil
	}
	if f.drained == nil {
		f.drained = make(chan struct{})
	}
	return f.drained
}

// awaitRooms holds the socket up while the hooks of its namespace cannot keep
// pace: peers decide how often they join and leave.
func (s *Socket) awaitRooms() {
	if len(s.ns.hooks.Load().rooms) == 0 {
		return
	}
	for full := s.ns.feed.full(); full != nil; full = s.ns.feed.full() {
		select {
		case <-full:
		case <-s.ctx.Done():
			return
		}
	}
}
