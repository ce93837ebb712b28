package rt

import (
	"context"
	"errors"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/guard"
)

// OnExpiry says what happens to a socket when the time of [Socket.SetExpiry] has
// come. The hook returns until when the socket may stay. With an error, or a
// time that is not in the future, the socket leaves with [ReasonExpired]; so it
// does when the hook takes longer than Options.MiddlewareTimeout, and when there
// is no hook. Meanwhile the socket's events go on being handled. OnExpiry panics
// when n has a hook already.
func (n *Namespace) OnExpiry(fn func(ctx context.Context, s *Socket) (next time.Time, err error)) {
	n.hook(func(h *hooks) {
		if h.expiry != nil {
			panic(errors.New("rt: namespace " + n.name + " has a hook for expiry already"))
		}
		h.expiry = fn
	})
}

// SetExpiry says when the permission of the socket runs out, see
// [Namespace.OnExpiry]; the zero time means never, as it is at first. What was
// set before no longer counts, even while a hook decides on it. A check may call
// SetExpiry.
//
// Changes of the system's clock after the call have no effect.
func (s *Socket) SetExpiry(t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setExpiry(t)
}

// expiry is a time at which a permission runs out, on the monotonic clock.
type expiry struct {
	at    time.Time
	timer *time.Timer // nil until the socket has been let in
}

// setExpiry is SetExpiry for those who hold the mutex.
func (s *Socket) setExpiry(t time.Time) {
	if e := s.expiry; e != nil && e.timer != nil {
		e.timer.Stop()
	}
	s.expiry = nil
	if t.IsZero() || s.gone() {
		return
	}
	s.expiry = &expiry{at: time.Now().Add(time.Until(t))}
	if s.Connected() {
		s.startExpiry()
	}
}

// lapsed reports whether the permission has run out.
func (s *Socket) lapsed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.expiry != nil && !s.expiry.at.After(time.Now())
}

// startExpiry starts the clock, if there is one. The mutex is held.
func (s *Socket) startExpiry() {
	if e := s.expiry; e != nil {
		e.timer = time.AfterFunc(time.Until(e.at), func() { s.expire(e) })
	}
}

var errExpiryTimeout = errors.New("rt: the expiry hook took too long")

// expire asks whether the socket may stay. As with checks, the time limit holds
// for a hook that ignores its context too.
func (s *Socket) expire(e *expiry) {
	if !s.enterExpiry(e) {
		return
	}
	defer s.ns.server.tasks.exit()
	ctx, cancel := context.WithTimeout(s.ctx, s.ns.server.opts.MiddlewareTimeout)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { s.decide(e, time.Time{}, errExpiryTimeout) })
	defer stop()
	next, err := s.askExpiry(ctx)
	if ctx.Err() != nil {
		err = errExpiryTimeout
	}
	s.decide(e, next, err)
}

// enterExpiry reports whether e still counts, and lets a shutdown wait for what
// follows.
func (s *Socket) enterExpiry(e *expiry) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.expiry != e {
		return false
	}
	s.ns.server.tasks.enter()
	return true
}

func (s *Socket) askExpiry(ctx context.Context) (next time.Time, err error) {
	ask := s.ns.hooks.Load().expiry
	if ask == nil {
		return time.Time{}, nil
	}
	err = guard.Apart(func() error {
		next, err = ask(ctx, s)
		return err
	})
	return next, err
}

// decide lets the socket stay or not, unless e no longer counts.
func (s *Socket) decide(e *expiry, next time.Time, err error) {
	s.mu.Lock()
	if s.expiry != e {
		s.mu.Unlock()
		return
	}
	if err == nil && next.After(time.Now()) {
		s.setExpiry(next)
		s.mu.Unlock()
		return
	}
	start := s.depart(ReasonExpired, s.goodbye())
	s.mu.Unlock()
	s.parted(start)
	s.log().expired(s.ctx, err)
}
