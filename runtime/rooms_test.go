package rt_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

// roomLog writes down what room hooks are told.
type roomLog struct {
	mu   sync.Mutex
	said []string
}

func (l *roomLog) hooks() rt.RoomHooks {
	say := func(format string, args ...any) {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.said = append(l.said, fmt.Sprintf(format, args...))
	}
	return rt.RoomHooks{
		Created: func(n *rt.Namespace, room rt.Room) { say("%s %s created", n.Name(), room) },
		Joined:  func(s *rt.Socket, room rt.Room) { say("%v joined %s", s.Data(), room) },
		Left:    func(s *rt.Socket, room rt.Room) { say("%v left %s", s.Data(), room) },
		Deleted: func(n *rt.Namespace, room rt.Room) { say("%s %s deleted", n.Name(), room) },
	}
}

// take returns what was said since the last time.
func (l *roomLog) take() []string {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	said := l.said
	l.said = nil
	return said
}

func TestOnRooms(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		c := newCrowd(t, w)
		for name, s := range c.sockets {
			s.SetData(name)
		}
		a, b := c.sockets["a"], c.sockets["b"]
		var log roomLog
		c.n.OnRooms(rt.RoomHooks{}) // none of them is needed
		c.n.OnRooms(rt.RoomHooks{
			Created: func(*rt.Namespace, rt.Room) { panic("O01") },
			Joined:  func(*rt.Socket, rt.Room) { panic("O01") },
		})
		c.n.OnRooms(log.hooks())
		steps := []struct {
			name string
			do   func()
			want []string
		}{
			{"first", func() { a.Join("gold") }, []string{"/ gold created", "a joined gold"}},
			{"again", func() { a.Join("gold") }, nil},
			{"second", func() { b.Join("gold") }, []string{"b joined gold"}},
			{"own id", func() { b.Join(rt.Room(b.ID())) }, nil},
			{"leave", func() { a.Leave("gold", "never joined") }, []string{"a left gold"}},
			{"last", func() { b.Leave("gold") }, []string{"b left gold", "/ gold deleted"}},
			{"disconnect", func() { a.Disconnect(false) }, []string{"a left red"}},
			{"connection lost", func() { c.peers["b"].ws.Close() }, []string{"b left red", "/ red deleted", "b left blue"}},
		}
		for _, step := range steps {
			step.do()
			if diff := cmp.Diff(step.want, log.take()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", step.name, diff)
			}
		}
		if got := w.log.count("hook failed", "panic: O01"); got != 3 {
			t.Errorf("%d records of panics, want 3", got)
		}
	})
}

// What a check joins is joined when the socket is let in; one that is refused
// was never there.
func TestOnRoomsAndChecks(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/tenant/{tenant}")
		var log roomLog
		n.OnRooms(log.hooks())
		n.Use(func(_ context.Context, s *rt.Socket) error {
			s.SetData(s.Param("tenant"))
			s.Join("lobby")
			if s.Auth() != nil {
				return &rt.ConnectError{Message: "no"}
			}
			return nil
		})
		p := w.dial()
		p.send(`0/tenant/1,{"x":1}`)
		p.want(`4/tenant/1,{"message":"no"}`)
		if diff := cmp.Diff([]string(nil), log.take()); diff != "" {
			t.Errorf("refused (-want +got):\n%s", diff)
		}
		p.join("/tenant/1")
		synctest.Wait()
		p.join("/tenant/2") // N05: a room of the same name
		want := []string{"/tenant/1 lobby created", "1 joined lobby", "/tenant/2 lobby created", "2 joined lobby"}
		if diff := cmp.Diff(want, log.take()); diff != "" {
			t.Errorf("let in (-want +got):\n%s", diff)
		}
	})
}

// Hooks may do whatever handlers may: no lock is held.
func TestRoomHooksMayUseTheirRooms(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		n.OnRooms(rt.RoomHooks{
			Created: func(n *rt.Namespace, room rt.Room) {
				for s := range n.To(room).Sockets() {
					s.Join("all")
				}
			},
			Left: func(s *rt.Socket, room rt.Room) {
				if room == "room" {
					rt.Emit(t.Context(), n.To(room), echo, json.RawMessage(`"left"`))
				}
				s.Leave("all")
				s.Disconnect(false)
			},
		})
		p, other := w.connect("/"), w.connect("/")
		synctest.Wait()
		for s := range n.Sockets() {
			s.Join("room")
		}
		other.ws.Close()
		p.want(`2["echo","left"]`)
		p.wantNothing()
	})
}

// F02: peers that join and leave faster than the hooks can follow wait.
func TestSlowRoomHooksHoldPeersUp(t *testing.T) {
	inWorld(t, rt.Options{EventsPerSecond: 1 << 20}, func(t *testing.T, w *world) {
		n := w.Of("/")
		goOn := make(chan struct{})
		var calls, handled atomic.Int32
		n.OnRooms(rt.RoomHooks{
			Joined: func(*rt.Socket, rt.Room) { <-goOn; calls.Add(1) },
			Left:   func(*rt.Socket, rt.Room) { calls.Add(1) },
		})
		rt.On(n, quit, func(_ context.Context, s *rt.Socket, _ rt.None) error {
			s.Join("room")
			s.Leave("room")
			handled.Add(1)
			return nil
		})
		p := w.connect("/")
		const events = 6000
		for range events {
			p.send(`2["quit"]`)
		}
		<-time.After(time.Second)
		if got := handled.Load(); got > events-1000 {
			t.Errorf("%d events were handled while the hooks wait", got)
		}
		close(goOn)
		<-time.After(time.Second)
		if handled.Load() != events || calls.Load() != 2*events {
			t.Errorf("%d events handled, %d calls, want %d and %d", handled.Load(), calls.Load(), events, 2*events)
		}
		p.wantOpen()
	})
}

// The changes of each room come in an order that can be true, also under load.
func TestOrderOfRoomChanges(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		type state struct {
			there   map[*rt.Socket]bool
			created bool
		}
		rooms := map[rt.Room]*state{}
		of := func(room rt.Room) *state {
			if rooms[room] == nil {
				rooms[room] = &state{there: map[*rt.Socket]bool{}}
			}
			return rooms[room]
		}
		n.OnRooms(rt.RoomHooks{
			Created: func(_ *rt.Namespace, room rt.Room) {
				if r := of(room); r.created || len(r.there) > 0 {
					t.Errorf("%s was created twice", room)
				}
				of(room).created = true
			},
			Joined: func(s *rt.Socket, room rt.Room) {
				if r := of(room); !r.created || r.there[s] {
					t.Errorf("a socket joined %s, which is created: %t, twice: %t", room, r.created, r.there[s])
				}
				of(room).there[s] = true
			},
			Left: func(s *rt.Socket, room rt.Room) {
				if !of(room).there[s] {
					t.Errorf("a socket left %s that was not there", room)
				}
				delete(of(room).there, s)
			},
			Deleted: func(_ *rt.Namespace, room rt.Room) {
				if r := of(room); !r.created || len(r.there) > 0 {
					t.Errorf("%s was deleted with %d sockets", room, len(r.there))
				}
				of(room).created = false
			},
		})
		for range 4 {
			w.connect("/")
		}
		synctest.Wait()
		var users sync.WaitGroup
		for s := range n.Sockets() {
			users.Go(func() {
				for range 100 {
					for _, room := range []rt.Room{"red", "blue"} {
						s.Join(room)
						s.Leave(room)
					}
				}
				s.Join("red")
			})
		}
		users.Wait()
		synctest.Wait()
		if got := len(of("red").there); got != 4 || of("blue").created {
			t.Errorf("%d sockets in red, want 4; blue is there: %t", got, of("blue").created)
		}
	})
}
