//go:build soak && unix

package rt_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

const (
	pollingPeers = 300 // of all
	dialing      = 32  // at the same time
	comeAndGoes  = 50  // a second
)

// TestSoakPeers is the other half of TestSoak, in a process of its own: it
// holds peers, and until it is told to settle lets some of them go and others
// come. It ends with its standard input.
func TestSoakPeers(t *testing.T) {
	addr := os.Getenv("SOAK_ADDR")
	if addr == "" {
		return // TestSoak is at work, which starts us by itself
	}
	n, err := strconv.Atoi(os.Getenv("SOAK_PEERS"))
	if err != nil {
		t.Fatal(err)
	}
	raiseFileLimit(t)
	crowd := &peerCrowd{addr: addr, failed: make(chan error, n)}
	if err := crowd.dialAll(n); err != nil {
		t.Fatal(err)
	}
	fmt.Println("ready")
	if err := crowd.churn(os.Stdin); err != nil {
		t.Fatal(err)
	}
	os.Exit(0) // as peers end in the world: all at once, without a word
}

// peerCrowd is the peers on WebSockets; those on polling stay as they are.
type peerCrowd struct {
	addr   string
	failed chan error // of peers that have not been told to go

	mu    sync.Mutex
	peers []*soakPeer
}

func (c *peerCrowd) dialAll(n int) error {
	var dialers sync.WaitGroup
	next := make(chan int)
	for range dialing {
		dialers.Go(func() {
			for i := range next {
				if err := c.add(i < pollingPeers); err != nil {
					c.failed <- err
				}
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	dialers.Wait()
	return c.failure()
}

func (c *peerCrowd) failure() error {
	select {
	case err := <-c.failed:
		return err
	default:
		return nil
	}
}

func (c *peerCrowd) add(polling bool) error {
	if polling {
		return c.addPoller()
	}
	p, err := dialSoakPeer(c.addr)
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.peers = append(c.peers, p)
	c.mu.Unlock()
	go func() {
		if err := p.serve(); !p.left() {
			c.failed <- fmt.Errorf("a WebSocket has ended: %w", err)
		}
	}()
	return nil
}

// churn replaces the oldest peer again and again, until it is told to settle,
// and then waits for the end of commands.
func (c *peerCrowd) churn(commands io.Reader) error {
	settle := make(chan struct{})
	end := make(chan struct{})
	go func() {
		defer close(end)
		lines := bufio.NewScanner(commands)
		if lines.Scan() {
			close(settle)
			lines.Scan()
		}
	}()
	tick := time.NewTicker(time.Second / comeAndGoes)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			c.leaveOldest()
			if err := c.add(false); err != nil {
				return err
			}
		case err := <-c.failed:
			return err
		case <-settle:
			fmt.Println("settled")
			<-end
			return c.failure()
		case <-end: // TestSoak has failed
			return nil
		}
	}
}

func (c *peerCrowd) leaveOldest() {
	c.mu.Lock()
	oldest := c.peers[0]
	c.peers = c.peers[1:]
	c.mu.Unlock()
	oldest.leave()
}

// A soakPeer answers pings and questions on a WebSocket.
type soakPeer struct {
	ws   *websocket.Conn
	gone chan struct{}
}

func dialSoakPeer(addr string) (*soakPeer, error) {
	d := websocket.Dialer{ReadBufferSize: 512, WriteBufferSize: 256}
	ws, res, err := d.Dial("ws://"+addr+"/socket.io/?EIO=4&transport=websocket", nil)
	if err != nil {
		return nil, err
	}
	res.Body.Close()
	p := &soakPeer{ws: ws, gone: make(chan struct{})}
	if err := ws.WriteMessage(websocket.TextMessage, []byte("40")); err != nil {
		return nil, err
	}
	for _, want := range []string{`0{"sid":`, `40{"sid":`} {
		_, b, err := ws.ReadMessage()
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(string(b), want) {
			return nil, fmt.Errorf("got %s, want %s", b, want)
		}
	}
	return p, nil
}

func (p *soakPeer) leave() {
	close(p.gone)
	p.ws.Close()
}

func (p *soakPeer) left() bool {
	select {
	case <-p.gone:
		return true
	default:
		return false
	}
}

func (p *soakPeer) serve() error {
	for {
		_, b, err := p.ws.ReadMessage()
		if err != nil {
			return err
		}
		if reply := soakReply(string(b)); reply != "" {
			if err := p.ws.WriteMessage(websocket.TextMessage, []byte(reply)); err != nil {
				return err
			}
		}
	}
}

// soakReply returns what a packet is answered with, or nothing.
func soakReply(packet string) string {
	if packet == "2" {
		return "3"
	}
	id, question := strings.CutSuffix(packet, `["there","?"]`)
	if !question {
		return ""
	}
	return "43" + strings.TrimPrefix(id, "42") + "[true]"
}

// addPoller adds a peer on the polling transport.
func (c *peerCrowd) addPoller() error {
	p := &soakPoller{
		client: &http.Client{Transport: &http.Transport{}},
		url:    "http://" + c.addr + "/socket.io/?EIO=4&transport=polling",
	}
	open, err := p.get()
	if err != nil {
		return err
	}
	_, rest, _ := strings.Cut(open, `"sid":"`)
	sid, _, ok := strings.Cut(rest, `"`)
	if !ok {
		return fmt.Errorf("got %s", open)
	}
	p.url += "&sid=" + sid
	if err := p.post("40"); err != nil {
		return err
	}
	got, err := p.get()
	if err != nil {
		return err
	}
	if !strings.HasPrefix(got, `40{"sid":`) {
		return fmt.Errorf("CONNECT was answered %q", got)
	}
	go func() { c.failed <- fmt.Errorf("a poller has ended: %w", p.serve()) }()
	return nil
}

type soakPoller struct {
	client *http.Client
	url    string
}

func (p *soakPoller) serve() error {
	for {
		body, err := p.get()
		if err != nil {
			return err
		}
		var replies []string
		for packet := range strings.SplitSeq(body, "\x1e") {
			if reply := soakReply(packet); reply != "" {
				replies = append(replies, reply)
			}
		}
		if len(replies) == 0 {
			continue
		}
		if err := p.post(strings.Join(replies, "\x1e")); err != nil {
			return err
		}
	}
}

func (p *soakPoller) get() (string, error) {
	res, err := p.client.Get(p.url)
	return body(res, err)
}

func (p *soakPoller) post(packets string) error {
	res, err := p.client.Post(p.url, "text/plain", strings.NewReader(packets))
	_, err = body(res, err)
	return err
}

func body(res *http.Response, err error) (string, error) {
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = errors.New(res.Status)
	}
	return string(b), err
}
