package rt_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/gorilla/websocket"

	rt "github.com/rtgen/rtgen/runtime"
)

// What is sent to a socket that leaves never reaches the peer's next socket.
func TestNothingFollowsTheGoodbye(t *testing.T) {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := srv.Of("/")
	ts := httptest.NewServer(srv)
	defer ts.Close()
	var senders sync.WaitGroup
	defer senders.Wait() // behind the shutdown: no handler adds one any more
	defer shutdown(t, srv)

	yours := rt.Event[rt.SocketID]{Name: "yours"}
	asked := rt.AckEvent[rt.SocketID, int]{Name: "yours", Timeout: 1}
	n.OnConnect(func(_ context.Context, s *rt.Socket) {
		for _, send := range []func(){
			func() { rt.Emit(t.Context(), s, yours, s.ID()) },
			func() { rt.Emit(t.Context(), n.To(rt.Room(s.ID())), yours, s.ID()) },
			func() { rt.EmitWithAck(t.Context(), s, asked, s.ID()) },
		} {
			senders.Go(func() {
				for range 10 {
					send()
				}
			})
		}
		senders.Go(func() { s.Disconnect(false) })
	})

	url := "ws" + strings.TrimPrefix(ts.URL, "http") + "/socket.io/?EIO=4&transport=websocket"
	var peers sync.WaitGroup
	for range 4 {
		peers.Go(func() {
			if err := returnOften(url); err != nil {
				t.Errorf("N06: %v", err)
			}
		})
	}
	peers.Wait()
}

// returnOften is a peer that returns whenever it was told to go. Everything it
// gets must be for the socket it has.
func returnOften(url string) error {
	ws, res, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		return err
	}
	defer ws.Close()
	res.Body.Close()
	ws.WriteMessage(websocket.TextMessage, []byte("40"))
	id := ""
	for returns := 0; returns < 300; {
		_, data, err := ws.ReadMessage()
		if err != nil {
			return err
		}
		switch text := string(data); {
		case text[0] == '0':
		case strings.HasPrefix(text, "40"):
			id = text[len(`40{"sid":"`) : len(text)-len(`"}`)]
		case text == "41":
			if id == "" {
				return fmt.Errorf("a goodbye for a socket that has left")
			}
			id = ""
			returns++
			ws.WriteMessage(websocket.TextMessage, []byte("40"))
		case id == "" || !strings.Contains(text, id):
			return fmt.Errorf("got %s as the socket %q", text, id)
		}
	}
	return nil
}
