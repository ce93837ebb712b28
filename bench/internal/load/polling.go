package load

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/rtgen/rtgen/bench/internal/script"
)

// Upgrades lets n clients begin on the polling transport and move to a
// WebSocket, as the official one does. It returns how long each of them took
// until the WebSocket carried an answer.
func Upgrades(addr string, n, inFlight int) ([]time.Duration, error) {
	took := make([]time.Duration, n)
	err := parallel(n, inFlight, func(i int) error {
		start := time.Now()
		err := upgrade(addr)
		took[i] = time.Since(start)
		return err
	})
	return took, err
}

func upgrade(addr string) error {
	polls, err := dialHTTP(addr)
	if err != nil {
		return err
	}
	defer polls.conn.Close()
	sid, err := polls.open()
	if err != nil {
		return fmt.Errorf("open: %w", err)
	}
	posts, err := dialHTTP(addr)
	if err != nil {
		return err
	}
	defer posts.conn.Close()
	if err := posts.exchange("POST", sid, script.Connect, "ok"); err != nil {
		return fmt.Errorf("CONNECT: %w", err)
	}
	if err := polls.exchange("GET", sid, "", `40{"sid":`); err != nil {
		return fmt.Errorf("first poll: %w", err)
	}
	if err := polls.send("GET", sid, ""); err != nil {
		return err
	}
	ws, err := dialWebSocket(addr, sid)
	if err != nil {
		return err
	}
	defer ws.Close()
	return ws.takeOver(polls)
}

// takeOver makes the WebSocket the transport of the session whose last poll is
// pending.
func (p *Peer) takeOver(polls *httpConn) error {
	if err := p.Send(Text(script.Probe)); err != nil {
		return err
	}
	if err := p.Expect(ServerText(script.Probed)); err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	if err := polls.receive(script.Noop); err != nil {
		return fmt.Errorf("last poll: %w", err)
	}
	if err := p.Send(append(Text(script.Upgrade), Text(script.Ask)...)); err != nil {
		return err
	}
	if err := p.Expect(ServerText(script.Answer)); err != nil {
		return fmt.Errorf("after the upgrade: %w", err)
	}
	return nil
}

// An httpConn is a connection for one request at a time.
type httpConn struct {
	addr string
	conn net.Conn
	in   *bufio.Reader
}

func dialHTTP(addr string) (*httpConn, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &httpConn{addr, conn, bufio.NewReader(conn)}, nil
}

// open begins a session and returns its id.
func (c *httpConn) open() (sid string, err error) {
	if err := c.send("GET", "", ""); err != nil {
		return "", err
	}
	body, err := c.body()
	if err != nil {
		return "", err
	}
	var handshake struct{ SID string }
	if err := json.Unmarshal([]byte(strings.TrimPrefix(body, "0")), &handshake); err != nil {
		return "", fmt.Errorf("got %.80q: %w", body, err)
	}
	return handshake.SID, nil
}

// exchange sends a request and wants an answer that begins as want does.
func (c *httpConn) exchange(method, sid, body, want string) error {
	if err := c.send(method, sid, body); err != nil {
		return err
	}
	return c.receive(want)
}

func (c *httpConn) send(method, sid, body string) error {
	url := "/socket.io/?EIO=4&transport=polling"
	if sid != "" {
		url += "&sid=" + sid
	}
	_, err := fmt.Fprintf(c.conn, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Type: text/plain;charset=UTF-8\r\nContent-Length: %d\r\n\r\n%s",
		method, url, c.addr, len(body), body)
	return err
}

func (c *httpConn) receive(want string) error {
	body, err := c.body()
	if err == nil && !strings.HasPrefix(body, want) {
		err = fmt.Errorf("got %.80q, want %s", body, want)
	}
	return err
}

func (c *httpConn) body() (string, error) {
	res, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %.80q", res.Status, body)
	}
	return string(body), err
}
