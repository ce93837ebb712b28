package engineclient

import (
	"context"
	"errors"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

var errProbe = errors.New("engineclient: the server did not answer the probe")

// probe tests a WebSocket. When it works, the session moves to it as soon as
// what polling has begun is done; when it does not, polling goes on.
func (c *Conn) probe() {
	ctx, cancel := context.WithTimeout(c.ctx, c.opts.UpgradeTimeout)
	defer cancel()
	w, err := dialWebSocket(ctx, c.opts, c.handshake.SID)
	if err != nil {
		return
	}
	if err := w.probe(ctx); err != nil {
		w.abort()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended || c.closing {
		w.abort()
		return
	}
	c.probed = w
}

// probe sends the packet that only the server of the session answers so.
func (w *webSocket) probe(ctx context.Context) error {
	if err := w.write(ctx, []eioproto.Packet{{Type: eioproto.Ping, Data: []byte(eioproto.Probe)}}); err != nil {
		return err
	}
	p, err := w.readWithin(ctx)
	if err == nil && (p.Type != eioproto.Pong || string(p.Data) != eioproto.Probe) {
		err = errProbe
	}
	return err
}

// move is called when no poll is on its way. It moves the session to the
// WebSocket that the probe has found, and reports whether polling is over: the
// session has moved or ended.
func (c *Conn) move() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.probed != nil && c.writing && !c.ended {
		c.changed.Wait() // for the request on its way: the order must hold
	}
	if c.ended || c.probed == nil {
		return c.ended
	}
	c.queue = append([]eioproto.Packet{{Type: eioproto.Upgrade}}, c.queue...)
	c.transport, c.probed = c.probed, nil
	c.startWriter()
	return true
}
