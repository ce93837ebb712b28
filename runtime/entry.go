package rt

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"

	"github.com/rtgen/rtgen/runtime/internal/sioproto"
	"github.com/rtgen/rtgen/runtime/wire"
)

// handlerFunc handles a decoded payload. The result is what [payload] returns, or
// nil when the event has no answer with a value.
type handlerFunc func(ctx context.Context, s *Socket, msg any) (any, error)

// do calls the handler. A nil pointer is no answer.
func (call handlerFunc) do(ctx context.Context, s *Socket, msg any) (any, error) {
	result, err := call(ctx, s, msg)
	if err == nil && result != nil && isNil(result) {
		err = errNoAnswer
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
func (e *entry) decode(p *sioproto.Packet, args [][]byte) (msg any, refused *answer) {
	limit := e.maxSize
	if limit == 0 {
		limit = defaultMaxSize
	}
	if int64(packetSize(p)) > limit {
		return nil, tooLarge(limit)
	}
	msg = reflect.New(e.made).Interface()
	if isNone(msg) {
		return msg, nil
	}
	data := []byte("{}") // what a missing payload is read as
	if len(args) > 0 {
		data = args[0]
	}
	if err := wire.Unmarshal(data, p.Attachments, msg, wire.Options{RejectUnknown: e.reject}); err != nil {
		a := invalidPayload(issuesOf(err))
		return nil, &a
	}
	return msg, nil
}

func tooLarge(limit int64) *answer {
	a := invalidPayload([]wire.Issue{{Path: wire.Path{}, Message: fmt.Sprintf("must be at most %d bytes large", limit)}})
	return &a
}

// process decodes an event, handles it, and makes the result an answer. A panic
// of the handler, or of a payload's own methods, ends this event only.
func (e *entry) process(ctx context.Context, s *Socket, p *sioproto.Packet, args [][]byte) (a answer, err error) {
	defer recovered(&err)
	msg, refused := e.decode(p, args)
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
	return e.repeats.do(ctx, key, func() answer { return e.serve(ctx, s, msg) }), nil
}

// serve calls the handler and makes its result an answer.
func (e *entry) serve(ctx context.Context, s *Socket, msg any) answer {
	result, err := e.call.do(ctx, s, msg)
	if err != nil {
		return e.fail(ctx, s, err)
	}
	encode := success
	if e.raw {
		encode = bare
	}
	a, err := encode(result)
	if err != nil {
		return e.fail(ctx, s, fmt.Errorf("answer: %w", err))
	}
	return a
}

// fail makes the error of a handler an answer. The peer learns of what the event
// declares and of nothing else.
func (e *entry) fail(ctx context.Context, s *Socket, err error) answer {
	if errors.Is(err, ErrUnimplemented) {
		s.log().unknown(ctx, e.name)
		return unknownEvent()
	}
	if d, ok := declared(err, e.errors); ok {
		a, encodeErr := failure(d.Code, d.Message, d.Data)
		if encodeErr == nil {
			s.log().declared(ctx, e.name, d)
			return a
		}
		err = encodeErr
	}
	s.log().failed(ctx, e.name, err)
	return internalFailure()
}
