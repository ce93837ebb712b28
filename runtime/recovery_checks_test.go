package rt_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

// N11: who was banned meanwhile is not let in again, also not with another try.
func TestChecksRunAgainOnRecovery(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		n := w.Of("/")
		banned := false
		var seen []string
		n.Use(func(_ context.Context, s *rt.Socket) error {
			seen = append(seen, fmt.Sprintf("%t %v", s.Recovered(), s.Data()))
			if banned {
				return &rt.ConnectError{Message: "banned"}
			}
			s.SetData("anna")
			return nil
		})
		v := w.visit("/")
		v.absent()
		send(t, n, 1)
		banned = true
		p := w.dial()
		p.send("0" + v.ticket())
		p.want(`4{"message":"banned"}`)
		p.wantNothing()
		banned = false
		if v.comeBack() {
			t.Error("recovered after a refusal")
		}
		wantHeard(t, v, nil)
		if diff := cmp.Diff([]string{"false <nil>", "true anna", "false <nil>"}, seen); diff != "" {
			t.Errorf("what checks see (-want +got):\n%s", diff)
		}
	})
}

// A check takes a peer out of a room whose events it may no longer get.
func TestChecksChooseTheRooms(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		n := w.Of("/")
		var last *rt.Socket
		n.Use(func(_ context.Context, s *rt.Socket) error {
			last = s
			if s.Recovered() {
				s.Leave("b")
				return s.Join("c")
			}
			return s.Join("a", "b")
		})
		v := w.visit("/")
		v.absent()
		send(t, n.To("a"), 1)
		send(t, n.To("b"), 2)
		send(t, n.To("c"), 3)
		v.comeBack()
		send(t, n.To("a"), 4)
		send(t, n.To("b"), 5)
		send(t, n.To("c"), 6)
		wantHeard(t, v, told(1, 4, 6))
		if diff := cmp.Diff([]rt.Room{"a", "c"}, last.Rooms()); diff != "" {
			t.Errorf("rooms (-want +got):\n%s", diff)
		}
	})
}

func TestRecoverySkipsChecksWhenTold(t *testing.T) {
	opts := recovering
	opts.RecoverySkipChecks = true
	inWorld(t, opts, func(t *testing.T, w *world) {
		checks, expired := 0, 0
		n := w.Of("/")
		n.Use(func(_ context.Context, s *rt.Socket) error {
			checks++
			s.SetExpiry(time.Now().Add(90 * time.Second))
			return nil
		})
		n.OnExpiry(func(context.Context, *rt.Socket) (time.Time, error) {
			expired++
			return time.Time{}, errors.New("expired")
		})
		v := w.visit("/")
		v.absent()
		<-time.After(time.Minute)
		if !v.comeBack() || checks != 1 {
			t.Errorf("recovered = %t after %d checks, want true after 1", v.recovered, checks)
		}
		v.heard()
		<-time.After(31 * time.Second)
		v.peer.want("1")
		if expired != 1 {
			t.Errorf("the permission ran out %d times, want 1: it does not begin again", expired)
		}
	})
}

// A connection that breaks during the checks takes nothing with it.
func TestCutDuringTheChecks(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		n := w.Of("/")
		n.Use(func(_ context.Context, s *rt.Socket) error {
			<-time.After(time.Second)
			return nil
		})
		v := w.visit("/")
		v.absent()
		send(t, n, 1)
		p := w.dial()
		p.send("0" + v.ticket())
		<-time.After(time.Second / 2)
		p.ws.NetConn().Close()
		<-time.After(2 * time.Second)
		send(t, n, 2)
		if !v.comeBack() {
			t.Fatal("not recovered")
		}
		wantHeard(t, v, told(1, 2))
	})
}

// What is sent during the checks comes once, and what the checks send comes
// after the answer.
func TestEventsDuringTheChecks(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		n := w.Of("/")
		n.Use(func(ctx context.Context, s *rt.Socket) error {
			if !s.Recovered() {
				return nil
			}
			send(t, s, 100)
			<-time.After(time.Second)
			send(t, s, 101)
			return nil
		})
		v := w.visit("/")
		v.absent()
		send(t, n, 1)
		go func() {
			<-time.After(time.Second / 2)
			send(t, n, 2)
		}()
		if !v.comeBack() {
			t.Fatal("not recovered")
		}
		wantHeard(t, v, told(1, 2, 100, 101))
		v.cut()
		if !v.comeBack() {
			t.Fatal("not recovered again")
		}
		wantHeard(t, v, told(100, 101)) // those of now
	})
}

// More is sent during the checks than the log holds: no gap is called recovered.
func TestLogOverrunDuringTheChecks(t *testing.T) {
	opts := recovering
	opts.RecoveryPackets = 3
	inWorld(t, opts, func(t *testing.T, w *world) {
		n := w.Of("/")
		n.Use(func(_ context.Context, s *rt.Socket) error {
			if s.Recovered() {
				send(t, n, 1, 2, 3, 4)
			}
			return nil
		})
		v := w.visit("/")
		v.absent()
		p := w.dial()
		p.send("0" + v.ticket())
		p.wantClosed()
		synctest.Wait()
		if v.comeBack() {
			t.Error("recovered with a gap")
		}
	})
}

// The handlers of the socket that has gone end before those of the one that
// takes its place begin, and what they send is not lost.
func TestPredecessorFinishesFirst(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		n := w.Of("/")
		var log []string
		n.Use(func(_ context.Context, s *rt.Socket) error { log = append(log, "check"); return nil })
		n.OnDisconnect(func(context.Context, *rt.Socket, rt.Reason) { log = append(log, "gone") })
		rt.On(n, tick, func(ctx context.Context, s *rt.Socket, _ rt.None) error {
			<-time.After(time.Second / 2)
			send(t, s, 1)
			return nil
		})
		v := w.visit("/")
		v.heard()
		v.peer.send(`2["tick"]`)
		v.cut()
		if !v.comeBack() {
			t.Fatal("not recovered")
		}
		wantHeard(t, v, told(1))
		if diff := cmp.Diff([]string{"check", "gone", "check"}, log); diff != "" {
			t.Errorf("hooks (-want +got):\n%s", diff)
		}
	})
}

// What is sent to a socket reaches its peer also when that is away or back.
func TestEmitToASocketThatIsAway(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		n := w.Of("/")
		var first *rt.Socket
		n.OnConnect(func(_ context.Context, s *rt.Socket) {
			if first == nil {
				first = s
			}
		})
		v := w.visit("/")
		v.absent()
		send(t, first, 1)
		if err := rt.Emit(t.Context(), first, rt.Event[int]{Name: "now", Volatile: true}, 1); err != nil {
			t.Errorf("a volatile event failed: %v", err)
		}
		v.comeBack()
		send(t, first, 2)
		wantHeard(t, v, told(1, 2))
		v.peer.send("1")
		synctest.Wait()
		if err := rt.Emit(t.Context(), first, news, 3); !errors.Is(err, rt.ErrClosed) {
			t.Errorf("Emit after a goodbye: %v, want ErrClosed", err)
		}
	})
}

// N04: the child of a pattern stays while a peer may come back to it.
func TestRecoveryInAPattern(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		n := w.Of("/tenant/{tenant}")
		v, other := w.visit("/tenant/a"), w.visit("/tenant/b")
		v.absent()
		other.absent()
		runtime.GC() // nobody but the recovery holds the two namespaces
		send(t, w.Of("/tenant/a"), 1)
		send(t, n, 2)
		send(t, w.Of("/tenant/b"), 3)
		if !v.comeBack() || !other.comeBack() {
			t.Fatalf("recovered = %t and %t", v.recovered, other.recovered)
		}
		wantHeard(t, v, told(1, 2))
		wantHeard(t, other, told(2, 3))
		v.absent()
		other.absent()
		<-time.After(5 * time.Minute)
		if n.Len() != 0 || v.comeBack() {
			t.Errorf("%d members, recovered = %t", n.Len(), v.recovered)
		}
	})
}

// D09: what gives the right to come back is in no record.
func TestRecoveryIDsAreNotLogged(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		w.Of("/").Use(func(_ context.Context, s *rt.Socket) error {
			if s.Recovered() {
				return errors.New("some failure")
			}
			return nil
		})
		v := w.visit("/")
		v.absent()
		p := w.dial()
		p.send("0" + v.ticket())
		p.want(`4{"message":"internal error"}`)
		if log := w.log.String(); !strings.Contains(log, "some failure") || strings.Contains(log, v.pid) {
			t.Errorf("the log has the pid %s, or too little:\n%s", v.pid, log)
		}
	})
}
