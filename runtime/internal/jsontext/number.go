package jsontext

import (
	"bytes"
	"strconv"
)

// numberLen returns how many bytes of b are a JSON number, 0 for none.
func numberLen(b []byte) int {
	i := 0
	if i < len(b) && b[i] == '-' {
		i++
	}
	whole := digits(b[i:])
	if whole == 0 || whole > 1 && b[i] == '0' {
		return 0
	}
	i += whole
	if i < len(b) && b[i] == '.' {
		n := digits(b[i+1:])
		if n == 0 {
			return 0
		}
		i += 1 + n
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		n := digits(b[i:])
		if n == 0 {
			return 0
		}
		i += n
	}
	return i
}

func digits(b []byte) int {
	n := 0
	for n < len(b) && b[n]-'0' <= 9 {
		n++
	}
	return n
}

// Integer returns the value of a number that [Scanner.Number] has returned,
// when it is a whole number whose size fits a uint64. It is exact, also for the
// spellings 1.0 and 12e3.
func Integer(number []byte) (size uint64, negative, ok bool) {
	if len(number) == 0 {
		return 0, false, false
	}
	if number[0] == '-' {
		negative = true
		number = number[1:]
	}
	if len(number) < 20 && digits(number) == len(number) {
		for _, c := range number {
			size = size*10 + uint64(c-'0')
		}
		return size, negative, true
	}
	size, ok = wholeNumber(number)
	return size, negative, ok
}

// wholeNumber moves the decimal point by the exponent and drops the zeros at
// both ends; what is left has to be digits without a fraction.
func wholeNumber(number []byte) (uint64, bool) {
	mantissa, exponent := number, 0
	if i := bytes.IndexAny(number, "eE"); i >= 0 {
		mantissa = number[:i]
		e, err := strconv.Atoi(string(number[i+1:]))
		if err != nil {
			e = len(number) // as wrong as any exponent out of range, unless the value is zero
		}
		exponent = e
	}
	whole, fraction, _ := bytes.Cut(mantissa, []byte{'.'})
	all := append(append(make([]byte, 0, len(mantissa)), whole...), fraction...)
	exponent -= len(fraction)
	kept := bytes.TrimRight(all, "0")
	exponent += len(all) - len(kept)
	kept = bytes.TrimLeft(kept, "0")
	if len(kept) == 0 {
		return 0, true
	}
	if exponent < 0 || len(kept)+exponent > 20 {
		return 0, false
	}
	kept = append(kept, bytes.Repeat([]byte{'0'}, exponent)...)
	size, err := strconv.ParseUint(string(kept), 10, 64)
	if err != nil {
		return 0, false
	}
	return size, true
}
