// Package guard stands between the runtime and code of its users: a panic there
// becomes an error.
package guard

import (
	"fmt"
	"runtime/debug"
)

// A PanicError is what a panic becomes. The stack is for the log.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Call calls user code. A panic is an error like any other.
func Call(fn func() error) (err error) {
	defer Recover(&err)
	return fn()
}

// Recover, deferred, turns a panic into *err.
func Recover(err *error) {
	if v := recover(); v != nil {
		*err = &PanicError{Value: v, Stack: debug.Stack()}
	}
}
