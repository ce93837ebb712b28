package faulttest

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	rt "github.com/rtgen/rtgen/runtime"
)

func TestFloods(t *testing.T) { // F01, B11
	tests := []struct {
		name string
		n    int
		do   func(f *fortress) error
	}{
		{"clients", 200, comeAndGo},
		{"handshakes that nobody uses", 1_000, func(f *fortress) error {
			status, err := f.attack(get + "Connection: close\r\n\r\n")
			if status != http.StatusOK {
				return fmt.Errorf("status %d, %v", status, err)
			}
			return err
		}},
		{"resets", 500, func(f *fortress) error {
			conn, err := f.dial()
			if err != nil {
				return err
			}
			io.WriteString(conn, upgrade+"\r\n")
			conn.SetLinger(0)
			return conn.Close()
		}},
		{"messages that break off", 40, leaveInAMessage},
		{"garbage", 500, func(f *fortress) error {
			_, err := f.attack("\x00\xff garbage \r\n\r\n")
			return err
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := newFortress(t, rt.Options{ConnectTimeout: 2 * time.Second, WriteTimeout: time.Second})
			before := descriptors(t)
			f.flood(tt.n, tt.do)
			f.wantUnharmed()
			f.wantRestored()
			f.eventually("descriptors", func() (int, int) { return descriptors(t), before + 4 })
		})
	}
}

// flood does something n times, 200 at a time.
func (f *fortress) flood(n int, do func(*fortress) error) {
	f.t.Helper()
	var all sync.WaitGroup
	atOnce := make(chan struct{}, 200)
	for range n {
		atOnce <- struct{}{}
		all.Go(func() {
			defer func() { <-atOnce }()
			if err := do(f); err != nil {
				f.t.Error(err)
			}
		})
	}
	wantServed(f.t, f.bystanders) // meanwhile
	all.Wait()
}

// comeAndGo is a client that is served and leaves.
func comeAndGo(f *fortress) error {
	return f.visit(func(ws webSocketPeer) error { return ask(ws) })
}

// leaveInAMessage is a client that goes between two attachments.
func leaveInAMessage(f *fortress) error {
	return f.visit(func(ws webSocketPeer) error {
		if err := ws.send(`52-["note"` + placeholders(2) + `]`); err != nil {
			return err
		}
		return ws.WriteMessage(websocket.BinaryMessage, make([]byte, 500_000))
	})
}

// visit lets a client that has been let in do something and leave.
func (f *fortress) visit(do func(webSocketPeer) error) error {
	ws, err := dialWebSocket(f.t.Context(), f.address)
	if err != nil {
		return err
	}
	defer ws.Close()
	if err := join(ws); err != nil {
		return err
	}
	return do(ws)
}

// TestBigMessages has strangers send 24 MB and read them back.
func TestBigMessages(t *testing.T) { // F06
	f := newFortress(t, rt.Options{})
	big := `20["ask","` + strings.Repeat("x", 950_000) + `"]`
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			ws, err := dialWebSocket(t.Context(), f.address)
			if err == nil {
				defer ws.Close()
				err = join(ws)
			}
			for i := 0; err == nil && i < 6; i++ {
				if err = ws.send(big); err == nil {
					_, err = ws.receive()
				}
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		all.Wait()
	}()
	for served := 0; ; served++ {
		select {
		case <-done:
			if served == 0 {
				t.Error("nobody else was asked meanwhile")
			}
			f.wantUnharmed()
			f.wantRestored()
			return
		default:
			wantServed(t, f.bystanders)
		}
	}
}

// descriptors returns how many the process has open, where the system tells.
func descriptors(t *testing.T) int {
	t.Helper()
	if runtime.GOOS != "linux" {
		return 0
	}
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(entries)
}
