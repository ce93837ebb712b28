package rt_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	rt "github.com/rtgen/rtgen/runtime"
)

// TestHammer uses sockets from many goroutines at once while they come and go;
// the race detector and the counts at the end are the judges.
func TestHammer(t *testing.T) {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := serveEcho(srv, "/")
	rt.On(n, quit, func(ctx context.Context, s *rt.Socket, _ rt.None) error { // O03
		s.Join("late")
		rt.Emit(ctx, s.To("late"), echo, json.RawMessage("1"))
		s.Disconnect(false)
		s.Leave("late")
		return nil
	})
	ts := httptest.NewServer(srv)
	defer ts.Close()

	stop := make(chan struct{})
	var meddlers, peers sync.WaitGroup
	var seen int
	for _, meddle := range []func(s *rt.Socket){ // O04
		func(s *rt.Socket) { s.Join("a", "b") },
		func(s *rt.Socket) { s.Leave("b") },
		func(s *rt.Socket) { rt.Emit(t.Context(), s, echo, json.RawMessage("1")) },
		func(s *rt.Socket) { rt.Emit(t.Context(), n.To("a", "b").Except("b"), blob, []byte("x")) },
		func(s *rt.Socket) { rt.EmitWithAck(t.Context(), s, rt.AckEvent[int, int]{Name: "q", Timeout: 1}, 1) },
		func(s *rt.Socket) { s.SetData(s.Rooms()) },
		func(s *rt.Socket) {
			s.In("a")
			if seen++; seen%10_000 == 0 { // the others need somebody to meddle with
				s.Disconnect(true)
			}
		},
	} {
		meddlers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					for s := range n.Sockets() {
						meddle(s)
					}
				}
			}
		})
	}
	url := "ws" + strings.TrimPrefix(ts.URL, "http") + "/socket.io/?EIO=4&transport=websocket"
	for i := range 8 {
		peers.Go(func() { comeAndGo(t, url, i) })
	}
	peers.Wait()
	close(stop)
	meddlers.Wait()
	shutdown(t, srv)
	if srv.Len() != 0 || n.Len() != 0 {
		t.Errorf("F08: %d connections and %d members are left", srv.Len(), n.Len())
	}
}

// comeAndGo connects, talks and leaves in different ways.
func comeAndGo(t *testing.T, url string, seed int) {
	for i := range 30 {
		ws, res, err := websocket.DefaultDialer.Dial(url, nil)
		if err != nil {
			t.Error(err)
			return
		}
		res.Body.Close()
		lines := []string{"40", `42["echo",1]`, `421["ask",2]`, `42["quit"]`, "40"}
		for _, line := range lines[:1+(i+seed)%len(lines)] {
			ws.WriteMessage(websocket.TextMessage, []byte(line))
		}
		for range 5 {
			if _, _, err := ws.ReadMessage(); err != nil {
				break
			}
		}
		ws.Close()
	}
}
