package rt

import "context"

// The functions of this file are instantiated for every event of a contract.
// They hold nothing but the conversion of types.

// BindAuth binds the connect handler of a namespace whose contract has an auth
// object. A peer whose auth breaks the contract is refused.
func BindAuth[H, S, A any](fn func(H, context.Context, S, *A) error) Binding[H, S] {
	return Binding[H, S]{
		auth:    alloc[A],
		connect: func(h H, ctx context.Context, s S, auth any) error { return fn(h, ctx, s, auth.(*A)) },
	}
}

// BindConnect binds the connect handler of a namespace without auth.
func BindConnect[H, S any](fn func(H, context.Context, S) error) Binding[H, S] {
	return Binding[H, S]{
		connect: func(h H, ctx context.Context, s S, _ any) error { return fn(h, ctx, s) },
	}
}

// BindDisconnect binds what is called once for every socket that the connect
// handler has let in, after its last event.
func BindDisconnect[H, S any](fn func(H, context.Context, S, Reason)) Binding[H, S] {
	return Binding[H, S]{disconnect: fn}
}

// BindEvent binds an event with a payload and without an answer.
func BindEvent[H, S, T any](ev Event[T], fn func(H, context.Context, S, *T) error) Binding[H, S] {
	return Binding[H, S]{
		entry: ev.entry,
		call:  func(h H, ctx context.Context, s S, msg any) (any, error) { return nil, fn(h, ctx, s, msg.(*T)) },
	}
}

// BindSignal binds an event with neither payload nor answer.
func BindSignal[H, S any](ev Event[None], fn func(H, context.Context, S) error) Binding[H, S] {
	return Binding[H, S]{
		entry: ev.entry,
		call:  func(h H, ctx context.Context, s S, _ any) (any, error) { return nil, fn(h, ctx, s) },
	}
}

// BindCall binds an event with a payload that is answered with a value.
func BindCall[H, S, T, R any](ev AckEvent[T, R], fn func(H, context.Context, S, *T) (*R, error)) Binding[H, S] {
	return Binding[H, S]{
		entry: ev.entry,
		call: func(h H, ctx context.Context, s S, msg any) (any, error) {
			r, err := fn(h, ctx, s, msg.(*T))
			return value(r, err)
		},
	}
}

// BindQuery binds an event without payload that is answered with a value.
func BindQuery[H, S, R any](ev AckEvent[None, R], fn func(H, context.Context, S) (*R, error)) Binding[H, S] {
	return Binding[H, S]{
		entry: ev.entry,
		call: func(h H, ctx context.Context, s S, _ any) (any, error) {
			r, err := fn(h, ctx, s)
			return value(r, err)
		},
	}
}

// BindCommand binds an event with a payload whose answer has no value.
func BindCommand[H, S, T any](ev AckEvent[T, None], fn func(H, context.Context, S, *T) error) Binding[H, S] {
	return Binding[H, S]{
		entry: ev.entry,
		call:  func(h H, ctx context.Context, s S, msg any) (any, error) { return nil, fn(h, ctx, s, msg.(*T)) },
	}
}

// BindTrigger binds an event without payload whose answer has no value.
func BindTrigger[H, S any](ev AckEvent[None, None], fn func(H, context.Context, S) error) Binding[H, S] {
	return Binding[H, S]{
		entry: ev.entry,
		call:  func(h H, ctx context.Context, s S, _ any) (any, error) { return nil, fn(h, ctx, s) },
	}
}

// BindRoom binds the handler that decides who joins the rooms of a kind and
// answers with a value. When it returns no error, the socket is put into the
// key's room.
func BindRoom[H, S any, K RoomKey, R any](kind RoomKind, fn func(H, context.Context, S, *K) (*R, error)) Binding[H, S] {
	return Binding[H, S]{
		room: newRoomSpec[K](kind),
		call: func(h H, ctx context.Context, s S, key any) (any, error) {
			r, err := fn(h, ctx, s, key.(*K))
			return value(r, err)
		},
	}
}

// BindPlainRoom is [BindRoom] for a kind whose joins are answered without a
// value.
func BindPlainRoom[H, S any, K RoomKey](kind RoomKind, fn func(H, context.Context, S, *K) error) Binding[H, S] {
	return Binding[H, S]{
		room: newRoomSpec[K](kind),
		call: func(h H, ctx context.Context, s S, key any) (any, error) { return nil, fn(h, ctx, s, key.(*K)) },
	}
}

// value returns the answer of a handler.
func value[R any](r *R, err error) (any, error) {
	if err == nil && r == nil {
		err = errNoAnswer
	}
	return r, err
}
