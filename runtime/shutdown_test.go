package rt_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

func TestShutdownLetsHandlersFinish(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		rt.OnWithAck(n, ask, func(ctx context.Context, s *rt.Socket, msg json.RawMessage) (json.RawMessage, error) {
			<-time.After(5 * time.Second)
			n, err := rt.EmitWithAck(ctx, s, question, 1)
			if n != 2 || err != nil {
				t.Errorf("EmitWithAck during the shutdown: %d, %v", n, err)
			}
			return msg, ctx.Err()
		})
		reasons := make(chan rt.Reason, 2)
		n.OnDisconnect(func(_ context.Context, _ *rt.Socket, r rt.Reason) { reasons <- r })
		busy, idle := w.connect("/"), w.connect("/")
		busy.send(`20["ask",7]`)
		synctest.Wait()

		done := make(chan error, 1)
		start := time.Now()
		go func() { done <- w.Shutdown(t.Context()) }()
		idle.wantClosed() // D11: no 41
		if got := time.Since(start); got != 0 {
			t.Errorf("the idle peer was closed after %v, want at once", got)
		}
		busy.send(`2["ask",8]`) // comes too late
		busy.want(`20["question",1]`)
		busy.send(`30[{"ok":true,"data":2}]`)
		busy.want(`30[{"ok":true,"data":7}]`)
		busy.wantClosed()
		if err := <-done; err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		for range 2 {
			if got := <-reasons; got != rt.ReasonShutdown {
				t.Errorf("reason = %q, want %q", got, rt.ReasonShutdown)
			}
		}
		if w.Len() != 0 || n.Len() != 0 {
			t.Errorf("%d connections and %d members are left", w.Len(), n.Len())
		}
	})
}

func TestShutdownThatRunsOutOfTime(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		ended := make(chan error, 1)
		rt.On(n, slow, func(ctx context.Context, _ *rt.Socket, _ json.RawMessage) error {
			<-ctx.Done()
			ended <- context.Cause(ctx)
			return nil
		})
		p := w.connect("/")
		p.send(`2["slow",1]`)
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		start := time.Now()
		if err := w.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Shutdown: %v, want the error of its context", err)
		}
		if err := <-ended; !errors.Is(err, rt.ErrDisconnected) {
			t.Errorf("O02: cause = %v, want ErrDisconnected", err)
		}
		if got := time.Since(start); got != 3*time.Second {
			t.Errorf("took %v, want 3s", got)
		}
		p.wantClosed()
	})
}

func TestShutdownTwiceAndDuringConnects(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		n.Use(func(context.Context, *rt.Socket) error {
			<-time.After(time.Second)
			return nil
		})
		p := w.dial()
		p.send("0")
		synctest.Wait()
		done := make(chan error, 2)
		for range 2 { // O06
			go func() { done <- w.Shutdown(t.Context()) }()
		}
		for range 2 {
			if err := <-done; err != nil {
				t.Errorf("Shutdown: %v", err)
			}
		}
		<-p.gone
		if status := w.handshake(); status != 503 {
			t.Errorf("a handshake was answered %d, want 503", status)
		}
		if w.Len() != 0 || n.Len() != 0 {
			t.Errorf("%d connections and %d members are left", w.Len(), n.Len())
		}
	})
}

func TestShutdownDoesNotWaitForPollersThatHaveVanished(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		if status := w.handshake(); status != 200 {
			t.Fatalf("the handshake was answered %d", status)
		}
		start := time.Now()
		if err := w.Shutdown(t.Context()); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if got := time.Since(start); got != 2*time.Second {
			t.Errorf("took %v, want 2s", got)
		}
	})
}
