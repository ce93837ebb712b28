package rt

import (
	"context"
	"fmt"
	"math"
	"reflect"

	"github.com/rtgen/rtgen/runtime/internal/payload"
	"github.com/rtgen/rtgen/runtime/wire"
)

// binding is what a contract has made of a namespace.
type binding struct {
	spec         NamespaceSpec
	contract     *Contract
	wrap         func(*Socket) any
	auth         reflect.Type // what auth is decoded into, or nil
	onConnect    func(ctx context.Context, s *Socket, auth any) error
	onDisconnect func(ctx context.Context, s *Socket, reason Reason)
	entries      []*entry
	rooms        map[string]*joinable
}

func newBinding(spec NamespaceSpec, wrap func(*Socket) any) *binding {
	return &binding{spec: spec, contract: spec.Contract, wrap: wrap, rooms: make(map[string]*joinable)}
}

func (b *binding) add(parts []Binding) {
	for _, p := range parts {
		switch {
		case p.entry != nil:
			b.entries = append(b.entries, p.entry)
		case p.room != nil:
			b.rooms[p.room.Name] = p.room
		case p.connect != nil:
			b.auth, b.onConnect = p.auth, p.connect
		case p.disconnect != nil:
			b.onDisconnect = p.disconnect
		}
	}
}

// connect makes the contract's view of a socket and asks the connect handler.
func (b *binding) connect(ctx context.Context, s *Socket, auth []byte) error {
	s.typed = b.wrap(s)
	if b.onConnect == nil {
		return nil
	}
	if b.auth == nil {
		return b.onConnect(ctx, s, nil)
	}
	if len(auth) == 0 {
		auth = []byte("{}")
	}
	v := reflect.New(b.auth).Interface()
	if err := wire.Unmarshal(auth, nil, v, wire.Options{}); err != nil {
		return invalidAuth(err)
	}
	return b.onConnect(ctx, s, v)
}

func (b *binding) disconnect(ctx context.Context, s *Socket, reason Reason) {
	if b.onDisconnect != nil {
		b.onDisconnect(ctx, s, reason)
	}
}

func invalidAuth(err error) *ConnectError {
	return &ConnectError{
		Message: "invalid auth",
		Data:    errData{&Error{Code: payload.CodeInvalidPayload, Message: "invalid auth", Data: &wire.Error{Issues: payload.Issues(err)}}},
		Err:     err,
	}
}

// refusal returns the error of a connect handler in the form that a peer may
// know, when the contract declares it.
func (b *binding) refusal(err error) (*ConnectError, bool) {
	d, ok := declared(err, b.spec.ConnectErrors)
	if !ok {
		return nil, false
	}
	return &ConnectError{Message: d.Message, Data: errData{d}, Err: d.Err}, true
}

// maxPayload returns the size of the largest message that the contract allows,
// with what base64 and the packet add to it.
func (b *binding) maxPayload() int64 {
	const envelope = 4 << 10
	var largest int64
	for _, e := range b.entries {
		largest = max(largest, e.maxSize)
	}
	if largest == 0 || largest > math.MaxInt64/2 {
		return largest
	}
	return largest/3*4 + envelope
}

// bind gives a namespace its contract.
func (srv *Server) bind(b *binding) (*Namespace, error) {
	if err := srv.allowPayload(b.maxPayload()); err != nil {
		return nil, err
	}
	n, err := srv.of(b.spec.Path)
	if err != nil {
		return nil, err
	}
	return n, n.bind(b)
}

func (n *Namespace) bind(b *binding) error {
	if err := n.settable(); err != nil {
		return err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.bound.Load() != nil {
		return fmt.Errorf("rt: namespace %s is bound already", n.name)
	}
	all, err := n.handled.Load().with(append(b.entries, b.roomEntries()...))
	if err != nil {
		return fmt.Errorf("%w in namespace %s", err, n.name)
	}
	n.handled.Store(all)
	n.bound.Store(b)
	return nil
}

// binding returns what a contract has made of the namespace, or nil.
func (n *Namespace) binding() *binding { return n.bound.Load() }
