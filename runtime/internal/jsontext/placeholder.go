package jsontext

import (
	"bytes"
	"errors"
	"strconv"
)

// PlaceholderKey is the member that marks a placeholder.
const PlaceholderKey = "_placeholder"

// ErrPlaceholder says that an object has the mark of a placeholder but not its
// shape.
var ErrPlaceholder = errors.New("jsontext: malformed placeholder")

// AppendPlaceholder appends the object that stands for attachment num:
// {"_placeholder":true,"num":0}.
func AppendPlaceholder(dst []byte, num int) []byte {
	dst = append(dst, `{"`+PlaceholderKey+`":true,"num":`...)
	dst = strconv.AppendInt(dst, int64(num), 10)
	return append(dst, '}')
}

// Placeholders calls visit with the attachment number of every placeholder in
// text, in the order in which they stand, and stops at the first error that it
// returns. Any object with the member "_placeholder": true is a placeholder; it
// has to have the shape that AppendPlaceholder writes. The text has to be valid
// JSON that is not nested deeply.
func Placeholders(text []byte, visit func(num uint64) error) error {
	w := placeholderWalk{Scanner: NewScanner(text), visit: visit}
	w.value()
	return w.Err()
}

// HasPlaceholder reports whether text, valid JSON, holds a placeholder, be it
// malformed or not.
func HasPlaceholder(text []byte) bool {
	if !MayHavePlaceholder(text) {
		return false
	}
	return Placeholders(text, func(uint64) error { return ErrPlaceholder }) != nil
}

// MayHavePlaceholder is a quick look: false is certain.
func MayHavePlaceholder(text []byte) bool {
	return bytes.Contains(text, []byte(PlaceholderKey)) ||
		bytes.Contains(text, []byte(`\u`)) // an escape may spell the key
}

// Placeholder returns the attachment number of the placeholder that the object
// text, valid JSON, is.
func Placeholder(text []byte) (num uint64, ok bool) {
	w := placeholderWalk{Scanner: NewScanner(text), visit: func(uint64) error { return nil }}
	num, ok = w.object()
	return num, ok && w.Err() == nil
}

type placeholderWalk struct {
	Scanner
	visit func(num uint64) error
}

func (w *placeholderWalk) value() {
	switch w.Peek() {
	case '{':
		num, ok := w.object()
		if !ok {
			return
		}
		if err := w.visit(num); err != nil {
			w.Fail(err)
		}
	case '[':
		w.Take('[')
		for first := true; w.More(first, ']'); first = false {
			w.value()
		}
	default:
		w.Skip(0)
	}
}

// object takes an object and the values in it. It fails when the object has the
// mark of a placeholder but is none.
func (w *placeholderWalk) object() (num uint64, ok bool) {
	w.Take('{')
	var marked bool
	var number []byte
	members := 0
	for ; w.More(members == 0, '}'); members++ {
		key, escaped := w.Key()
		if escaped {
			key = AppendUnescaped(nil, key)
		}
		switch c := w.Peek(); {
		case c == 't' && string(key) == PlaceholderKey:
			marked = w.Literal("true")
		case c-'0' <= 9 && string(key) == "num":
			number = w.Number()
		default:
			w.value()
		}
	}
	if !marked {
		return 0, false
	}
	num, _, ok = Integer(number)
	if !ok || members != 2 {
		w.Fail(ErrPlaceholder)
		return 0, false
	}
	return num, true
}
