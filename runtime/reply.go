package rt

import (
	"encoding/json"
	"errors"
	"reflect"

	"github.com/rtgen/rtgen/runtime/internal/sioproto"
	"github.com/rtgen/rtgen/runtime/wire"
)

// reply is what a socket has answered to an event, or why it has not.
type reply struct {
	from        SocketID
	data        []byte // the array of arguments
	attachments [][]byte
	err         error
}

var errNotEnvelope = errors.New("rt: the answer is not an object with the member ok")

// decode returns the answer to q, a pointer. A refusal is an [Error].
func (r *reply) decode(q *question) (any, error) {
	if r.err != nil {
		return nil, r.err
	}
	args, err := sioproto.SplitArgs(r.data)
	if err != nil {
		return nil, err
	}
	if q.raw {
		return r.value(first(args), q.answer)
	}
	var e envelope
	if err := wire.Unmarshal(first(args), nil, &e, wire.Options{}); err != nil {
		return nil, errNotEnvelope
	}
	if !e.ok {
		return nil, e.failure()
	}
	return r.value(e.data, q.answer)
}

// value reads data as a new value of type t, unless none is wanted.
func (r *reply) value(data []byte, t reflect.Type) (any, error) {
	v := reflect.New(t).Interface()
	if isNone(v) {
		return v, nil
	}
	return v, wire.Unmarshal(data, r.attachments, v, wire.Options{Lenient: true})
}

func first(args [][]byte) []byte {
	if len(args) == 0 {
		return []byte("null")
	}
	return args[0]
}

// envelope is the object that every answer of a contract is.
type envelope struct {
	ok   bool
	data json.RawMessage
	fail json.RawMessage
}

var fieldsOfEnvelope = wire.Fields{Required: 1, Names: []string{"ok", "data", "error"}}

// DecodeWire reads the envelope.
func (m *envelope) DecodeWire(d *wire.Decoder) {
	for i := d.Object(&fieldsOfEnvelope); i >= 0; i = d.Field() {
		switch i {
		case 0: // ok
			m.ok = d.Bool()
		case 1: // data
			m.data = d.JSON()
		case 2: // error
			m.fail = d.JSON()
		}
	}
}

// failure returns the Error that the envelope carries.
func (m *envelope) failure() error {
	var head struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(m.fail, &head); err != nil || head.Code == "" {
		return errNotEnvelope
	}
	return &Error{Code: head.Code, Message: head.Message, Data: m.fail}
}

// CheckWire accepts everything.
func (*envelope) CheckWire(*wire.Checker) {}
