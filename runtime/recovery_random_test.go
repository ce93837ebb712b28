package rt_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	rt "github.com/rtgen/rtgen/runtime"
)

// resident is a visitor with what it should have got.
type resident struct {
	*visitor
	rooms []rt.Room
	here  bool
	got   []string
	want  []string
}

// TestRecoveryOfRandomHistories lets peers join, leave, break off and return in
// any order while events are sent to any rooms: everybody gets what was sent to
// it, once and in order, whatever was on its way when a connection broke.
func TestRecoveryOfRandomHistories(t *testing.T) {
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inWorld(t, recovering, func(t *testing.T, w *world) {
				newHistory(t, w, seed).run(400)
			})
		})
	}
}

type history struct {
	t      *testing.T
	random *rand.Rand
	ns     *rt.Namespace
	peers  []*resident
	sent   int
}

func newHistory(t *testing.T, w *world, seed uint64) *history {
	h := &history{t: t, random: rand.New(rand.NewPCG(seed, 0)), ns: w.Of("/")}
	h.ns.Use(func(_ context.Context, s *rt.Socket) error { return s.Join("all") })
	for range 4 {
		p := &resident{visitor: w.visit("/"), here: true, rooms: []rt.Room{"all"}}
		p.look() // for the first offset
		h.peers = append(h.peers, p)
	}
	return h
}

func (h *history) run(steps int) {
	for range steps {
		p := h.peers[h.random.IntN(len(h.peers))]
		switch n := h.random.IntN(20); {
		case n < 12:
			h.emit()
		case n < 14:
			p.look()
		case n < 16:
			h.move(p)
		case p.here:
			p.visitor.cut() // what has not been looked at is lost on its way
			p.lose()
		default:
			h.comeBack(p)
		}
	}
	for i, p := range h.peers {
		if !p.here {
			h.comeBack(p)
		}
		p.look()
		if !slices.Equal(p.got, p.want) {
			h.t.Errorf("peer %d got\n%v, want\n%v", i, p.got, p.want)
		}
	}
}

// rooms returns some rooms, the ids of peers among them.
func (h *history) rooms(most int) []rt.Room {
	all := []rt.Room{"all", "a", "b", "c"}
	for _, p := range h.peers {
		all = append(all, rt.Room(p.id))
	}
	h.random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:h.random.IntN(most+1)]
}

// emit sends an event to some of the peers.
func (h *history) emit() {
	b := h.ns.Everyone()
	to, except := h.rooms(3), h.rooms(1)
	if len(to) > 0 {
		b = b.To(to...)
	}
	b = b.Except(except...)
	h.sent++
	send(h.t, b, h.sent)
	for _, p := range h.peers {
		if (len(to) == 0 || p.in(to)) && !p.in(except) {
			p.want = append(p.want, told(h.sent)...)
		}
	}
}

func (p *resident) in(rooms []rt.Room) bool {
	return slices.ContainsFunc(rooms, func(r rt.Room) bool { return r == rt.Room(p.id) || slices.Contains(p.rooms, r) })
}

// look takes what has come.
func (p *resident) look() {
	if p.here {
		p.got = append(p.got, p.heard()...)
	}
}

// lose drops what has come and was not looked at.
func (p *resident) lose() {
	p.here = false
	for len(p.peer.got) > 0 {
		<-p.peer.got
	}
}

// move makes a peer join a room, or leave one when nothing is on its way.
func (h *history) move(p *resident) {
	if !p.here {
		return
	}
	room := []rt.Room{"a", "b", "c"}[h.random.IntN(3)]
	for s := range h.ns.To(rt.Room(p.id)).Sockets() {
		if i := slices.Index(p.rooms, room); i >= 0 {
			p.look()
			s.Leave(room)
			p.rooms = slices.Delete(p.rooms, i, i+1)
			return
		}
		if err := s.Join(room); err != nil {
			h.t.Fatal(err)
		}
		p.rooms = append(p.rooms, room)
	}
}

func (h *history) comeBack(p *resident) {
	h.t.Helper()
	if !p.comeBack() {
		h.t.Fatal("not recovered")
	}
	p.here = true
	p.look()
}
