package rt

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"sync"
	"sync/atomic"
	"time"
)

// A Namespace is a path with handlers and rooms of its own. Handlers may be
// added at any time; they concern what comes afterwards. Its methods may be
// called from any goroutine.
//
// The namespace of a pattern, see [Server.Of], stands for all those whose paths
// match it: its handlers are theirs, and what is sent to it reaches the sockets
// of all of them. Each has rooms of its own.
type Namespace struct {
	*setup
	server *Server
	name   string
	rooms  adapter
	// recovery is nil unless the server has it.
	recovery *recovery
	family   *family    // of a pattern
	parent   *Namespace // the pattern that the path matches
}

// setup is what has been made of a namespace. Those of a pattern share it.
type setup struct {
	ackID   atomic.Uint64
	handled atomic.Pointer[entries]
	hooks   atomic.Pointer[hooks]
	bound   atomic.Pointer[binding]
	noticed noticed
	feed    roomFeed

	mu sync.Mutex // guards changes of handled, hooks and bound
}

// hooks are what a namespace calls beside its event handlers. They are replaced
// as a whole.
type hooks struct {
	use        []func(context.Context, *Socket) error
	connect    []func(context.Context, *Socket)
	disconnect []func(context.Context, *Socket, Reason)
	any        []func(context.Context, *Socket, string, []json.RawMessage)
	outgoing   []func(context.Context, Emitter, string, []json.RawMessage)
	rooms      []RoomHooks
	expiry     func(context.Context, *Socket) (time.Time, error)
}

func newNamespace(srv *Server, name string) *Namespace {
	n := &Namespace{setup: new(setup), server: srv, name: name, rooms: newMemory(manyShards)}
	n.recovery = newRecovery(n)
	n.handled.Store(&entries{})
	n.hooks.Store(&hooks{})
	return n
}

// Name returns the path, which begins with a slash, or the pattern.
func (n *Namespace) Name() string { return n.name }

// Use adds a check that every socket has to pass before it is let in; checks
// run in the order in which they were added. An error refuses the socket, see
// [ConnectError]. Until the last check has passed, the socket is in no room and
// gets no event; what the check sends to it waits. All checks together have
// Options.MiddlewareTimeout.
func (n *Namespace) Use(check func(ctx context.Context, s *Socket) error) {
	n.hook(func(h *hooks) { h.use = append(h.use[:len(h.use):len(h.use)], check) })
}

// OnConnect adds a handler for sockets that have been let in. It runs before
// the socket's first event is handled.
func (n *Namespace) OnConnect(fn func(ctx context.Context, s *Socket)) {
	n.hook(func(h *hooks) { h.connect = append(h.connect[:len(h.connect):len(h.connect)], fn) })
}

// OnDisconnect adds a handler for sockets that have been let in and have left.
// It runs after the socket's last event was handled; the socket is in no room
// any more. Its context ends when the server's shutdown runs out of time.
func (n *Namespace) OnDisconnect(fn func(ctx context.Context, s *Socket, reason Reason)) {
	n.hook(func(h *hooks) { h.disconnect = append(h.disconnect[:len(h.disconnect):len(h.disconnect)], fn) })
}

// OnAny adds an observer that is called before the handler of every event, and
// for events that have none. Args are JSON texts, with placeholders where
// attachments belong; they must not be changed.
func (n *Namespace) OnAny(fn func(ctx context.Context, s *Socket, name string, args []json.RawMessage)) {
	n.hook(func(h *hooks) { h.any = append(h.any[:len(h.any):len(h.any)], fn) })
}

// OnAnyOutgoing adds an observer that is called once for every event that is
// about to be sent, also for those that want an answer, on the goroutine of the
// sender and with its context. To is what it is sent to: the namespace, a
// [Broadcast], or a [*Socket]. Args are as in OnAny and may be kept. Answers are
// no events.
func (n *Namespace) OnAnyOutgoing(fn func(ctx context.Context, to Emitter, name string, args []json.RawMessage)) {
	n.hook(func(h *hooks) { h.outgoing = append(h.outgoing[:len(h.outgoing):len(h.outgoing)], fn) })
}

func (n *Namespace) hook(change func(*hooks)) {
	if err := n.settable(); err != nil {
		panic(err)
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	h := *n.hooks.Load()
	change(&h)
	n.hooks.Store(&h)
}

// handle adds event handlers, all or none.
func (n *Namespace) handle(added ...*entry) error {
	if err := n.settable(); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	all, err := n.handled.Load().with(added)
	if err != nil {
		return err
	}
	n.handled.Store(all)
	return nil
}

func (n *Namespace) mustHandle(e *entry) {
	if err := n.handle(e); err != nil {
		panic(err)
	}
}

// settable returns an error for a namespace that has the handlers of a pattern.
func (n *Namespace) settable() error {
	if n.parent != nil {
		return fmt.Errorf("rt: the handlers of %s are those of %s, unless it is made before", n.name, n.parent.name)
	}
	return nil
}

// Sockets yields the sockets that are in the namespace now, on this node.
func (n *Namespace) Sockets() iter.Seq[*Socket] { return n.Everyone().Sockets() }

// Len returns the number of sockets in the namespace on this node.
func (n *Namespace) Len() int {
	sum := 0
	for c := range n.each() {
		sum += c.rooms.len()
	}
	return sum
}

// Everyone returns the Broadcast to all sockets.
func (n *Namespace) Everyone() Broadcast { return Broadcast{ns: n} }

// To returns a Broadcast to the sockets of rooms.
func (n *Namespace) To(rooms ...Room) Broadcast { return n.Everyone().To(rooms...) }

// Except returns a Broadcast to all sockets but those of rooms.
func (n *Namespace) Except(rooms ...Room) Broadcast { return n.Everyone().Except(rooms...) }

// Local returns a Broadcast to the sockets of this node.
func (n *Namespace) Local() Broadcast { return n.Everyone().Local() }

// Volatile returns a Broadcast that is dropped for sockets that are not ready.
func (n *Namespace) Volatile() Broadcast { return n.Everyone().Volatile() }

// Timeout returns a Broadcast whose answers are awaited for d.
func (n *Namespace) Timeout(d time.Duration) Broadcast { return n.Everyone().Timeout(d) }

func (n *Namespace) emit(ctx context.Context, p *outgoing) error {
	n.announce(ctx, n, p)
	n.Everyone().send(p)
	return nil
}
