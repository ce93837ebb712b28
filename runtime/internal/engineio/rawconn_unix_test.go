//go:build unix

package engineio

import (
	"bytes"
	"errors"
	"net"
	"os"
	"testing"
	"time"
)

// What a small buffer has no room for has been read all the same: it is there
// when the connection gives nothing more.
func TestReadAhead(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	peer, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer peer.Close()
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()

	sent := bytes.Repeat([]byte("0123456789"), 200)
	if _, err := peer.Write(sent); err != nil {
		t.Fatal(err)
	}
	r := newRawConn(server, func() {})
	small := make([]byte, 512)
	n, err := r.read(small)
	if err != nil {
		t.Fatal(err)
	}
	got := append([]byte(nil), small[:n]...)
	server.SetReadDeadline(time.Now())
	for r.buffered() > 0 {
		got = append(got, small[:r.take(small)]...)
	}
	if !bytes.Equal(got, sent) {
		t.Errorf("read %d bytes, want the %d that were sent", len(got), len(sent))
	}
	if _, err := r.read(small); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("reading more: %v, want the deadline", err)
	}
	if r.buf != nil {
		t.Error("a buffer is held while nothing waits in it")
	}
}
