package faultnet_test

import (
	"io"
	"math/bits"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/faultnet"
)

func TestForward(t *testing.T) {
	n := newLine(t, plain)
	n.wantBoth()
	n.client.CloseWrite()
	n.wantClosed(n.server, "")
	n.send(n.server, "last") // the other half is still open
	n.server.CloseWrite()
	n.wantClosed(n.client, "last")
	n.wantLen(0)
}

func TestReset(t *testing.T) {
	n := newLine(t, plain)
	n.Reset()
	n.wantError(n.client, syscall.ECONNRESET)
	n.wantError(n.server, syscall.ECONNRESET)
	n.wantLen(0)
}

func TestResetOfOneSideReachesTheOther(t *testing.T) {
	n := newLine(t, plain)
	n.client.SetLinger(0)
	n.client.Close()
	n.wantError(n.server, syscall.ECONNRESET)
	n.wantLen(0)
}

func TestFinish(t *testing.T) {
	tests := []struct {
		name      string
		direction faultnet.Direction
		up, down  bool // what still passes
	}{
		{"up", faultnet.Up, false, true},
		{"down", faultnet.Down, true, false},
		{"both", faultnet.Both, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := newLine(t, plain)
			n.Finish(tt.direction)
			pass := func(from, to *net.TCPConn, open bool) {
				t.Helper()
				n.send(from, "bytes")
				if open {
					n.wantBytes(to, "bytes")
					return
				}
				n.wantClosed(to, "")
			}
			pass(n.client, n.server, tt.up)
			pass(n.server, n.client, tt.down)
			n.client.CloseWrite()
			n.server.CloseWrite()
			n.wantLen(0)
		})
	}
}

func TestSilence(t *testing.T) {
	n := newLine(t, plain)
	n.Set(faultnet.Faults{Silent: true})
	n.wantSilence(n.client, n.server, "held")
	n.wantSilence(n.server, n.client, "back")
	n.client.CloseWrite()
	n.Set(faultnet.Faults{})
	n.wantClosed(n.server, "held")
	n.wantBytes(n.client, "back")
}

func TestSilenceOfWebSocketsOnly(t *testing.T) {
	n := newLine(t, upgrade)
	if got := n.WebSockets(); got != 1 {
		t.Errorf("%d WebSocket handshakes, want 1", got)
	}
	n.SetWebSocket(faultnet.Faults{Silent: true})
	n.wantSilence(n.client, n.server, "held")
	n.dial(plain)
	other, err := n.listener.AcceptTCP()
	if err != nil {
		t.Fatal(err)
	}
	n.own(other)
	n.wantBytes(other, plain)
	n.Set(faultnet.Faults{})
	n.wantBytes(n.server, "held")
}

func TestStrand(t *testing.T) {
	n := newLine(t, plain)
	n.Strand()
	n.wantSilence(n.client, n.server, "lost")
	n.Set(faultnet.Faults{})
	n.wantSilence(n.server, n.client, "lost")
	n.client.Close()
	n.wantSilence(n.server, n.server, "") // not told
	n.dial(plain)
	n.wantLen(2)
	n.Reset()
	n.wantLen(0)
}

func TestOpening(t *testing.T) {
	const badRequest = "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
	tests := []struct {
		name    string
		opening faultnet.Opening
		check   func(n *line, conn *net.TCPConn)
	}{
		{"refuse", faultnet.Refuse, func(n *line, conn *net.TCPConn) { n.wantError(conn, syscall.ECONNRESET) }},
		{"hang", faultnet.Hang, func(n *line, conn *net.TCPConn) { n.wantSilence(conn, conn, "more") }},
		{"bad request", faultnet.BadRequest, func(n *line, conn *net.TCPConn) { n.wantClosed(conn, badRequest) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := newLine(t, plain)
			n.SetWebSocket(faultnet.Faults{Opening: tt.opening})
			conn := n.dial(upgrade)
			tt.check(n, conn)
			conn.Close()
			n.wantLen(1)
			n.wantBoth() // the connection that was there
		})
	}
}

func TestDelay(t *testing.T) {
	n := newLine(t, plain)
	n.Set(faultnet.Faults{Delay: 40 * time.Millisecond, Jitter: 20 * time.Millisecond})
	start := time.Now()
	n.send(n.client, "slow")
	n.wantBytes(n.server, "slow")
	if got := time.Since(start); got < 40*time.Millisecond {
		t.Errorf("bytes passed after %v, want at least 40ms", got)
	}
	for range 100 {
		n.send(n.client, "in order ")
	}
	n.wantBytes(n.server, strings.Repeat("in order ", 100))
}

func TestSegmentsAreWhole(t *testing.T) {
	n := newLine(t, plain)
	n.Set(faultnet.Faults{SegmentSize: 1})
	text := strings.Repeat("0123456789", 100)
	n.send(n.client, text)
	n.wantBytes(n.server, text)
}

func TestBandwidth(t *testing.T) {
	n := newLine(t, plain)
	n.Set(faultnet.Faults{BytesPerSecond: 20_000})
	start := time.Now()
	text := strings.Repeat("x", 4_000)
	n.send(n.client, text)
	n.wantBytes(n.server, text)
	if got := time.Since(start); got < 150*time.Millisecond {
		t.Errorf("4,000 bytes passed in %v, want about 200ms", got)
	}
}

func TestFlips(t *testing.T) {
	n := newLine(t, plain)
	n.Set(faultnet.Faults{FlipEvery: 100})
	sent := make([]byte, 10_000)
	n.send(n.server, string(sent))
	got := make([]byte, len(sent))
	if _, err := io.ReadFull(n.client, got); err != nil {
		t.Fatal(err)
	}
	flipped := 0
	for _, b := range got {
		flipped += bits.OnesCount8(b)
	}
	if flipped != 100 {
		t.Errorf("%d bits were flipped, want 100", flipped)
	}
}

func TestCutAfter(t *testing.T) {
	n := newLine(t, plain)
	n.Set(faultnet.Faults{CutAfter: 5})
	n.send(n.client, "as much as you like") // the client's bytes do not count
	n.wantBytes(n.server, "as much as you like")
	n.send(n.server, "123")
	n.wantBytes(n.client, "123")
	n.send(n.server, "4567")
	n.wantBytes(n.client, "45")
	n.wantError(n.client, syscall.ECONNRESET)
	n.wantError(n.server, syscall.ECONNRESET)
}

func TestTargetAway(t *testing.T) {
	n := newLine(t, plain)
	n.listener.Close()
	n.wantError(n.dial(plain), syscall.ECONNRESET)
}

func TestCloseTwice(t *testing.T) {
	n := newLine(t, plain)
	for range 2 {
		if err := n.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	}
	if _, err := net.Dial("tcp", n.Addr()); err == nil {
		t.Error("a closed proxy takes connections")
	}
}
