package payload

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
	"github.com/rtgen/rtgen/runtime/wire"
)

// The codes that every event may answer with. They cannot be declared.
const (
	CodeInvalidPayload = "invalidPayload"
	CodeRateLimited    = "rateLimited"
	CodeUnknownEvent   = "unknownEvent"
	CodeInternal       = "internal"
)

// An Answer is the payload of an ack. The zero Answer is none at all.
type Answer struct {
	Data        []byte   // the array of arguments
	Attachments [][]byte // parts of the value that is the answer
	Code        string   // of a failure, else empty

	buf *[]byte // of scratch, which Data is in; may be nil
}

// Release lets the memory of Data be used again. Nobody has to release an answer.
func (a *Answer) Release() {
	if a.buf != nil {
		scratch.Put(a.buf)
		a.buf, a.Data = nil, nil
	}
}

// Keep makes the answer one that shares its memory with nothing and that nobody
// releases.
func (a *Answer) Keep() {
	if a.buf != nil {
		data := bytes.Clone(a.Data)
		a.Release()
		a.Data = data
	}
	a.Attachments = Clone(a.Attachments)
}

// Failed reports whether the answer is a failure.
func (a *Answer) Failed() bool { return a.Code != "" }

// Packet returns the ack of the event id.
func (a *Answer) Packet(namespace string, id uint64) *sioproto.Packet {
	return &sioproto.Packet{
		Type: sioproto.Ack, Namespace: namespace, ID: id, HasID: true, Data: a.Data, Attachments: a.Attachments,
	}
}

// Size returns the number of bytes that the answer holds.
func (a *Answer) Size() int {
	n := len(a.Data)
	for _, b := range a.Attachments {
		n += len(b)
	}
	return n
}

// done is the answer without a value. Answers are never changed.
var done = []byte(`[{"ok":true}]`)

// Success answers with value, a pointer, or without one when there is none.
func Success(value any) (Answer, error) {
	if value == nil || IsNone(value) {
		return Answer{Data: done}, nil
	}
	return enclose(`[{"ok":true,"data":`, value, "}]")
}

// Bare answers with value as plain Socket.IO peers expect it.
func Bare(value any) (Answer, error) {
	if value == nil || IsNone(value) {
		return Answer{Data: []byte("[]")}, nil
	}
	return enclose("[", value, "]")
}

// scratch holds buffers for answers of a size that is not known yet. Large ones
// are left to the collector.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

const maxScratch = 16 << 10

// enclose answers with value between head and tail.
func enclose(head string, value any, tail string) (Answer, error) {
	buf := scratch.Get().(*[]byte)
	data, attachments, err := Append(append((*buf)[:0], head...), nil, value)
	if err != nil {
		scratch.Put(buf)
		return Answer{}, err
	}
	data = append(data, tail...)
	if cap(data) > maxScratch {
		scratch.Put(buf)
		return Answer{Data: data, Attachments: attachments}, nil
	}
	*buf = data
	return Answer{Data: data, Attachments: attachments, buf: buf}, nil
}

// Failure answers with an error that the peer may know. The data is an object
// or nil.
func Failure(code, message string, data any) (Answer, error) {
	text, attachments, err := AppendFailure([]byte(`[{"ok":false,"error":`), code, message, data)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Data: append(text, "}]"...), Attachments: attachments, Code: code}, nil
}

// AppendFailure appends {"code":…,"message":…,…members of data}.
func AppendFailure(dst []byte, code, message string, data any) ([]byte, [][]byte, error) {
	dst = jsontext.AppendString(append(dst, `{"code":`...), code)
	dst = jsontext.AppendString(append(dst, `,"message":`...), message)
	if data == nil {
		return append(dst, '}'), nil, nil
	}
	text, attachments, err := Append(nil, nil, data)
	if err != nil {
		return dst, nil, err
	}
	if len(text) < 2 || text[0] != '{' {
		return dst, nil, fmt.Errorf("rt: data of the error %q is no object", code)
	}
	return jsontext.AppendMembers(dst, text), attachments, nil
}

// mustFailure is Failure for the built-in codes, whose data always encodes.
func mustFailure(code, message string, data any) Answer {
	a, err := Failure(code, message, data)
	if err != nil {
		panic(err)
	}
	return a
}

// Internal answers a failure that the peer is told nothing of.
func Internal() Answer { return mustFailure(CodeInternal, "internal error", nil) }

// UnknownEvent answers an event that nobody handles.
func UnknownEvent() Answer { return mustFailure(CodeUnknownEvent, "unknown event", nil) }

// Invalid answers a payload that breaks its contract.
func Invalid(issues []wire.Issue) Answer {
	return mustFailure(CodeInvalidPayload, "invalid payload", &wire.Error{Issues: issues})
}

// RateLimited answers an event that came too early. It rounds up, so that who waits as told is not too early.
func RateLimited(retryAfter time.Duration) Answer {
	ms := (retryAfter + time.Millisecond - 1) / time.Millisecond
	return mustFailure(CodeRateLimited, "too many events", struct {
		RetryAfterMs int64 `json:"retryAfterMs"`
	}{int64(ms)})
}

// Issues returns what is wrong with a payload that did not decode.
func Issues(err error) []wire.Issue {
	if invalid, ok := errors.AsType[*wire.Error](err); ok {
		return invalid.Issues
	}
	return []wire.Issue{{Path: wire.Path{}, Message: "is not valid"}}
}
