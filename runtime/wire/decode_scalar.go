package wire

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

// maxInt53 is the largest size of a whole number that a float64, and so
// JavaScript, keeps apart from its neighbours.
const maxInt53 = 1<<53 - 1

// Bool reads true or false.
func (d *Decoder) Bool() bool {
	switch d.scan.Peek() {
	case 't':
		return d.scan.Literal("true")
	case 'f':
		d.scan.Literal("false")
		return false
	}
	d.wrong("must be true or false")
	return false
}

// String reads a string.
//
//go:noinline
func (d *Decoder) String() string { return string(d.text("must be a string")) }

// text reads a string. What it returns is valid until the next call.
func (d *Decoder) text(message string) []byte {
	if d.scan.Peek() != '"' {
		d.wrong(message)
		return nil
	}
	raw, escaped := d.scan.String()
	if escaped {
		d.scratch = jsontext.AppendUnescaped(d.scratch[:0], raw)
		return d.scratch
	}
	return raw
}

// Int32 reads a whole number of 32 bits.
//
//go:noinline
func (d *Decoder) Int32() int32 {
	return int32(d.integer(math.MinInt32, math.MaxInt32, "must be a 32-bit integer"))
}

// Uint32 reads a whole number of 32 bits.
//
//go:noinline
func (d *Decoder) Uint32() uint32 {
	return uint32(d.integer(0, math.MaxUint32, "must be an unsigned 32-bit integer"))
}

// Int53 reads a whole number that JavaScript can represent exactly.
//
//go:noinline
func (d *Decoder) Int53() int64 {
	return d.integer(-maxInt53, maxInt53, "must be an integer of at most 53 bits")
}

// integer reads a whole number from min to max, whose sizes are below 2^53.
func (d *Decoder) integer(min, max int64, message string) int64 {
	v, ok := d.scan.Digits()
	if !ok {
		number := d.number(message)
		if number == nil {
			return 0
		}
		v, ok = wholeNumber(number)
	}
	if !ok || v < min || v > max {
		d.Fail(message)
		return 0
	}
	return v
}

// wholeNumber returns the value of a number of at most 53 bits.
func wholeNumber(number []byte) (v int64, ok bool) {
	size, negative, ok := jsontext.Integer(number)
	if !ok || size > maxInt53 {
		return 0, false
	}
	if negative {
		return -int64(size), true
	}
	return int64(size), true
}

// number reads a number and returns its text.
func (d *Decoder) number(message string) []byte {
	if c := d.scan.Peek(); c != '-' && c-'0' > 9 {
		d.wrong(message)
		return nil
	}
	return d.scan.Number()
}

// Int64 reads a string of decimal digits.
func (d *Decoder) Int64() int64 {
	const message = "must be a string with a 64-bit integer"
	digits := d.text(message)
	v, err := strconv.ParseInt(string(digits), 10, 64)
	if digits != nil && (err != nil || digits[0] == '+') {
		d.Fail(message)
		return 0
	}
	return v
}

// Uint64 reads a string of decimal digits.
func (d *Decoder) Uint64() uint64 {
	const message = "must be a string with an unsigned 64-bit integer"
	digits := d.text(message)
	v, err := strconv.ParseUint(string(digits), 10, 64)
	if digits != nil && err != nil {
		d.Fail(message)
		return 0
	}
	return v
}

// Float64 reads a number and rounds it to the nearest float64, to zero when it
// is smaller than any. Numbers that are too large are an issue.
//
//go:noinline
func (d *Decoder) Float64() float64 { return d.float(64) }

// Float32 is Float64 for 32 bits.
//
//go:noinline
func (d *Decoder) Float32() float32 { return float32(d.float(32)) }

func (d *Decoder) float(bits int) float64 {
	number := d.number("must be a number")
	if number == nil {
		return 0
	}
	v, err := strconv.ParseFloat(string(number), bits)
	if err != nil {
		d.Fail("must be a number of at most " + strconv.Itoa(bits) + " bits")
		return 0
	}
	return v
}

// JSON reads a value of any kind and returns a copy of its text.
func (d *Decoder) JSON() json.RawMessage {
	d.scan.Peek()
	start := d.scan.Pos()
	d.Skip()
	if d.scan.Err() != nil {
		return nil
	}
	raw := d.scan.Since(start)
	if len(d.attachments) > 0 && jsontext.HasPlaceholder(raw) {
		d.Fail("must not hold binary data")
		return nil
	}
	return bytes.Clone(raw)
}
