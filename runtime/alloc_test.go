//go:build !race

// The race detector makes sync.Pool forget at random.

package rt_test

import (
	"context"
	"io"
	"net"
	"testing"

	rt "github.com/rtgen/rtgen/runtime"
)

// allocs returns how often the server allocates for a request whose answer has
// n bytes. The client of these tests allocates nothing.
func allocs(t *testing.T, c net.Conn, request []byte, n int) float64 {
	t.Helper()
	answer := make([]byte, n)
	return testing.AllocsPerRun(200, func() {
		if _, err := c.Write(request); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, answer); err != nil {
			t.Fatal(err)
		}
	})
}

func atMost(t *testing.T, what string, got, limit float64) {
	t.Helper()
	t.Logf("%s: %v allocations", what, got)
	if got > limit {
		t.Errorf("%s: %v allocations, want at most %v", what, got, limit)
	}
}

// TestEchoAllocates counts what an event costs that is decoded, handled, and
// sent back.
func TestEchoAllocates(t *testing.T) {
	srv, url := benchServer(t)
	typed := rt.Event[*sendMessage]{Name: "echo"}
	rt.On(srv.Of("/"), typed, func(ctx context.Context, s *rt.Socket, msg *sendMessage) error {
		return rt.Emit(ctx, s, typed, msg)
	})
	const packet = `42["echo",{"text":"It is late"}]`
	c := benchPeer(t, url).NetConn()
	atMost(t, "echo", allocs(t, c, clientFrame(packet), 2+len(packet)), 10)
}

// TestAckAllocates counts a call and its answer.
func TestAckAllocates(t *testing.T) {
	srv, url := benchServer(t)
	ask := rt.AckEvent[*sendMessage, *sendMessage]{Name: "ask"}
	rt.OnWithAck(srv.Of("/"), ask, func(_ context.Context, _ *rt.Socket, msg *sendMessage) (*sendMessage, error) {
		return msg, nil
	})
	const question, answer = `421["ask",{"text":"It is late"}]`, `431[{"ok":true,"data":{"text":"It is late"}}]`
	c := benchPeer(t, url).NetConn()
	atMost(t, "ack", allocs(t, c, clientFrame(question), 2+len(answer)), 11)
}

// TestDeliveryAllocates counts a broadcast to a hundred members: what it needs
// once, and nothing for each of them.
func TestDeliveryAllocates(t *testing.T) {
	srv, url := benchServer(t)
	n := srv.Of("/")
	n.OnConnect(func(_ context.Context, s *rt.Socket) { s.Join("room") })
	const members = 100
	conns := make([]net.Conn, members)
	for i := range conns {
		conns[i] = benchPeer(t, url).NetConn()
	}
	waitForMembers(t, n, "room", members)
	typed := rt.Event[*sendMessage]{Name: "heard"}
	msg := &sendMessage{Text: "It is late"}
	answer := make([]byte, 2+len(`42["heard",{"text":"It is late"}]`))
	got := testing.AllocsPerRun(50, func() {
		if err := rt.Emit(t.Context(), n.To("room"), typed, msg); err != nil {
			t.Fatal(err)
		}
		for _, c := range conns {
			if _, err := io.ReadFull(c, answer); err != nil {
				t.Fatal(err)
			}
		}
	})
	atMost(t, "broadcast to 100", got, 10)
}
