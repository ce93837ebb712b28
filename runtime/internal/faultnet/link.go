package faultnet

import (
	"bytes"
	"io"
	"net"
	"sync"
	"time"
)

// maxHead bounds what a client may send before the first request is complete.
const maxHead = 64 << 10

// A link is one client's connection and the one to the server that was opened
// for it.
type link struct {
	proxy  *Proxy
	client *net.TCPConn
	ended  chan struct{} // closed when the link has been cut
	once   sync.Once

	// Under the lock of the proxy.
	server    *net.TCPConn // nil until the connection was forwarded
	websocket bool
	stranded  bool
	finished  Direction
}

// serve runs the link until both directions have ended.
func (l *link) serve() {
	defer l.proxy.remove(l)
	defer l.client.Close()
	head := l.head()
	f, ok := l.await()
	if !ok {
		return
	}
	switch f.Opening {
	case Refuse:
		l.reset()
	case Hang:
		io.Copy(io.Discard, l.client)
	case BadRequest:
		io.WriteString(l.client, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
		l.client.CloseWrite()
		io.Copy(io.Discard, l.client)
	default:
		l.forward(head)
	}
}

// head reads the first request, or what there is of it when the client stops
// early, and finds out what the link is for.
func (l *link) head() []byte {
	buf := make([]byte, 0, maxHead)
	for len(buf) < maxHead && !bytes.Contains(buf, []byte("\r\n\r\n")) {
		n, err := l.client.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err != nil {
			break
		}
	}
	if bytes.Contains(bytes.ToLower(buf), []byte("\r\nupgrade: websocket")) {
		l.proxy.mu.Lock()
		defer l.proxy.mu.Unlock()
		l.websocket = true
		l.proxy.websockets++
	}
	return buf
}

// forward connects to the server and runs both directions.
func (l *link) forward(head []byte) {
	conn, err := net.Dial("tcp", l.proxy.target)
	if err != nil {
		l.reset()
		return
	}
	server := conn.(*net.TCPConn)
	defer server.Close()
	l.proxy.mu.Lock()
	l.server = server
	l.proxy.mu.Unlock()
	select {
	case <-l.ended: // reset did not see the server
		abort(server)
		return
	default:
	}
	up := flow{link: l, from: io.MultiReader(bytes.NewReader(head), l.client), to: server, direction: Up}
	down := flow{link: l, from: server, to: l.client, direction: Down}
	var done sync.WaitGroup
	done.Go(down.run)
	up.run()
	done.Wait()
}

// await waits while the link is silent and returns its faults. It is false when
// the link was cut.
func (l *link) await() (Faults, bool) {
	for {
		f, changed := l.proxy.faults(l)
		if !f.Silent {
			select {
			case <-l.ended:
				return f, false
			default:
				return f, true
			}
		}
		select {
		case <-changed:
		case <-l.ended:
			return f, false
		}
	}
}

// pause waits for d. It is false when the link was cut.
func (l *link) pause(d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-l.ended:
		return false
	}
}

// reset cuts the link on both sides.
func (l *link) reset() {
	l.once.Do(func() { close(l.ended) })
	abort(l.client)
	if server := l.upstream(); server != nil {
		abort(server)
	}
}

func (l *link) finish(d Direction) {
	l.proxy.mu.Lock()
	l.finished |= d
	server := l.server
	l.proxy.mu.Unlock()
	if d&Up != 0 && server != nil {
		server.CloseWrite()
	}
	if d&Down != 0 {
		l.client.CloseWrite()
	}
}

func (l *link) hasFinished(d Direction) bool {
	l.proxy.mu.Lock()
	defer l.proxy.mu.Unlock()
	return l.finished&d != 0
}

func (l *link) upstream() *net.TCPConn {
	l.proxy.mu.Lock()
	defer l.proxy.mu.Unlock()
	return l.server
}

// abort closes c with a reset. It may be called again.
func abort(c *net.TCPConn) {
	c.SetLinger(0)
	c.Close()
}
