package rt

import (
	"errors"
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
	server     *Server
	session    *engineio.Session
	decoder    sioproto.Decoder
	target     *Socket      // of the packet at hand
	busy       atomic.Int32 // sockets whose inbox is being emptied
	refusals   atomic.Int32
	failed     atomic.Bool
	closing    atomic.Bool // for a shutdown
	incomplete *time.Timer // ends a peer that owes attachments; nil until one does
	owing      bool        // incomplete runs

	mu       sync.Mutex
	sockets  []*Socket   // one for each namespace, also when it has left; see find
	contract string      // what the peer says it was generated from
	fault    error       // why this side ended the connection
	expiry   *time.Timer // ends a peer that is let in nowhere; nil when it is let in
}

var errConnectExpiry = errors.New("rt: peer has not connected to a namespace in time")

func newConn(srv *Server, session *engineio.Session) *conn {
	c := &conn{server: srv, session: session}
	c.decoder.Limits = srv.opts.limits()
	c.decoder.Accept = c.admit
	c.decoder.Queries = c.legacy()
	c.expiry = time.AfterFunc(srv.opts.ConnectTimeout, func() { c.fail(errConnectExpiry) })
	return c
}

// Text takes a text message of the session.
func (c *conn) Text(data []byte) { c.route(c.decoder.Text(data)) }

// Binary takes a binary message of the session.
func (c *conn) Binary(data []byte) { c.route(c.decoder.Binary(data)) }

// Closed takes the end of the session.
func (c *conn) Closed(reason engineio.Reason, err error) {
	c.stopExpiry()
	c.attachmentsCame()
	for _, s := range c.current() {
		s.leave(Reason(reason))
	}
	c.server.remove(c)
	c.report(reason, err)
}

// report says that the connection has ended.
func (c *conn) report(reason engineio.Reason, err error) {
	r := c.record(reason, err)
	r.log(c.server.opts.Logger)
	w := &c.server.watch
	tell(w, w.ConnectionEnded, r)
}

// fail ends the connection of a peer that breaks the rules.
func (c *conn) fail(err error) {
	c.mu.Lock()
	if c.fault == nil {
		c.fault = err
	}
	c.mu.Unlock()
	c.failed.Store(true)
	for _, s := range c.current() {
		s.leave(ReasonForcedClose)
	}
	c.session.Close(engineio.ReasonForcedClose)
}

// current returns the sockets that the peer has, those that have left too.
func (c *conn) current() []*Socket {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.sockets)
}

// find returns the socket that the peer has in a namespace, or nil. It is for the
// goroutine that the engine calls, which needs no lock to read what it alone changes.
func (c *conn) find(namespace string) *Socket {
	for _, s := range c.sockets {
		if s.ns.name == namespace {
			return s
		}
	}
	return nil
}

// keep adds s in the place of old, or when there are too many in the place of
// one that has left. It reports false when there is none.
func (c *conn) keep(s, old *Socket) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.Index(c.sockets, old)
	if i < 0 && len(c.sockets) < c.server.opts.MaxNamespaces {
		c.sockets = append(c.sockets, s)
		return true
	}
	if i < 0 {
		i = slices.IndexFunc(c.sockets, func(s *Socket) bool { return s.ctx.Err() != nil })
	}
	if i < 0 {
		return false
	}
	c.sockets[i] = s
	return true
}

// stopExpiry is called when the peer has been let in somewhere, or is gone. The
// timer is let go of: most connections live long without it.
func (c *conn) stopExpiry() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.expiry != nil {
		c.expiry.Stop()
		c.expiry = nil
	}
}

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
	if c.busy.Add(-1) == 0 && c.closing.Load() {
		c.session.Close(engineio.ReasonShutdown)
	}
	c.server.tasks.exit()
}

// stop closes the connection for a shutdown, now or when the last inbox is
// empty. What comes from now on is dropped.
func (c *conn) stop() {
	c.closing.Store(true)
	if c.busy.Load() == 0 {
		c.session.Close(engineio.ReasonShutdown)
	}
}

// disconnect makes all sockets leave, tells the peer, and closes.
func (c *conn) disconnect() {
	for _, s := range c.current() {
		s.dismiss()
	}
	c.session.Close(engineio.ReasonForcedClose)
}
