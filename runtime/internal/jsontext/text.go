package jsontext

import (
	"unicode/utf16"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// AppendString appends s to dst as a JSON string. Bytes that are not UTF-8
// become U+FFFD; control characters are escaped, so that no text can bring a
// separator of an outer protocol with it.
func AppendString[S string | []byte](dst []byte, s S) []byte {
	dst, _ = AppendStringValid(dst, s)
	return dst
}

// AppendStringValid is AppendString. It also reports whether s is valid UTF-8.
func AppendStringValid[S string | []byte](dst []byte, s S) (out []byte, valid bool) {
	dst = append(dst, '"')
	valid = true
	if isPlain(s) {
		dst = append(dst, s...)
	} else {
		dst, valid = appendEscaped(dst, s)
	}
	return append(dst, '"'), valid
}

func appendEscaped[S string | []byte](dst []byte, s S) (out []byte, valid bool) {
	valid = true
	start := 0 // of what has not been copied yet
	for i := 0; i < len(s); {
		c, n := s[i], 1
		if plain[c] {
			i = skipPlain(s, i)
			continue
		}
		if c >= utf8.RuneSelf {
			var r rune
			if r, n = decodeRune(s[i:]); r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
		}
		dst = append(dst, s[start:i]...)
		if c >= utf8.RuneSelf {
			dst = utf8.AppendRune(dst, utf8.RuneError)
			valid = false
		} else {
			dst = appendEscape(dst, c)
		}
		i += n
		start = i
	}
	return append(dst, s[start:]...), valid
}

func decodeRune[S string | []byte](s S) (rune, int) {
	return utf8.DecodeRuneInString(string(s[:min(len(s), utf8.UTFMax)]))
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// AppendUnescaped appends to dst what a string means whose inside, as
// [Scanner.String] returns it, is raw.
func AppendUnescaped(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		if raw[i] != '\\' {
			dst = append(dst, raw[i])
			i++
			continue
		}
		if raw[i+1] != 'u' {
			dst = append(dst, shortEscape(raw[i+1]))
			i += 2
			continue
		}
		r := hex4(raw[i+2:])
		i += 6
		if utf16.IsSurrogate(r) {
			var n int
			r, n = joinSurrogates(r, raw[i:])
			i += n
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// joinSurrogates returns the character of the surrogate r and the one escaped
// at the beginning of rest, and how many bytes of rest it took: none when there
// is no partner, and then the character is U+FFFD.
func joinSurrogates(r rune, rest []byte) (rune, int) {
	if len(rest) < 6 || rest[0] != '\\' || rest[1] != 'u' {
		return utf8.RuneError, 0
	}
	joined := utf16.DecodeRune(r, hex4(rest[2:]))
	if joined == utf8.RuneError {
		return utf8.RuneError, 0
	}
	return joined, 6
}

// escapeLen returns the length of the escape that b begins with, 0 when it is
// not a valid one.
func escapeLen(b []byte) int {
	if len(b) < 2 || b[0] != '\\' {
		return 0
	}
	if b[1] == 'u' {
		if len(b) < 6 || hex4(b[2:]) < 0 {
			return 0
		}
		return 6
	}
	if shortEscape(b[1]) == 0 {
		return 0
	}
	return 2
}

// shortEscape returns what the escape of a backslash and c means, 0 for none.
func shortEscape(c byte) byte {
	switch c {
	case '"', '\\', '/':
		return c
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return 0
}

// hex4 returns the value of the four hexadecimal digits that b begins with, -1
// when they are none.
func hex4(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		switch {
		case c-'0' <= 9:
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}
