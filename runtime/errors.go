package rt

import (
	"errors"
	"fmt"
	"slices"
)

var (
	// ErrClosed says that a socket is not connected: it has left, has not been
	// let in, or its connection is closing.
	ErrClosed = errors.New("rt: socket is closed")
	// ErrDisconnected says that a socket left while its answer was awaited.
	// It is also the cause of a handler's context that ended with its socket.
	ErrDisconnected = errors.New("rt: socket has disconnected")
	// ErrAckTimeout says that no answer came in time.
	ErrAckTimeout = errors.New("rt: no answer in time")
	// ErrLimit says that a limit of [Options] does not allow the call.
	ErrLimit = errors.New("rt: limit reached")
	// ErrUnimplemented is what a handler answers for an event that it does not
	// know; the peer sees the code "unknownEvent".
	ErrUnimplemented = errors.New("rt: event is not implemented")
)

// A ConnectError refuses a socket. Message and Data are sent to the peer, which
// does not try again by itself. Any other error refuses with the message
// "internal error".
type ConnectError struct {
	Message string
	Data    any   // sent as it encodes; nil sends none
	Err     error // stays here, for the log
}

func (e *ConnectError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s: %v", e.Message, e.Err)
	}
	return e.Message
}

// Unwrap returns e.Err.
func (e *ConnectError) Unwrap() error { return e.Err }

// An Error is a failure that an event declares. A handler returns one to answer
// with its code; [EmitWithAck] returns one when the peer has answered so.
type Error struct {
	Code    string
	Message string
	// Data is an object whose members are sent beside code and message. In an
	// answer that was received it is a json.RawMessage that holds them all.
	Data any
	Err  error // stays here, for the log
}

func (e *Error) Error() string {
	text := e.Code
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns e.Err.
func (e *Error) Unwrap() error { return e.Err }

// allowed is an error of which the peer may know everything.
type allowed struct{ known *Error }

func (e *allowed) Error() string { return e.known.Error() }

// declared returns err as an Error that the peer may know: one of the codes.
func declared(err error, codes []string) (*Error, bool) {
	if a, ok := errors.AsType[*allowed](err); ok {
		return a.known, true
	}
	e, ok := errors.AsType[*Error](err)
	return e, ok && slices.Contains(codes, e.Code)
}
