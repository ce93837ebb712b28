package jsontext

import (
	"math/bits"
	"unicode/utf8"
)

// plain marks the bytes that stand for themselves in a string and need no look
// at their neighbours.
var plain = func() (table [256]bool) {
	for c := range table {
		table[c] = c >= ' ' && c < utf8.RuneSelf && c != '"' && c != '\\'
	}
	return table
}()

// A word is eight bytes of a text, the first as the lowest: most strings are
// plain, and a word at a time is soon through with them.
const wordLen = 8

func word[S string | []byte](s S, i int) uint64 {
	b := s[i : i+wordLen]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// notPlain returns 0 when all bytes of the word w are plain. Otherwise the lowest
// bit set is the highest one of the first byte that is not; those above it are
// only hints, because a subtraction borrows from the bytes above.
func notPlain(w uint64) uint64 {
	const each, high = 0x0101010101010101, 0x8080808080808080
	control := w - each*' '
	quote := (w ^ each*'"') - each
	backslash := (w ^ each*'\\') - each
	return (w | control | quote | backslash) & high
}

// markedAt returns which byte of its word is the first that notPlain has marked.
func markedAt(marks uint64) int { return bits.TrailingZeros64(marks) / 8 }

// skipPlain returns the offset behind the plain bytes of s that begin at i.
func skipPlain[S string | []byte](s S, i int) int {
	for ; len(s)-i >= wordLen; i += wordLen {
		if marks := notPlain(word(s, i)); marks != 0 {
			return i + markedAt(marks)
		}
	}
	for i < len(s) && plain[s[i]] {
		i++
	}
	return i
}

// isPlain reports whether all bytes of s are plain.
func isPlain[S string | []byte](s S) bool {
	if len(s) < wordLen {
		for i := range len(s) {
			if !plain[s[i]] {
				return false
			}
		}
		return true
	}
	last := len(s) - wordLen // this word may overlap with the one before
	for i := 0; i < last; i += wordLen {
		if notPlain(word(s, i)) != 0 {
			return false
		}
	}
	return notPlain(word(s, last)) == 0
}
