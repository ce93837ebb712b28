package engineio

import (
	"io"
	"time"
)

// goodbye drops what is queued, writes a last message, which may be nil, unless
// another one was the last or the peer is slow, and reports whether it was the
// first to be called. The first closes the connection.
func (c *conn) goodbye(farewell *Message) bool {
	c.mu.Lock()
	if c.dead {
		c.mu.Unlock()
		return false
	}
	c.dead = true
	last := c.control
	if !c.closing && farewell != nil {
		last = append(last, c.encoded(farewell)...)
	}
	slow := c.writing && (c.broken || c.stuck || c.queue.full(&c.srv.opts))
	if c.writing && !slow {
		c.idle = make(chan struct{})
	}
	idle := c.idle
	c.control, c.pong = nil, nil
	c.queue.giveUp()
	if c.uncork != nil {
		c.uncork.Stop()
	}
	c.mu.Unlock()
	if !slow && len(last) > 0 {
		c.writeLast(last, idle)
	}
	return true
}

// writeLast writes p once the present writer, if idle is not nil, has left.
func (c *conn) writeLast(p []byte, idle <-chan struct{}) {
	if idle != nil {
		select {
		case <-idle:
		case <-time.After(goodbyeTime):
			return
		}
	}
	if c.raw != nil {
		c.raw.write(p) // the connection ends in any case
		return
	}
	c.Conn.SetWriteDeadline(time.Now().Add(goodbyeTime))
	c.Conn.Write(p)
}

// part ends a stream whose last message has left. Peers do not answer that, and
// the end of a stream may overtake what is in it, so they get some time.
func (c *conn) part() {
	if c.parting() {
		c.closeWrite()
		c.Conn.SetReadDeadline(time.Now().Add(partingTime)) // its reader sees it
	}
}

// parting reports whether a stream is at its end.
func (c *conn) parting() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.framed && c.closing && !c.dead
}

// closeWrite ends the direction to the peer, if that can be done by itself.
func (c *conn) closeWrite() {
	if w, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		w.CloseWrite()
	}
}

// linger waits until the peer has seen the close frame, for it would be lost if
// the connection were closed with input unread. The reader calls it.
func (c *conn) linger() {
	c.closeWrite()
	c.Conn.SetReadDeadline(time.Now().Add(goodbyeTime))
	io.Copy(io.Discard, c.Conn)
}
