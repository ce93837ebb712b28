package payload

import (
	"encoding/json"
	"errors"
	"reflect"

	"github.com/rtgen/rtgen/runtime/wire"
)

// A Refusal is the failure that a peer has answered with.
type Refusal struct {
	Code    string
	Message string
	// Data is an object that holds everything, code and message too.
	Data json.RawMessage
}

func (r *Refusal) Error() string { return r.Code + ": " + r.Message }

var errNotEnvelope = errors.New("rt: the answer is not an object with the member ok")

// DecodeAnswer returns what the arguments of an ack hold as a new value of type t,
// a pointer, to which the attachments belong from then on. Raw answers are the
// value itself. A failure of the peer is a *[Refusal].
func DecodeAnswer(t reflect.Type, raw bool, args, attachments [][]byte) (any, error) {
	if raw {
		return value(t, first(args), attachments)
	}
	var e envelope
	if err := wire.Unmarshal(first(args), nil, &e, wire.Options{}); err != nil {
		return nil, errNotEnvelope
	}
	if !e.ok {
		return nil, e.failure()
	}
	return value(t, e.data, attachments)
}

// value reads data as a new value of type t, unless none is wanted.
func value(t reflect.Type, data []byte, attachments [][]byte) (any, error) {
	v := reflect.New(t).Interface()
	if IsNone(v) {
		return v, nil
	}
	return v, wire.Unmarshal(data, attachments, v, wire.Options{Lenient: true, OwnsAttachments: true})
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

// failure returns the Refusal that the envelope carries.
func (m *envelope) failure() error {
	var head struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(m.fail, &head); err != nil || head.Code == "" {
		return errNotEnvelope
	}
	return &Refusal{Code: head.Code, Message: head.Message, Data: m.fail}
}

// CheckWire accepts everything.
func (*envelope) CheckWire(*wire.Checker) {}
