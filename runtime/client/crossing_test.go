package client_test

import (
	"errors"
	"testing"
	"testing/synctest"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
)

// Both sides end a visit at the same time, and the client is back before the
// server's DISCONNECT arrives: that one is about the visit before.
func TestDisconnectsCross(t *testing.T) {
	inCrossing(t, func(t *testing.T, s *client.Socket, f *fakeConn) {
		s.Disconnect()
		f.want("41/a,")
		result := connect(t, s)
		f.want("40/a,")
		f.send("41/a,", `40/a,{"sid":"second"}`)
		if err := next(t, result); err != nil || s.ID() != "second" {
			t.Fatalf("came back with the id %q, %v", s.ID(), err)
		}
		synctest.Wait()
		got := observe(s)
		f.send("41/a,") // this one is about the second visit
		if reason := next(t, got.disconnected); reason != client.ReasonServerDisconnect {
			t.Errorf("the second visit ends with %q", reason)
		}
		result = connect(t, s)
		f.want("40/a,")
		f.send("41/a,") // and this one about a third that has not begun
		if err := next(t, result); err == nil || s.Active() {
			t.Errorf("Connect: %v, active: %v", err, s.Active())
		}
	})
}

// A client that leaves again meanwhile leaves nothing behind.
func TestDisconnectsCrossTwice(t *testing.T) {
	inCrossing(t, func(t *testing.T, s *client.Socket, f *fakeConn) {
		s.Disconnect()
		f.want("41/a,")
		result := connect(t, s)
		f.want("40/a,")
		s.Disconnect()
		if err := next(t, result); !errors.Is(err, rt.ErrClosed) {
			t.Errorf("Connect: %v", err)
		}
		f.send("41/a,", `40/a,{"sid":"second"}`)
		f.want("41/a,") // it has left before it came
		result = connect(t, s)
		f.want("40/a,")
		f.send("41/a,", `40/a,{"sid":"third"}`)
		if err := next(t, result); err != nil || s.ID() != "third" {
			t.Fatalf("came back with the id %q, %v", s.ID(), err)
		}
	})
}

// A DISCONNECT that crosses nothing counts.
func TestDismissedBehindALeave(t *testing.T) {
	inCrossing(t, func(t *testing.T, s *client.Socket, f *fakeConn) {
		s.Disconnect()
		f.want("41/a,")
		result := connect(t, s)
		f.want("40/a,")
		f.send(`40/a,{"sid":"second"}`)
		if err := next(t, result); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		got := observe(s)
		f.send("41/a,")
		if reason := next(t, got.disconnected); reason != client.ReasonServerDisconnect {
			t.Errorf("the second visit ends with %q", reason)
		}
		if s.Active() {
			t.Error("the socket is active")
		}
	})
}

// inCrossing runs test with a socket of the namespace /a that is connected to a
// scripted server; another socket keeps the connection open.
func inCrossing(t *testing.T, test func(*testing.T, *client.Socket, *fakeConn)) {
	synctest.Test(t, func(t *testing.T) {
		conns, done := make(chan *fakeConn, 1), make(chan struct{})
		srv := fake(t, func(f *fakeConn) {
			conns <- f
			<-done
		})
		c, err := client.New("http://mem", client.Options{
			Transports: []string{"websocket"}, DialContext: srv.dial, Proxy: noProxy, NoReconnection: true,
		})
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		defer close(done)
		first := connect(t, c.Of("/b"))
		f := next(t, conns)
		f.want("40/b,")
		f.send(`40/b,{"sid":"other"}`)
		if err := next(t, first); err != nil {
			t.Fatal(err)
		}
		s := c.Of("/a")
		first = connect(t, s)
		f.want("40/a,")
		f.send(`40/a,{"sid":"first"}`)
		if err := next(t, first); err != nil {
			t.Fatal(err)
		}
		test(t, s, f)
	})
}

// connect begins to connect and returns how that ends.
func connect(t *testing.T, s *client.Socket) <-chan error {
	result := make(chan error, 1)
	go func() { result <- s.Connect(t.Context()) }()
	return result
}

// want reads a frame.
func (f *fakeConn) want(frame string) {
	f.t.Helper()
	if got := f.read(); got != frame {
		f.t.Fatalf("the client sends %q, want %q", got, frame)
	}
}
