package faultnet

import (
	"errors"
	"net"
	"sync"
)

// A Proxy forwards TCP connections to a target. Its methods may be called from
// any goroutine.
type Proxy struct {
	listener *net.TCPListener
	target   string
	running  sync.WaitGroup // the accept loop and both directions of all links

	mu         sync.Mutex
	http       Faults
	websocket  Faults
	changed    chan struct{} // closed when the faults change
	links      map[*link]struct{}
	closed     bool
	websockets int
}

// Listen returns a proxy that listens on a free port of the loopback interface
// and has no faults yet. Target is the address of a server.
func Listen(target string) (*Proxy, error) {
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, err
	}
	p := &Proxy{
		listener: l,
		target:   target,
		changed:  make(chan struct{}),
		links:    make(map[*link]struct{}),
	}
	p.running.Go(p.accept)
	return p, nil
}

// Addr returns the host and port that clients connect to.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// Set changes the faults of all connections, present and future.
func (p *Proxy) Set(f Faults) { p.change(func() { p.http, p.websocket = f, f }) }

// SetWebSocket changes the faults of the connections that begin with a
// WebSocket handshake. Others keep theirs, until the next Set.
func (p *Proxy) SetWebSocket(f Faults) { p.change(func() { p.websocket = f }) }

func (p *Proxy) change(set func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	set()
	close(p.changed)
	p.changed = make(chan struct{})
}

// Reset cuts all present connections: both sides get a TCP reset.
func (p *Proxy) Reset() {
	for _, l := range p.present() {
		l.reset()
	}
}

// Finish ends a direction of all present connections in order, as a peer does
// that has sent everything. With Both the connections are closed.
func (p *Proxy) Finish(d Direction) {
	for _, l := range p.present() {
		l.finish(d)
	}
}

// Strand makes all present connections silent for good, as when a cable is
// pulled: nothing passes any more and neither side is told. New connections are
// not concerned.
func (p *Proxy) Strand() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for l := range p.links {
		l.stranded = true
	}
}

// Len returns the number of connections that the proxy holds.
func (p *Proxy) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.links)
}

// WebSockets returns how many WebSocket handshakes have come, also those that
// were refused.
func (p *Proxy) WebSockets() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.websockets
}

// Close cuts everything and returns when nothing of the proxy runs any more.
func (p *Proxy) Close() error {
	p.mu.Lock()
	p.closed = true
	p.mu.Unlock()
	err := p.listener.Close()
	p.Reset()
	p.running.Wait()
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

func (p *Proxy) accept() {
	for {
		conn, err := p.listener.AcceptTCP()
		if err != nil {
			return
		}
		if l := p.add(conn); l != nil {
			p.running.Go(l.serve)
		}
	}
}

// add returns a link for a new client, or nil when the proxy is closed.
func (p *Proxy) add(client *net.TCPConn) *link {
	l := &link{proxy: p, client: client, ended: make(chan struct{})}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		client.Close()
		return nil
	}
	p.links[l] = struct{}{}
	return l
}

func (p *Proxy) remove(l *link) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.links, l)
}

func (p *Proxy) present() []*link {
	p.mu.Lock()
	defer p.mu.Unlock()
	links := make([]*link, 0, len(p.links))
	for l := range p.links {
		links = append(links, l)
	}
	return links
}

// faults returns what concerns l now, and a channel that is closed when that
// changes.
func (p *Proxy) faults(l *link) (Faults, <-chan struct{}) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f := p.http
	if l.websocket {
		f = p.websocket
	}
	f.Silent = f.Silent || l.stranded
	return f, p.changed
}
