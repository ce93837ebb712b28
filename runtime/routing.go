package rt

import (
	"errors"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/inbox"
	"github.com/rtgen/rtgen/runtime/internal/jsontext"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// What a peer can have done against the rules.
var (
	errNotConnected = errors.New("rt: packet for a namespace that the peer is not in")
	errConnectTwice = errors.New("rt: second CONNECT for a namespace")
	errConnectError = errors.New("rt: CONNECT_ERROR from a peer")
	errEarlyBinary  = errors.New("rt: binary event before the peer was let in")
	errReceiveQueue = errors.New("rt: receive queue stayed full")
	errAttachments  = errors.New("rt: attachments did not follow in time")
	errRefusedOften = errors.New("rt: peer was refused too often")
)

// What refuses a socket before any check.
var (
	errNoNamespace    = &ConnectError{Message: "Invalid namespace"}
	errAuthSize       = &ConnectError{Message: "auth is too large"}
	errManyNamespaces = &ConnectError{Message: "too many namespaces"}
)

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
		c.awaitAttachments()
		return
	}
	c.attachmentsCame()
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
			s.acks.resolve(p.ID, reply{from: s.id, args: p.Args, attachments: p.Attachments})
		}
	}
}

// awaitAttachments gives the peer as long for each attachment as the engine does
// for a sign of life. What has come so far is kept meanwhile.
func (c *conn) awaitAttachments() {
	c.owing = true
	patience := c.server.opts.PingInterval + c.server.opts.PingTimeout
	if c.incomplete == nil {
		c.incomplete = time.AfterFunc(patience, func() { c.fail(errAttachments) })
		return
	}
	c.incomplete.Reset(patience)
}

// attachmentsCame stops the clock: nothing is owed any more.
func (c *conn) attachmentsCame() {
	if c.owing {
		c.owing = false
		c.incomplete.Stop()
	}
}

// maxAuth is the largest auth object in bytes. A socket keeps it, also when it
// is refused.
const maxAuth = 16 << 10

// connect begins to let the peer into a namespace. Old is the socket that the
// peer had there before, or nil.
func (c *conn) connect(old *Socket, p *sioproto.Packet) {
	if c.closing.Load() {
		return
	}
	n := c.server.namespace(p.Namespace)
	if n == nil {
		c.refuse(p.Namespace, "", errNoNamespace)
		return
	}
	if old != nil && !old.gone() {
		c.fail(errConnectTwice)
		return
	}
	if len(p.Data) > maxAuth {
		c.refuse(p.Namespace, n.label(), errAuthSize)
		return
	}
	if old != nil && !c.settle(old) {
		return
	}
	var t ticket
	if n.recovery != nil && !c.legacy() {
		p.Data, t = takeTicket(p.Data)
	}
	s := newSocket(n, c, n.recovery.claim(t))
	if !c.keep(s, old) {
		n.recovery.abandon(s)
		c.refuse(p.Namespace, n.label(), errManyNamespaces)
		return
	}
	if s.inbox.Force(p) {
		c.enter()
		c.server.crew.Do(s)
	}
}

// settle waits until the handlers of a socket that has left are done; they are
// given a second. Meanwhile the peer waits too, so that coming and going cannot
// pile up. It reports false when the connection ends first.
func (c *conn) settle(old *Socket) bool {
	select {
	case <-old.ctx.Done():
		return true
	case <-c.session.Done():
		return false
	}
}

// refuse answers a CONNECT that no check has seen. The label is that of its
// namespace.
func (c *conn) refuse(namespace, label string, e *ConnectError) {
	data := append(jsontext.AppendString([]byte(`{"message":`), e.Message), '}')
	c.sendPacket(&sioproto.Packet{Type: sioproto.ConnectError, Namespace: namespace, Data: data})
	w := &c.server.watch
	tell(w, w.SocketRefused, SocketRecord{Namespace: label, Err: e})
	c.refused()
}

// maxRefusals is how often a peer may be refused, beyond once for each
// namespace that it could be in.
const maxRefusals = 100

// refused counts what a peer has asked for in vain. One that never tires of it
// is let go: checks are costly, and so are names to try.
func (c *conn) refused() {
	if int(c.refusals.Add(1)) > maxRefusals+c.server.opts.MaxNamespaces {
		c.fail(errRefusedOften)
	}
}

// deliver puts an event into the inbox of its socket. While that is full it
// blocks, and with it the peer.
func (c *conn) deliver(s *Socket, p *sioproto.Packet) {
	if s.gone() || c.closing.Load() {
		return
	}
	start, full := s.inbox.Put(p, c.inboxLimit(s))
	if full != nil {
		start = c.wait(s, p, full)
	}
	if start {
		c.enter()
		c.server.crew.Do(s)
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
		start, full = s.inbox.Put(p, c.inboxLimit(s))
	}
	return start
}

// inboxLimit returns how much may wait for the handlers of s. A peer that has
// not been let in yet is kept short.
func (c *conn) inboxLimit(s *Socket) inbox.Limit {
	opts := &c.server.opts
	if s.state.Load() == stateConnecting {
		return inbox.Limit{Items: min(16, opts.ReceiveQueue), Bytes: 16 << 10}
	}
	return inbox.Limit{Items: opts.ReceiveQueue, Bytes: int(opts.MaxPayload)}
}
