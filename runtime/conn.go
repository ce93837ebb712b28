package rt

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// conn is one connection: it turns the messages of an engine's session into
// packets and hands them to the sockets of their namespaces, in order. The
// engine calls Text, Binary and Closed from one goroutine at a time.
type conn struct {
	server  *Server
	session *engineio.Session
	decoder sioproto.Decoder
	target  *Socket      // of the packet at hand
	busy    atomic.Int32 // sockets whose inbox is being emptied
	failed  atomic.Bool
	timer   *time.Timer // ends a peer that is let in nowhere

	mu       sync.Mutex
	sockets  []*Socket // one for each namespace, also when it has left
	contract string    // what the peer says it was generated from
	fault    error     // why this side ended the connection
}

var (
	errNotConnected  = errors.New("rt: packet for a namespace that the peer is not in")
	errConnectTwice  = errors.New("rt: second CONNECT for a namespace")
	errConnectError  = errors.New("rt: CONNECT_ERROR from a peer")
	errEarlyBinary   = errors.New("rt: binary event before the peer was let in")
	errReceiveQueue  = errors.New("rt: receive queue stayed full")
	errConnectExpiry = errors.New("rt: peer has not connected to a namespace in time")
)

func newConn(srv *Server, session *engineio.Session) *conn {
	c := &conn{server: srv, session: session}
	c.decoder.Limits = srv.opts.limits()
	c.decoder.Accept = c.admit
	c.timer = time.AfterFunc(srv.opts.ConnectTimeout, func() { c.fail(errConnectExpiry) })
	return c
}

// Text takes a text message of the session.
func (c *conn) Text(data []byte) { c.route(c.decoder.Text(data)) }

// Binary takes a binary message of the session.
func (c *conn) Binary(data []byte) { c.route(c.decoder.Binary(data)) }

// Closed takes the end of the session.
func (c *conn) Closed(reason engineio.Reason, err error) {
	c.timer.Stop()
	c.mu.Lock()
	sockets := c.sockets
	c.sockets = nil
	if c.fault != nil {
		err = c.fault
	}
	c.mu.Unlock()
	for _, s := range sockets {
		s.leave(Reason(reason))
	}
	c.server.remove(c)
	c.report(reason, err)
}

// report writes the one record of a connection.
func (c *conn) report(reason engineio.Reason, err error) {
	attrs := []slog.Attr{
		slog.String("reason", string(reason)),
		slog.String("transport", c.session.Transport()),
		slog.Duration("duration", time.Since(c.session.Handshake().Time)),
	}
	if c.contract != "" {
		attrs = append(attrs, slog.String("contract", clip(c.contract)))
	}
	if err != nil {
		attrs = append(attrs, slog.Any("error", err))
	}
	c.server.opts.Logger.LogAttrs(context.Background(), slog.LevelInfo, "connection ended", attrs...)
}

// admit decides on the header of a packet, before anything of it is kept.
func (c *conn) admit(h sioproto.Header) error {
	c.target = c.find(h.Namespace)
	switch {
	case h.Type == sioproto.Connect:
		return nil
	case h.Type == sioproto.ConnectError:
		return errConnectError
	case c.target == nil:
		return errNotConnected
	case h.Attachments > 0 && !c.target.entered():
		return errEarlyBinary
	}
	return nil
}

// route hands a packet on. What is no packet ends the connection, and so does a
// packet that the protocol does not allow here.
func (c *conn) route(p *sioproto.Packet, err error) {
	switch {
	case c.failed.Load():
		return // whatever it is, it came too late
	case err != nil:
		c.fail(err)
		return
	case p == nil:
		return // attachments are due
	}
	s := c.target
	switch p.Type {
	case sioproto.Connect:
		c.connect(s, p)
	case sioproto.Disconnect:
		s.leave(ReasonClientDisconnect)
	case sioproto.Event:
		c.deliver(s, p)
	case sioproto.Ack:
		if p.HasID {
			s.acks.resolve(p.ID, reply{from: s.id, data: p.Data, attachments: p.Attachments})
		}
	}
}

// connect begins to let the peer into a namespace. Old is the socket that the
// peer had there before, or nil.
func (c *conn) connect(old *Socket, p *sioproto.Packet) {
	if c.server.stopping() {
		return
	}
	n := c.server.namespace(p.Namespace)
	if n == nil {
		c.refuse(p.Namespace, `{"message":"Invalid namespace"}`)
		return
	}
	if old != nil && !old.gone() {
		c.fail(errConnectTwice)
		return
	}
	s := newSocket(n, c)
	s.previous = old
	if !c.keep(s, old) {
		c.refuse(p.Namespace, `{"message":"too many namespaces"}`)
		return
	}
	if s.inbox.force(p) {
		c.enter()
		go s.run()
	}
}

func (c *conn) refuse(namespace, data string) {
	c.sendPacket(&sioproto.Packet{Type: sioproto.ConnectError, Namespace: namespace, Data: []byte(data)})
}

// deliver puts an event into the inbox of its socket. While that is full it
// blocks, and with it the peer.
func (c *conn) deliver(s *Socket, p *sioproto.Packet) {
	if s.gone() || c.server.stopping() {
		return
	}
	start, full := s.inbox.put(p, c.inboxLimit(s))
	if full != nil {
		start = c.wait(s, p, full)
	}
	if start {
		c.enter()
		go s.run()
	}
}

// wait waits for room in the inbox of s, but not for ever.
func (c *conn) wait(s *Socket, p *sioproto.Packet, full <-chan struct{}) (start bool) {
	timer := time.NewTimer(c.server.opts.PingTimeout)
	defer timer.Stop()
	for full != nil {
		select {
		case <-full:
		case <-c.session.Done():
			return false
		case <-timer.C:
			c.fail(errReceiveQueue)
			return false
		}
		start, full = s.inbox.put(p, c.inboxLimit(s))
	}
	return start
}

// inboxLimit returns how much may wait for the handlers of s. A peer that has
// not been let in yet is kept short.
func (c *conn) inboxLimit(s *Socket) inboxLimit {
	opts := &c.server.opts
	if s.state.Load() == stateConnecting {
		return inboxLimit{packets: min(16, opts.ReceiveQueue), bytes: 16 << 10}
	}
	return inboxLimit{packets: opts.ReceiveQueue, bytes: int(opts.MaxPayload)}
}

// fail ends the connection of a peer that breaks the rules.
func (c *conn) fail(err error) {
	c.mu.Lock()
	if c.fault == nil {
		c.fault = err
	}
	c.mu.Unlock()
	c.failed.Store(true)
	c.session.Close(engineio.ReasonForcedClose)
}

// find returns the socket that the peer has in a namespace, or nil.
func (c *conn) find(namespace string) *Socket {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, s := range c.sockets {
		if s.ns.name == namespace {
			return s
		}
	}
	return nil
}

// keep adds s in the place of old. It reports false when there are too many.
func (c *conn) keep(s, old *Socket) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := slices.Index(c.sockets, old); i >= 0 {
		c.sockets[i] = s
		return true
	}
	if len(c.sockets) >= c.server.opts.MaxNamespaces {
		return false
	}
	c.sockets = append(c.sockets, s)
	return true
}

// accepted notes that the peer has been let in somewhere.
func (c *conn) accepted() { c.timer.Stop() }

func (c *conn) identify(contract string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.contract = contract
}

// enter notes that a goroutine begins to empty an inbox, exit that it is done.
func (c *conn) enter() {
	c.server.tasks.enter()
	c.busy.Add(1)
}

func (c *conn) exit() {
	if c.busy.Add(-1) == 0 && c.server.stopping() {
		c.session.Close(engineio.ReasonShutdown)
	}
	c.server.tasks.exit()
}

// stop closes the connection for a shutdown, now or when the last inbox is
// empty.
func (c *conn) stop() {
	if c.busy.Load() == 0 {
		c.session.Close(engineio.ReasonShutdown)
	}
}

// disconnect makes all sockets leave, tells the peer, and closes.
func (c *conn) disconnect() {
	c.mu.Lock()
	sockets := slices.Clone(c.sockets)
	c.mu.Unlock()
	for _, s := range sockets {
		s.dismiss()
	}
	c.session.Close(engineio.ReasonForcedClose)
}
