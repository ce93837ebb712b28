package faulttest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// patience is how long a bystander may have to wait for its answer while others
// misbehave.
const patience = 3 * time.Second

// A bystander has a socket of its own and wants to be served, whatever others
// do to the server.
type bystander interface {
	// send sends a Socket.IO packet, receive returns the next one.
	send(packet string) error
	receive() (string, error)
}

// bystanders returns one that polls and one on a WebSocket.
func bystanders(t *testing.T, address string) []bystander {
	t.Helper()
	list := []bystander{openPoller(t, address), openWebSocket(t, address)}
	for _, b := range list {
		if err := join(b); err != nil {
			t.Fatal(err)
		}
	}
	return list
}

// join enters the namespace.
func join(b bystander) error {
	if err := b.send("0"); err != nil {
		return err
	}
	got, err := b.receive()
	if err == nil && !strings.HasPrefix(got, `0{"sid":`) {
		err = fmt.Errorf("CONNECT was answered %q", got)
	}
	return err
}

// ask wants an answer.
func ask(b bystander) error {
	start := time.Now()
	if err := b.send(`20["ask","still there?"]`); err != nil {
		return err
	}
	got, err := b.receive()
	if err != nil {
		return err
	}
	if want := `30[{"ok":true,"data":"still there?"}]`; got != want {
		return fmt.Errorf("got %q, want %q", got, want)
	}
	if took := time.Since(start); took > patience {
		return fmt.Errorf("answered after %v", took)
	}
	return nil
}

// wantServed checks that bystanders get answers.
func wantServed(t *testing.T, list []bystander) {
	t.Helper()
	for _, b := range list {
		if err := ask(b); err != nil {
			t.Fatalf("%T: %v", b, err)
		}
	}
}

type webSocketPeer struct{ *websocket.Conn }

func openWebSocket(t *testing.T, address string) webSocketPeer {
	t.Helper()
	p, err := dialWebSocket(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// dialWebSocket opens a session without joining a namespace.
func dialWebSocket(ctx context.Context, address string) (webSocketPeer, error) {
	ws, res, err := websocket.DefaultDialer.DialContext(ctx, "ws://"+address+"/socket.io/?EIO=4&transport=websocket", nil)
	if err != nil {
		return webSocketPeer{}, err
	}
	res.Body.Close()
	if _, _, err := ws.ReadMessage(); err != nil { // the open packet
		ws.Close()
		return webSocketPeer{}, err
	}
	return webSocketPeer{ws}, nil
}

func (p webSocketPeer) send(packet string) error {
	return p.WriteMessage(websocket.TextMessage, []byte("4"+packet))
}

func (p webSocketPeer) receive() (string, error) {
	for {
		_, data, err := p.ReadMessage()
		switch {
		case err != nil:
			return "", err
		case string(data) == "2":
			err = p.WriteMessage(websocket.TextMessage, []byte("3"))
		case data[0] == '4':
			return string(data[1:]), nil
		}
		if err != nil {
			return "", err
		}
	}
}

type poller struct {
	client *http.Client
	url    string
}

func openPoller(t *testing.T, address string) *poller {
	t.Helper()
	p := &poller{
		client: &http.Client{Transport: &http.Transport{}, Timeout: 30 * time.Second},
		url:    "http://" + address + "/socket.io/?EIO=4&transport=polling",
	}
	t.Cleanup(p.client.CloseIdleConnections)
	body, err := p.do("GET", "")
	if err != nil {
		t.Fatal(err)
	}
	sid, _, _ := strings.Cut(strings.TrimPrefix(body, `0{"sid":"`), `"`)
	p.url += "&sid=" + sid
	return p
}

func (p *poller) do(method, body string) (string, error) {
	req, err := http.NewRequest(method, p.url, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	res, err := p.client.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%s: %s", res.Status, answer)
	}
	return string(answer), err
}

func (p *poller) send(packet string) error {
	_, err := p.do("POST", "4"+packet)
	return err
}

func (p *poller) receive() (string, error) {
	for {
		body, err := p.do("GET", "")
		switch {
		case err != nil:
			return "", err
		case body == "2":
			_, err = p.do("POST", "3")
		case strings.HasPrefix(body, "4"):
			return body[1:], nil
		}
		if err != nil {
			return "", err
		}
	}
}
