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
	if len(s) < len("2006-01-02T15:04:05Z") || s[10] != 'T' || s[13] != ':' || s[16] != ':' {
		return t, false
	}
	year, month, day, ok := parseDate(s[:10])
	hour, minute, second := number(s[11:13]), number(s[14:16]), number(s[17:19])
	if !ok || hour > 23 || minute > 59 || second > 59 || hour|minute|second < 0 {
		return t, false
	}
	nanos, rest, ok := parseFraction(s[19:])
	if !ok {
		return t, false
	}
	seconds := unixDays(year, month, day)*secondsPerDay + hour*3600 + minute*60 + second
	t = time.Unix(int64(seconds), int64(nanos)).UTC()
	if string(rest) == "Z" {
		return t, true
	}
	offset, ok := parseOffset(rest)
	t = t.Add(-offset)
	return t, ok && hasYear(t.Year())
}

// parseDate reads a day of the calendar as in 2006-01-02.
func parseDate[S string | []byte](s S) (year, month, day int, ok bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, 0, 0, false
	}
	year, month, day = number(s[:4]), number(s[5:7]), number(s[8:])
	if year < 0 || month < 1 || month > 12 || day < 1 {
		return 0, 0, 0, false
	}
	return year, month, day, day <= 28 || day <= daysIn(year, month)
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

const secondsPerDay = 24 * 60 * 60

// unixDays returns the number of days from 1970-01-01 to a day of the calendar,
// as time.Date would, which has to expect months of any number in any zone.
func unixDays(year, month, day int) int {
	if month < 3 { // years that begin in March have their leap day at the end
		year--
		month += 12
	}
	year += 400           // so that none is negative
	const epoch = 865_566 // what the sum would be for 1970-01-01
	return 365*year + year/4 - year/100 + year/400 + (153*month-457)/5 + day - epoch
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

// parseOffset reads the distance of a zone from UTC as in +02:00.
func parseOffset(s []byte) (offset time.Duration, ok bool) {
	if len(s) != len("+02:00") || s[0] != '+' && s[0] != '-' || s[3] != ':' {
		return 0, false
	}
	hours, minutes := number(s[1:3]), number(s[4:])
	if hours > 23 || minutes > 59 || hours|minutes < 0 {
		return 0, false
	}
	offset = time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if s[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// number returns the value of digits, -1 when there are other characters.
func number[S string | []byte](digits S) int {
	n := 0
	for i := range len(digits) {
		c := digits[i] - '0'
		if c > 9 {
			return -1
		}
		n = n*10 + int(c)
	}
	return n
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
