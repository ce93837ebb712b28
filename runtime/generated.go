package rt

import (
	"context"
	"fmt"
	"reflect"

	"github.com/rtgen/rtgen/runtime/internal/payload"
)

// GeneratedV1 is what generated code refers to. A runtime that is too old for
// the code does not have it, and the code does not compile.
const GeneratedV1 = 1

// A NamespaceSpec is what a contract says of a namespace as a whole.
type NamespaceSpec struct {
	Path     string // or a pattern, see [Server.Of]
	Contract *Contract
	// ConnectErrors are the codes of the [Error] with which the connect handler
	// may refuse.
	ConnectErrors []string
}

// A Binding connects one part of a contract with what handles it. The functions
// BindAuth, BindEvent and so on make bindings, and [Bind] uses each of them once.
// Their type parameter S is what the contract calls a socket.
type Binding struct {
	entry      *entry
	room       *joinable
	auth       reflect.Type // what auth is decoded into, or nil
	connect    func(ctx context.Context, s *Socket, auth any) error
	disconnect func(ctx context.Context, s *Socket, reason Reason)
}

// Bind gives the namespace of a contract its handler, which bindings connect
// with the parts of the contract. Wrap is called once for each socket, when it
// begins to connect; what it returns is given to every method of the handler.
// Namespace settings made through [Server.Of] stay and come first. Bind before
// the server gets its first request: sockets that are connected already have no
// S. The error tells a nil handler, a malformed pattern, a path that is bound
// already or belongs to a pattern, and events that have two handlers.
func Bind[H, S any](srv *Server, spec NamespaceSpec, handler H, wrap func(*Socket) S, bindings ...func(H) []Binding) (*Namespace, error) {
	if payload.IsNil(handler) {
		return nil, fmt.Errorf("rt: the handler of %s is nil", spec.Path)
	}
	b := newBinding(spec, func(s *Socket) any { return wrap(s) })
	for _, list := range bindings {
		b.add(list(handler))
	}
	return srv.bind(b)
}
