// Package guard stands between the runtime and code of its users: a panic there
// becomes an error. So does the end of the goroutine, where somebody waits for it:
// runtime.Goexit, which a test's FailNow calls, cannot be stopped.
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

// Exited returns what a call of runtime.Goexit is reported as. A deferred function
// that finds out about one calls it, so that the stack shows who it was.
func Exited() error {
	return &PanicError{Value: "runtime.Goexit was called", Stack: debug.Stack()}
}

// Apart is [Call] on a goroutine of its own, for callers that must outlive a
// runtime.Goexit.
func Apart(fn func() error) (err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		returned := false
		defer func() {
			if !returned {
				err = Exited()
			}
		}()
		err = Call(fn)
		returned = true
	}()
	<-done
	return err
}
