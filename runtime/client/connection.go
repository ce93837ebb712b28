package client

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/internal/engineclient"
)

// wake sees to it that there is a connection, or somebody who tries to open
// one. The caller holds c.mu.
func (c *Client) wake() {
	if !c.running {
		c.running = true
		c.tasks.Go(c.run)
	}
}

// run opens the connection, reads it, and opens it again when it is lost, for as
// long as a socket wants it.
func (c *Client) run() {
	for again := true; again; again = c.pause() {
		if l := c.dial(); l != nil {
			reason, err := l.conn.Run(l)
			c.lost(l, rt.Reason(reason), err)
		}
		c.http.CloseIdleConnections() // they may be as dead as the one that was lost
	}
}

// dial opens the connection and begins to let the sockets enter. It returns nil
// when that fails.
func (c *Client) dial() *link {
	ctx, cancel := context.WithCancel(c.trying)
	defer cancel()
	c.mu.Lock()
	c.abort = cancel
	c.mu.Unlock()

	conn, err := c.open(ctx)

	c.mu.Lock()
	defer c.mu.Unlock()
	c.abort = nil
	switch {
	case err == nil:
		c.linked(conn)
	case ctx.Err() != nil: // by this side: whoever wants it now must not wait
		c.failed = 0
	default:
		c.missed(err)
	}
	return c.link
}

// linked lets the sockets enter on a new connection. The caller holds c.mu.
func (c *Client) linked(conn *engineclient.Conn) {
	c.link = newLink(c, conn)
	for _, s := range c.sockets {
		if s.active() {
			s.enter(c.link)
		}
	}
	if !c.wanted() {
		conn.Close()
	}
}

// open tries one transport, or all of them.
func (c *Client) open(ctx context.Context) (*engineclient.Conn, error) {
	transports := c.opts.Transports
	if c.upgraded && c.opts.RememberUpgrade {
		transports = append([]string{engineclient.WebSocket}, transports...)
	}
	if !c.opts.TryAllTransports {
		transports = transports[:1]
	}
	var failures []error
	for _, name := range transports {
		conn, err := c.openWith(ctx, name)
		if err == nil {
			return conn, nil
		}
		failures = append(failures, fmt.Errorf("client: %s: %w", name, err))
	}
	c.upgraded = false
	return nil, errors.Join(failures...)
}

func (c *Client) openWith(ctx context.Context, transport string) (*engineclient.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, c.opts.ConnectTimeout)
	defer cancel()
	return engineclient.Dial(ctx, &c.engine, transport)
}

// missed notes an attempt that has failed. The caller holds c.mu.
func (c *Client) missed(err error) {
	for _, s := range c.sockets {
		if s.active() {
			s.queue(&work{kind: workFailed, err: err})
		}
	}
	c.count(err)
}

// lost notes the end of the connection.
func (c *Client) lost(l *link, reason rt.Reason, err error) {
	c.upgraded = l.conn.Transport() == engineclient.WebSocket
	c.log(slog.LevelDebug, "connection ended", slog.String("reason", string(reason)),
		slog.String("transport", l.conn.Transport()), slog.Any("error", err))
	if err == nil {
		err = fmt.Errorf("client: connection lost: %s", reason)
	} else {
		err = fmt.Errorf("client: connection lost: %s: %w", reason, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.link = nil
	for _, s := range c.sockets {
		s.unlinked(l, reason, err)
	}
	if reason == rt.ReasonForcedClose { // by this side: whoever wants it now must not wait
		c.failed = 0
		return
	}
	c.count(err)
}

// count counts a failure. With the last one that the options allow the client
// gives up, and begins anew with the socket that connects next. The caller holds
// c.mu.
func (c *Client) count(err error) {
	c.failed++
	most := c.opts.ReconnectionAttempts
	if !c.opts.NoReconnection && (most == 0 || c.failed <= most) {
		return
	}
	c.failed = 0
	for _, s := range c.sockets {
		if s.active() {
			s.end(err)
		}
	}
}

// pause waits until it is time for another attempt. It reports false when no
// socket wants one.
func (c *Client) pause() bool {
	c.mu.Lock()
	delay := c.opts.backoff(c.failed)
	c.mu.Unlock()
	c.sleep(delay)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.running = c.wanted()
	if !c.running {
		c.failed = 0
	}
	return c.running
}

// sleep waits, unless no socket wants the connection any more.
func (c *Client) sleep(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for c.isWanted() {
		select {
		case <-timer.C:
			return
		case <-c.idle:
		}
	}
}

func (c *Client) isWanted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.wanted()
}

// wanted reports whether a socket wants the connection. The caller holds c.mu.
func (c *Client) wanted() bool {
	for _, s := range c.sockets {
		if s.active() {
			return true
		}
	}
	return false
}
