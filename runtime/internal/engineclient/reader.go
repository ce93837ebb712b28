package engineclient

import (
	"errors"
	"math"
	"slices"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// A Handler takes the messages of a session, in order. It must not keep them.
// An error ends the session as a parse error.
type Handler interface {
	Text(data []byte) error
	Binary(data []byte) error
}

// Run reads the session and hands its messages to h, until it has ended. When
// it returns nothing of the session runs any more.
func (c *Conn) Run(h Handler) (Reason, error) {
	if p, ok := c.transport.(*polling); ok {
		if c.opts.Upgrade && slices.Contains(c.handshake.Upgrades, WebSocket) {
			c.tasks.Go(c.probe)
		}
		c.poll(p, h)
	}
	if w, ok := c.current().(*webSocket); ok {
		c.receive(w, h)
	}
	c.tasks.Wait()
	return c.reason, c.err
}

func (c *Conn) current() transport {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.transport
}

// poll reads over polling until the session has ended or moved.
func (c *Conn) poll(p *polling, h Handler) {
	for _, packet := range c.early {
		if !c.handle(packet, h) {
			return
		}
	}
	c.early = nil
	for !c.move() {
		body, err := p.get(c.ctx)
		if err != nil {
			c.end(ReasonTransportError, err)
			return
		}
		if !c.payload(body, h) {
			return
		}
	}
}

// payload handles the answer to a poll.
func (c *Conn) payload(body []byte, h Handler) bool {
	for packet, err := range eioproto.DecodePayload(body, math.MaxInt) {
		if err != nil {
			c.end(ReasonParseError, err)
			return false
		}
		if !c.handle(packet, h) {
			return false
		}
	}
	return true
}

// receive reads from the WebSocket until the session has ended.
func (c *Conn) receive(w *webSocket, h Handler) {
	for {
		packet, err := w.read()
		if err != nil {
			c.end(readReason(err), err)
			return
		}
		if !c.handle(packet, h) {
			return
		}
	}
}

var errSecondHandshake = errors.New("engineclient: second handshake")

// handle reports whether the session goes on.
func (c *Conn) handle(p eioproto.Packet, h Handler) bool {
	var err error
	switch p.Type {
	case eioproto.Message:
		if p.Binary {
			err = h.Binary(p.Data)
		} else {
			err = h.Text(p.Data)
		}
	case eioproto.Ping:
		c.pong()
	case eioproto.Close:
		c.end(ReasonTransportClose, nil)
	case eioproto.Open:
		err = errSecondHandshake
	}
	if err != nil {
		c.end(ReasonParseError, err)
	}
	return c.ctx.Err() == nil
}

// pong answers a ping and restarts the clock. A server that sends pings without
// reading gets no more than one answer at a time.
func (c *Conn) pong() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended {
		return
	}
	c.heartbeat.Reset(c.silence())
	if !c.ponging && !c.closing {
		c.ponging = true
		c.push(eioproto.Packet{Type: eioproto.Pong})
	}
}
