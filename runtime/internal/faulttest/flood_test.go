package faulttest

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"sync"
	"testing"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

func TestFloods(t *testing.T) { // F01
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
	ws, err := dialWebSocket(f.t.Context(), f.address)
	if err != nil {
		return err
	}
	defer ws.Close()
	if err := join(ws); err != nil {
		return err
	}
	return ask(ws)
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
