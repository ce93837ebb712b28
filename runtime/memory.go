package rt

import (
	"hash/maphash"
	"sync"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// memory is the adapter of a single node. Rooms are spread over shards, so that
// sockets of different rooms seldom wait for each other.
type memory struct {
	seed   maphash.Seed
	shards [16]shard

	mu   sync.RWMutex // guards what follows
	all  members
	byID map[SocketID]*Socket
}

type shard struct {
	mu    sync.RWMutex
	rooms map[Room]*members
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

func newMemory() *memory {
	m := &memory{seed: maphash.MakeSeed(), byID: make(map[SocketID]*Socket)}
	for i := range m.shards {
		m.shards[i].rooms = make(map[Room]*members)
	}
	return m
}

func (m *memory) shard(room Room) *shard {
	return &m.shards[maphash.String(m.seed, string(room))%uint64(len(m.shards))]
}

func (m *memory) add(s *Socket) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all.add(s)
	m.byID[s.id] = s
}

func (m *memory) remove(s *Socket, rooms []Room) {
	for _, room := range rooms {
		m.leave(s, room)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all.remove(s)
	delete(m.byID, s.id)
}

func (m *memory) join(s *Socket, room Room) {
	sh := m.shard(room)
	sh.mu.Lock()
	defer sh.mu.Unlock()
	r := sh.rooms[room]
	if r == nil {
		r = new(members)
		sh.rooms[room] = r
	}
	r.add(s)
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
}

func (m *memory) len() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.all.list)
}

func (m *memory) members(sel selection) []*Socket { return m.appendMembers(nil, sel) }

// recipients are lists of sockets that broadcasts walk over.
var recipients = sync.Pool{New: func() any { return new([]*Socket) }}

func (m *memory) broadcast(sel selection, msg *engineio.Message, volatile bool) {
	list := recipients.Get().(*[]*Socket)
	all := m.appendMembers((*list)[:0], sel)
	for _, s := range all {
		s.deliver(msg, volatile)
	}
	clear(all) // the pool keeps no socket alive
	*list = all
	recipients.Put(list)
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
	if len(sel.to) <= 1 && len(sel.except) == 0 && sel.skip == nil {
		return dst
	}
	return dst[:start+len(m.filter(dst[start:], sel))]
}

// filter removes doubles and who is excepted, in place.
func (m *memory) filter(list []*Socket, sel selection) []*Socket {
	out := make(map[*Socket]bool)
	if sel.skip != nil {
		out[sel.skip] = true
	}
	for _, room := range sel.except {
		for _, s := range m.appendRoom(nil, room) {
			out[s] = true
		}
	}
	kept := list[:0]
	for _, s := range list {
		if out[s] {
			continue
		}
		if len(sel.to) > 1 {
			out[s] = true
		}
		kept = append(kept, s)
	}
	clear(list[len(kept):])
	return kept
}

// appendRoom appends the members of a room, or the socket that has its name as
// id.
func (m *memory) appendRoom(dst []*Socket, room Room) []*Socket {
	m.mu.RLock()
	s := m.byID[SocketID(room)]
	m.mu.RUnlock()
	if s != nil {
		return append(dst, s)
	}
	sh := m.shard(room)
	sh.mu.RLock()
	defer sh.mu.RUnlock()
	if r := sh.rooms[room]; r != nil {
		dst = append(dst, r.list...)
	}
	return dst
}
