package wire

import (
	"encoding/base64"
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

var (
	errNotFinite = errors.New("wire: NaN and infinities have no JSON form")
	errYear      = errors.New("wire: the year of a time is outside of 0 to 9999")
)

// String writes a string. Bytes that are not UTF-8 become U+FFFD, unless the
// contract's checks refuse them.
func (e *Encoder) String(s string) {
	var valid bool
	e.buf, valid = jsontext.AppendStringValid(e.buf, s)
	e.invalid = e.invalid || !valid
}

// Bool writes true or false.
func (e *Encoder) Bool(v bool) { e.buf = strconv.AppendBool(e.buf, v) }

// Int writes a number.
func (e *Encoder) Int(v int64) { e.buf = strconv.AppendInt(e.buf, v, 10) }

// Uint writes a number.
func (e *Encoder) Uint(v uint64) { e.buf = strconv.AppendUint(e.buf, v, 10) }

// Int64String writes a string of decimal digits.
func (e *Encoder) Int64String(v int64) {
	e.buf = append(e.buf, '"')
	e.buf = strconv.AppendInt(e.buf, v, 10)
	e.buf = append(e.buf, '"')
}

// Uint64String writes a string of decimal digits.
func (e *Encoder) Uint64String(v uint64) {
	e.buf = append(e.buf, '"')
	e.buf = strconv.AppendUint(e.buf, v, 10)
	e.buf = append(e.buf, '"')
}

// Float64 writes the shortest number that is read as v again. NaN and the
// infinities make Marshal fail.
func (e *Encoder) Float64(v float64) { e.float(v, 64) }

// Float32 is Float64 for 32 bits.
func (e *Encoder) Float32(v float32) { e.float(float64(v), 32) }

func (e *Encoder) float(v float64, bits int) {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		e.fail(errNotFinite)
		return
	}
	format := byte('f')
	if size := math.Abs(v); size != 0 && (size < 1e-6 || size >= 1e21) {
		format = 'e' // where JavaScript changes over too
	}
	e.buf = strconv.AppendFloat(e.buf, v, format, -1, bits)
}

// Base64 writes b as a string.
func (e *Encoder) Base64(b []byte) {
	e.buf = append(e.buf, '"')
	e.buf = base64.StdEncoding.AppendEncode(e.buf, b)
	e.buf = append(e.buf, '"')
}

// Duration writes d as a number of milliseconds, without what is finer.
func (e *Encoder) Duration(d time.Duration) { e.Int(d.Milliseconds()) }

// Time writes t in the form of RFC 3339, in UTC and with milliseconds, as the
// Date of JavaScript does. What is finer is left out.
func (e *Encoder) Time(t time.Time) {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	if !hasYear(year) {
		e.fail(errYear)
		return
	}
	const form = `0000-00-00T00:00:00.000Z"`
	e.buf = append(append(e.buf, '"'), form...)
	b := (*[len(form)]byte)(e.buf[len(e.buf)-len(form):]) // of a known length, so that no bounds are checked
	b[0], b[1] = twoDigits(year / 100)
	b[2], b[3] = twoDigits(year % 100)
	b[5], b[6] = twoDigits(int(month))
	b[8], b[9] = twoDigits(day)
	b[11], b[12] = twoDigits(hour)
	b[14], b[15] = twoDigits(minute)
	b[17], b[18] = twoDigits(second)
	millis := t.Nanosecond() / int(time.Millisecond)
	b[20], b[21] = twoDigits(millis / 10)
	b[22] = byte('0' + millis%10)
}

// hasYear reports whether year has a form of four digits.
func hasYear(year int) bool { return year >= 0 && year <= 9999 }

// twoDigits returns the decimal digits of n, which is below 100.
func twoDigits(n int) (tens, ones byte) {
	m := uint32(n)
	return byte('0' + m/10), byte('0' + m%10)
}
