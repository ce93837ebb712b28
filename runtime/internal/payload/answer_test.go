package payload_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/payload"
)

func TestAnswers(t *testing.T) {
	n, blob, text := 7, []byte("x"), json.RawMessage(` {"a": 1} `)
	answer := func(a payload.Answer, err error) payload.Answer {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
		return a
	}
	tests := []struct {
		name   string
		answer payload.Answer
		want   string
		failed bool
	}{
		{"value", answer(payload.Success(&n)), `[{"ok":true,"data":7}]`, false},
		{"binary", answer(payload.Success(&blob)), `[{"ok":true,"data":{"_placeholder":true,"num":0}}]`, false},
		{"none", answer(payload.Success(&struct{}{})), `[{"ok":true}]`, false},
		{"no value", answer(payload.Success(nil)), `[{"ok":true}]`, false},
		{"bare", answer(payload.Bare(&text)), `[{"a": 1}]`, false},
		{"bare none", answer(payload.Bare(nil)), `[]`, false},
		{"failure", answer(payload.Failure("busy", `a "b"`, nil)), `[{"ok":false,"error":{"code":"busy","message":"a \"b\""}}]`, true},
		{"data", answer(payload.Failure("busy", "", &text)), `[{"ok":false,"error":{"code":"busy","message":"","a": 1}}]`, true},
		{"empty data", answer(payload.Failure("busy", "", json.RawMessage("{ }"))), `[{"ok":false,"error":{"code":"busy","message":""}}]`, true},
		{"rate", payload.RateLimited(1500 * time.Microsecond), `[{"ok":false,"error":{"code":"rateLimited","message":"too many events","retryAfterMs":2}}]`, true},
	}
	for _, tt := range tests {
		if diff := cmp.Diff(tt.want, string(tt.answer.Data)); diff != "" || tt.answer.Failed() != tt.failed {
			t.Errorf("%s: failed %v (-want +got):\n%s", tt.name, tt.answer.Failed(), diff)
		}
		if !json.Valid(tt.answer.Data) {
			t.Errorf("%s: %s is not JSON", tt.name, tt.answer.Data)
		}
	}
	for _, data := range []any{&n, []int{1}, json.RawMessage(`""`), make(chan int)} {
		if _, err := payload.Failure("busy", "", data); err == nil {
			t.Errorf("%v was taken for an object", data)
		}
	}
}

func TestDecodeAnswer(t *testing.T) {
	tests := []struct {
		args string // of the ack, without the brackets
		raw  bool
		want string // the value, or the error
	}{
		{`{"ok":true,"data":7}`, false, "7"},
		{`{"ok":true,"data":7,"new":1}`, false, "7"},
		{`{"ok":true,"data":"x"}`, false, "wire: invalid payload: is not of the expected type"},
		{`{"ok":true}`, false, "wire: invalid payload: must be valid JSON"},
		{`{"ok":false,"error":{"code":"busy","message":"later","in":5}}`, false, "busy: later"},
		{`{"ok":false,"error":{}}`, false, "rt: the answer is not an object with the member ok"},
		{`{"ok":false}`, false, "rt: the answer is not an object with the member ok"},
		{`{}`, false, "rt: the answer is not an object with the member ok"},
		{`7`, false, "rt: the answer is not an object with the member ok"},
		{``, false, "rt: the answer is not an object with the member ok"},
		{`7`, true, "7"},
		{``, true, "0"},
	}
	for _, tt := range tests {
		var args [][]byte
		if tt.args != "" {
			args = append(args, []byte(tt.args))
		}
		v, err := payload.DecodeAnswer(reflect.TypeFor[int](), tt.raw, args, nil)
		got := fmt.Sprint(err)
		if err == nil {
			got = fmt.Sprint(*v.(*int))
		}
		if got != tt.want {
			t.Errorf("DecodeAnswer(%s, raw %v) = %s, want %s", tt.args, tt.raw, got, tt.want)
		}
	}
}

func TestIsNil(t *testing.T) {
	if !payload.IsNil(nil) || !payload.IsNil((*int)(nil)) || payload.IsNil(new(int)) || payload.IsNil(0) {
		t.Error("IsNil does not tell nil from the rest")
	}
	if _, _, err := payload.AppendEvent(nil, "x", (*int)(nil)); !errors.Is(err, payload.ErrNil) {
		t.Errorf("AppendEvent of nil: %v", err)
	}
	if _, _, err := payload.AppendEvent(nil, "disconnect", new(int)); err == nil {
		t.Error("a reserved name was taken")
	}
}

// What goes through an any comes out as it was, and a copy unless it is a
// pointer.
func TestOf(t *testing.T) {
	n := 7
	if got := payload.As[int](payload.Of(n)); got != n {
		t.Errorf("As(Of(7)) = %d", got)
	}
	if got := payload.As[*int](payload.Of(&n)); got != &n {
		t.Errorf("As(Of(&n)) is another pointer")
	}
	if got := payload.As[any](payload.Of[any]("x")); got != "x" {
		t.Errorf("As(Of(any)) = %v", got)
	}
	if got := payload.As[json.RawMessage](payload.Of(json.RawMessage("1"))); string(got) != "1" {
		t.Errorf("As(Of(raw)) = %s", got)
	}
}
