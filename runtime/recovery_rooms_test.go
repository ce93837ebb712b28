package rt_test

import (
	"context"
	"testing"

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
