package client_test

import (
	"context"
	"errors"
	"net"
	"testing"
	"testing/synctest"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
)

// A client that has given up begins anew, with as many attempts and with the
// first delay.
func TestBeginsAnew(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		w.down.Store(true)
		s := w.client(client.Options{ReconnectionAttempts: 3}).Of("/")
		for round := range 2 {
			before, start := w.attempts(), time.Now()
			if err := s.Connect(t.Context()); !errors.Is(err, errDown) {
				t.Errorf("round %d: Connect: %v", round, err)
			}
			if n := w.attempts() - before; n != 4 {
				t.Errorf("round %d: %d attempts, want 4", round, n)
			}
			if d := time.Since(start); d > 10*time.Second { // 1s, 2s and 4s, and half of that
				t.Errorf("round %d took %v", round, d)
			}
		}
	})
}

// The handler that is told of a loss after which the client does not try again
// may do so itself.
func TestConnectsAgainFromHandlers(t *testing.T) {
	for range 20 { // the handler runs beside the client
		inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
			// net/http sends a poll again that was cut off, and then nothing is lost.
			s := w.client(client.Options{NoReconnection: true, Transports: []string{"websocket"}}).Of("/")
			again := make(chan error, 2)
			s.OnDisconnect(func(ctx context.Context, reason rt.Reason) {
				if reason != client.ReasonClientDisconnect {
					again <- s.Connect(ctx)
				}
			})
			s.OnConnectError(func(ctx context.Context, err error) {
				if errors.Is(err, errDown) {
					w.down.Store(false)
					again <- s.Connect(ctx)
				}
			})
			mustConnect(t, s)
			w.cut()
			if err := next(t, again); err != nil {
				t.Fatalf("Connect after a loss: %v", err)
			}
			s.Disconnect()
			synctest.Wait()
			w.down.Store(true)
			s.Connect(t.Context())
			if err := next(t, again); err != nil {
				t.Fatalf("Connect after an attempt: %v", err)
			}
		})
	}
}

// Whoever leaves and comes back at once is not told of the attempt, or the
// connection, that was ended in between, and does not wait for another one.
func TestComesBackAtOnce(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		hang := true
		s := w.client(client.Options{NoReconnection: true, DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if hang {
				hang = false
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return w.dial(ctx, network, addr)
		}}).Of("/")
		got := observe(s)
		start := time.Now()
		go s.Connect(t.Context())
		synctest.Wait() // for the attempt that hangs
		for range 3 {
			s.Disconnect()
			mustConnect(t, s)
		}
		if d := time.Since(start); d > 0 {
			t.Errorf("came back after %v", d)
		}
		synctest.Wait()
		if len(got.failed) > 0 {
			t.Errorf("told of %v", <-got.failed)
		}
	})
}
