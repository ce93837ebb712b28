package rt_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"

	rt "github.com/rtgen/rtgen/runtime"
)

// Ids are public: who is in a room that is called as another socket's id is
// given nothing that was sent to that socket alone.
func TestRecoveryOfARoomCalledAsAnotherSocket(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		n := w.Of("/")
		var last *rt.Socket
		n.OnConnect(func(_ context.Context, s *rt.Socket) { last = s })
		w.visit("/").heard()
		target := last
		v := w.visit("/")
		v.heard()
		if err := last.Join(rt.Room(target.ID())); err != nil {
			t.Fatal(err)
		}
		send(t, target, 1)
		wantHeard(t, v, nil)
		v.cut()
		send(t, target, 2)
		send(t, n, 4)
		if !v.comeBack() {
			t.Fatal("not recovered")
		}
		wantHeard(t, v, told(4))
	})
}

// What a socket sends to all others does not reach its own peer when that has
// come back with another socket.
func TestOthersOfASocketThatIsAway(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		n := w.Of("/")
		var first *rt.Socket
		n.OnConnect(func(_ context.Context, s *rt.Socket) {
			s.Join("room")
			if first == nil {
				first = s
			}
		})
		v := w.visit("/")
		v.absent()
		send(t, first.To("room"), 1)
		v.comeBack()
		send(t, first.To("room"), 2)
		send(t, first.To("room", "other"), 3)
		send(t, n.To("room"), 4)
		wantHeard(t, v, told(4))
	})
}

// A socket that is sent away while its peer is away, asks to come back, or is
// back, takes the peer with it.
func TestDisconnectOfASocketThatIsAway(t *testing.T) {
	for _, closeConnection := range []bool{false, true} {
		t.Run(fmt.Sprint(closeConnection), func(t *testing.T) {
			inWorld(t, recovering, func(t *testing.T, w *world) {
				n := w.Of("/")
				var first *rt.Socket
				during := func() {}
				n.Use(func(_ context.Context, s *rt.Socket) error { during(); return nil })
				n.OnConnect(func(_ context.Context, s *rt.Socket) {
					if !s.Recovered() {
						first = s
					}
				})
				v := w.visit("/")
				v.absent()
				first.Disconnect(closeConnection)
				if v.comeBack() {
					t.Error("recovered")
				}
				v.absent()
				during = func() { first.Disconnect(closeConnection) }
				p := w.dial()
				p.send("0" + v.ticket())
				p.wantClosed()
				during = func() {}
				synctest.Wait()
				if v.comeBack() {
					t.Error("recovered although sent away during the checks")
				}
				v.absent()
				v.comeBack()
				v.heard()
				first.Disconnect(closeConnection)
				v.peer.want("1")
				v.cut()
				if n.Len() != 0 || v.comeBack() {
					t.Errorf("%d members, recovered = %t", n.Len(), v.recovered)
				}
			})
		})
	}
}
