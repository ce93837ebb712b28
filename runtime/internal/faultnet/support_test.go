package faultnet_test

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/faultnet"
)

const (
	plain   = "GET / HTTP/1.1\r\nHost: x\r\n\r\n"
	upgrade = "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: WebSocket\r\n\r\n"
)

// line is a proxy with a connection through it. The first request has passed.
type line struct {
	*faultnet.Proxy
	t              *testing.T
	listener       *net.TCPListener
	client, server *net.TCPConn
}

// newLine opens a line whose connection begins with head.
func newLine(t *testing.T, head string) *line {
	t.Helper()
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	proxy, err := faultnet.Listen(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := proxy.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
		l.Close()
	})
	n := &line{Proxy: proxy, t: t, listener: l}
	n.client = n.dial(head)
	n.server, err = l.AcceptTCP()
	if err != nil {
		t.Fatal(err)
	}
	n.own(n.server)
	n.wantBytes(n.server, head)
	return n
}

// dial connects through the proxy and sends head.
func (n *line) dial(head string) *net.TCPConn {
	n.t.Helper()
	conn, err := net.Dial("tcp", n.Addr())
	if err != nil {
		n.t.Fatal(err)
	}
	n.own(conn.(*net.TCPConn))
	n.send(conn, head)
	return conn.(*net.TCPConn)
}

func (n *line) own(conn *net.TCPConn) {
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	n.t.Cleanup(func() { conn.Close() })
}

func (n *line) send(conn net.Conn, text string) {
	n.t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		n.t.Fatal(err)
	}
}

func (n *line) wantBytes(conn net.Conn, want string) {
	n.t.Helper()
	got := make([]byte, len(want))
	if k, err := io.ReadFull(conn, got); err != nil || string(got) != want {
		n.t.Fatalf("got %q, %v, want %q", got[:k], err, want)
	}
}

// wantSilence sends text and checks that none of it arrives.
func (n *line) wantSilence(from, to net.Conn, text string) {
	n.t.Helper()
	n.send(from, text)
	to.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if k, err := to.Read(make([]byte, 1)); k != 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
		n.t.Fatalf("read %d bytes, %v, want silence", k, err)
	}
	to.SetReadDeadline(time.Now().Add(30 * time.Second))
}

func (n *line) wantError(conn net.Conn, want error) {
	n.t.Helper()
	if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, want) {
		n.t.Fatalf("read: %v, want %v", err, want)
	}
}

func (n *line) wantClosed(conn net.Conn, want string) {
	n.t.Helper()
	got, err := io.ReadAll(conn)
	if err != nil || string(got) != want {
		n.t.Fatalf("got %q, %v before the end, want %q", got, err, want)
	}
}

func (n *line) wantLen(want int) {
	n.t.Helper()
	deadline := time.After(30 * time.Second)
	for n.Len() != want {
		select {
		case <-deadline:
			n.t.Fatalf("%d connections, want %d", n.Len(), want)
		case <-time.After(time.Millisecond):
		}
	}
}

// wantBoth checks that bytes pass in both directions.
func (n *line) wantBoth() {
	n.t.Helper()
	n.send(n.client, "up")
	n.wantBytes(n.server, "up")
	n.send(n.server, "down")
	n.wantBytes(n.client, "down")
}
