package engineclient

import (
	"net"
	"sync"
)

// A corked connection gathers what is written between hold and release, so that
// many frames leave in one system call.
type corked struct {
	net.Conn
	mu   sync.Mutex
	held bool
	buf  []byte
}

// corkLimit is when what was gathered leaves early, in bytes.
const corkLimit = 64 << 10

func (c *corked) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = true
}

func (c *corked) release() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = false
	return c.flush()
}

// Write implements net.Conn.
func (c *corked) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.held {
		return c.Conn.Write(p)
	}
	c.buf = append(c.buf, p...)
	if len(c.buf) < corkLimit {
		return len(p), nil
	}
	return len(p), c.flush()
}

func (c *corked) flush() error {
	if len(c.buf) == 0 {
		return nil
	}
	_, err := c.Conn.Write(c.buf)
	c.buf = c.buf[:0]
	if cap(c.buf) > maxScratch {
		c.buf = nil
	}
	return err
}
