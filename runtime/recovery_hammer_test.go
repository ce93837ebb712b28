package rt_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/gorilla/websocket"

	rt "github.com/rtgen/rtgen/runtime"
)

// TestRecoveryHammer has peers break off and return while several goroutines
// broadcast: every peer gets the numbers of each of them without a gap or a
// double. The race detector is the other judge.
func TestRecoveryHammer(t *testing.T) {
	srv, err := rt.NewServer(rt.Options{RecoveryWindow: 2e10, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	n := srv.Of("/")
	ts := httptest.NewServer(srv)
	defer ts.Close()
	defer shutdown(t, srv)

	// The senders keep so close to the slowest peer that the log holds what is
	// due.
	var sent atomic.Int64
	crowd := make([]*returner, 6)
	for i := range crowd {
		crowd[i] = &returner{sent: &sent, next: map[string]int{}}
		crowd[i].got.Store(math.MaxInt64)
	}
	tooFar := func(p *returner) bool { return sent.Load()-1000 > p.got.Load() }
	stop := make(chan struct{})
	var senders, peers sync.WaitGroup
	for sender := range 3 {
		senders.Go(func() {
			count := rt.Event[int]{Name: fmt.Sprint("count", sender)}
			for i := 0; ; {
				select {
				case <-stop:
					return
				default:
				}
				if slices.ContainsFunc(crowd, tooFar) {
					runtime.Gosched()
					continue
				}
				sent.Add(1)
				if err := rt.Emit(t.Context(), n, count, i); err != nil {
					t.Error(err)
				}
				i++
				for s := range n.Sockets() {
					s.Join("room", rt.Room(fmt.Sprint(i%100)))
					rt.Emit(t.Context(), n.To("room").Volatile(), echo, json.RawMessage(`"text"`))
				}
			}
		})
	}
	url := "ws" + strings.TrimPrefix(ts.URL, "http") + "/socket.io/?EIO=4&transport=websocket"
	for _, p := range crowd {
		peers.Go(func() {
			defer p.got.Store(math.MaxInt64)
			for visit := range 25 {
				if err := p.visit(url, 20); err != nil {
					t.Errorf("visit %d: %v", visit, err)
					return
				}
			}
		})
	}
	peers.Wait()
	close(stop)
	senders.Wait()
}

// returner is a peer that is cut off again and again.
type returner struct {
	pid, offset string
	sent        *atomic.Int64  // by all senders
	got         atomic.Int64   // of these; before and after its visits more than there are
	next        map[string]int // what is due from each sender
}

// visit connects, takes some numbers, and breaks off.
func (p *returner) visit(url string, numbers int) error {
	ws, res, err := websocket.DefaultDialer.Dial(url, nil)
	if err != nil {
		return err
	}
	res.Body.Close()
	defer ws.NetConn().Close()
	ws.WriteMessage(websocket.TextMessage, fmt.Appendf(nil, `40{"pid":%q,"offset":%q}`, p.pid, p.offset))
	connected := false
	for !connected || numbers > 0 {
		_, data, err := ws.ReadMessage()
		if err != nil {
			return err
		}
		switch text := string(data); {
		case strings.HasPrefix(text, "40"):
			connected = true
			err = p.accepted(data[2:])
		case strings.HasPrefix(text, "42"):
			numbers--
			err = p.take(data[2:])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *returner) accepted(data []byte) error {
	var answer struct{ PID string }
	if err := json.Unmarshal(data, &answer); err != nil {
		return err
	}
	if p.pid != "" && p.pid != answer.PID {
		return fmt.Errorf("not recovered at %s", p.offset)
	}
	if p.pid == "" {
		p.got.Store(p.sent.Load())
	}
	p.pid = answer.PID
	return nil
}

func (p *returner) take(data []byte) error {
	var args []json.RawMessage
	if err := json.Unmarshal(data, &args); err != nil {
		return err
	}
	if err := json.Unmarshal(args[len(args)-1], &p.offset); err != nil {
		return fmt.Errorf("%s has no offset", data)
	}
	sender, number := string(args[0]), 0
	if json.Unmarshal(args[1], &number) != nil {
		return nil // a text
	}
	if due, ok := p.next[sender]; ok && number != due {
		return fmt.Errorf("%s %d, want %d", sender, number, due)
	}
	p.next[sender] = number + 1
	p.got.Add(1)
	return nil
}
