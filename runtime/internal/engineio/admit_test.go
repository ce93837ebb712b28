package engineio_test

import (
	"errors"
	"net/http"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// F01: whatever becomes of a handshake that was admitted, its leave is called
// once, and not before its session has ended.
func TestAdmit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var admitted, present atomic.Int32
		opts := streaming(engineio.Options{
			Admit: func(*http.Request) (func(), time.Duration) {
				if present.Load() == 3 {
					return nil, 1500 * time.Millisecond
				}
				admitted.Add(1)
				present.Add(1)
				return func() { present.Add(-1) }, 0
			},
			AllowRequest: func(r *http.Request) error {
				if r.URL.Query().Has("banned") {
					return errors.New("banned")
				}
				return nil
			},
		})
		e := inMemory(t, opts, nil)
		want := func(when string, calls, n int32) {
			t.Helper()
			synctest.Wait()
			if admitted.Load() != calls || present.Load() != n {
				t.Errorf("%s: %d admitted and %d present, want %d and %d", when, admitted.Load(), present.Load(), calls, n)
			}
		}
		e.do(t, e.request(t, "GET", "EIO=4&transport=polling&banned", ""))
		want("AllowRequest", 1, 0)
		e.do(t, e.request(t, "GET", "EIO=3&transport=polling", ""))
		want("version", 2, 0)
		if broken, _ := e.stream(t, "", nil); broken != nil {
			broken.Close()
		}
		want("stream without a packet", 3, 0)

		for _, open := range []func(){
			func() { e.openPolling(t) }, func() { e.openWebSocket(t) }, func() { e.openStream(t) },
		} {
			open()
		}
		want("three sessions", 6, 3)
		e.expect(t, e.request(t, "GET", "EIO=4&transport=polling", ""), 429, `{"code":3,"message":"Too many requests"}`)
		_, refused, err := e.tryWebSocket(t, "", nil)
		if err == nil || refused.StatusCode != 429 || refused.Header.Get("Retry-After") != "2" {
			t.Errorf("WebSocket handshake: %v, want 429 and Retry-After", err)
		}
		if p, refused := e.stream(t, "", nil); p != nil || refused.Status != 429 {
			t.Errorf("stream: %v, want 429", refused)
		}
		for left := range int32(3) {
			r := e.session(t)
			r.session.Abort(engineio.ReasonForcedClose, nil)
			r.awaitClosed(t)
			want("a session has ended", 6, 2-left)
		}
	})
}

// AllowRequest that ends its goroutine ends its request, and what Admit counts.
func TestAdmitIsToldOfAGoexit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		left := make(chan struct{}, 1)
		e := inMemory(t, engineio.Options{
			Admit:        func(*http.Request) (func(), time.Duration) { return func() { left <- struct{}{} }, 0 },
			AllowRequest: func(*http.Request) error { runtime.Goexit(); return nil },
		}, nil)
		if resp, err := e.client.Do(e.request(t, "GET", "EIO=4&transport=polling", "")); err == nil {
			resp.Body.Close()
			t.Errorf("answered %s", resp.Status)
		}
		synctest.Wait()
		if len(left) != 1 {
			t.Error("Admit is not told")
		}
	})
}
