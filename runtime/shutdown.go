package rt

import (
	"cmp"
	"context"
	"fmt"
	"time"
)

// Ready reports whether the server takes new connections, which it does until
// [Server.Shutdown] is called. It is what a readiness probe wants to know.
func (srv *Server) Ready() bool { return !srv.stopping() }

func (srv *Server) stopping() bool { return srv.closing.Load() }

// Shutdown ends all connections and waits until nothing of the server runs any
// more. New peers are refused from the first moment on. The connections are
// closed a few at a time, spread over Options.ShutdownSpread, so that those who
// come back do not come all at once. With few of them it takes no longer than a
// second for each hundred, and it never takes more than half of the time that
// ctx allows. Until it is a connection's turn it is served as ever; then its new
// events are dropped, and it is closed as soon as those that have come are
// handled and answered. A peer that does not fetch the answers is cut off two
// seconds later. Clients see their transport closed and come back by themselves,
// to a server that takes them.
//
// When ctx is done first, the contexts of the handlers end, connections are
// cut, and the error is ctx's. Shutdown may be called again.
func (srv *Server) Shutdown(ctx context.Context) error {
	srv.closing.Store(true)
	defer srv.cancel()
	defer srv.forgetAbsent()
	defer srv.crew.Stop()
	srv.handler().Drain()
	srv.stopConnections(ctx)
	late := srv.tasks.wait(ctx)
	if late != nil {
		srv.cancel() // the handlers that are left
	}
	err := srv.closeSessions(ctx)
	if err == nil {
		err = srv.tasks.wait(ctx) // hooks of those that have left just now
	}
	if err := cmp.Or(late, err); err != nil {
		return fmt.Errorf("rt: shutdown: %w", err)
	}
	return nil
}

const (
	// stopTick is the time between two lots of connections that are closed.
	stopTick = 100 * time.Millisecond
	// stopLot is how many are in a lot at least.
	stopLot = 10
)

// stopConnections closes the connections of now, one lot after the other, until
// ctx is done.
func (srv *Server) stopConnections(ctx context.Context) {
	spread := srv.opts.ShutdownSpread
	if deadline, ok := ctx.Deadline(); ok {
		spread = min(spread, time.Until(deadline)/2)
	}
	list := srv.connections()
	lots := max(1, int(spread/stopTick))
	size := max(stopLot, (len(list)+lots-1)/lots)
	for i, c := range list {
		if i > 0 && i%size == 0 {
			select {
			case <-time.After(stopTick):
			case <-ctx.Done():
				return
			}
		}
		c.stop()
	}
}

// linger is how long a shutdown waits for peers to fetch what was sent to them.
// Those of the polling transport may have vanished without a word.
const linger = 2 * time.Second

func (srv *Server) closeSessions(ctx context.Context) error {
	hurry, cancel := context.WithTimeout(ctx, linger)
	defer cancel()
	if srv.handler().Shutdown(hurry) == nil {
		return nil
	}
	return srv.handler().Shutdown(ctx) // they are cut off: this waits for their goroutines
}

// leaveGrace is how long the handlers of a socket that has left may go on with
// the events that came before.
const leaveGrace = time.Second

// afterLeave calls end when a socket that leaves now has had its grace, or when
// a shutdown runs out of time. The result stops the clock.
func (srv *Server) afterLeave(end func()) (stop func() bool) {
	grace := time.AfterFunc(leaveGrace, end)
	if !srv.stopping() {
		return grace.Stop
	}
	forget := context.AfterFunc(srv.ctx, end)
	return func() bool {
		forget()
		return grace.Stop()
	}
}

// forgetAbsent lets go of what is kept for peers that come back.
func (srv *Server) forgetAbsent() {
	srv.mu.RLock()
	defer srv.mu.RUnlock()
	for _, n := range srv.namespaces {
		n.recovery.close()
	}
	for _, pattern := range srv.patterns {
		for n := range pattern.each() {
			n.recovery.close()
		}
	}
}
