package wire

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

// Generated code calls the small methods of Encoder, Decoder and Checker once or
// more for every field of a contract. Inlined, they double the machine code of a
// large contract. The encoder's are inlined all the same, because that halves the
// time it takes; those of Decoder and Checker, which gain little by it, are kept
// from it.

// An Encoder writes one payload. Its methods write values in the order in which
// they are called; commas are set as needed. Generated code calls them.
type Encoder struct {
	buf         []byte
	attachments [][]byte
	err         error
	suspect     bool // data may hold what looks like a placeholder
	invalid     bool // a string was not valid UTF-8
	check       Checker
}

func (e *Encoder) release() {
	e.buf, e.attachments, e.err = nil, nil, nil
	e.suspect, e.invalid = false, false
	e.check.reset()
	encoders.Put(e)
}

// fail makes Marshal return err; the first one counts.
func (e *Encoder) fail(err error) {
	if e.err == nil {
		e.err = err
	}
}

// BeginObject opens an object, whose fields follow.
func (e *Encoder) BeginObject() { e.buf = append(e.buf, '{') }

// EndObject closes an object.
func (e *Encoder) EndObject() { e.buf = append(e.buf, '}') }

// BeginArray opens an array. Elem stands before each element.
func (e *Encoder) BeginArray() { e.buf = append(e.buf, '[') }

// EndArray closes an array.
func (e *Encoder) EndArray() { e.buf = append(e.buf, ']') }

// Field begins a field. The literal is its name as JSON with the colon behind
// it, as in `"name":`. The value follows.
func (e *Encoder) Field(literal string) {
	if e.buf[len(e.buf)-1] != '{' {
		e.buf = append(e.buf, ',')
	}
	e.buf = append(e.buf, literal...)
}

// MapKey begins an entry of a map. The value follows.
func (e *Encoder) MapKey(key string) {
	e.suspect = e.suspect || key == jsontext.PlaceholderKey
	if e.buf[len(e.buf)-1] != '{' {
		e.buf = append(e.buf, ',')
	}
	e.String(key)
	e.buf = append(e.buf, ':')
}

// Elem begins an element of an array. The value follows.
func (e *Encoder) Elem() {
	if e.buf[len(e.buf)-1] != '[' {
		e.buf = append(e.buf, ',')
	}
}

// Null writes null.
func (e *Encoder) Null() { e.buf = append(e.buf, "null"...) }

// Bytes writes the placeholder of an attachment, which is b itself.
func (e *Encoder) Bytes(b []byte) {
	e.buf = jsontext.AppendPlaceholder(e.buf, len(e.attachments))
	e.attachments = append(e.attachments, b)
}

// JSON writes raw, which has to be one JSON text. Nil is null.
func (e *Encoder) JSON(raw json.RawMessage) {
	raw = bytes.Trim(raw, " \t\r\n")
	if len(raw) == 0 {
		e.Null()
		return
	}
	if err := jsontext.Check(raw, jsontext.MaxDepth); err != nil {
		e.fail(err)
		return
	}
	e.suspect = e.suspect || jsontext.MayHavePlaceholder(raw)
	e.buf = append(e.buf, raw...)
}

var errPlaceholder = errors.New("wire: data beside attachments must not look like a placeholder")

// checkPlaceholders wants the text from the offset start, one value, to have a
// placeholder for each attachment behind the first ones, and no other. Data
// that looks like one would pass for an attachment at the receiver; without any
// attachment it is data like other.
func (e *Encoder) checkPlaceholders(start, first int) {
	if e.err != nil || !e.suspect || len(e.attachments) == 0 {
		return
	}
	next := uint64(first)
	err := jsontext.Placeholders(e.buf[start:], func(num uint64) error {
		if num != next {
			return errPlaceholder
		}
		next++
		return nil
	})
	if err != nil || next != uint64(len(e.attachments)) {
		e.fail(errPlaceholder)
	}
}
