package load

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"

	"github.com/rtgen/rtgen/bench/internal/script"
)

// A Peer is a client on a WebSocket that has been let into the namespace "/".
type Peer struct {
	conn net.Conn
	in   *bufio.Reader
}

// Dial connects a Peer to a server.
func Dial(addr string) (*Peer, error) {
	p, err := dialWebSocket(addr, "")
	if err != nil {
		return nil, err
	}
	if err := p.connect(); err != nil {
		p.Close()
		return nil, fmt.Errorf("connect to /: %w", err)
	}
	return p, nil
}

// dialWebSocket does the WebSocket handshake, of the session sid unless that is
// empty.
func dialWebSocket(addr, sid string) (*Peer, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	p := &Peer{conn: conn, in: bufio.NewReader(conn)}
	url := "/socket.io/?EIO=4&transport=websocket"
	if sid != "" {
		url += "&sid=" + sid
	}
	_, err = io.WriteString(conn, "GET "+url+" HTTP/1.1\r\nHost: "+addr+"\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	if err != nil {
		conn.Close()
		return nil, err
	}
	res, err := http.ReadResponse(p.in, nil)
	if err == nil && res.StatusCode != http.StatusSwitchingProtocols {
		err = errors.New(res.Status)
	}
	if err != nil {
		conn.Close()
		return nil, fmt.Errorf("WebSocket handshake: %w", err)
	}
	return p, nil
}

// connect takes the open packet and goes through the CONNECT.
func (p *Peer) connect() error {
	if err := p.expectPrefix(`0{"sid":`); err != nil {
		return err
	}
	if err := p.Send(Text(script.Connect)); err != nil {
		return err
	}
	return p.expectPrefix(`40{"sid":`)
}

// expectPrefix reads a packet that begins as prefix does. Pings in front of it
// stay without an answer.
func (p *Peer) expectPrefix(prefix string) error {
	packet, err := readFrame(p.in)
	for err == nil && packet == script.Ping {
		packet, err = readFrame(p.in)
	}
	if err == nil && !strings.HasPrefix(packet, prefix) {
		err = fmt.Errorf("got %.40q, want %s…", packet, prefix)
	}
	return err
}

// Close ends the connection without a word.
func (p *Peer) Close() { p.conn.Close() }

// Send writes frames.
func (p *Peer) Send(frames []byte) error {
	_, err := p.conn.Write(frames)
	return err
}

// Expect reads as many bytes as want has, which must be these.
func (p *Peer) Expect(want []byte) error {
	got := make([]byte, len(want))
	if n, err := io.ReadFull(p.in, got); err != nil {
		return fmt.Errorf("after %.60q: %w", got[:n], err)
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("got %.300q, want %.300q", got, want)
	}
	return nil
}

// Skip reads n bytes.
func (p *Peer) Skip(n int) error {
	_, err := p.in.Discard(n)
	return err
}

// Peers are many.
type Peers []*Peer

// DialMany connects n peers, a few at a time.
func DialMany(addr string, n int) (Peers, error) {
	peers := make(Peers, n)
	err := parallel(n, 32, func(i int) (err error) {
		peers[i], err = Dial(addr)
		return err
	})
	if err != nil {
		peers.Close()
		return nil, err
	}
	return peers, nil
}

// Join puts the peers into the crowd.
func (ps Peers) Join() error {
	return parallel(len(ps), 32, func(i int) error {
		if err := ps[i].Send(Text(script.Join)); err != nil {
			return err
		}
		return ps[i].Expect(ServerText(script.Joined))
	})
}

// Close ends all connections.
func (ps Peers) Close() {
	for _, p := range ps {
		if p != nil {
			p.Close()
		}
	}
}

// parallel calls f for all i below n, at most limit at a time. The error is one
// of those that f has returned; the rest of the calls may be left out then.
func parallel(n, limit int, f func(i int) error) error {
	var wg sync.WaitGroup
	next := make(chan int)
	failed := make(chan error, limit)
	for range min(n, limit) {
		wg.Go(func() {
			for i := range next {
				if err := f(i); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	err := feed(next, n, failed)
	close(next)
	wg.Wait()
	select {
	case late := <-failed:
		return errors.Join(err, late)
	default:
		return err
	}
}

func feed(next chan<- int, n int, failed <-chan error) error {
	for i := range n {
		select {
		case next <- i:
		case err := <-failed:
			return err
		}
	}
	return nil
}
