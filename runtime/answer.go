package rt

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
	"github.com/rtgen/rtgen/runtime/wire"
)

// answer is the payload of an ack. The zero answer is none at all.
type answer struct {
	data        []byte // the array of arguments
	attachments [][]byte
	failed      bool
}

func (a *answer) packet(namespace string, id uint64) *sioproto.Packet {
	return &sioproto.Packet{
		Type: sioproto.Ack, Namespace: namespace, ID: id, HasID: true, Data: a.data, Attachments: a.attachments,
	}
}

func (a *answer) size() int {
	n := len(a.data)
	for _, b := range a.attachments {
		n += len(b)
	}
	return n
}

// done is the answer without a value. Answers are never changed.
var done = []byte(`[{"ok":true}]`)

// success answers with value, a pointer, or without one when there is none.
func success(value any) (answer, error) {
	if value == nil || isNone(value) {
		return answer{data: done}, nil
	}
	data, attachments, err := appendValue([]byte(`[{"ok":true,"data":`), nil, value)
	if err != nil {
		return answer{}, err
	}
	return answer{data: append(data, "}]"...), attachments: attachments}, nil
}

// bare answers with value as plain Socket.IO peers expect it.
func bare(value any) (answer, error) {
	if value == nil || isNone(value) {
		return answer{data: []byte("[]")}, nil
	}
	data, attachments, err := appendValue([]byte("["), nil, value)
	if err != nil {
		return answer{}, err
	}
	return answer{data: append(data, ']'), attachments: attachments}, nil
}

// failure answers with an error that the peer may know. The data is an object
// or nil.
func failure(code, message string, data any) (answer, error) {
	text, attachments, err := appendFailure([]byte(`[{"ok":false,"error":`), code, message, data)
	if err != nil {
		return answer{}, err
	}
	return answer{data: append(text, "}]"...), attachments: attachments, failed: true}, nil
}

// appendFailure appends {"code":…,"message":…,…members of data}.
func appendFailure(dst []byte, code, message string, data any) ([]byte, [][]byte, error) {
	dst = jsontext.AppendString(append(dst, `{"code":`...), code)
	dst = jsontext.AppendString(append(dst, `,"message":`...), message)
	if data == nil {
		return append(dst, '}'), nil, nil
	}
	text, attachments, err := appendValue(nil, nil, data)
	if err != nil {
		return dst, nil, err
	}
	if len(text) < 2 || text[0] != '{' {
		return dst, nil, fmt.Errorf("rt: data of the error %q is no object", code)
	}
	if members := text[1:]; members[0] != '}' {
		dst = append(append(dst, ','), members...)
		return dst, attachments, nil
	}
	return append(dst, '}'), nil, nil
}

// mustFailure is failure for the built-in codes, whose data always encodes.
func mustFailure(code, message string, data any) answer {
	a, err := failure(code, message, data)
	if err != nil {
		panic(err)
	}
	return a
}

func internalFailure() answer { return mustFailure(codeInternal, "internal error", nil) }

func unknownEvent() answer { return mustFailure(codeUnknownEvent, "unknown event", nil) }

func invalidPayload(issues []wire.Issue) answer {
	return mustFailure(codeInvalidPayload, "invalid payload", &wire.Error{Issues: issues})
}

// rateLimited rounds up, so that who waits as told is not too early.
func rateLimited(retryAfter time.Duration) answer {
	ms := (retryAfter + time.Millisecond - 1) / time.Millisecond
	return mustFailure(codeRateLimited, "too many events", struct {
		RetryAfterMs int64 `json:"retryAfterMs"`
	}{int64(ms)})
}

// issuesOf returns what is wrong with a payload that did not decode.
func issuesOf(err error) []wire.Issue {
	if invalid, ok := errors.AsType[*wire.Error](err); ok {
		return invalid.Issues
	}
	return []wire.Issue{{Path: wire.Path{}, Message: "is not valid"}}
}

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
