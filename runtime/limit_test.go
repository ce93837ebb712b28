package rt_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

var (
	slow = rt.Event[json.RawMessage]{Name: "slow"}
	quit = rt.Event[rt.None]{Name: "quit"}
)

// A full queue holds the peer up; nothing is lost when the handler gets on.
func TestFullReceiveQueueSlowsThePeerDown(t *testing.T) {
	inWorld(t, rt.Options{ReceiveQueue: 4}, func(t *testing.T, w *world) {
		n := w.Of("/")
		goOn := make(chan struct{})
		var got []string
		rt.On(n, slow, func(_ context.Context, _ *rt.Socket, msg json.RawMessage) error {
			<-goOn
			got = append(got, string(msg))
			return nil
		})
		p := w.connect("/")
		for i := range 50 {
			p.send(fmt.Sprintf(`2["slow",%d]`, i))
		}
		<-time.After(15 * time.Second)
		p.wantOpen()
		close(goOn)
		synctest.Wait()
		for i, msg := range got {
			if msg != fmt.Sprint(i) {
				t.Fatalf("F02: event %d came in the place of %d", i, len(got))
			}
		}
		if len(got) != 50 {
			t.Errorf("F02: %d events were handled, want 50", len(got))
		}
	})
}

func TestReceiveQueueThatStaysFull(t *testing.T) {
	tests := []struct {
		name string
		opts rt.Options
		size int
	}{
		{"events", rt.Options{ReceiveQueue: 4}, 1},
		{"bytes", rt.Options{MaxPayload: 1000}, 800},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, tt.opts, func(t *testing.T, w *world) {
				n := serveEcho(w.Server, "/")
				rt.On(n, slow, func(ctx context.Context, _ *rt.Socket, _ json.RawMessage) error {
					<-ctx.Done()
					return nil
				})
				p, other := w.connect("/"), w.connect("/")
				start := time.Now()
				for range 8 {
					p.send(`2["slow","` + strings.Repeat("x", tt.size) + `"]`)
				}
				other.send(`2["echo",1]`)
				other.want(`2["echo",1]`) // nobody else waits
				p.wantClosed()
				if got := time.Since(start); got != 20*time.Second {
					t.Errorf("closed after %v, want the ping timeout", got)
				}
				synctest.Wait()
				if w.log.count("connection ended", "receive queue stayed full") != 1 {
					t.Errorf("want the cause in the log:\n%s", w.log)
				}
			})
		})
	}
}

func TestAcksPassAFullQueueOfAnotherSocket(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		rt.On(n, slow, func(ctx context.Context, s *rt.Socket, _ json.RawMessage) error {
			got, err := rt.EmitWithAck(ctx, s, question, 1)
			if got != 2 || err != nil {
				t.Errorf("got %d, %v", got, err)
			}
			return nil
		})
		p := w.connect("/")
		p.send(`2["slow",1]`, `2["quit"]`, `2["quit"]`) // events wait behind the handler
		p.want(`20["question",1]`)
		p.send(`30[{"ok":true,"data":2}]`)
		synctest.Wait()
	})
}

func TestEventsPerSecond(t *testing.T) {
	inWorld(t, rt.Options{EventsPerSecond: 10, ReceiveQueue: 4}, func(t *testing.T, w *world) {
		serveEcho(w.Server, "/")
		p, other := w.connect("/"), w.connect("/")
		start := time.Now()
		for i := range 30 {
			p.send(fmt.Sprintf(`2["echo",%d]`, i))
		}
		for i := range 30 { // F02: in order, each once
			p.want(fmt.Sprintf(`2["echo",%d]`, i))
			if i == 9 && time.Since(start) > 10*time.Millisecond {
				t.Errorf("a burst took %v, want it at once", time.Since(start))
			}
		}
		if got := time.Since(start); got != 2*time.Second {
			t.Errorf("30 events took %v, want 2s", got)
		}
		other.send(`2["echo",1]`)
		other.want(`2["echo",1]`)
		if got := time.Since(start); got != 2*time.Second {
			t.Errorf("another socket had to wait until %v", got)
		}
	})
}

func TestFlood(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		serveEcho(w.Server, "/")
		p := w.connect("/")
		const events = 20_000
		go func() {
			for i := range events {
				p.send(fmt.Sprintf(`2%d["ask",%d]`, i, i))
			}
		}()
		for i := range events {
			p.want(fmt.Sprintf(`3%d[{"ok":true,"data":%d}]`, i, i)) // F02
		}
	})
}

func TestSlowConsumer(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		reasons := make(chan rt.Reason, 1)
		n.OnDisconnect(func(_ context.Context, _ *rt.Socket, r rt.Reason) { reasons <- r })
		stuck, other := w.dialUnread("/"), w.connect("/")
		synctest.Wait()
		big := json.RawMessage(`"` + strings.Repeat("x", 100_000) + `"`)
		want := event(big)
		for range 40 { // F04, F05
			rt.Emit(t.Context(), n, echo, big)
			other.want(want)
		}
		if got := <-reasons; got != rt.ReasonSlowConsumer {
			t.Errorf("reason = %q, want %q", got, rt.ReasonSlowConsumer)
		}
		stuck.Close()
		if n.Len() != 1 {
			t.Errorf("%d members, want 1", n.Len())
		}
	})
}

func event(msg json.RawMessage) string { return `2["echo",` + string(msg) + `]` }

func TestVolatileIsDroppedForAPeerThatDoesNotRead(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		w.dialUnread("/")
		synctest.Wait()
		big := json.RawMessage(`"` + strings.Repeat("x", 100_000) + `"`)
		for range 100 {
			rt.Emit(t.Context(), n.Volatile(), echo, big)
		}
		synctest.Wait()
		if n.Len() != 1 {
			t.Errorf("%d members, want 1", n.Len())
		}
	})
}
