package jsontext_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

func TestCheck(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	tests := []struct {
		why  string
		text string
		want error
	}{
		{"words", ` [true , false,null] `, nil},
		{"numbers", `[0,-0,-1.5,10e3,1E-2,1e+9,1e400]`, nil},
		{"strings", `["","a\"\\\/\b\f\n\r\té","\ud83d\ude00","\ud800"]`, nil},
		{"objects", `{"a":{"":[]},"a":1}`, nil},
		{"all four spaces", " \t\r\n1\t", nil},
		{"U+2028 and U+FFFF are characters", "\"\u2028\uffff\"", nil},
		{"64 levels", deep(64), nil},
		{"a NUL written as an escape", `"\u0000"`, nil},

		{"nothing", "", jsontext.ErrSyntax},
		{"only space", "  ", jsontext.ErrSyntax},
		{"S02 text behind the value", `["e",1]xyz`, jsontext.ErrSyntax},
		{"S02 two arrays", `["e"]["e"]`, jsontext.ErrSyntax},
		{"S02 comma at the end", `["e",]`, jsontext.ErrSyntax},
		{"S02 comma at the start", `[,"e"]`, jsontext.ErrSyntax},
		{"S02 comma behind a member", `{"a":1,}`, jsontext.ErrSyntax},
		{"S02 no comma", `["e" 1]`, jsontext.ErrSyntax},
		{"S02 comment", `["e"/*x*/]`, jsontext.ErrSyntax},
		{"S02 NaN", `[NaN]`, jsontext.ErrSyntax},
		{"S02 Infinity", `[-Infinity]`, jsontext.ErrSyntax},
		{"S02 hexadecimal", `[0x10]`, jsontext.ErrSyntax},
		{"S02 leading zero", `[012]`, jsontext.ErrSyntax},
		{"S02 leading zero behind a sign", `[-012]`, jsontext.ErrSyntax},
		{"S02 plus", `[+1]`, jsontext.ErrSyntax},
		{"S02 no digit behind the point", `[1.]`, jsontext.ErrSyntax},
		{"S02 no digit before the point", `[.5]`, jsontext.ErrSyntax},
		{"S02 no digit in the exponent", `[1e]`, jsontext.ErrSyntax},
		{"S02 raw NUL", "[\"a\x00\"]", jsontext.ErrSyntax},
		{"S02 NUL as space", "[1\x00]", jsontext.ErrSyntax},
		{"S02 NUL behind the value", "[1]\x00", jsontext.ErrSyntax},
		{"S02 unknown escape", `["\x41"]`, jsontext.ErrSyntax},
		{"S02 short escape", `["\u12"]`, jsontext.ErrSyntax},
		{"S02 escape without digits", `["\u12g4"]`, jsontext.ErrSyntax},
		{"S02 cut escape", `"\`, jsontext.ErrSyntax},
		{"S02 cut string", `"abc`, jsontext.ErrSyntax},
		{"S02 cut word", `[tru]`, jsontext.ErrSyntax},
		{"S02 single quotes", `['a']`, jsontext.ErrSyntax},
		{"S02 key without quotes", `{a:1}`, jsontext.ErrSyntax},
		{"S02 key without value", `{"a"}`, jsontext.ErrSyntax},
		{"S02 wrong bracket", `[1}`, jsontext.ErrSyntax},
		{"S02 open array", `[1`, jsontext.ErrSyntax},
		{"S02 byte order mark", "\ufeff[1]", jsontext.ErrSyntax},
		{"S02 no-break space", "\u00a0[1]", jsontext.ErrSyntax},
		{"P09 record separator in a string", "[\"a\x1e\"]", jsontext.ErrSyntax},
		{"P10 bytes that are no UTF-8", "[\"\xff\xfe\"]", jsontext.ErrSyntax},
		{"P10 overlong", "[\"\xc0\xaf\"]", jsontext.ErrSyntax},
		{"P10 raw surrogate", "[\"\xed\xa0\x80\"]", jsontext.ErrSyntax},
		{"P10 beyond Unicode", "[\"\xf4\x90\x80\x80\"]", jsontext.ErrSyntax},
		{"P10 cut sequence", "[\"\xe2\x82\"]", jsontext.ErrSyntax},
		{"P10 in a string with escapes", "[\"\\n\xff\"]", jsontext.ErrSyntax},
		{"P10 in a key", "{\"\xff\":1}", jsontext.ErrSyntax},
		{"S06 65 levels", deep(65), jsontext.ErrDepth},
		{"S06 490,000 levels", strings.Repeat("[", 490_000), jsontext.ErrDepth},
		{"S06 objects", strings.Repeat(`{"a":`, 5_000), jsontext.ErrDepth},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			err := jsontext.Check([]byte(test.text), jsontext.MaxDepth)
			if !errors.Is(err, test.want) {
				t.Errorf("Check(%.40q) = %v, want %v", test.text, err, test.want)
			}
		})
	}
}

func TestScannerStopsAtTheFirstFault(t *testing.T) {
	s := jsontext.NewScanner([]byte(`[1 2`))
	s.Take('[')
	s.Number()
	if s.More(false, ']') {
		t.Error("More found an element behind a missing comma")
	}
	if raw, _ := s.String(); raw != nil || s.Peek() != 0 || s.Number() != nil || s.Literal("true") {
		t.Error("the scanner went on after a fault")
	}
	s.Rewind(0)
	s.Fail(jsontext.ErrDepth)
	if s.Peek() != 0 || !errors.Is(s.Err(), jsontext.ErrSyntax) {
		t.Errorf("Err() = %v, want the first fault", s.Err())
	}
}

func TestScannerReturnsPartsOfTheText(t *testing.T) {
	s := jsontext.NewScanner([]byte(`{"k\n": [ 12 , "v" ]}`))
	s.Take('{')
	key, escaped := s.Key()
	if string(key) != `k\n` || !escaped {
		t.Errorf("Key() = %q, %v", key, escaped)
	}
	s.Peek()
	mark := s.Pos()
	s.Skip(1)
	if got := string(s.Since(mark)); got != `[ 12 , "v" ]` {
		t.Errorf("Since = %q", got)
	}
	s.Rewind(mark)
	s.Take('[')
	if got := string(s.Number()); got != "12" {
		t.Errorf("after Rewind: Number() = %q", got)
	}
	if s.End() {
		t.Error("End() = true in the middle")
	}
}

func TestMember(t *testing.T) {
	tests := []struct {
		why, text, name string
		first, want     bool
	}{
		{"the first", `"id":1`, "id", true, true},
		{"another one", `,"id":1`, "id", false, true},
		{"an empty name", `"":1`, "", true, true},
		{"an open text", `"id":`, "id", true, true},
		{"another name", `"is":1`, "id", true, false},
		{"a longer name", `"ids":1`, "id", true, false},
		{"a shorter name", `"i":1`, "id", true, false},
		{"a comma in front of the first", `,"id":1`, "id", true, false},
		{"no comma in front of another one", `"id":1`, "id", false, false},
		{"another separator", `;"id":1`, "id", false, false},
		{"space before", ` "id":1`, "id", true, false},
		{"space behind the comma", `, "id":1`, "id", false, false},
		{"space before the colon", `"id" :1`, "id", true, false},
		{"an escape", `"\u0069d":1`, "id", true, false},
		{"a name that has to be escaped", `"a\n":1`, `a\n`, true, false},
		{"a name with a quote", `"a"b":1`, `a"b`, true, false},
		{"a name with a control character", "\"a\tb\":1", "a\tb", true, false},
		{"a name that is not ASCII", `"ä":1`, "ä", true, false},
		{"a cut text", `"id"`, "id", true, false},
		{"no text", ``, "id", false, false},
	}
	for _, test := range tests {
		s := jsontext.NewScanner([]byte(test.text))
		got := s.Member(test.first, test.name)
		if got != test.want || s.Err() != nil {
			t.Errorf("%s: Member = %v, %v, want %v", test.why, got, s.Err(), test.want)
		}
		if got && s.Pos() != strings.IndexByte(test.text, ':')+1 {
			t.Errorf("%s: Pos = %d", test.why, s.Pos())
		}
		if !got && s.Pos() != 0 {
			t.Errorf("%s: Pos = %d, although nothing was taken", test.why, s.Pos())
		}
	}
}
