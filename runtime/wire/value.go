package wire

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"
)

// A Value checks itself. Pointers to generated types are Values, and those that
// travel are also a Marshaler, an Unmarshaler or both: generated code has
// methods only for the direction in which a type goes.
type Value interface {
	// CheckWire reports every rule of the contract that the value breaks.
	CheckWire(c *Checker)
}

// A Marshaler is a Value that can be sent.
type Marshaler interface {
	Value
	// EncodeWire writes the value, which has been checked.
	EncodeWire(e *Encoder)
}

// An Unmarshaler is a Value that can be received.
type Unmarshaler interface {
	Value
	// DecodeWire reads the value at hand into the receiver, which is zero.
	DecodeWire(d *Decoder)
}

// Options say how strict Unmarshal is.
type Options struct {
	_ struct{}

	// RejectUnknown makes a field that the contract does not know a fault.
	// Otherwise it is skipped.
	RejectUnknown bool
	// Lenient lets enum values and union variants pass that the contract does
	// not know: for data from a peer whose contract may be newer.
	Lenient bool
	// OwnsAttachments lets the value have the memory of the attachments instead of
	// copies. Placeholders should name each of them once, as encoders write them.
	OwnsAttachments bool
	// UnknownFields, when set, is increased by the number of fields that the
	// contract does not know.
	UnknownFields *int
}

var encoders = sync.Pool{New: func() any { return new(Encoder) }}

// Marshal checks v and returns its JSON text and attachments, which the caller
// owns. When v is a Value that breaks its contract the error is an *Error. A Value
// that is no Marshaler is refused.
func Marshal(v any) (data []byte, attachments [][]byte, err error) {
	scratch := scratches.Get().(*[]byte)
	defer scratches.Put(scratch)
	text, attachments, err := Append((*scratch)[:0], nil, v)
	if err != nil {
		return nil, nil, err
	}
	if cap(text) <= maxScratch {
		*scratch = text
	}
	for i, a := range attachments {
		attachments[i] = append([]byte{}, a...)
	}
	return bytes.Clone(text), attachments, nil
}

// scratches are the buffers that Marshal writes into. Large ones are not kept.
var scratches = sync.Pool{New: func() any { return new([]byte) }}

const maxScratch = 64 << 10

// Append is Marshal into memory of the caller: it appends the JSON text to dst
// and the attachments, which are parts of v and no copies, to attachments. Placeholders are numbered from the
// attachments that are there, so the arguments of one packet can be appended
// one after the other. After an error it returns dst and attachments as they
// came.
func Append(dst []byte, attachments [][]byte, v any) ([]byte, [][]byte, error) {
	e := encoders.Get().(*Encoder)
	e.buf, e.attachments = dst, attachments
	e.value(v)
	e.checkPlaceholders(len(dst), len(attachments))
	text, all, err := e.buf, e.attachments, e.err
	e.release()
	if err != nil {
		return dst, attachments, err
	}
	return text, all, nil
}

func (e *Encoder) value(v any) {
	switch v := v.(type) {
	case Marshaler:
		e.checked(v)
	case Value:
		e.fail(fmt.Errorf("wire: the contract never sends a %T", v))
	case []byte:
		e.Bytes(v)
	case json.RawMessage:
		e.JSON(v)
	default:
		text, err := json.Marshal(v)
		if err != nil {
			e.fail(fmt.Errorf("wire: %w", err))
			return
		}
		e.JSON(text)
	}
}

// checked writes v if it keeps its contract. Whether its strings are valid UTF-8
// is seen when they are written; only when one is not, a second check tells
// which.
func (e *Encoder) checked(v Marshaler) {
	e.check.trusted = true
	v.CheckWire(&e.check)
	if e.err = e.check.issues.err(); e.err != nil {
		return
	}
	v.EncodeWire(e)
	if e.invalid && e.err == nil {
		e.check.trusted = false
		v.CheckWire(&e.check)
		e.err = e.check.issues.err()
	}
}

// Validate returns nil or an *Error with every rule that v breaks.
func Validate(v Value) error {
	e := encoders.Get().(*Encoder)
	defer e.release()
	v.CheckWire(&e.check)
	return e.check.issues.err()
}

var decoders = sync.Pool{New: func() any { return new(Decoder) }}

// Unmarshal reads data, one JSON text, and its attachments into v, which has to
// be zero: an Unmarshaler, a *[]byte, a *json.RawMessage or whatever encoding/json
// takes. What is stored shares no memory with data, nor with attachments unless
// Options.OwnsAttachments says so. An object
// that has a field of the contract twice is refused; of equal keys of a map the
// last wins. Note that encoding/json, unlike an Unmarshaler, takes a key in any
// case.
//
// The error is an *Error, unless v is a Value that is no Unmarshaler. Then v
// must not be used.
func Unmarshal(data []byte, attachments [][]byte, v any, opts Options) error {
	if !receivable(v) {
		return fmt.Errorf("wire: the contract never receives a %T", v)
	}
	d := decoders.Get().(*Decoder)
	defer d.release()
	d.reset(data, attachments, opts)
	d.value(v)
	if opts.UnknownFields != nil {
		*opts.UnknownFields += d.unknown
	}
	return d.check.issues.err()
}

// receivable tells whether v may be read: encoding/json must not do it for types
// that have rules.
func receivable(v any) bool {
	if _, ok := v.(Unmarshaler); ok {
		return true
	}
	_, ok := v.(Value)
	return !ok
}

func (d *Decoder) value(v any) {
	switch v := v.(type) {
	case Unmarshaler:
		v.DecodeWire(d)
		if d.end() {
			d.check.issues.sealDecoded()
			v.CheckWire(&d.check)
		}
		return
	case *[]byte:
		*v = d.Bytes()
	case *json.RawMessage:
		*v = d.JSON()
	default:
		d.reflect(v)
	}
	d.end()
}
