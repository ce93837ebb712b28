package rt

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// A town is an adapter with many sockets, each in one of many rooms.
type town struct {
	*memory
	sockets []*Socket
	rooms   []Room
}

func newTown(sockets, rooms int) *town {
	t := &town{memory: newMemory(manyShards)}
	for i := range rooms {
		t.rooms = append(t.rooms, RoomName("room", strconv.Itoa(i)))
	}
	ns := newNamespace(new(Server), "/")
	for i := range sockets {
		s := &Socket{ns: ns, id: SocketID(fmt.Sprint("socket", i))}
		t.sockets = append(t.sockets, s)
		t.add(s)
		t.join(s, t.rooms[i%rooms])
	}
	return t
}

// visit lets a socket join a room that is not its own, sends to that room, and
// lets the socket leave it.
func (t *town) visit(i int, msg *engineio.Message) {
	s, room := t.sockets[i%len(t.sockets)], t.rooms[(i+1)%len(t.rooms)]
	t.join(s, room)
	t.broadcast(selection{some: true, to: []Room{room}}, msg, false)
	t.leave(s, room)
}

// BenchmarkRooms has 100,000 sockets in 10,000 rooms. With -cpu 1,2 it tells
// how much two goroutines get done more than one.
func BenchmarkRooms(b *testing.B) {
	t := newTown(100_000, 10_000)
	msg := engineio.NewMessage(nil, []byte(`2["heard"]`))
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for rng := rand.New(rand.NewPCG(rand.Uint64(), 1)); pb.Next(); {
			t.visit(rng.IntN(1<<30), msg)
		}
	})
}

func TestRoomsInParallel(t *testing.T) {
	const sockets, rooms, visitors = 1000, 100, 4
	town := newTown(sockets, rooms)
	msg := engineio.NewMessage(nil, []byte(`2["heard"]`))
	var wg sync.WaitGroup
	for v := range visitors {
		wg.Go(func() {
			for i := v; i < 10*sockets; i += visitors {
				town.visit(i, msg)
			}
		})
	}
	wg.Wait()
	for _, room := range town.rooms {
		got := len(town.members(selection{some: true, to: []Room{room}}))
		if want := sockets / rooms; got != want {
			t.Errorf("%d sockets are in %s, want %d", got, room, want)
		}
	}
}

// TestRoomsShareNoLock holds every lock but the one that a room needs. If it
// needed another one, it would wait for ever.
func TestRoomsShareNoLock(t *testing.T) {
	town := newTown(100, 10)
	own := town.shard(town.rooms[1])
	town.mu.Lock()
	defer town.mu.Unlock()
	for i := range town.shards {
		if sh := &town.shards[i]; sh != own {
			sh.mu.Lock()
			defer sh.mu.Unlock()
		}
	}
	town.visit(0, engineio.NewMessage(nil, []byte(`2["heard"]`)))
}
