package client

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/internal/guard"
	"github.com/rtgen/rtgen/runtime/internal/payload"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
	"github.com/rtgen/rtgen/runtime/wire"
)

// work is something to be told to the handlers of a socket. It is done in order,
// one piece at a time, on a goroutine that exists only while there is some.
type work struct {
	kind   workKind
	visit  *visit // of all but workFailed and workDropped
	reason rt.Reason
	err    error

	packet *sioproto.Packet // of an event
}

type workKind int

const (
	workEvent workKind = iota
	workConnected
	workDisconnected
	workFailed
	workDropped
)

// String returns the name of the event that k is to handlers.
func (k workKind) String() string {
	switch k {
	case workConnected:
		return "connect"
	case workDisconnected:
		return "disconnect"
	case workFailed:
		return "connect_error"
	}
	return "event"
}

// Size returns what the work keeps in memory, for the limit of the inbox.
func (w *work) Size() int {
	if w.packet == nil {
		return 0
	}
	return w.packet.Size()
}

// queue adds work that no limit may keep out. The caller holds the client's lock.
func (s *Socket) queue(w *work) {
	if s.inbox.Force(w) {
		s.client.tasks.Go(s.work)
	}
}

// work does what is queued.
func (s *Socket) work() {
	w, ok := s.inbox.Next()
	defer func() {
		if ok { // a handler has called runtime.Goexit
			s.exited(w, guard.Exited())
			s.client.tasks.Go(s.work)
		}
	}()
	for ; ok; w, ok = s.inbox.Next() {
		s.do(w)
	}
}

// exited does what is left to do for work whose handler has ended its goroutine.
func (s *Socket) exited(w *work, err error) {
	if w.kind != workEvent {
		s.failure(w.kind.String(), err)
		return
	}
	s.failure(w.packet.Name, err)
	if e := s.handlers.find(w.packet.Name); e != nil && !e.raw && w.packet.HasID {
		a := payload.Internal()
		s.reply(w.visit, a.Packet(s.name, w.packet.ID))
	}
}

func (s *Socket) do(w *work) {
	h := &s.handlers
	switch w.kind {
	case workEvent:
		s.handle(w)
	case workConnected:
		for _, fn := range list(h, &h.connect) {
			s.hook(w.kind.String(), func() { fn(w.visit.ctx) })
		}
	case workDisconnected:
		defer w.visit.over()
		for _, fn := range list(h, &h.disconnect) {
			s.hook(w.kind.String(), func() { fn(s.client.handling, w.reason) })
		}
	case workFailed:
		for _, fn := range list(h, &h.failed) {
			s.hook(w.kind.String(), func() { fn(s.client.handling, w.err) })
		}
	case workDropped:
		s.log(slog.LevelWarn, "event dropped", slog.Any("error", w.err))
	}
}

// hook calls a handler that has no error to return.
func (s *Socket) hook(event string, fn func()) {
	if err := guard.Call(func() error { fn(); return nil }); err != nil {
		s.failure(event, err)
	}
}

// handle handles an event and answers it. One that came before the socket left
// is handled, though its context may have ended; only Close cuts that short.
func (s *Socket) handle(w *work) {
	if s.client.handling.Err() != nil {
		return
	}
	h := &s.handlers
	if hooks := list(h, &h.any); len(hooks) > 0 {
		args := make([]json.RawMessage, len(w.packet.Args))
		for i, arg := range w.packet.Args {
			args[i] = arg
		}
		for _, fn := range hooks {
			s.hook(w.packet.Name, func() { fn(w.visit.ctx, w.packet.Name, args) })
		}
	}
	e := h.find(w.packet.Name)
	if e == nil {
		s.log(slog.LevelDebug, "unknown event", slog.String("event", clip(w.packet.Name)))
		return
	}
	a, err := e.process(w)
	if err != nil {
		s.failure(e.name, err)
	}
	if w.packet.HasID && !(e.raw && a.Failed()) { // a raw answer cannot say that it failed
		a.Keep() // it may wait to be sent
		s.reply(w.visit, a.Packet(s.name, w.packet.ID))
	}
}

// process decodes the payload, calls the handler and makes its result an answer.
// The error is for the log.
func (e *entry) process(w *work) (a payload.Answer, err error) {
	a = payload.Internal() // should something panic
	defer guard.Recover(&err)
	msg, err := payload.Decode(e.made, w.packet.Args, w.packet.Attachments, wire.Options{Lenient: true})
	if err != nil {
		return payload.Invalid(payload.Issues(err)), err
	}
	result, err := e.call(w.visit.ctx, msg)
	if err == nil && result != nil && payload.IsNil(result) {
		err = payload.ErrNoAnswer
	}
	if err != nil {
		return e.failed(err)
	}
	encode := payload.Success
	if e.raw {
		encode = payload.Bare
	}
	if a, err = encode(result); err != nil {
		return payload.Internal(), err
	}
	return a, nil
}

// failed makes the error of a handler an answer. The server learns of what the
// event declares and of nothing else.
func (e *entry) failed(err error) (payload.Answer, error) {
	if errors.Is(err, rt.ErrUnimplemented) {
		return payload.UnknownEvent(), nil
	}
	d, ok := errors.AsType[*rt.Error](err)
	if !ok || !slices.Contains(e.errors, d.Code) {
		return payload.Internal(), err
	}
	a, err := payload.Failure(d.Code, d.Message, d.Data)
	if err != nil {
		return payload.Internal(), err
	}
	return a, nil
}

// failure reports what the program has done wrong.
func (s *Socket) failure(event string, err error) {
	attrs := []slog.Attr{slog.String("event", event), slog.Any("error", err)}
	if p, ok := errors.AsType[*guard.PanicError](err); ok {
		attrs = append(attrs, slog.String("stack", string(p.Stack)))
	}
	level := slog.LevelError
	if errors.Is(err, context.Canceled) || errors.Is(err, rt.ErrDisconnected) {
		level = slog.LevelDebug // the socket left before the handler was done
	}
	s.log(level, "handler failed", attrs...)
}

// clip bounds a name that comes from the server.
func clip(name string) string { return name[:min(len(name), 80)] }
