package rt

import (
	"context"
	"reflect"

	"github.com/rtgen/rtgen/runtime/internal/payload"
)

// The functions of this file are instantiated for every event of a contract.
// They hold nothing but the conversion of types, and with pointers for S, T and
// R, as in generated code, all events share one instance.

// BindAuth binds the connect handler of a namespace whose contract has an auth
// object. A peer whose auth breaks the contract is refused.
func BindAuth[S, A any](fn func(context.Context, S, A) error) Binding {
	return Binding{
		auth: payload.TypeOf(reflect.TypeFor[A]()),
		connect: func(ctx context.Context, s *Socket, auth any) error {
			return fn(ctx, s.typed.(S), payload.As[A](auth))
		},
	}
}

// BindConnect binds the connect handler of a namespace without auth.
func BindConnect[S any](fn func(context.Context, S) error) Binding {
	return Binding{
		connect: func(ctx context.Context, s *Socket, _ any) error { return fn(ctx, s.typed.(S)) },
	}
}

// BindDisconnect binds what is called once for every socket that the connect
// handler has let in, after its last event.
func BindDisconnect[S any](fn func(context.Context, S, Reason)) Binding {
	return Binding{
		disconnect: func(ctx context.Context, s *Socket, reason Reason) { fn(ctx, s.typed.(S), reason) },
	}
}

// BindEvent binds an event with a payload and without an answer.
func BindEvent[S, T any](ev Event[T], fn func(context.Context, S, T) error) Binding {
	return Binding{entry: ev.entry(withPayload(fn))}
}

// BindSignal binds an event with neither payload nor answer.
func BindSignal[S any](ev Event[None], fn func(context.Context, S) error) Binding {
	return Binding{entry: ev.entry(withoutPayload(fn))}
}

// BindCall binds an event with a payload that is answered with a value.
func BindCall[S, T, R any](ev AckEvent[T, R], fn func(context.Context, S, T) (R, error)) Binding {
	return Binding{entry: ev.entry(answering(fn))}
}

// BindQuery binds an event without payload that is answered with a value.
func BindQuery[S, R any](ev AckEvent[None, R], fn func(context.Context, S) (R, error)) Binding {
	return Binding{entry: ev.entry(func(ctx context.Context, s *Socket, _ any) (any, error) {
		r, err := fn(ctx, s.typed.(S))
		return payload.Of(r), err
	})}
}

// BindCommand binds an event with a payload whose answer has no value.
func BindCommand[S, T any](ev AckEvent[T, None], fn func(context.Context, S, T) error) Binding {
	return Binding{entry: ev.entry(withPayload(fn))}
}

// BindTrigger binds an event without payload whose answer has no value.
func BindTrigger[S any](ev AckEvent[None, None], fn func(context.Context, S) error) Binding {
	return Binding{entry: ev.entry(withoutPayload(fn))}
}

// BindRoom binds the handler that decides who joins the rooms of a kind and
// answers with a value. When it returns no error, the socket is put into the
// key's room.
func BindRoom[S any, K RoomKey, R any](kind RoomKind, fn func(context.Context, S, K) (R, error)) Binding {
	return Binding{room: newJoinable(kind, reflect.TypeFor[K](), answering(fn))}
}

// BindPlainRoom is [BindRoom] for a kind whose joins are answered without a
// value.
func BindPlainRoom[S any, K RoomKey](kind RoomKind, fn func(context.Context, S, K) error) Binding {
	return Binding{room: newJoinable(kind, reflect.TypeFor[K](), withPayload(fn))}
}

func answering[S, T, R any](fn func(context.Context, S, T) (R, error)) handlerFunc {
	return func(ctx context.Context, s *Socket, msg any) (any, error) {
		r, err := fn(ctx, s.typed.(S), payload.As[T](msg))
		return payload.Of(r), err
	}
}

func withPayload[S, T any](fn func(context.Context, S, T) error) handlerFunc {
	return func(ctx context.Context, s *Socket, msg any) (any, error) {
		return nil, fn(ctx, s.typed.(S), payload.As[T](msg))
	}
}

func withoutPayload[S any](fn func(context.Context, S) error) handlerFunc {
	return func(ctx context.Context, s *Socket, _ any) (any, error) { return nil, fn(ctx, s.typed.(S)) }
}
