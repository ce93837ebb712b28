package syntax

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

var byteOrderMark = []byte("\ufeff")

// decode checks the characters of a file and splits it into lines.
func decode(data []byte) ([]string, *Problem) {
	if bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff}) {
		return nil, encodingProblem(Pos{1, 1}, "the file is UTF-16")
	}
	text := string(bytes.TrimPrefix(data, byteOrderMark))
	if p := checkCharacters(text); p != nil {
		return splitLines(text), p
	}
	return splitLines(text), nil
}

func splitLines(text string) []string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSuffix(line, "\r")
	}
	return lines
}

// checkCharacters reports the first character that must not be in a file.
func checkCharacters(text string) *Problem {
	at := Pos{1, 1}
	for i, r := range text {
		switch {
		case r == '\n':
			at = Pos{at.Line + 1, 1}
			continue
		case r == '\r' && strings.HasPrefix(text[i+1:], "\n"), r == '\t':
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], "\ufffd"):
			return encodingProblem(at, "the file is not valid UTF-8")
		case forbidden(r):
			return encodingProblem(at, fmt.Sprintf("the character U+%04X is not allowed", r))
		}
		at.Col++
	}
	return nil
}

// forbidden tells which characters would make a line something else for
// another reader: controls, other ends of lines, and what is no character.
func forbidden(r rune) bool {
	return r < 0x20 || r >= 0x7f && r <= 0x9f || r == '\u2028' || r == '\u2029' ||
		r == '\ufeff' || r == '\ufffe' || r == '\uffff'
}

func encodingProblem(at Pos, message string) *Problem {
	return &Problem{
		Pos: at, End: at.Shift(1), Rule: "ENCODING", Message: message,
		Help: []string{"schema files are UTF-8 text with line feeds"},
	}
}
