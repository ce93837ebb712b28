package memnet

import (
	"context"
	"net"
	"sync"
)

// addr is the address of everything in memory.
type addr struct{}

func (addr) Network() string { return "mem" }
func (addr) String() string  { return "mem" }

// A Listener accepts the connections made by its Dial. It implements
// net.Listener.
type Listener struct {
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// Listen returns an open listener.
func Listen() *Listener {
	return &Listener{accept: make(chan net.Conn), closed: make(chan struct{})}
}

// Accept waits for the next connection. After Close it returns net.ErrClosed.
func (l *Listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.accept:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Dial connects to the listener. It waits until the connection is accepted, ctx
// is done, or the listener is closed.
func (l *Listener) Dial(ctx context.Context) (net.Conn, error) {
	client, server := Pipe(DefaultBuffer)
	select {
	case l.accept <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// DialContext is Dial with the signature that http.Transport and
// websocket.Dialer ask for. Network and address are ignored.
func (l *Listener) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	return l.Dial(ctx)
}

// Close stops Accept and Dial. Connections stay open.
func (l *Listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr returns an address that says "mem".
func (l *Listener) Addr() net.Addr { return addr{} }
