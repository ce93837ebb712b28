package rt

import "github.com/rtgen/rtgen/runtime/internal/engineio"

// adapter keeps the rooms of one namespace and carries its broadcasts. Its
// methods may be called from any goroutine. A socket is added first and removed
// last; the namespace sees to the order.
type adapter interface {
	// add makes s a member of the namespace.
	add(s *Socket)
	// remove takes s out of the namespace and of rooms.
	remove(s *Socket, rooms []Room)
	// join puts s into a room that it is not in.
	join(s *Socket, room Room)
	// leave takes s out of a room that it is in.
	leave(s *Socket, room Room)
	// members returns the sockets of a selection on this node, each once.
	members(sel selection) []*Socket
	// broadcast sends m to all sockets of a selection and counts those of this
	// node.
	broadcast(sel selection, m *engineio.Message, volatile bool) tally
	// len returns the number of sockets on this node.
	len() int
}

// selection says who receives: all sockets, or some, namely those of the rooms
// to; without those of the rooms except and without skip.
type selection struct {
	some       bool
	to, except []Room
	skip       *Socket
	local      bool
}
