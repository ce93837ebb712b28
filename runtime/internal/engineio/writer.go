package engineio

import (
	"sync"
	"time"
)

const (
	// batchSize is how much is put together for one write, in bytes.
	batchSize = 64 << 10
	// maxRounds is how often a sender goes on writing what others have queued
	// meanwhile before it leaves the rest to a goroutine.
	maxRounds = 8
	// maxPooled is the largest buffer that goes back to its pool, in bytes.
	maxPooled = 2 * batchSize
	// goodbyeTime bounds the writing of a last close frame, and how long its
	// arrival is waited for.
	goodbyeTime = time.Second
	// partingTime is how long a stream whose last message has left stays open.
	partingTime = goodbyeTime / 2
)

var batches = sync.Pool{New: func() any { return new([]byte) }}

// free returns a buffer to its pool.
func free(pool *sync.Pool, buf *[]byte) {
	if cap(*buf) <= maxPooled {
		pool.Put(buf)
	}
}

// A batch is what leaves in one write. Its bytes belong to one of the others.
type batch struct {
	bytes   []byte
	message *Message
	pooled  *[]byte
}

func (b batch) free() {
	if b.message != nil {
		b.message.left()
	}
	if b.pooled != nil {
		*b.pooled = b.bytes
		free(&batches, b.pooled)
	}
}

// unlockAndFlush writes what is queued unless somebody else does or will. The
// caller holds c.mu, which is released.
func (c *conn) unlockAndFlush() {
	if c.corked && c.canWait() {
		c.limitCork()
		c.mu.Unlock()
		return
	}
	c.flushLocked()
}

// canWait reports whether so little is queued that it need not be written yet.
// The caller holds c.mu.
func (c *conn) canWait() bool {
	return c.queue.bytes+len(c.control) < corkLimit && c.hasRoom()
}

// limitCork sees to it that what waits for the reader does not wait long. The
// caller holds c.mu.
func (c *conn) limitCork() {
	switch {
	case c.timed || c.writing || c.held:
		return
	case c.uncork == nil:
		c.uncork = time.AfterFunc(corkTime, c.park)
	default:
		c.uncork.Reset(corkTime)
	}
	c.timed = true
}

// flushLocked writes what is queued unless somebody else does. The caller holds
// c.mu, which is released.
func (c *conn) flushLocked() {
	if c.held || c.writing || c.dead || !c.pending() {
		c.mu.Unlock()
		return
	}
	c.writing = true
	c.mu.Unlock()
	if c.raw == nil {
		c.srv.tasks.start(func() { c.drain(batch{}, 0) })
		return
	}
	c.write()
}

// pending reports whether anything is queued. The caller holds c.mu.
func (c *conn) pending() bool {
	return c.queue.len() > 0 || len(c.control) > 0 || len(c.pong) > 0
}

// write hands what is queued to the kernel without waiting for it. The caller
// has set c.writing.
func (c *conn) write() {
	for range maxRounds {
		b, ok := c.next()
		if !ok {
			return
		}
		n, err := c.raw.write(b.bytes)
		if err != nil {
			b.free()
			c.fail(err)
			return
		}
		if n < len(b.bytes) {
			c.mu.Lock()
			c.stuck = true
			c.mu.Unlock()
			c.srv.tasks.start(func() { c.drain(b, n) })
			return
		}
		b.free()
	}
	c.srv.tasks.start(func() { c.drain(batch{}, 0) })
}

// drain writes what is left of b behind its first n bytes, and then what is
// queued, waiting for the peer. The caller has set c.writing.
func (c *conn) drain(b batch, n int) {
	for {
		err := c.writeWaiting(b.bytes[n:])
		b.free()
		if err != nil {
			c.fail(err)
			return
		}
		var ok bool
		if b, ok = c.next(); !ok {
			c.part()
			return
		}
		n = 0
	}
}

// writeWaiting writes p in pieces with a deadline for each, so that a slow line
// has time for a large message and a peer that does not read has not.
func (c *conn) writeWaiting(p []byte) error {
	for len(p) > 0 {
		piece := p[:min(len(p), batchSize)]
		c.Conn.SetWriteDeadline(time.Now().Add(c.srv.opts.WriteTimeout))
		if _, err := c.Conn.Write(piece); err != nil {
			return err
		}
		p = p[len(piece):]
	}
	if c.raw != nil {
		c.Conn.SetWriteDeadline(time.Time{}) // it would hold for raw writes too
	}
	return nil
}

// next takes what leaves in one write. When nothing is queued it ends the
// caller's turn as the writer.
func (c *conn) next() (batch, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	b, ok := c.nextLocked()
	if c.room != nil && c.hasRoom() {
		close(c.room)
		c.room = nil
	}
	return b, ok
}

func (c *conn) nextLocked() (batch, bool) {
	if c.dead || !c.pending() {
		c.writing, c.stuck = false, false
		if c.idle != nil {
			close(c.idle)
			c.idle = nil
		}
		return batch{}, false
	}
	if len(c.control) == 0 && len(c.pong) == 0 &&
		(c.queue.len() == 1 || c.queue.peek().size() >= batchSize/2) {
		m := c.queue.pop()
		return batch{bytes: c.encoded(m), message: m}, true
	}
	buf := batches.Get().(*[]byte)
	p := append((*buf)[:0], c.control...)
	p = append(p, c.pong...)
	c.control, c.pong = nil, nil
	for c.queue.len() > 0 && len(p)+c.queue.peek().size() <= batchSize {
		m := c.queue.pop()
		p = append(p, c.encoded(m)...)
		m.left()
	}
	return batch{bytes: p, pooled: buf}, true
}

// fail tells the owner that writing has ended for good.
func (c *conn) fail(err error) {
	c.mu.Lock()
	told := c.dead
	c.broken = true // c.writing stays: half a frame may have left
	c.mu.Unlock()
	if !told {
		c.failed(err)
	}
}
