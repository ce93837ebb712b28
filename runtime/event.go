package rt

import (
	"context"
	"reflect"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/payload"
)

// An Event is an event that expects no answer, with a payload of type T.
//
// A payload that implements the interfaces of package wire, as pointers to
// generated types do, is checked and coded by its own methods. A []byte is one
// attachment. Every other type goes through encoding/json; [None] sends no
// payload.
//
// T may be a pointer. Then handlers get one of their own that is never nil, and
// what is sent must not be nil. Thousands of events compile faster with
// pointers, because all of them share the code of the generic functions.
type Event[T any] struct {
	Name string
	// Volatile events are dropped for peers that are not ready to take them.
	Volatile bool
	// Rate bounds what one socket may send. Zero means no limit of its own.
	Rate Rate
	// MaxSize bounds a received payload with its attachments, in bytes. Zero
	// means 1 MiB.
	MaxSize int64
	// RejectUnknownFields refuses payloads with members that T does not have,
	// when T or a pointer to it is a wire.Unmarshaler.
	RejectUnknownFields bool
	// Deprecated is logged once when a peer sends the event.
	Deprecated string
}

// An AckEvent is an event with a payload of type T that is answered with an R.
type AckEvent[T, R any] struct {
	Name string
	// Rate, MaxSize, RejectUnknownFields and Deprecated are as in [Event].
	Rate                Rate
	MaxSize             int64
	RejectUnknownFields bool
	Deprecated          string
	// Timeout is how long [EmitWithAck] waits for the answer. Zero means the
	// AckTimeout of the server's [Options].
	Timeout time.Duration
	// Errors are the codes that a handler may answer with.
	Errors []string
	// IdempotencyKey returns the value by which repeats are recognised: for a
	// while, another call of the same event with the same key is given the
	// first successful answer and does not reach the handler. Nil or an empty
	// key means that every call is handled.
	IdempotencyKey func(T) string
	// Raw answers are the value R itself, as plain Socket.IO peers send and
	// expect them. They cannot carry errors: a handler that fails does not
	// answer.
	Raw bool
}

// None is the payload or the answer of an event that has none.
type None = struct{}

// On handles an event of n. The handlers of one socket run one after the other;
// ctx ends with the socket. The error is logged; a peer that has asked for an
// answer gets "internal". On panics when n has a handler for the event, and for
// the names that Socket.IO keeps to itself: "connect", "connect_error",
// "disconnect", "disconnecting", "newListener" and "removeListener".
func On[T any](n *Namespace, ev Event[T], fn func(ctx context.Context, s *Socket, msg T) error) {
	n.mustHandle(ev.entry(func(ctx context.Context, s *Socket, msg any) (any, error) {
		return nil, fn(ctx, s, payload.As[T](msg))
	}))
}

// OnWithAck handles an event of n and answers it; see [On]. When the peer has
// not asked for an answer, the result is dropped.
func OnWithAck[T, R any](n *Namespace, ev AckEvent[T, R], fn func(ctx context.Context, s *Socket, msg T) (R, error)) {
	n.mustHandle(ev.entry(func(ctx context.Context, s *Socket, msg any) (any, error) {
		r, err := fn(ctx, s, payload.As[T](msg))
		return payload.Of(r), err
	}))
}

func (ev *Event[T]) entry(call handlerFunc) *entry {
	return &entry{
		name:       ev.Name,
		rate:       ev.Rate,
		maxSize:    ev.MaxSize,
		reject:     ev.RejectUnknownFields,
		deprecated: ev.Deprecated,
		made:       payload.TypeOf(reflect.TypeFor[T]()),
		call:       call,
	}
}

func (ev *AckEvent[T, R]) entry(call handlerFunc) *entry {
	e := &entry{
		name:       ev.Name,
		rate:       ev.Rate,
		maxSize:    ev.MaxSize,
		reject:     ev.RejectUnknownFields,
		deprecated: ev.Deprecated,
		errors:     ev.Errors,
		raw:        ev.Raw,
		made:       payload.TypeOf(reflect.TypeFor[T]()),
		call:       call,
	}
	if key := ev.IdempotencyKey; key != nil {
		e.repeats = newRepeats()
		e.key = func(msg any) string { return key(payload.As[T](msg)) }
	}
	return e
}
