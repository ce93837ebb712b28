package engineio_test

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// manyMegabytes is more than the kernel holds for one connection, in messages
// of 1,000 bytes.
const manyMegabytes = 64_000

// dialTCP connects to an engine on loopback.
func (e *engine) dialTCP(t testing.TB) *net.TCPConn {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(e.url, "http://"), "/engine.io/"))
	if err != nil {
		t.Fatal(err)
	}
	return c.(*net.TCPConn)
}

func TestResetInMidFrame(t *testing.T) { // W12
	e := onLoopback(t, engineio.Options{}, nil)
	ws := e.openWebSocket(t)
	r := e.session(t)
	c := ws.NetConn().(*net.TCPConn)
	io.WriteString(c, frames(frame(0x81, "4whole"), frame(0x81, "4half")[:8]))
	r.await(t, 1)
	c.SetLinger(0)
	c.Close()
	r.awaitClosed(t)
	if diff := cmp.Diff([]received{{"text", "whole"}, {"closed", "transport close"}}, r.got()); diff != "" {
		t.Errorf("receiver (-want +got):\n%s", diff)
	}
}

func TestSlowConsumerOverTCP(t *testing.T) { // F04, F05
	e := onLoopback(t, engineio.Options{}, nil)
	e.openWebSocket(t) // reads nothing more
	slow := e.session(t)
	bystander := e.openWebSocket(t)
	other := e.session(t)
	sent := 0
	for sent < manyMegabytes && slow.session.Send(kilobyte, false) == nil {
		sent++
	}
	if got := slow.awaitClosed(t); got != engineio.ReasonSlowConsumer {
		t.Errorf("after %d messages the reason is %q, want %q", sent, got, engineio.ReasonSlowConsumer)
	}
	send(t, other, "served")
	if got := readText(t, bystander); got != "4served" {
		t.Errorf("bystander got %q", got)
	}
}

func TestVolatileOverTCP(t *testing.T) {
	e := onLoopback(t, engineio.Options{WriteTimeout: time.Minute}, nil) // the peer reads late
	ws := e.openWebSocket(t)
	r := e.session(t)
	var dropped uint64
	for i := range manyMegabytes {
		m := engineio.NewMessage(nil, fmt.Appendf(nil, "%d%s", i, strings.Repeat("x", 990)))
		switch r.session.Send(m, true) {
		case nil:
		case engineio.ErrDropped:
			dropped++
		default:
			t.Fatal("the session is closed")
		}
	}
	stats := r.session.Stats()
	if stats.Dropped == 0 || stats.Dropped != dropped || stats.QueuedBytes > 128<<10 {
		t.Errorf("a peer that does not read: %+v, want volatile messages dropped and hardly any queued", stats)
	}
	last := -1
	for range stats.MessagesOut {
		var i int
		if _, err := fmt.Sscanf(readText(t, ws), "4%dx", &i); err != nil || i <= last {
			t.Fatalf("message %d behind %d, %v", i, last, err)
		}
		last = i
	}
	for deadline := time.Now().Add(10 * time.Second); ; {
		before := r.session.Stats().Dropped
		r.session.Send(engineio.NewMessage(nil, []byte("ready again")), true)
		if r.session.Stats().Dropped == before {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("volatile messages are still dropped")
		}
	}
	if got := readText(t, ws); got != "4ready again" {
		t.Errorf("message %.20q", got)
	}
}

// TestLargeMessagesOverTCP takes several tries of the kernel each.
func TestLargeMessagesOverTCP(t *testing.T) {
	e := onLoopback(t, engineio.Options{SendQueueBytes: 100 << 20, WriteTimeout: time.Minute}, nil)
	ws := e.openWebSocket(t)
	r := e.session(t)
	const n = 20
	for i := range n {
		send(t, r, fmt.Sprint(i, strings.Repeat("x", 3<<20)))
	}
	for i := range n {
		if got, want := readText(t, ws), fmt.Sprint("4", i, strings.Repeat("x", 3<<20)); got != want {
			t.Fatalf("message %d is %.10q of %d bytes", i, got, len(got))
		}
	}
}

// TestEnqueueDoesNotFillTheQueue puts off more than the queue may hold. On one
// processor nobody else is in the midst of writing what waits.
func TestEnqueueDoesNotFillTheQueue(t *testing.T) {
	tests := []struct {
		name string
		opts engineio.Options
		size int // of a message, in bytes
	}{
		{"large messages", engineio.Options{SendQueueBytes: 100_000}, 30_000},
		{"few bytes", engineio.Options{SendQueueBytes: 1_000}, 300},
		{"few messages", engineio.Options{SendQueuePackets: 4}, 10},
		{"one message", engineio.Options{SendQueuePackets: 1}, 10},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
			e := onLoopback(t, tt.opts, nil)
			ws := e.openWebSocket(t)
			r := e.session(t)
			m := engineio.NewMessage(nil, []byte(strings.Repeat("x", tt.size)))
			for range 6 {
				if err := r.session.Enqueue(m, false); err != nil {
					t.Fatal("Enqueue:", err)
				}
			}
			for range 6 {
				readText(t, ws)
			}
		})
	}
}
