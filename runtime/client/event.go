package client

import (
	"context"
	"reflect"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/internal/payload"
)

// On handles an event that the server sends. The handlers of one socket run one
// after the other, in the order in which the events came; ctx ends soon after
// the socket has left. The error is logged; a server that has asked for an
// answer gets "internal". On panics when the socket has a handler for the event.
//
// Of ev the client heeds the name. What the contract does not know, such as
// values of a newer one, does not fail.
func On[T any](s *Socket, ev rt.Event[T], fn func(ctx context.Context, msg T) error) {
	s.handlers.mustAdd(&entry{
		name: ev.Name,
		made: payload.TypeOf(reflect.TypeFor[T]()),
		call: func(ctx context.Context, msg any) (any, error) { return nil, fn(ctx, payload.As[T](msg)) },
	})
}

// OnWithAck handles an event that the server sends and answers it; see [On].
// When the server has not asked for an answer, the result is dropped. Of errors
// the server sees those that ev declares.
func OnWithAck[T, R any](s *Socket, ev rt.AckEvent[T, R], fn func(ctx context.Context, msg T) (R, error)) {
	s.handlers.mustAdd(&entry{
		name:   ev.Name,
		errors: ev.Errors,
		raw:    ev.Raw,
		made:   payload.TypeOf(reflect.TypeFor[T]()),
		call: func(ctx context.Context, msg any) (any, error) {
			r, err := fn(ctx, payload.As[T](msg))
			return payload.Of(r), err
		},
	})
}

// Emit sends an event to the server. It does not wait for the server: while the
// socket is not connected the event is kept and sent afterwards, unless it is
// volatile. The error is that of the payload; [rt.ErrClosed] when the socket is
// inactive; or [rt.ErrLimit] when too much waits already, or the event is larger
// than the server takes.
//
// With Options.Retries it waits for the answer, as [EmitWithAck] does.
func Emit[T any](ctx context.Context, s *Socket, ev rt.Event[T], msg T) error {
	return s.emit(ctx, ev.Name, payload.Of(msg), ev.Volatile)
}

// EmitWithAck sends an event to the server and waits for the answer: until ctx
// ends, for ev.Timeout ([rt.ErrAckTimeout]), or until the socket leaves
// ([rt.ErrDisconnected]). While the socket is not connected the event is kept,
// and the time runs. A [rt.Error] is what the server has answered; the other
// errors are those of [Emit].
//
// A handler may wait for an answer.
func EmitWithAck[T, R any](ctx context.Context, s *Socket, ev rt.AckEvent[T, R], msg T) (R, error) {
	var ack R
	q := question{
		name:    ev.Name,
		msg:     payload.Of(msg),
		answer:  payload.TypeOf(reflect.TypeFor[R]()),
		timeout: ev.Timeout,
		raw:     ev.Raw,
	}
	p, err := s.call(ctx, &q)
	if err == nil {
		ack = payload.As[R](p)
	}
	return ack, err
}

// A question is an event that asks for an answer.
type question struct {
	name    string
	msg     any          // the payload
	answer  reflect.Type // what the answer is decoded into
	timeout time.Duration
	raw     bool
}
