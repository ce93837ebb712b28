package engineclient

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// A transport carries packets to the server.
type transport interface {
	name() string
	// write sends packets, all of them or fails.
	write(ctx context.Context, packets []eioproto.Packet) error
	// writable reports whether a volatile packet would leave soon, with so
	// many bytes waiting.
	writable(writing bool, waiting int) bool
	// size returns how many bytes of the server's limit p takes.
	size(p *eioproto.Packet) int64
	// leave is called when the goodbye was written.
	leave(c *Conn)
	// abort closes the connection at once.
	abort()
}

// A Conn is a session. Its methods may be called from any goroutine.
type Conn struct {
	opts      *Options
	handshake eioproto.Handshake
	early     []eioproto.Packet // came with the handshake
	ctx       context.Context   // of every request
	cancel    context.CancelFunc
	heartbeat *time.Timer
	tasks     sync.WaitGroup // the writer and the probe

	mu        sync.Mutex
	changed   *sync.Cond // writing, queue or ended
	transport transport
	probed    *webSocket // what the reader moves to once its poll is done
	queue     []eioproto.Packet
	bytes     int
	writing   bool        // the writer runs
	ponging   bool        // a pong is queued
	closing   bool        // a goodbye follows the queue
	closer    *time.Timer // ends a goodbye that takes too long
	ended     bool
	reason    Reason
	err       error
}

// Dial opens a session on one of the transports. The caller has to Run it.
func Dial(ctx context.Context, opts *Options, transport string) (*Conn, error) {
	c := &Conn{opts: opts}
	c.changed = sync.NewCond(&c.mu)
	c.ctx, c.cancel = context.WithCancel(context.Background())
	open := c.openPolling
	if transport == WebSocket {
		open = c.openWebSocket
	}
	if err := open(ctx); err != nil {
		c.cancel()
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heartbeat = time.AfterFunc(c.silence(), func() { c.end(ReasonPingTimeout, errNoPing) })
	return c, nil
}

var (
	errNoPing      = errors.New("engineclient: the server sent no ping in time")
	errNoHandshake = errors.New("engineclient: the server did not begin with a handshake")
)

// opened takes the first packet of a session.
func (c *Conn) opened(p eioproto.Packet) error {
	if p.Type != eioproto.Open {
		return errNoHandshake
	}
	var err error
	c.handshake, err = eioproto.DecodeHandshake(p.Data)
	return err
}

// silence is how long the server may stay silent.
func (c *Conn) silence() time.Duration {
	d := c.handshake.PingInterval + c.handshake.PingTimeout
	if d < 0 {
		return math.MaxInt64
	}
	return d
}

// Transport returns the name of what carries the session now.
func (c *Conn) Transport() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.transport.name()
}

// Context ends with the session.
func (c *Conn) Context() context.Context { return c.ctx }

// A Message is what is sent together: a text, and the binary messages that
// belong to it. Nothing of it may be changed afterwards.
type Message struct {
	Text        []byte
	Attachments [][]byte
	// Volatile drops the message when the transport is busy.
	Volatile bool
	// Forced lets the message into a full queue.
	Forced bool
}

func (m *Message) packets() []eioproto.Packet {
	packets := make([]eioproto.Packet, 1, 1+len(m.Attachments))
	packets[0] = eioproto.Packet{Type: eioproto.Message, Data: m.Text}
	for _, b := range m.Attachments {
		packets = append(packets, eioproto.Packet{Type: eioproto.Message, Binary: true, Data: b})
	}
	return packets
}

// Send queues a message. The error is one of those of this package.
func (c *Conn) Send(m Message) error {
	packets := m.packets()
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.ended || c.closing:
		return ErrClosed
	case c.oversized(packets):
		return ErrTooLarge
	case m.Volatile && (c.probed != nil || !c.transport.writable(c.writing, c.bytes)):
		return ErrDropped
	case !m.Forced && c.full():
		return ErrFull
	}
	c.push(packets...)
	return nil
}

// Wait waits until [Conn.Send] has no reason for [ErrFull] any more.
func (c *Conn) Wait() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.full() && !c.ended {
		c.changed.Wait()
	}
}

func (c *Conn) full() bool {
	return c.bytes >= c.opts.QueueBytes || len(c.queue) >= c.opts.QueuePackets
}

func (c *Conn) oversized(packets []eioproto.Packet) bool {
	limit := c.handshake.MaxPayload
	return limit > 0 && slices.ContainsFunc(packets, func(p eioproto.Packet) bool { return c.transport.size(&p) > limit })
}

// push queues packets. The caller holds c.mu.
func (c *Conn) push(packets ...eioproto.Packet) {
	c.queue = append(c.queue, packets...)
	for _, p := range packets {
		c.bytes += len(p.Data)
	}
	c.startWriter()
}

// Close sends what is queued, then says goodbye and ends the session.
func (c *Conn) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended || c.closing {
		return
	}
	c.closing = true
	c.closer = time.AfterFunc(c.opts.WriteTimeout, func() { c.end(ReasonClosed, nil) })
	if c.probed != nil { // the move could wait for a whole poll
		c.probed.abort()
		c.probed = nil
	}
	c.startWriter()
}

// Fail ends the session at once.
func (c *Conn) Fail(reason Reason, err error) { c.end(reason, err) }

// end ends the session, unless it has ended.
func (c *Conn) end(reason Reason, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	if c.closing { // whatever came of it
		reason, err = ReasonClosed, nil
	}
	c.ended = true
	c.reason, c.err = reason, err
	c.queue = nil
	c.heartbeat.Stop()
	if c.closer != nil {
		c.closer.Stop()
	}
	c.cancel()
	c.transport.abort()
	if c.probed != nil {
		c.probed.abort()
	}
	c.changed.Broadcast()
}
