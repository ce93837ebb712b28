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
	for again := true; again; {
		l, err := c.dial()
		if err == nil {
			var reason engineclient.Reason
			reason, err = l.conn.Run(l)
			err = c.lost(l, rt.Reason(reason), err)
		} else {
			c.missed(err)
		}
		c.http.CloseIdleConnections() // they may be as dead as the one that was lost
		again = c.pause(err)
	}
}

// dial opens the connection and begins to let the sockets enter.
func (c *Client) dial() (*link, error) {
	ctx, cancel := context.WithCancel(c.trying)
	defer cancel()
	c.mu.Lock()
	c.abort = cancel
	c.mu.Unlock()

	conn, err := c.open(ctx)

	c.mu.Lock()
	defer c.mu.Unlock()
	c.abort = nil
	if err != nil {
		return nil, err
	}
	c.link = newLink(c, conn)
	for _, s := range c.sockets {
		if s.active() {
			s.enter(c.link)
		}
	}
	if !c.wanted() {
		conn.Close()
	}
	return c.link, nil
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

// missed notes an attempt that has failed.
func (c *Client) missed(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed++
	for _, s := range c.sockets {
		if s.active() {
			s.queue(&work{kind: workFailed, err: err})
		}
	}
}

// lost notes the end of the connection and returns why it ended.
func (c *Client) lost(l *link, reason rt.Reason, err error) error {
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
	c.failed++
	if reason == rt.ReasonForcedClose { // by this side: whoever wants it now must not wait
		c.failed = 0
	}
	for _, s := range c.sockets {
		s.unlinked(l, reason, err)
	}
	return err
}

// pause waits until it is time for another attempt. It reports false when there
// is to be none: no socket wants one, or the client gives up because of err.
func (c *Client) pause(err error) bool {
	c.mu.Lock()
	if c.mayTry() {
		delay := c.opts.backoff(c.failed)
		c.mu.Unlock()
		c.sleep(delay)
		c.mu.Lock()
	}
	defer c.mu.Unlock()
	if c.wanted() && c.mayTry() {
		return true
	}
	c.running = false
	for _, s := range c.sockets {
		if s.active() {
			s.end(err)
		}
	}
	return false
}

// mayTry reports whether the options allow another attempt. The caller holds
// c.mu.
func (c *Client) mayTry() bool {
	if c.failed == 0 {
		return true
	}
	most := c.opts.ReconnectionAttempts
	return !c.opts.NoReconnection && (most == 0 || c.failed <= most)
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
