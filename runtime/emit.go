package rt

import (
	"context"
	"errors"
	"iter"
	"reflect"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/payload"
)

// An Emitter is where events can be sent: a [Namespace], a [Broadcast], or a
// [Socket].
type Emitter interface {
	emit(ctx context.Context, p *outgoing) error
}

// Emit sends an event to whoever to stands for. The payload is checked and
// encoded once. Emit does not wait for peers, and ctx ending does not stop it;
// ctx is for what lies between nodes. The error is that of the payload, that of a
// name that [On] would not take, or [ErrClosed] when to is a socket that is gone.
func Emit[T any](ctx context.Context, to Emitter, ev Event[T], msg T) error {
	return emit(ctx, to, ev.Name, payload.Of(msg), ev.Volatile)
}

// EmitWithAck sends an event to one socket and waits for its answer: until ctx
// ends, for ev.Timeout ([ErrAckTimeout]), or until the socket leaves
// ([ErrDisconnected]). An [Error] is what the peer has answered.
//
// A handler may wait for the answer of its own socket.
func EmitWithAck[T, R any](ctx context.Context, s *Socket, ev AckEvent[T, R], msg T) (R, error) {
	var ack R
	p, err := s.call(ctx, ev.question(msg))
	if err == nil {
		ack = payload.As[R](p)
	}
	return ack, err
}

// A Reply is what one socket has answered to [BroadcastWithAck].
type Reply[R any] struct {
	Socket SocketID
	Ack    R
	// Err is an [Error] that the socket has answered with, [ErrDisconnected],
	// [ErrAckTimeout], [ErrLimit] at once when the event was not sent to it, or
	// tells what is wrong with its answer.
	Err error
}

// BroadcastWithAck sends an event to all sockets that to stands for when the
// loop over the result begins, and yields their replies as they come. The wait
// ends for all of them with ctx, or after the timeout of to or else of ev; one
// of these is required. An error is yielded when the event could not be sent or
// ctx has ended, and nothing follows it.
func BroadcastWithAck[T, R any](ctx context.Context, to Broadcast, ev AckEvent[T, R], msg T) iter.Seq2[Reply[R], error] {
	return func(yield func(Reply[R], error) bool) {
		q := ev.question(msg)
		for r, err := range to.call(ctx, q) {
			reply := Reply[R]{Socket: r.from}
			if err == nil {
				var p any
				if p, reply.Err = r.decode(&q); reply.Err == nil {
					reply.Ack = payload.As[R](p)
				}
			}
			if !yield(reply, err) {
				return
			}
		}
	}
}

// errNoTimeout is the programmer's mistake that BroadcastWithAck reports.
var errNoTimeout = errors.New("rt: a broadcast with answers needs a timeout")

// question is an event that has been asked to be answered.
type question struct {
	name    string
	msg     any          // the payload
	answer  reflect.Type // what the answer is decoded into
	timeout time.Duration
	raw     bool
}

func (ev *AckEvent[T, R]) question(msg T) question {
	return question{
		name:    ev.Name,
		msg:     payload.Of(msg),
		answer:  payload.TypeOf(reflect.TypeFor[R]()),
		timeout: ev.Timeout,
		raw:     ev.Raw,
	}
}

func emit(ctx context.Context, to Emitter, name string, msg any, volatile bool) error {
	p, err := newOutgoing(name, msg)
	if err != nil {
		return err
	}
	defer p.release()
	p.volatile = volatile
	return to.emit(ctx, p)
}
