package payload

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
	"github.com/rtgen/rtgen/runtime/wire"
)

var (
	// ErrNil is the mistake of who sends a nil pointer.
	ErrNil = errors.New("rt: the payload is nil")
	// ErrNoAnswer is the mistake of a handler that returns neither an answer
	// nor an error.
	ErrNoAnswer = errors.New("rt: the handler returned no answer")
)

// Of returns what stands for v. It copies v unless that is a pointer.
func Of[T any](v T) any {
	if reflect.TypeFor[T]().Kind() == reflect.Pointer {
		return v
	}
	own := v // else v would be on the heap for pointers too
	return &own
}

// As returns what p stands for.
func As[T any](p any) T {
	if v, ok := p.(*T); ok {
		return *v
	}
	return p.(T)
}

// TypeOf returns the type of which a new value is made for each payload or
// answer of type t, so that who gets it owns it.
func TypeOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// IsNone tells whether p stands for no payload or answer.
func IsNone(p any) bool {
	_, none := p.(*struct{})
	return none
}

// IsNil tells whether p is nil, also as a pointer of some type.
func IsNil(p any) bool {
	if p == nil {
		return true
	}
	v := reflect.ValueOf(p)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

// Append appends the JSON text of what v points to. The attachments are parts of
// that.
func Append(dst []byte, attachments [][]byte, v any) ([]byte, [][]byte, error) {
	switch p := v.(type) {
	case *[]byte:
		v = *p
	case *json.RawMessage:
		v = *p
	}
	return wire.Append(dst, attachments, v)
}

// Clone returns copies of attachments.
func Clone(attachments [][]byte) [][]byte {
	all := slices.Clone(attachments)
	for i, a := range all {
		all[i] = bytes.Clone(a)
	}
	return all
}

// CheckName returns an error for a name that no event may have.
func CheckName(name string) error {
	if sioproto.Reserved(name) {
		return fmt.Errorf("rt: the event name %q is reserved", name)
	}
	return nil
}

// AppendEvent appends the array ["name",payload] of an event. The attachments are
// parts of v. The error is [ErrNil], that of [CheckName], or tells what is wrong
// with the payload.
func AppendEvent(dst []byte, name string, v any) (data []byte, attachments [][]byte, err error) {
	if err := CheckName(name); err != nil {
		return dst, nil, err
	}
	if IsNil(v) {
		return dst, nil, ErrNil
	}
	dst = jsontext.AppendString(append(dst, '['), name)
	if !IsNone(v) {
		if dst, attachments, err = Append(append(dst, ','), nil, v); err != nil {
			return dst, nil, err
		}
	}
	return append(dst, ']'), attachments, nil
}

// Decode returns the payload of an event as a new value of type t, a pointer, to
// which the attachments belong from then on. A payload that is missing is read as
// an empty object.
func Decode(t reflect.Type, args, attachments [][]byte, opts wire.Options) (any, error) {
	v := reflect.New(t).Interface()
	if IsNone(v) {
		return v, nil
	}
	data := []byte("{}")
	if len(args) > 0 {
		data = args[0]
	}
	opts.OwnsAttachments = true
	return v, wire.Unmarshal(data, attachments, v, opts)
}
