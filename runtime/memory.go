package rt

import (
	"hash/maphash"
	"slices"
	"sync"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// memory is the adapter of a single node. Rooms are spread over shards, so that
// sockets of different rooms seldom wait for each other: what happens in a room
// takes the lock of its shard and no other.
type memory struct {
	seed   maphash.Seed
	shards []shard

	mu  sync.RWMutex // guards all
	all members
}

// How many shards a namespace has: one of a pattern may have many siblings.
const (
	manyShards = 128
	fewShards  = 8
)

type shard struct {
	mu    sync.RWMutex
	rooms map[Room]*members // nil until the first, as ids
	ids   map[Room]*Socket  // the sockets whose ids they are
	_     [24]byte          // a cache line for each shard
}

// members is a set of sockets: a slice to walk over, an index to find one in it.
type members struct {
	list  []*Socket
	index map[*Socket]int
}

func (m *members) add(s *Socket) {
	if _, ok := m.index[s]; ok {
		return
	}
	if m.index == nil {
		m.index = make(map[*Socket]int)
	}
	m.index[s] = len(m.list)
	m.list = append(m.list, s)
}

func (m *members) remove(s *Socket) {
	i, ok := m.index[s]
	if !ok {
		return
	}
	end := len(m.list) - 1
	last := m.list[end]
	m.list[i], m.index[last] = last, i
	m.list[end] = nil
	m.list = m.list[:end]
	delete(m.index, s)
}

func newMemory(shards int) *memory {
	return &memory{seed: maphash.MakeSeed(), shards: make([]shard, shards)}
}

func (m *memory) shard(room Room) *shard {
	return &m.shards[maphash.String(m.seed, string(room))%uint64(len(m.shards))]
}

func (m *memory) add(s *Socket) {
	sh := m.shard(Room(s.id))
	sh.mu.Lock()
	if sh.ids == nil {
		sh.ids = make(map[Room]*Socket)
	}
	sh.ids[Room(s.id)] = s
	sh.mu.Unlock()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all.add(s)
}

func (m *memory) remove(s *Socket, rooms []Room) {
	for _, room := range rooms {
		m.leave(s, room)
	}
	m.mu.Lock()
	m.all.remove(s)
	m.mu.Unlock()
	sh := m.shard(Room(s.id))
	sh.mu.Lock()
	defer sh.mu.Unlock()
	delete(sh.ids, Room(s.id))
}

func (m *memory) join(s *Socket, room Room) {
	sh := m.shard(room)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	r := sh.rooms[room]
	if r == nil {
		r = new(members)
		if sh.rooms == nil {
			sh.rooms = make(map[Room]*members)
		}
		sh.rooms[room] = r
	}
	r.add(s)
	s.ns.roomChanged(roomChange{socket: s, room: room, edge: len(r.list) == 1})
}

func (m *memory) leave(s *Socket, room Room) {
	sh := m.shard(room)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	r := sh.rooms[room]
	if r == nil {
		return
	}
	if r.remove(s); len(r.list) == 0 {
		delete(sh.rooms, room)
	}
	s.ns.roomChanged(roomChange{socket: s, room: room, left: true, edge: len(r.list) == 0})
}

func (m *memory) len() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.all.list)
}

func (m *memory) members(sel selection) []*Socket { return m.appendMembers(nil, sel) }

// recipients are lists of sockets that broadcasts walk over.
var recipients = sync.Pool{New: func() any { return new([]*Socket) }}

func (m *memory) broadcast(sel selection, msg *engineio.Message, volatile bool) (t tally) {
	list := recipients.Get().(*[]*Socket)
	all := m.appendMembers((*list)[:0], sel)
	for _, s := range all {
		t.add(s.deliver(msg, volatile))
	}
	clear(all) // the pool keeps no socket alive
	*list = all
	recipients.Put(list)
	return t
}

// appendMembers appends the sockets of sel. It copies them, so that no lock is
// held while something is sent.
func (m *memory) appendMembers(dst []*Socket, sel selection) []*Socket {
	start := len(dst)
	if !sel.some {
		m.mu.RLock()
		dst = append(dst, m.all.list...)
		m.mu.RUnlock()
	}
	for _, room := range sel.to {
		dst = m.appendRoom(dst, room)
	}
	kept := dst[start:]
	switch {
	case len(sel.to) > 1 || len(sel.except) > 0:
		kept = m.filter(kept, sel)
	case sel.skip != nil:
		kept = without(kept, sel.skip)
	}
	return dst[:start+len(kept)]
}

// without removes the one s from list, in place. The order does not matter.
func without(list []*Socket, s *Socket) []*Socket {
	i := slices.Index(list, s)
	if i < 0 {
		return list
	}
	end := len(list) - 1
	list[i], list[end] = list[end], nil
	return list[:end]
}

// outsiders are sets of sockets that filter leaves out.
var outsiders = sync.Pool{New: func() any { return make(map[*Socket]struct{}) }}

// maxOutsiders is the largest set that goes back to its pool: to clear a map
// takes as long as the largest it ever was.
const maxOutsiders = 1024

// filter removes doubles and who is excepted, in place.
func (m *memory) filter(list []*Socket, sel selection) []*Socket {
	out := outsiders.Get().(map[*Socket]struct{})
	if sel.skip != nil {
		out[sel.skip] = struct{}{}
	}
	for _, room := range sel.except {
		m.addRoom(out, room)
	}
	kept := list[:0]
	for _, s := range list {
		if _, skip := out[s]; skip {
			continue
		}
		if len(sel.to) > 1 {
			out[s] = struct{}{}
		}
		kept = append(kept, s)
	}
	clear(list[len(kept):])
	if len(out) <= maxOutsiders {
		clear(out)
		outsiders.Put(out)
	}
	return kept
}

// addRoom adds the members of a room to set.
func (m *memory) addRoom(set map[*Socket]struct{}, room Room) {
	list := recipients.Get().(*[]*Socket)
	*list = m.appendRoom((*list)[:0], room)
	for _, s := range *list {
		set[s] = struct{}{}
	}
	clear(*list)
	recipients.Put(list)
}

// appendRoom appends the members of a room, or the socket that has its name as
// id.
func (m *memory) appendRoom(dst []*Socket, room Room) []*Socket {
	sh := m.shard(room)
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	if s := sh.ids[room]; s != nil {
		return append(dst, s)
	}
	if r := sh.rooms[room]; r != nil {
		dst = append(dst, r.list...)
	}
	return dst
}
