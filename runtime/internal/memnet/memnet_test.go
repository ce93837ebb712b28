package memnet_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/memnet"
)

func TestPipeCarriesBytesInOrder(t *testing.T) {
	a, b := memnet.Pipe(7) // smaller than the data, so that writes wait
	want := bytes.Repeat([]byte("0123456789"), 1000)
	go func() {
		if _, err := a.Write(want); err != nil {
			t.Error("Write:", err)
		}
		a.Close()
	}()
	got, err := io.ReadAll(b)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("read %d bytes, error %v, want %d bytes as written", len(got), err, len(want))
	}
	b.Close()
}

func TestCloseWriteLeavesTheOtherDirectionOpen(t *testing.T) {
	a, b := memnet.Pipe(100)
	defer a.Close()
	defer b.Close()
	a.CloseWrite()
	if n, err := b.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("Read = %d, %v, want EOF", n, err)
	}
	if _, err := b.Write([]byte("x")); err != nil {
		t.Error("Write against a half-closed connection:", err)
	}
	if n, err := a.Read(make([]byte, 9)); n != 1 || err != nil {
		t.Errorf("Read = %d, %v, want 1 byte", n, err)
	}
}

func TestAfterClose(t *testing.T) {
	a, b := memnet.Pipe(100)
	a.Close()
	defer b.Close()
	tests := []struct {
		name string
		do   func() (int, error)
		want error
	}{
		{"own read", func() (int, error) { return a.Read(make([]byte, 1)) }, net.ErrClosed},
		{"own write", func() (int, error) { return a.Write([]byte("x")) }, net.ErrClosed},
		{"peer's read", func() (int, error) { return b.Read(make([]byte, 1)) }, io.EOF},
		{"peer's write", func() (int, error) { return b.Write([]byte("x")) }, syscall.EPIPE},
	}
	for _, tt := range tests {
		if n, err := tt.do(); n != 0 || !errors.Is(err, tt.want) {
			t.Errorf("%s = %d, %v, want 0, %v", tt.name, n, err, tt.want)
		}
	}
}

func TestDeadlines(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, b := memnet.Pipe(3)
		defer a.Close()
		defer b.Close()
		tests := []struct {
			name string
			set  func(time.Time) error
			do   func([]byte) (int, error)
			n    int
		}{
			{"read", a.SetReadDeadline, a.Read, 0},
			{"write", a.SetWriteDeadline, a.Write, 3},
		}
		for _, tt := range tests {
			start := time.Now()
			tt.set(start.Add(time.Second))
			tt.set(start.Add(5 * time.Second)) // the last one holds
			n, err := tt.do(make([]byte, 9))
			if n != tt.n || !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("%s = %d, %v, want %d, %v", tt.name, n, err, tt.n, os.ErrDeadlineExceeded)
			}
			if got := time.Since(start); got != 5*time.Second {
				t.Errorf("%s gave up after %v, want 5s", tt.name, got)
			}
			if ne, ok := errors.AsType[net.Error](err); !ok || !ne.Timeout() {
				t.Errorf("%s: %v is no timeout", tt.name, err)
			}
		}
		a.SetDeadline(time.Time{})
		go b.Write([]byte("x"))
		if n, err := a.Read(make([]byte, 9)); n != 1 || err != nil {
			t.Errorf("Read without a deadline = %d, %v, want 1 byte", n, err)
		}
		a.SetReadDeadline(time.Unix(1, 0))
		if _, err := a.Read(make([]byte, 9)); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("Read after a deadline in the past: %v", err)
		}
	})
}

func TestListenerServesHTTP(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := memnet.Listen()
		srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Hour)
			io.WriteString(w, "late")
		})}
		go srv.Serve(l)
		defer srv.Close()
		tr := &http.Transport{DialContext: l.DialContext}
		defer tr.CloseIdleConnections()
		start := time.Now()
		resp, err := (&http.Client{Transport: tr}).Get("http://mem/")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if string(body) != "late" || err != nil {
			t.Errorf("body = %q, %v", body, err)
		}
		if got := time.Since(start); got != time.Hour {
			t.Errorf("answer after %v, want 1h", got)
		}
	})
}

func TestClosedListener(t *testing.T) {
	l := memnet.Listen()
	l.Close()
	l.Close()
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept: %v, want %v", err, net.ErrClosed)
	}
	if _, err := l.Dial(t.Context()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Dial: %v, want %v", err, net.ErrClosed)
	}
}

func TestDialGivesUpWithItsContext(t *testing.T) {
	l := memnet.Listen()
	defer l.Close()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Dial(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("Dial: %v, want %v", err, context.Canceled)
	}
}
