package wire

import (
	"math"
	"strconv"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

// Time reads a time in the form of RFC 3339, with any offset, and returns it in
// UTC.
func (d *Decoder) Time() time.Time {
	const message = "must be a time as in 2006-01-02T15:04:05.000Z"
	text := d.text(message)
	if text == nil {
		return time.Time{}
	}
	t, ok := parseTime(text)
	if !ok {
		d.Fail(message)
		return time.Time{}
	}
	return t
}

// parseTime is stricter than package time, which takes a comma for the point,
// hours of one digit and offsets of any size. It knows no leap seconds.
func parseTime(s []byte) (t time.Time, ok bool) {
	if len(s) < len("2006-01-02T15:04:05Z") || !matches(s[:19], "0000-00-00T00:00:00") {
		return t, false
	}
	nanos, rest, ok := parseFraction(s[19:])
	if !ok {
		return t, false
	}
	offset, ok := parseOffset(rest)
	year, month, day := number(s[:4]), number(s[5:7]), number(s[8:10])
	hour, minute, second := number(s[11:13]), number(s[14:16]), number(s[17:19])
	if !ok || !validDate(year, month, day) || hour > 23 || minute > 59 || second > 59 {
		return t, false
	}
	t = time.Date(year, time.Month(month), day, hour, minute, second, nanos, time.UTC).Add(-offset)
	return t, hasYear(t)
}

// parseFraction reads the part of a second that s begins with, if it does.
// Digits beyond nanoseconds are dropped.
func parseFraction(s []byte) (nanos int, rest []byte, ok bool) {
	if s[0] != '.' {
		return 0, s, true
	}
	n := 1
	for scale := int(time.Second) / 10; n < len(s) && s[n]-'0' <= 9; scale /= 10 {
		nanos += int(s[n]-'0') * scale
		n++
	}
	return nanos, s[n:], n > 1
}

func parseOffset(s []byte) (offset time.Duration, ok bool) {
	if string(s) == "Z" {
		return 0, true
	}
	if len(s) != len("+00:00") || s[0] != '+' && s[0] != '-' || !matches(s[1:], "00:00") {
		return 0, false
	}
	hours, minutes := number(s[1:3]), number(s[4:6])
	offset = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, hours <= 23 && minutes <= 59
}

// matches reports whether s has a digit wherever form has a zero, and is equal
// to it elsewhere. Both have the same length.
func matches[S string | []byte](s S, form string) bool {
	for i := range len(form) {
		if form[i] == '0' && s[i]-'0' > 9 || form[i] != '0' && s[i] != form[i] {
			return false
		}
	}
	return true
}

// number returns the value of digits.
func number[S string | []byte](digits S) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}

func validDate(year, month, day int) bool {
	if month < 1 || month > 12 || day < 1 {
		return false
	}
	if day <= 28 {
		return true
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() == day
}

// Duration reads a number of milliseconds.
func (d *Decoder) Duration() time.Duration {
	const message = "must be a duration in milliseconds"
	text := d.number(message)
	if text == nil {
		return 0
	}
	const most = math.MaxInt64 / uint64(time.Millisecond)
	if size, negative, ok := jsontext.Integer(text); ok && size <= most {
		if negative {
			return -time.Duration(size) * time.Millisecond
		}
		return time.Duration(size) * time.Millisecond
	}
	millis, err := strconv.ParseFloat(string(text), 64)
	if err != nil || math.Abs(millis) > float64(most) {
		d.Fail(message)
		return 0
	}
	return time.Duration(math.Round(millis * float64(time.Millisecond)))
}
