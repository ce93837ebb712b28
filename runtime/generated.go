package rt

import (
	"context"
	"errors"
	"fmt"
	"reflect"
)

// GeneratedV1 is what generated code refers to. A runtime that is too old for
// the code does not have it, and the code does not compile.
const GeneratedV1 = 1

// A NamespaceSpec is what a contract says of a namespace as a whole.
type NamespaceSpec struct {
	Path     string
	Contract *Contract
	// ConnectErrors are the codes of the [Error] with which the connect handler
	// may refuse.
	ConnectErrors []string
}

// A Binding connects one part of a contract with the method of a handler H that
// is for it; S is what the contract calls a socket. The Bind functions make
// bindings, and [Bind] uses them; they may be used for several servers.
type Binding[H, S any] struct {
	entry      func(call handlerFunc) *entry
	room       *roomSpec
	call       func(h H, ctx context.Context, s S, msg any) (any, error)
	auth       func() any // makes what auth is decoded into
	connect    func(h H, ctx context.Context, s S, auth any) error
	disconnect func(h H, ctx context.Context, s S, reason Reason)
}

// Bind gives the namespace of a contract its handler. Wrap is called once for
// each socket, when it begins to connect; what it returns is given to every
// method of the handler. Namespace settings made through [Server.Of] stay and
// come first. Bind before the server gets its first request: sockets that are
// connected already have no S. The error tells a nil handler, a path that is bound already, and
// events that have two handlers.
func Bind[H, S any](srv *Server, spec NamespaceSpec, handler H, wrap func(*Socket) S, bindings ...[]Binding[H, S]) (*Namespace, error) {
	if isNil(handler) {
		return nil, fmt.Errorf("rt: the handler of %s is nil", spec.Path)
	}
	b := newBinding(spec, func(s *Socket) any { return wrap(s) })
	for _, group := range bindings {
		for i := range group {
			group[i].addTo(b, handler)
		}
	}
	return srv.bind(b)
}

// addTo adds what p binds to b. Here the types end: what follows works on any.
func (p *Binding[H, S]) addTo(b *binding, handler H) {
	call := func(ctx context.Context, s *Socket, msg any) (any, error) {
		return p.call(handler, ctx, s.typed.(S), msg)
	}
	switch {
	case p.entry != nil:
		b.entries = append(b.entries, p.entry(call))
	case p.room != nil:
		b.addRoom(*p.room, call)
	case p.connect != nil:
		b.auth = p.auth
		b.onConnect = func(ctx context.Context, s *Socket, auth any) error {
			return p.connect(handler, ctx, s.typed.(S), auth)
		}
	case p.disconnect != nil:
		b.onDisconnect = func(ctx context.Context, s *Socket, reason Reason) {
			p.disconnect(handler, ctx, s.typed.(S), reason)
		}
	}
}

func isNil(v any) bool {
	if v == nil {
		return true
	}
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && r.IsNil()
}

// errNoAnswer is the mistake of a handler that returns neither an answer nor an
// error.
var errNoAnswer = errors.New("rt: the handler returned no answer")
