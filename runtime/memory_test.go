package rt

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// crowd returns an adapter with sockets that have their number as id. The even
// ones are in the room "even", those that three divides in "third".
func crowd(n int) (m *memory, sockets []*Socket) {
	m = newMemory(manyShards)
	ns := newNamespace(new(Server), "/")
	for i := range n {
		s := &Socket{ns: ns, id: SocketID(fmt.Sprint(i))}
		sockets = append(sockets, s)
		m.add(s)
		if i%2 == 0 {
			m.join(s, "even")
		}
		if i%3 == 0 {
			m.join(s, "third")
		}
	}
	return m, sockets
}

func TestMembersOfSelections(t *testing.T) {
	m, sockets := crowd(10)
	tests := []struct {
		name string
		sel  selection
		want string
	}{
		{"all", selection{}, "0123456789"},
		{"all but one", selection{skip: sockets[3]}, "012456789"},
		{"all but one that is not there", selection{skip: &Socket{}}, "0123456789"},
		{"a room", selection{some: true, to: []Room{"even"}}, "02468"},
		{"a room but one", selection{some: true, to: []Room{"even"}, skip: sockets[8]}, "0246"},
		{"a room but one outside", selection{some: true, to: []Room{"even"}, skip: sockets[1]}, "02468"},
		{"two rooms, each socket once", selection{some: true, to: []Room{"even", "third"}}, "0234689"},
		{"two rooms but one", selection{some: true, to: []Room{"even", "third"}, skip: sockets[0]}, "234689"},
		{"a room without another", selection{some: true, to: []Room{"even"}, except: []Room{"third"}}, "248"},
		{"all without rooms and one", selection{except: []Room{"even", "third"}, skip: sockets[1]}, "57"},
		{"a socket", selection{some: true, to: []Room{"4"}}, "4"},
		{"only the one that is left out", selection{some: true, to: []Room{"4"}, skip: sockets[4]}, ""},
		{"nobody", selection{some: true}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for range 2 { // pooled sets are used again
				present := make(map[SocketID]int)
				for _, s := range m.members(tt.sel) {
					present[s.id]++
				}
				want := make(map[SocketID]int)
				for _, c := range tt.want {
					want[SocketID(c)] = 1
				}
				if diff := cmp.Diff(want, present); diff != "" {
					t.Errorf("members (-want +got):\n%s", diff)
				}
			}
		})
	}
}

// F03, F08: nothing is kept of rooms that are empty, nor of sockets that have
// left.
func TestEmptyRoomsAreForgotten(t *testing.T) {
	m, sockets := crowd(10)
	m.leave(sockets[0], "even")
	m.leave(sockets[0], "never joined")
	for i, s := range sockets {
		var rooms []Room
		if i%2 == 0 {
			rooms = append(rooms, "even")
		}
		if i%3 == 0 {
			rooms = append(rooms, "third")
		}
		m.remove(s, rooms)
	}
	left := len(m.all.list) + len(m.all.index)
	for i := range m.shards {
		left += len(m.shards[i].rooms) + len(m.shards[i].ids)
	}
	if left != 0 {
		t.Errorf("%d entries are left, want none", left)
	}
}

// A broadcast costs the same for every receiver, whoever is left out.
func BenchmarkMembers(b *testing.B) {
	m, sockets := crowd(1000)
	tests := []struct {
		name string
		sel  selection
	}{
		{"all", selection{}},
		{"skip", selection{skip: sockets[0]}},
		{"room skip", selection{some: true, to: []Room{"even"}, skip: sockets[0]}},
		{"two rooms", selection{some: true, to: []Room{"even", "third"}}},
		{"except", selection{except: []Room{"third"}}},
	}
	for _, tt := range tests {
		b.Run(tt.name, func(b *testing.B) {
			b.ReportAllocs()
			var list []*Socket
			for b.Loop() {
				list = m.appendMembers(list[:0], tt.sel)
			}
		})
	}
}
