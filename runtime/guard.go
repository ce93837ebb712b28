package rt

import (
	"fmt"
	"runtime/debug"
)

// panicError is what a panic of user code becomes. The stack is for the log.
type panicError struct {
	value any
	stack []byte
}

func (e *panicError) Error() string { return fmt.Sprintf("panic: %v", e.value) }

// guard calls user code. A panic is an error like any other.
func guard(fn func() error) (err error) {
	defer recovered(&err)
	return fn()
}

// recovered, deferred, turns a panic into *err.
func recovered(err *error) {
	if v := recover(); v != nil {
		*err = &panicError{value: v, stack: debug.Stack()}
	}
}
