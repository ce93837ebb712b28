package rt_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

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

// TestLeavingDuringAShutdown holds the handlers of peers that leave by themselves
// to their second, as at any other time.
func TestLeavingDuringAShutdown(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		rt.On(w.Of("/"), slow, func(ctx context.Context, _ *rt.Socket, _ json.RawMessage) error {
			<-ctx.Done()
			return nil
		})
		p := w.connect("/")
		p.send(`2["slow",1]`)
		synctest.Wait()
		done := make(chan error, 1)
		go func() { done <- w.Shutdown(t.Context()) }()
		synctest.Wait()
		start := time.Now()
		p.ws.Close()
		if err := <-done; err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if got := time.Since(start); got != time.Second {
			t.Errorf("the shutdown took %v from when the peer left, want 1s", got)
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

// D11: a client that polls learns of the shutdown, and one that has vanished
// delays it only when something waits for it.
func TestShutdownOfPollers(t *testing.T) {
	tests := map[string]struct {
		prepare func(w *world, p *poller)
		polls   bool
		want    time.Duration
	}{
		"polls":    {func(*world, *poller) {}, true, 0},
		"vanished": {func(*world, *poller) {}, false, 500 * time.Millisecond},
		"vanished with more to get": {func(w *world, _ *poller) {
			rt.Emit(w.t.Context(), w.Of("/"), echo, json.RawMessage("1"))
		}, false, 2 * time.Second},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				w.Of("/")
				p := w.poll()
				p.join()
				synctest.Wait()
				tt.prepare(w, p)
				got := make(chan string, 1)
				if tt.polls {
					go func() { got <- p.get() }()
				}
				synctest.Wait()
				start := time.Now()
				if err := w.Shutdown(t.Context()); err != nil {
					t.Errorf("Shutdown: %v", err)
				}
				if got := time.Since(start); got != tt.want {
					t.Errorf("took %v, want %v", got, tt.want)
				}
				if tt.polls {
					if got := <-got; got != "1" {
						t.Errorf("the poll was answered %s, want a close packet", got)
					}
				}
				if got := p.get(); got != `400 {"code":1,"message":"Session ID unknown"}` {
					t.Errorf("the next poll was answered %s", got)
				}
			})
		})
	}
}

// A client that upgrades polls no more: only the WebSocket can tell it.
func TestShutdownLetsAnUpgradeFinish(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		w.Of("/")
		p := w.poll()
		p.join()
		ws := w.probe(p)
		done := make(chan error, 1)
		go func() { done <- w.Shutdown(t.Context()) }()
		synctest.Wait()
		ws.WriteMessage(websocket.TextMessage, []byte("5"))
		if _, got, err := ws.ReadMessage(); !websocket.IsCloseError(err, websocket.CloseNoStatusReceived) {
			t.Errorf("read %q, %v, want a close frame", got, err)
		}
		if err := <-done; err != nil {
			t.Errorf("Shutdown: %v", err)
		}
	})
}

// D12: a thousand clients are closed over the time that was set, and nobody is
// let in meanwhile. Those whose turn has not come are served.
func TestShutdownSpreads(t *testing.T) {
	tests := map[string]struct {
		clients          int
		spread, deadline time.Duration // zero: the default, none
		want             time.Duration
		lot              int // connections that are closed at once
	}{
		"default":          {clients: 1000, want: 9900 * time.Millisecond, lot: 10},
		"short":            {clients: 200, spread: time.Second, want: 900 * time.Millisecond, lot: 20},
		"little time left": {clients: 200, deadline: 2 * time.Second, want: 900 * time.Millisecond, lot: 20},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			inWorld(t, rt.Options{ShutdownSpread: tt.spread}, func(t *testing.T, w *world) {
				serveEcho(w.Server, "/")
				if !w.Ready() {
					t.Error("a new server is not ready")
				}
				start := time.Now()
				closed := make(chan time.Duration, tt.clients)
				peers := make([]*peer, tt.clients)
				for i := range peers {
					peers[i] = w.connect("/")
					go func() {
						<-peers[i].gone
						closed <- time.Since(start)
					}()
				}
				ctx, done := t.Context(), make(chan error, 1)
				if tt.deadline != 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, tt.deadline)
					defer cancel()
				}
				go func() { done <- w.Shutdown(ctx) }()
				synctest.Wait()
				if status := w.handshake(); w.Ready() || status != 503 {
					t.Errorf("ready %t, and a handshake is answered %d, want 503", w.Ready(), status)
				}
				<-time.After(tt.want / 2)
				for _, p := range peers {
					p.write(websocket.TextMessage, `42["echo",1]`)
				}
				synctest.Wait()
				echoes := 0
				for _, p := range peers {
					echoes += len(p.got)
				}
				if echoes < tt.clients/3 || echoes > 2*tt.clients/3 {
					t.Errorf("%d of %d are served at half time", echoes, tt.clients)
				}
				if err := <-done; err != nil {
					t.Errorf("Shutdown: %v", err)
				}
				lots := make(map[time.Duration]int)
				for range tt.clients {
					lots[<-closed]++
				}
				for at, n := range lots {
					if n != tt.lot || at > tt.want {
						t.Errorf("%d were closed after %v, want %d at a time within %v", n, at, tt.lot, tt.want)
					}
				}
			})
		})
	}
}

func TestShutdownOfFewIsQuick(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		w.Of("/")
		for range 10 {
			w.connect("/")
		}
		start := time.Now()
		if err := w.Shutdown(t.Context()); err != nil || time.Since(start) != 0 {
			t.Errorf("took %v: %v", time.Since(start), err)
		}
	})
}

func TestShutdownIsRefusedPolitely(t *testing.T) {
	srv, err := rt.NewServer(rt.Options{Origins: []string{"https://app.example.com"}})
	if err != nil {
		t.Fatal(err)
	}
	shutdown(t, srv)
	r := httptest.NewRequest("GET", "/socket.io/?EIO=4&transport=polling", nil)
	r.Header.Set("Origin", "https://app.example.com")
	answer := httptest.NewRecorder()
	srv.ServeHTTP(answer, r)
	got := []string{
		answer.Result().Status, answer.Header().Get("Retry-After"),
		answer.Header().Get("Access-Control-Allow-Origin"), answer.Body.String(),
	}
	want := []string{
		"503 Service Unavailable", "1", "https://app.example.com", `{"code":3,"message":"Server shutting down"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("answer (-want +got):\n%s", diff)
	}
}
