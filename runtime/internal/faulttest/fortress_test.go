package faulttest

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"testing"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

// A fortress is a server under attack.
type fortress struct {
	*scene
	address    string
	bystanders []bystander
	goroutines int
	heap       uint64
}

func newFortress(t *testing.T, opts rt.Options) *fortress {
	t.Helper()
	// Heartbeats would only disturb: bystanders answer none while others attack.
	opts.PingInterval, opts.PingTimeout = time.Hour, time.Hour
	sc := newScene(t, opts)
	f := &fortress{scene: sc, address: sc.http.Listener.Addr().String()}
	f.bystanders = bystanders(t, f.address)
	wantServed(t, f.bystanders)
	f.heap, f.goroutines = heap(), runtime.NumGoroutine()
	return f
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// dial connects a stranger.
func (f *fortress) dial() (*net.TCPConn, error) {
	conn, err := net.Dial("tcp", f.address)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	return conn.(*net.TCPConn), nil
}

// wantUnharmed checks that an attack has not been obeyed and that nothing of it
// is left.
func (f *fortress) wantUnharmed() {
	f.t.Helper()
	wantServed(f.t, f.bystanders)
	f.mu.Lock()
	if len(f.notes) > 0 {
		f.t.Errorf("%d events of strangers were handled", len(f.notes))
		f.notes = nil
	}
	f.mu.Unlock()
	f.eventually("connections", func() (int, int) { return f.Len(), len(f.bystanders) })
}

// wantRestored checks that an attack has cost nothing that lasts.
func (f *fortress) wantRestored() {
	f.t.Helper()
	f.eventually("goroutines", func() (int, int) { return runtime.NumGoroutine(), f.goroutines + 4 })
	const slack = 8 << 20 // pools
	f.eventually("bytes of heap", func() (int, int) { return int(heap()), int(f.heap) + slack })
}

// eventually waits until a count is no more than its limit.
func (f *fortress) eventually(what string, count func() (got, limit int)) {
	f.t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		got, limit := count()
		if got <= limit {
			return
		}
		select {
		case <-deadline:
			f.t.Errorf("%d %s, want at most %d", got, what, limit)
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// attack sends bytes on a connection of its own and returns the status of the
// answer, or 0 when there is none. The error says that the server has not closed
// the connection.
func (f *fortress) attack(bytes string) (int, error) {
	conn, err := f.dial()
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	io.WriteString(conn, bytes) // may fail: the server need not read it all
	conn.CloseWrite()
	answer := bufio.NewReader(conn)
	status := 0
	if res, err := http.ReadResponse(answer, nil); err == nil {
		status = res.StatusCode
	}
	return status, awaitEnd(answer)
}

// awaitEnd reads until the server closes the connection, orderly or not.
func awaitEnd(r io.Reader) error {
	if _, err := io.Copy(io.Discard, r); errors.Is(err, os.ErrDeadlineExceeded) {
		return errors.New("the connection is still open")
	}
	return nil
}
