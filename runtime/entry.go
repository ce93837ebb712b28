package rt

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"

	"github.com/rtgen/rtgen/runtime/internal/guard"
	"github.com/rtgen/rtgen/runtime/internal/payload"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
	"github.com/rtgen/rtgen/runtime/wire"
)

// handlerFunc handles a decoded payload. The result is what [payload.Of] returns, or
// nil when the event has no answer with a value.
type handlerFunc func(ctx context.Context, s *Socket, msg any) (any, error)

// do calls the handler. A nil pointer is no answer.
func (call handlerFunc) do(ctx context.Context, s *Socket, msg any) (any, error) {
	result, err := call(ctx, s, msg)
	if err == nil && result != nil && payload.IsNil(result) {
		err = payload.ErrNoAnswer
	}
	return result, err
}

// entry is an event that a namespace handles.
type entry struct {
	name       string
	rate       Rate
	slot       int // of the rate's bucket in each socket
	maxSize    int64
	reject     bool
	deprecated string
	errors     []string
	raw        bool
	made       reflect.Type // what payloads are decoded into; that of None for no payload
	call       handlerFunc
	key        func(msg any) string
	repeats    *repeats // set when key is
}

// defaultMaxSize is the limit of a payload that its event does not limit.
const defaultMaxSize = 1 << 20

// entries are the events of a namespace. They are replaced as a whole.
type entries struct {
	byName map[string]*entry
	slots  int
}

// with returns a copy that has the new entries too.
func (old *entries) with(added []*entry) (*entries, error) {
	all := &entries{byName: make(map[string]*entry, len(old.byName)+len(added)), slots: old.slots}
	maps.Copy(all.byName, old.byName)
	for _, e := range added {
		if e.name == "" {
			return nil, fmt.Errorf("rt: event without a name")
		}
		if err := payload.CheckName(e.name); err != nil {
			return nil, err
		}
		if all.byName[e.name] != nil {
			return nil, fmt.Errorf("rt: event %q has a handler already", e.name)
		}
		if e.rate.Events > 0 {
			e.slot = all.slots
			all.slots++
		}
		all.byName[e.name] = e
	}
	return all, nil
}

// decode returns the payload of p, or the answer that refuses it.
func (e *entry) decode(p *sioproto.Packet) (msg any, refused *payload.Answer) {
	limit := e.maxSize
	if limit == 0 {
		limit = defaultMaxSize
	}
	if int64(p.Size()) > limit {
		return nil, tooLarge(limit)
	}
	msg, err := payload.Decode(e.made, p.Args, p.Attachments, wire.Options{RejectUnknown: e.reject})
	if err != nil {
		a := payload.Invalid(payload.Issues(err))
		return nil, &a
	}
	return msg, nil
}

func tooLarge(limit int64) *payload.Answer {
	a := payload.Invalid([]wire.Issue{{Path: wire.Path{}, Message: fmt.Sprintf("must be at most %d bytes large", limit)}})
	return &a
}

// process decodes an event, handles it, and makes the result an answer. A panic
// of the handler, or of a payload's own methods, ends this event only.
func (e *entry) process(ctx context.Context, s *Socket, p *sioproto.Packet) (a payload.Answer, err error) {
	defer guard.Recover(&err)
	msg, refused := e.decode(p)
	if refused != nil {
		s.log().invalid(ctx, e.name)
		return *refused, nil
	}
	key := ""
	if e.key != nil {
		key = e.key(msg)
	}
	if key == "" {
		return e.serve(ctx, s, msg), nil
	}
	return e.repeats.do(ctx, key, func() payload.Answer { return e.serve(ctx, s, msg) }), nil
}

// serve calls the handler and makes its result an answer.
func (e *entry) serve(ctx context.Context, s *Socket, msg any) payload.Answer {
	result, err := e.call.do(ctx, s, msg)
	if err != nil {
		return e.fail(ctx, s, err)
	}
	encode := payload.Success
	if e.raw {
		encode = payload.Bare
	}
	a, err := encode(result)
	if err != nil {
		return e.fail(ctx, s, fmt.Errorf("answer: %w", err))
	}
	return a
}

// fail makes the error of a handler an answer. The peer learns of what the event
// declares and of nothing else.
func (e *entry) fail(ctx context.Context, s *Socket, err error) payload.Answer {
	if errors.Is(err, ErrUnimplemented) {
		s.log().unknown(ctx, e.name)
		return payload.UnknownEvent()
	}
	if d, ok := declared(err, e.errors); ok {
		a, encodeErr := payload.Failure(d.Code, d.Message, d.Data)
		if encodeErr == nil {
			s.log().declared(ctx, e.name, d)
			return a
		}
		err = encodeErr
	}
	s.log().failed(ctx, e.name, err)
	return payload.Internal()
}
