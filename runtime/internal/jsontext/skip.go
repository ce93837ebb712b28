package jsontext

import "unicode/utf8"

// The functions of this file step over parts of a text from the offset i and
// return the offset behind them. Every packet goes through them whole, so they
// keep their place in registers instead of a Scanner.

func skipSpace(text []byte, i int) int {
	for i < len(text) && text[i] <= ' ' && isSpace(text[i]) {
		i++
	}
	return i
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func skipValue(text []byte, i, depth int) (end int, err error) {
	i = skipSpace(text, i)
	if i == len(text) {
		return 0, ErrSyntax
	}
	switch text[i] {
	case '"':
		end, _ = stringEnd(text, i)
	case '{', '[':
		if depth <= 0 {
			return 0, ErrDepth
		}
		return skipMembers(text, i, depth-1)
	case 't':
		end = skipWord(text, i, "true")
	case 'f':
		end = skipWord(text, i, "false")
	case 'n':
		end = skipWord(text, i, "null")
	default:
		end = i + numberLen(text[i:])
	}
	if end <= i {
		return 0, ErrSyntax
	}
	return end, nil
}

// skipMembers steps over the array or object that opens at i.
func skipMembers(text []byte, i, depth int) (end int, err error) {
	open := text[i]
	last := open + 2 // '[' and ']', '{' and '}' are two apart
	i = skipSpace(text, i+1)
	if i < len(text) && text[i] == last {
		return i + 1, nil
	}
	for {
		if open == '{' {
			if i = skipKey(text, i); i < 0 {
				return 0, ErrSyntax
			}
		}
		if i, err = skipValue(text, i, depth); err != nil {
			return 0, err
		}
		i = skipSpace(text, i)
		if i == len(text) || text[i] != ',' && text[i] != last {
			return 0, ErrSyntax
		}
		if i++; text[i-1] == last {
			return i, nil
		}
	}
}

// skipKey steps over the name of a member and its colon. It returns -1 when
// there is none.
func skipKey(text []byte, i int) int {
	i = skipSpace(text, i)
	if i == len(text) || text[i] != '"' {
		return -1
	}
	if i, _ = stringEnd(text, i); i < 0 {
		return -1
	}
	i = skipSpace(text, i)
	if i == len(text) || text[i] != ':' {
		return -1
	}
	return i + 1
}

// skipWord returns -1 when word does not stand at i.
func skipWord(text []byte, i int, word string) int {
	if len(text)-i < len(word) || string(text[i:i+len(word)]) != word {
		return -1
	}
	return i + len(word)
}

// stringEnd steps over the string that opens at i and reports whether it holds
// escapes. It returns -1 when the string is not valid.
func stringEnd(text []byte, i int) (end int, escaped bool) {
	start := i + 1
	i = skipPlain(text, start)
	if i < len(text) && text[i] == '"' {
		return i + 1, false
	}
	return longStringEnd(text, start, i)
}

// longStringEnd finishes stringEnd from i on, where the string is not plain.
func longStringEnd(text []byte, start, i int) (end int, escaped bool) {
	ascii := true
	for i < len(text) {
		switch c := text[i]; {
		case plain[c]:
			i = skipPlain(text, i)
		case c == '"':
			if !ascii && !utf8.Valid(text[start:i]) {
				return -1, false
			}
			return i + 1, escaped
		case c >= utf8.RuneSelf:
			ascii = false
			i++
		default: // an escape, or a control character that has to be one
			n := escapeLen(text[i:])
			if n == 0 {
				return -1, false
			}
			escaped = true
			i += n
		}
	}
	return -1, false
}
