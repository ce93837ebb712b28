package engineclient

import (
	"context"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// startWriter starts the goroutine that writes what is queued, unless it runs,
// or may not because the session moves. The caller holds c.mu.
func (c *Conn) startWriter() {
	if c.writing || c.ended || c.probed != nil || len(c.queue) == 0 && !c.closing {
		return
	}
	c.writing = true
	c.tasks.Go(c.write)
}

// write writes until nothing is left.
func (c *Conn) write() {
	for {
		t, batch, last := c.take()
		if batch == nil {
			return
		}
		ctx, cancel := context.WithTimeout(c.ctx, c.opts.WriteTimeout)
		err := t.write(ctx, batch)
		cancel()
		if err != nil {
			c.end(ReasonTransportError, err)
		}
		if last {
			t.leave(c)
			return
		}
	}
}

// take returns what to write next, nil for nothing; last marks the goodbye.
func (c *Conn) take() (t transport, batch []eioproto.Packet, last bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.ended || c.probed != nil:
	case len(c.queue) > 0:
		return c.transport, c.batch(), false
	case c.closing:
		// Writing stays true: nothing follows.
		return c.transport, []eioproto.Packet{{Type: eioproto.Close}}, true
	}
	c.writing = false
	c.changed.Broadcast()
	return nil, nil, false
}

// batch takes as many packets off the queue as the server accepts in one
// request, but at least one.
func (c *Conn) batch() []eioproto.Packet {
	n := len(c.queue)
	if limit := c.handshake.MaxPayload; limit > 0 && c.transport.name() == Polling {
		size := c.transport.size(&c.queue[0])
		for n = 1; n < len(c.queue); n++ {
			if size += 1 + c.transport.size(&c.queue[n]); size > limit { // 1 for the separator
				break
			}
		}
	}
	batch := c.queue[:n:n]
	c.queue = c.queue[n:]
	for i := range batch {
		c.bytes -= len(batch[i].Data)
		if batch[i].Type == eioproto.Pong {
			c.ponging = false
		}
	}
	c.changed.Broadcast()
	return batch
}
