package engineio

import (
	"bufio"
	"net"
	"net/http"
	"sync"
	"time"
)

// A conn is the connection below gorilla/websocket, or below a stream. They read
// through it; everything that is written, gorilla's own control frames included,
// goes through its queue, so there is one writer.
//
// While the reader works on what has arrived the conn is corked: answers wait
// until the reader has nothing more to read and then leave in one write.
type conn struct {
	net.Conn
	raw     *rawConn // nil unless Conn is a plain socket
	srv     *Server
	flusher *flusher
	// failed is told of an error of a write. Set before start; it must not
	// block.
	failed func(error)

	deflate *frameWatch // not nil if permessage-deflate was agreed on; set before start
	framed  bool        // it is a stream of bytes, not a WebSocket; set before start

	// The fields below belong to the reader.
	carrying bool  // a session's messages, not a probe's
	within   bool  // a message
	bounded  bool  // a read deadline is set for the message at hand
	reads    int32 // since the message at hand began
	readErr  error // the error that ended reading, if it came from below

	mu      sync.Mutex
	control []byte // the handshake's answer and gorilla's close frame
	pong    []byte // the frame that answers the latest ping
	queue   queue
	held    bool // until start
	corked  bool
	room    chan struct{} // closed when the reader may go on; nil unless it waits
	uncork  *time.Timer   // ends a cork that lasts too long; nil until needed
	timed   bool          // uncork runs
	writing bool          // somebody writes what is queued
	broken  bool          // a write has failed; nobody writes any more
	stuck   bool          // the kernel took no more; a goroutine waits for it
	listed  bool          // the flusher knows of this conn
	closing bool          // a close frame is queued, nothing follows it
	dead    bool          // nothing is queued any more
	idle    chan struct{} // closed by the last writer of a dead conn; may be nil
}

const (
	// corkLimit is what may wait for the reader or the flusher, in bytes.
	corkLimit = 32 << 10
	// corkTime is how long answers wait for a reader that is busy, as it is
	// when a Receiver blocks.
	corkTime = time.Millisecond
	// volatileLimit is what may wait before volatile messages are dropped on a
	// connection that cannot be asked whether it takes more, in bytes.
	volatileLimit = 16 << 10
)

// A hijacker hands gorilla a conn in place of the connection it takes over.
type hijacker struct {
	http.ResponseWriter
	srv  *Server
	conn *conn
}

// Hijack implements http.Hijacker.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	c, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.conn = &conn{Conn: c, srv: h.srv, flusher: h.srv.nextFlusher(), held: true}
	h.conn.raw = newRawConn(c, h.conn.park)
	return h.conn, rw, nil
}

// start lets what was queued since the handshake leave.
func (c *conn) start() {
	c.mu.Lock()
	c.held = false
	c.flushLocked()
}

// Read implements net.Conn for gorilla.
func (c *conn) Read(p []byte) (n int, err error) {
	if c.raw != nil && c.raw.buffered() > 0 {
		n = c.raw.take(p)
	} else if n, err = c.receive(p); err != nil {
		c.readErr = err
		return n, err
	}
	if c.deflate != nil {
		if good := c.deflate.check(p[:n]); good < n {
			return good, errCompressedBit
		}
	}
	return n, nil
}

// receive waits for bytes from the peer.
func (c *conn) receive(p []byte) (n int, err error) {
	c.boundMessage()
	if c.raw != nil {
		n, err = c.raw.read(p)
	} else {
		c.park()
		n, err = c.Conn.Read(p)
	}
	if err != nil {
		return n, err
	}
	c.mu.Lock()
	c.corked = true
	c.mu.Unlock()
	return n, nil
}

// boundMessage sets a deadline for the message at hand once it takes more than
// two reads: most need no deadline, and a silent peer is the heartbeat's.
func (c *conn) boundMessage() {
	if c.reads++; c.reads > 2 && c.within && !c.bounded {
		c.bounded = true
		c.Conn.SetReadDeadline(time.Now().Add(c.srv.opts.ReadTimeout))
	}
}

// inMessage says whether the reads that follow are within a message.
func (c *conn) inMessage(within bool) {
	c.within, c.reads = within && c.carrying, 0
	if c.bounded && !within {
		c.bounded = false
		c.Conn.SetReadDeadline(time.Time{})
	}
}

// park is called when the reader has nothing more to read.
func (c *conn) park() {
	c.mu.Lock()
	c.corked = false
	if c.timed {
		c.timed = false
		c.uncork.Stop()
	}
	c.flushLocked()
}

// Write implements net.Conn for gorilla: the answer to the handshake and close
// frames. It keeps no part of p.
func (c *conn) Write(p []byte) (int, error) {
	c.mu.Lock()
	if c.dead || c.closing {
		c.mu.Unlock()
		return 0, net.ErrClosed
	}
	c.control = append(append(c.control, c.pong...), p...) // a pong is for before the close
	c.pong = nil
	c.closing = p[0] == frameClose
	c.unlockAndFlush()
	return len(p), nil
}

// SetWriteDeadline implements net.Conn for gorilla, whose writes never block.
func (c *conn) SetWriteDeadline(time.Time) error { return nil }

// answerPing queues a pong. A pong that still waits is replaced, as RFC 6455,
// 5.5.3 allows, so that a flood of pings leaves one.
func (c *conn) answerPing(data string) {
	c.mu.Lock()
	if c.dead || c.closing {
		c.mu.Unlock()
		return
	}
	c.pong = append(appendFrameHeader(c.pong[:0], framePong, len(data)), data...)
	c.unlockAndFlush()
}

// send queues m and writes it unless somebody else will. With later that
// somebody is the flusher, as long as little waits: what is only put off must
// not make a slow consumer of the peer.
func (c *conn) send(m *Message, volatile, later bool) error {
	c.encoded(m) // compresses it before there is a lock to hold
	c.mu.Lock()
	switch {
	case c.dead || c.closing:
		c.mu.Unlock()
		return ErrClosed
	case volatile && !c.ready():
		c.mu.Unlock()
		return ErrDropped
	case c.queue.full(&c.srv.opts):
		c.mu.Unlock()
		return errFull
	}
	c.queue.push(m)
	if !later || !c.canWait() {
		c.unlockAndFlush()
		return nil
	}
	list := !c.listed
	c.listed = true
	c.mu.Unlock()
	if list {
		c.flusher.add(c)
	}
	return nil
}

// encoded returns the frames of m as this peer gets them.
func (c *conn) encoded(m *Message) []byte {
	switch {
	case c.framed:
		return m.streamed()
	case c.deflate != nil:
		return m.deflated()
	default:
		return m.frames
	}
}

// ready reports whether a volatile message would leave soon. The caller holds
// c.mu.
func (c *conn) ready() bool {
	if c.raw != nil {
		return !c.stuck && !c.queue.full(&c.srv.opts)
	}
	return c.queue.bytes < volatileLimit
}

// adopt queues what waited on another transport and writes nothing yet.
func (c *conn) adopt(messages []*Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range messages {
		c.queue.push(m)
	}
}

// flush writes what is queued unless somebody else does.
func (c *conn) flush() {
	c.mu.Lock()
	c.flushLocked()
}

// crowded returns nil, or a channel that is closed when no more than half of what
// may be queued is, in bytes and in messages. Until then the reader waits, so that
// a peer that does not read is not read from either; the writer's deadline ends it
// at the latest.
func (c *conn) crowded() <-chan struct{} {
	c.mu.Lock()
	if c.hasRoom() || c.dead {
		c.mu.Unlock()
		return nil
	}
	if c.room == nil {
		c.room = make(chan struct{})
	}
	room := c.room
	c.corked = false
	c.flushLocked()
	return room
}

// hasRoom reports whether no more than half of what may be queued is. The caller
// holds c.mu.
func (c *conn) hasRoom() bool {
	opts := &c.srv.opts
	return c.queue.bytes <= opts.SendQueueBytes/2 && c.queue.len() <= opts.SendQueuePackets/2
}

// close queues the last message behind everything else.
func (c *conn) close(last *Message) {
	c.mu.Lock()
	if c.dead || c.closing {
		c.mu.Unlock()
		return
	}
	c.queue.push(last)
	c.closing = true
	c.flushLocked()
}

// queued returns how much waits.
func (c *conn) queued() (messages, bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.queue.depth()
}
