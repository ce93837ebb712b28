package client

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"sync"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/internal/payload"
)

// An entry is an event that a socket handles.
type entry struct {
	name   string
	errors []string     // the codes it may answer with
	raw    bool         // answers are the value itself
	made   reflect.Type // what payloads are decoded into
	call   func(ctx context.Context, msg any) (any, error)
}

// handlers are what a program wants to be told of. The zero value is ready.
type handlers struct {
	mu         sync.RWMutex
	byName     map[string]*entry
	any        []func(ctx context.Context, name string, args []json.RawMessage)
	connect    []func(ctx context.Context)
	disconnect []func(ctx context.Context, reason rt.Reason)
	failed     []func(ctx context.Context, err error)
}

func (h *handlers) mustAdd(e *entry) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if e.name == "" {
		panic("client: event without a name")
	}
	if err := payload.CheckName(e.name); err != nil {
		panic(err)
	}
	if h.byName[e.name] != nil {
		panic(fmt.Sprintf("client: event %q has a handler already", e.name))
	}
	if h.byName == nil {
		h.byName = make(map[string]*entry)
	}
	h.byName[e.name] = e
}

func (h *handlers) find(name string) *entry {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.byName[name]
}

// add appends to one of the lists of h, which readers keep while they go
// through it.
func add[F any](h *handlers, list *[]F, fn F) {
	h.mu.Lock()
	defer h.mu.Unlock()
	*list = append(slices.Clip(*list), fn)
}

func list[F any](h *handlers, list *[]F) []F {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return *list
}

// OnAny adds an observer that is called before the handler of every event, and
// for events that have none. Args are JSON texts, with placeholders where
// attachments belong; they must not be changed. The last one may be an offset
// that the server has added to recover the connection's state.
func (s *Socket) OnAny(fn func(ctx context.Context, name string, args []json.RawMessage)) {
	add(&s.handlers, &s.handlers.any, fn)
}

// OnConnect adds a handler that is called each time the server has let the
// socket in, before the events that follow.
func (s *Socket) OnConnect(fn func(ctx context.Context)) {
	add(&s.handlers, &s.handlers.connect, fn)
}

// OnDisconnect adds a handler that is called each time the socket has left,
// after its last event. The client goes on by itself unless the reason is
// [ReasonServerDisconnect] or [ReasonClientDisconnect].
func (s *Socket) OnDisconnect(fn func(ctx context.Context, reason rt.Reason)) {
	add(&s.handlers, &s.handlers.disconnect, fn)
}

// OnConnectError adds a handler that is called for each attempt to connect that
// has failed. After a [rt.ConnectError], with which the server refuses the
// socket, the client does not try again.
func (s *Socket) OnConnectError(fn func(ctx context.Context, err error)) {
	add(&s.handlers, &s.handlers.failed, fn)
}
