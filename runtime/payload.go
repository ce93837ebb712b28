package rt

import (
	"errors"
	"reflect"
)

// Beneath the generic functions a payload or answer is a pointer in an any: the
// T of its event when that is a pointer, otherwise a pointer to a T. The
// functions of this file go from the one to the other.

// payload returns what stands for v. It copies v unless that is a pointer.
func payload[T any](v T) any {
	if reflect.TypeFor[T]().Kind() == reflect.Pointer {
		return v
	}
	own := v // else v would be on the heap for pointers too
	return &own
}

// given returns what p stands for.
func given[T any](p any) T {
	if v, ok := p.(*T); ok {
		return *v
	}
	return p.(T)
}

// madeFor returns the type of which a new value is made for each payload or
// answer of type t, so that who gets it owns it.
func madeFor(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}

// isNone tells whether p stands for no payload or answer.
func isNone(p any) bool {
	_, none := p.(*None)
	return none
}

// isNil tells whether p is nil, also as a pointer of some type.
func isNil(p any) bool {
	if p == nil {
		return true
	}
	v := reflect.ValueOf(p)
	return v.Kind() == reflect.Pointer && v.IsNil()
}

var (
	// errNoAnswer is the mistake of a handler that returns neither an answer
	// nor an error.
	errNoAnswer = errors.New("rt: the handler returned no answer")
	// errNoPayload is the mistake of who sends a nil pointer.
	errNoPayload = errors.New("rt: the payload is nil")
)
