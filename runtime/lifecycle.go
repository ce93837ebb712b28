package rt

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
	"github.com/rtgen/rtgen/runtime/internal/guard"
	"github.com/rtgen/rtgen/runtime/internal/jsontext"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// run empties the inbox.
func (s *Socket) run() {
	p, ok := s.inbox.Next()
	defer func() {
		if ok { // user code has called runtime.Goexit
			s.exited(p, guard.Exited())
			s.ns.server.crew.Do(s)
			return
		}
		s.conn.exit()
	}()
	for ; ok; p, ok = s.inbox.Next() {
		if err := s.take(p); err != nil {
			s.log().failed(s.ctx, "", err)
			s.conn.fail(err)
		}
	}
}

// take handles a packet. What panics in spite of all that guards user code ends
// the connection and not the process.
func (s *Socket) take(p *sioproto.Packet) (err error) {
	defer guard.Recover(&err)
	if p.Type != sioproto.Disconnect {
		s.awaitRooms()
	}
	switch p.Type {
	case sioproto.Connect:
		s.open(p.Data)
	case sioproto.Event:
		s.dispatch(p)
		p.Release() // what handlers got are copies
	case sioproto.Disconnect:
		s.finish()
	}
	return nil
}

// exited does what is left to do for a packet whose handler has ended its
// goroutine: for a peer that is not in yet, or waits for an answer, it has failed.
func (s *Socket) exited(p *sioproto.Packet, err error) {
	switch p.Type {
	case sioproto.Connect:
		if s.welcomed {
			s.log().logError(s.ctx, "hook failed", "connect", err)
			return
		}
		s.refuse(err)
	case sioproto.Event:
		s.exitedEvent(p, err)
	case sioproto.Disconnect:
		s.log().logError(s.ctx, "hook failed", "disconnect", err)
	}
}

// errCheckTimeout refuses a socket whose checks take too long.
var errCheckTimeout = &ConnectError{Message: "timeout"}

// open runs the checks and lets the socket in or refuses it. The time limit
// holds for checks that ignore their context too: they are refused while they
// still run.
func (s *Socket) open(auth []byte) {
	if s.gone() {
		return // the checks may be costly
	}
	ctx, cancel := context.WithTimeout(s.ctx, s.ns.server.opts.MiddlewareTimeout)
	defer cancel()
	late := time.AfterFunc(s.ns.server.opts.MiddlewareTimeout, func() { s.refuse(errCheckTimeout) })
	defer late.Stop()
	s.awaitPredecessor(ctx)
	err := s.check(ctx, auth)
	if ctx.Err() != nil {
		err = errCheckTimeout
	}
	if err != nil {
		s.refuse(err)
		return
	}
	s.accept()
}

// awaitPredecessor waits until the last handler of the socket that had the place
// before is done; that has been given a second. So the hooks of the one that
// leaves come before those of the one that takes over.
func (s *Socket) awaitPredecessor(ctx context.Context) {
	if !s.recovered {
		return
	}
	select {
	case <-s.presence.done:
	case <-ctx.Done():
	}
}

// accept makes the socket a member, unless it has left, and calls the hooks.
func (s *Socket) accept() {
	if err := s.enter(); err != nil {
		if err != ErrClosed {
			s.conn.fail(err)
		}
		return
	}
	s.conn.stopExpiry()
	s.welcomed = true
	w := &s.ns.server.watch
	tell(w, w.SocketConnected, SocketRecord{Namespace: s.ns.label(), Recovered: s.Recovered()})
	for _, fn := range s.ns.hooks.Load().connect {
		s.hook("connect", func() { fn(s.ctx, s) })
	}
}

// enter sends what the peer has missed, makes the socket a member of its namespace
// and rooms, tells the peer that it is in, and sends what the checks have sent. The
// mutexes are held: nothing comes between these, the answer cannot follow the end,
// and broadcasts that follow the answer reach the peer. The error is ErrClosed when
// the socket has left.
func (s *Socket) enter() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state.Load() != stateConnecting {
		return ErrClosed
	}
	r := s.ns.recovery
	r.lock()
	defer r.unlock()
	if err := r.enter(s); err != nil {
		return err
	}
	s.state.Store(stateAccepted) // its peer may answer before all is done
	s.ns.rooms.add(s)
	for _, room := range s.rooms {
		s.ns.rooms.join(s, room)
	}
	_ = s.enqueue(newMessage(&sioproto.Packet{Type: sioproto.Connect, Namespace: s.ns.name, Data: s.welcome()}), false)
	r.greet(s)
	for _, p := range s.held {
		s.forward(p)
	}
	s.held = nil
	s.state.Store(stateConnected)
	s.startExpiry()
	return nil
}

// forward queues an event that was held. The recovery is locked.
func (s *Socket) forward(p *outgoing) {
	if r := s.ns.recovery; r != nil {
		r.send(s, p)
		return
	}
	_ = s.enqueue(newMessage(p.packet(s.ns.name)), p.volatile) // a peer that is gone needs nothing
}

// welcome returns the payload of the answer to the CONNECT.
func (s *Socket) welcome() []byte {
	if s.conn.legacy() {
		return nil
	}
	data := jsontext.AppendString([]byte(`{"sid":`), string(s.id))
	if s.presence != nil {
		data = jsontext.AppendString(append(data, `,"pid":`...), s.presence.pid)
	}
	return append(data, '}')
}

// pass hands m to send, a method of the session, unless the socket is gone. The
// peer may be back in the namespace a moment after it left: what is for the old
// socket must not reach the new one. The error is nil, engineio.ErrDropped or
// ErrClosed.
func (s *Socket) pass(send func(*engineio.Message, bool) error, m *engineio.Message, volatile bool) error {
	s.sending.RLock()
	defer s.sending.RUnlock()
	if s.gone() {
		return ErrClosed
	}
	if err := send(m, volatile); err == nil || err == engineio.ErrDropped {
		return err
	}
	return ErrClosed
}

// refuse sends a CONNECT_ERROR, unless the socket has left or been let in.
func (s *Socket) refuse(err error) {
	if s.state.Load() != stateConnecting {
		return
	}
	text := s.refusal(err)
	s.mu.Lock()
	if s.state.Load() != stateConnecting {
		s.mu.Unlock()
		return
	}
	start := s.depart("", &sioproto.Packet{Type: sioproto.ConnectError, Namespace: s.ns.name, Data: text})
	s.mu.Unlock()
	s.parted(start)
	w := &s.ns.server.watch
	tell(w, w.SocketRefused, SocketRecord{Namespace: s.ns.label(), Err: err})
	s.conn.refused()
}

// leave makes the socket leave, unless it has left.
func (s *Socket) leave(reason Reason) { s.part(reason, nil) }

// dismiss makes the socket leave and tells the peer.
func (s *Socket) dismiss() {
	s.part(ReasonServerDisconnect, s.goodbye())
}

// goodbye returns the packet after which the peer does not come back by itself.
func (s *Socket) goodbye() *sioproto.Packet {
	return &sioproto.Packet{Type: sioproto.Disconnect, Namespace: s.ns.name}
}

func (s *Socket) part(reason Reason, last *sioproto.Packet) {
	s.mu.Lock()
	if s.gone() {
		s.mu.Unlock()
		return
	}
	start := s.depart(reason, last)
	s.mu.Unlock()
	s.parted(start)
}

// depart marks the socket as gone, sends the last packet, if there is one, and
// puts the end into its inbox. The mutex is held: nobody joins a room, or is
// told of a free inbox, in between.
func (s *Socket) depart(reason Reason, last *sioproto.Packet) (start bool) {
	state := stateLeft
	r := s.ns.recovery
	r.lock()
	switch s.state.Load() {
	case stateConnecting:
		state = stateRefused
	case stateConnected:
		s.ns.rooms.remove(s, s.rooms)
	}
	r.part(s, reason)
	r.unlock()
	s.sending.Lock()
	s.state.Store(state)
	if last != nil {
		s.conn.sendPacket(last) // behind the change: the peer may return at once
	}
	s.sending.Unlock()
	s.setExpiry(time.Time{})
	s.reason, s.held, s.rooms = reason, nil, nil
	s.grace = s.ns.server.afterLeave(func() { s.cancel(ErrDisconnected) })
	start = s.inbox.Force(&sioproto.Packet{Type: sioproto.Disconnect})
	if start {
		s.conn.enter()
	}
	return start
}

// parted does what is left to do for a socket that is gone.
func (s *Socket) parted(start bool) {
	s.acks.fail(reply{from: s.id, err: ErrDisconnected})
	if start {
		s.ns.server.crew.Do(s)
	}
}

// finish is the last that happens to a socket.
func (s *Socket) finish() {
	s.mu.Lock()
	reason, grace := s.reason, s.grace
	s.mu.Unlock()
	ctx := s.ns.server.ctx
	defer func() {
		grace()
		s.cancel(ErrDisconnected)
	}()
	if s.admitted {
		b := s.ns.binding()
		s.hook("disconnect", func() { b.disconnect(ctx, s, reason) })
	}
	if s.welcomed {
		for _, fn := range s.ns.hooks.Load().disconnect {
			s.hook("disconnect", func() { fn(ctx, s, reason) })
		}
		w := &s.ns.server.watch
		tell(w, w.SocketDisconnected, SocketRecord{Namespace: s.ns.label(), Reason: reason})
	}
}

// hook calls user code that has no error to return.
func (s *Socket) hook(event string, fn func()) {
	if err := guard.Call(func() error { fn(); return nil }); err != nil {
		s.log().logError(s.ctx, "hook failed", event, err)
	}
}

func (s *Socket) setAuth(auth json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.auth = auth
}
