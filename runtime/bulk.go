package rt

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
)

// Sockets yields the sockets that are meant and are connected now, on this node.
func (b Broadcast) Sockets() iter.Seq[*Socket] {
	return func(yield func(*Socket) bool) {
		for _, s := range b.sockets() {
			if !yield(s) {
				return
			}
		}
	}
}

// SocketsJoin puts all sockets that are meant into rooms. A socket that may not
// join, see [Socket.Join], does not keep the others from it; the error then is
// [ErrLimit]. Sockets that leave meanwhile are no error. Ctx is for what lies
// between nodes.
func (b Broadcast) SocketsJoin(_ context.Context, rooms ...Room) error {
	var first error
	failed, list := 0, b.sockets()
	for _, s := range list {
		if err := s.Join(rooms...); err != nil && !errors.Is(err, ErrClosed) {
			failed++
			first = cmp.Or(first, err)
		}
	}
	if first != nil {
		return fmt.Errorf("%d of %d sockets cannot join: %w", failed, len(list), first)
	}
	return nil
}

// SocketsLeave takes all sockets that are meant out of rooms. Ctx is for what
// lies between nodes.
func (b Broadcast) SocketsLeave(_ context.Context, rooms ...Room) error {
	for s := range b.Sockets() {
		s.Leave(rooms...)
	}
	return nil
}

// DisconnectSockets makes all sockets that are meant leave, see
// [Socket.Disconnect]. Ctx is for what lies between nodes.
func (b Broadcast) DisconnectSockets(_ context.Context, closeConnection bool) error {
	for s := range b.Sockets() {
		s.Disconnect(closeConnection)
	}
	return nil
}

// sockets returns who is meant on this node, one namespace after the other.
func (b Broadcast) sockets() []*Socket {
	var list []*Socket
	for n := range b.ns.each() {
		list = append(list, n.rooms.members(b.sel)...)
	}
	return list
}
