package golden_test

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"slices"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/wire"
	"github.com/rtgen/rtgen/testdata/golden/chat/want/go/chat"
	"github.com/rtgen/rtgen/testdata/golden/edge/want/go/edge"
	"github.com/rtgen/rtgen/testdata/golden/types/want/go/types"
)

// args are the arguments that commands have.
type args struct {
	Name      string          // of what was seen, or of an event
	Namespace string          // a path
	Room      rt.Room         // a conversation, or any room
	Payload   json.RawMessage // of an event
}

// commands is what the scripts can do to the world.
var commands = map[string]func(ctx context.Context, w *world, a args) (any, error){
	"cut":     cut,
	"restart": restart,
	"release": release,
	"kick":    kick,

	"seen":        seenBefore,
	"connections": connections,
	"members":     members,

	"raw":         raw,
	"maintenance": maintenance,
	"shape":       shape,
	"out":         out,

	"confirm": confirm,
	"census":  census,
	"vote":    vote,
}

// cut loses all connections.
func cut(_ context.Context, w *world, _ args) (any, error) {
	w.now().listener.cut()
	return nil, nil
}

// restart ends the server and begins it again on the same address.
func restart(_ context.Context, w *world, _ args) (any, error) {
	return nil, errors.Join(w.stop(), w.start())
}

// release lets a waiting handler go on.
func release(ctx context.Context, w *world, _ args) (any, error) {
	select {
	case w.gate <- struct{}{}:
		return nil, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// kick disconnects all sockets of a namespace.
func kick(_ context.Context, w *world, a args) (any, error) {
	for s := range w.now().srv.Of(a.Namespace).Sockets() {
		s.Disconnect(false)
	}
	return nil, nil
}

// seenBefore returns what handlers have noted under a name.
func seenBefore(_ context.Context, w *world, a args) (any, error) {
	values := w.noted(a.Name)
	for i, v := range values {
		if m, ok := v.(wire.Marshaler); ok {
			values[i] = encode(m)
		}
	}
	return values, nil
}

func connections(_ context.Context, w *world, _ args) (any, error) {
	return w.now().srv.Len(), nil
}

// members returns how many sockets a room has.
func members(_ context.Context, w *world, a args) (any, error) {
	n := 0
	for s := range w.now().srv.Of(a.Namespace).Sockets() {
		if s.In(a.Room) {
			n++
		}
	}
	return n, nil
}

// raw sends what a server of another version would.
func raw(ctx context.Context, w *world, a args) (any, error) {
	ev := rt.Event[json.RawMessage]{Name: a.Name}
	return nil, rt.Emit(ctx, w.now().srv.Of(a.Namespace), ev, a.Payload)
}

func maintenance(ctx context.Context, w *world, _ args) (any, error) {
	return nil, w.now().chat.Maintenance(ctx, &chat.Maintenance{StartsAt: someTime, Text: "soon"})
}

// shape sends a union that holds unions and a type that holds itself.
func shape(ctx context.Context, w *world, _ args) (any, error) {
	return nil, w.now().types.ShapeChanged(ctx, &types.Shape{Group: &types.Group{
		Shapes: []types.Shape{{Circle: &types.Circle{Radius: 1.5}}, {Square: &types.ShapeSquare{Side: 2}}},
		Parent: &types.Group{},
		Other:  rt.Null[*types.Group](),
		Named:  map[string]types.Group{"a": {}},
	}})
}

// out sends every event of the namespace /out that asks for no answer.
func out(ctx context.Context, w *world, _ args) (any, error) {
	api, node := w.now().out, tree()
	board, team := api.ToBoard("b1"), api.ToTeam("t1")
	changed := &edge.TreeChanged{
		Value: node.Value, Values: node.Values, Index: node.Index,
		Left: node.Left, Right: node.Right, Children: node.Children,
	}
	return nil, errors.Join(
		api.JoinEvent(ctx),
		api.RoomsEvent(ctx, &edge.Rooms{Names: []string{"a", "b"}}),
		api.On(ctx, &edge.On{Answer: edge.Error{Message: "m"}, Promise: edge.Promise{Then: "t"}, Map: edge.Map{Size: 1}, Event: edge.Event{Name: "n"}}),
		board.LocalEvent(ctx, &edge.Local{At: someTime}),
		board.TreeChanged(ctx, changed),
		team.TreeChanged(ctx, changed),
	)
}

// confirm asks the socket that came last.
func confirm(ctx context.Context, w *world, a args) (any, error) {
	all := w.noted("out")
	ack, err := all[len(all)-1].(*edge.OutSocket).Confirm(ctx, &edge.Confirm{Text: a.Name})
	if err != nil {
		return failure(err), nil
	}
	return ack, nil
}

// census asks all sockets.
func census(ctx context.Context, w *world, _ args) (any, error) {
	return replies(w.now().out.Census(ctx))
}

// vote asks the sockets of a board.
func vote(ctx context.Context, w *world, a args) (any, error) {
	return replies(w.now().out.ToBoard("b1").Vote(ctx, &edge.Vote{Question: a.Name}))
}

// replies lists answers and the codes of failures, in order of their text.
func replies[R any](all iter.Seq2[rt.Reply[R], error]) (any, error) {
	var list []string
	for reply, err := range all {
		if err != nil {
			return nil, err
		}
		if reply.Err != nil {
			list = append(list, failure(reply.Err))
			continue
		}
		text, err := json.Marshal(reply.Ack)
		if err != nil {
			return nil, err
		}
		list = append(list, string(text))
	}
	slices.Sort(list)
	return list, nil
}

// failure returns the code that a peer has answered with, or else the error.
func failure(err error) string {
	if answer, ok := errors.AsType[*rt.Error](err); ok {
		return answer.Code
	}
	return err.Error()
}

// encode returns a payload as it is on the wire.
func encode(m wire.Marshaler) json.RawMessage {
	text, _, err := wire.Marshal(m)
	if err != nil {
		panic(err)
	}
	return text
}
