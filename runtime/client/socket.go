package client

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/internal/inbox"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// A Socket is this side of one namespace. Its methods may be called from any
// goroutine, also from its own handlers.
type Socket struct {
	client *Client
	name   string
	inbox  inbox.Queue[*work]
	turn   chan struct{} // held while an event is sent with retries

	handlers handlers

	// What follows is guarded by the client's lock.
	state     state
	attempt   *attempt // to connect; nil when the socket is inactive
	asked     *link    // where an answer to CONNECT is due, or its auth is made
	expiry    *time.Timer
	left      *link // where this side has ended a visit, until the server says more
	id        rt.SocketID
	visit     *visit // while connected
	pid       string // what recovers the state, and up to where it has been seen
	offset    string
	recovered bool
	early     []*sioproto.Packet // came before the answer to CONNECT
	earlySize int
	held      []held // sent while not connected
	heldSize  int
	acks      map[uint64]chan<- reply
	nextID    uint64
}

type state int

const (
	stateInactive   state = iota // does not want to be connected
	stateConnecting              // wants to be
	stateConnected
)

// An attempt is how calls of Connect wait: done is closed when the socket is
// connected, or will not be because of err.
type attempt struct {
	done chan struct{}
	err  error
}

// A visit lasts from the time a socket is let in until it leaves. The contexts
// of its handlers end soon after.
type visit struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	grace  *time.Timer // ends ctx once the socket has left
}

// over ends the contexts.
func (v *visit) over() {
	v.grace.Stop()
	v.cancel(rt.ErrDisconnected)
}

func newSocket(c *Client, namespace string) *Socket {
	return &Socket{client: c, name: namespace, turn: make(chan struct{}, 1)}
}

// Namespace returns the path of the namespace, which begins with a slash.
func (s *Socket) Namespace() string { return s.name }

// ID returns the id that the server has given the socket, or "" when it is not
// connected.
func (s *Socket) ID() rt.SocketID {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	return s.id
}

// Connected reports whether the server has let the socket in and it has not
// left.
func (s *Socket) Connected() bool {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	return s.state == stateConnected
}

// Active reports whether the socket is connected or the client goes on trying:
// false before Connect, and after the socket was refused, has left, or the
// client has given up.
func (s *Socket) Active() bool {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	return s.active()
}

func (s *Socket) active() bool { return s.state != stateInactive }

// Recovered reports whether the server has restored the state that the socket
// had before its connection was lost, and sent what was missed.
func (s *Socket) Recovered() bool {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	return s.recovered
}

// Connect enters the namespace, opening the client's connection if there is
// none, and waits until the server has let the socket in. It may be called
// again at any time. The error is a [rt.ConnectError] when the server has
// refused the socket, whose Data is a json.RawMessage or nil; what the last
// attempt has failed with when the client gives up; [rt.ErrClosed] when the
// socket is made to leave meanwhile; or the cause of ctx. A name of a namespace
// that no packet can carry is an error too. The end of ctx ends
// the wait only: the client goes on trying until Disconnect.
func (s *Socket) Connect(ctx context.Context) error {
	if strings.ContainsAny(s.name, ",\x1e") || !utf8.ValidString(s.name) { // it would break off every packet
		return fmt.Errorf("client: %q cannot be the name of a namespace", s.name)
	}
	s.client.mu.Lock()
	if s.client.closed {
		s.client.mu.Unlock()
		return rt.ErrClosed
	}
	a := s.attempt
	if a == nil {
		a = &attempt{done: make(chan struct{})}
		s.state, s.attempt = stateConnecting, a
		s.client.wake()
		if s.client.link != nil {
			s.enter(s.client.link) // which may end the attempt at once
		}
	}
	s.client.mu.Unlock()
	return a.wait(ctx)
}

// settled waits until the socket is connected, as Connect does.
func (s *Socket) settled(ctx context.Context) error {
	s.client.mu.Lock()
	a := s.attempt
	s.client.mu.Unlock()
	if a == nil {
		return rt.ErrClosed
	}
	return a.wait(ctx)
}

func (a *attempt) wait(ctx context.Context) error {
	select {
	case <-a.done:
		return a.err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Disconnect makes the socket leave its namespace. With the last socket the
// connection is closed, once what waits has been sent. The socket may Connect
// again.
func (s *Socket) Disconnect() {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	s.leave()
}
