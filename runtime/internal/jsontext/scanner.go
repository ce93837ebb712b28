package jsontext

import "errors"

// MaxDepth is the deepest nesting of arrays and objects that a payload may have.
const MaxDepth = 64

var (
	// ErrSyntax says that a text is not one valid JSON value.
	ErrSyntax = errors.New("jsontext: not valid JSON")
	// ErrDepth says that arrays and objects are nested too deeply.
	ErrDepth = errors.New("jsontext: nested too deeply")
)

// A Scanner walks over a JSON text from its beginning to its end. After the
// first fault, which [Scanner.Err] tells, it stands at the end and every method
// returns its zero value; callers may therefore ask once, when they are done.
type Scanner struct {
	text []byte
	pos  int
	err  error
}

// NewScanner returns a Scanner at the beginning of text. The slices that it
// returns are parts of text.
func NewScanner(text []byte) Scanner {
	return Scanner{text: text}
}

// Err returns nil, ErrSyntax or ErrDepth.
func (s *Scanner) Err() error { return s.err }

// Pos returns the offset of the next byte to be read.
func (s *Scanner) Pos() int { return s.pos }

// Since returns the text between the offset start and the next byte to be read.
func (s *Scanner) Since(start int) []byte { return s.text[start:s.pos] }

// Rewind goes back to an offset that Pos has returned. After a fault it does
// nothing.
func (s *Scanner) Rewind(pos int) {
	if s.err == nil {
		s.pos = pos
	}
}

// Fail ends the walk with err, unless it has ended with another error before.
func (s *Scanner) Fail(err error) {
	if s.err == nil {
		s.err = err
	}
	s.pos = len(s.text)
}

// Peek skips white space and returns the next byte without taking it. It
// returns 0, which starts no value, at the end of the text.
func (s *Scanner) Peek() byte {
	if s.pos < len(s.text) && s.text[s.pos] > ' ' {
		return s.text[s.pos]
	}
	return s.peekSpace()
}

func (s *Scanner) peekSpace() byte {
	s.pos = skipSpace(s.text, s.pos)
	if s.pos == len(s.text) {
		return 0
	}
	return s.text[s.pos]
}

// Take skips white space and takes the byte c, or fails.
func (s *Scanner) Take(c byte) bool {
	if s.Peek() != c {
		s.Fail(ErrSyntax)
		return false
	}
	s.pos++
	return true
}

// More steps to the next element of an array or member of an object whose
// closing byte is end, over the comma in front of it when it is not the first.
// It takes the closing byte and returns false when there is none.
func (s *Scanner) More(first bool, end byte) bool {
	c := s.Peek()
	if c == end {
		s.pos++
		return false
	}
	if first {
		return s.err == nil
	}
	if c != ',' {
		s.Fail(ErrSyntax)
		return false
	}
	s.pos++
	if s.Peek() == end {
		s.Fail(ErrSyntax)
	}
	return s.err == nil
}

// End reports whether the walk was without fault and only white space is left.
// It fails when there is more.
func (s *Scanner) End() bool {
	s.Peek()
	if s.pos < len(s.text) {
		s.Fail(ErrSyntax)
	}
	return s.err == nil
}

// Literal takes one of the words true, false and null, or fails.
func (s *Scanner) Literal(word string) bool {
	s.Peek()
	end := skipWord(s.text, s.pos, word)
	if end < 0 {
		s.Fail(ErrSyntax)
		return false
	}
	s.pos = end
	return true
}

// String takes a string and returns what stands between its quotes. Escaped
// says that it holds escapes, which [AppendUnescaped] resolves; they are valid.
func (s *Scanner) String() (raw []byte, escaped bool) {
	end := -1
	if s.Peek() == '"' {
		end, escaped = stringEnd(s.text, s.pos)
	}
	if end < 0 {
		s.Fail(ErrSyntax)
		return nil, false
	}
	start := s.pos + 1
	s.pos = end
	return s.text[start : end-1], escaped
}

// Key takes the name of a member with the colon behind it; see [Scanner.String].
func (s *Scanner) Key() (raw []byte, escaped bool) {
	raw, escaped = s.String()
	if s.Peek() != ':' {
		s.Fail(ErrSyntax)
		return nil, false
	}
	s.pos++
	return raw, escaped
}

// Name is Key for whoever wants to know what the name means.
func (s *Scanner) Name() string {
	raw, escaped := s.Key()
	if escaped {
		raw = AppendUnescaped(nil, raw)
	}
	return string(raw)
}

// Member steps to the next member of an object, as More does, and takes its name
// and the colon, if the name is what is asked for and all is written the usual
// way: without white space or escapes, and in ASCII. Otherwise it takes nothing.
func (s *Scanner) Member(first bool, name string) bool {
	i := s.pos
	if !first {
		if i >= len(s.text) || s.text[i] != ',' {
			return false
		}
		i++
	}
	i++ // the quote
	end := i + len(name)
	if end+1 >= len(s.text) || s.text[i-1] != '"' || s.text[end] != '"' || s.text[end+1] != ':' {
		return false
	}
	if string(s.text[i:end]) != name || skipPlain(s.text, i) != end {
		return false
	}
	s.pos = end + 2
	return true
}

// Digits takes a whole number that is written in at most 18 digits and nothing
// else but a minus, and returns its value. Otherwise it takes nothing; Number and
// [Integer] know the other ways.
func (s *Scanner) Digits() (v int64, ok bool) {
	negative := s.Peek() == '-'
	start := s.pos
	if negative {
		start++
	}
	end := start
	for end < len(s.text) && s.text[end]-'0' <= 9 {
		v = v*10 + int64(s.text[end]-'0')
		end++
	}
	n := end - start
	if n == 0 || n > 18 || n > 1 && s.text[start] == '0' {
		return 0, false
	}
	if end < len(s.text) && (s.text[end] == '.' || s.text[end]|0x20 == 'e') {
		return 0, false
	}
	s.pos = end
	if negative {
		v = -v
	}
	return v, true
}

// Number takes a number and returns its text.
func (s *Scanner) Number() []byte {
	s.Peek()
	n := numberLen(s.text[s.pos:])
	if n == 0 {
		s.Fail(ErrSyntax)
		return nil
	}
	s.pos += n
	return s.text[s.pos-n : s.pos]
}

// Skip takes one value of any kind, with at most depth arrays and objects
// within each other.
func (s *Scanner) Skip(depth int) {
	end, err := skipValue(s.text, s.pos, depth)
	if err != nil {
		s.Fail(err)
		return
	}
	s.pos = end
}

// Check returns nil when text is one value with at most depth arrays and
// objects within each other, else ErrSyntax or ErrDepth.
func Check(text []byte, depth int) error {
	s := NewScanner(text)
	s.Skip(depth)
	s.End()
	return s.Err()
}
