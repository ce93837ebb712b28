package jsontext_test

import (
	"encoding/json"
	"errors"
	"strconv"
	"testing"
	"unicode/utf8"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

// FuzzCheck holds our reading of JSON against that of encoding/json, which
// differs in UTF-8 and depth only.
func FuzzCheck(f *testing.F) {
	for _, seed := range []string{
		`["e",1]`, `{"a":[1.5e3,"\ud83d\ude00",null]}`, `["e",1]xyz`, `[NaN]`, `[012]`, "[\"\xff\"]",
		`["\x41"]`, `[[[[[[`, `{"token":"wrong","TOKEN":"secret"}`, `1e400`, `"\ud800"`, "\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		err := jsontext.Check(text, jsontext.MaxDepth)
		if errors.Is(err, jsontext.ErrDepth) {
			return
		}
		if want := json.Valid(text) && utf8.Valid(text); (err == nil) != want {
			t.Errorf("Check(%q) = %v, encoding/json takes it: %v", text, err, want)
		}
	})
}

func FuzzString(f *testing.F) {
	for _, seed := range []string{"", "abc", "a\"\\\n\x1e\x00", "é\xff\u2028", "\xed\xa0\x80", "😀"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		quoted := jsontext.AppendString(nil, text)
		if err := jsontext.Check(quoted, 0); err != nil {
			t.Fatalf("AppendString(%q) = %s: %v", text, quoted, err)
		}
		var want string
		if err := json.Unmarshal(quoted, &want); err != nil {
			t.Fatal(err)
		}
		got := string(jsontext.AppendUnescaped(nil, quoted[1:len(quoted)-1]))
		if got != want || utf8.ValidString(text) && got != text {
			t.Errorf("%q came back as %q, encoding/json reads %q", text, got, want)
		}
	})
}

func FuzzInteger(f *testing.F) {
	for _, seed := range []string{
		"0", "-0", "-1", "-", "01", "1.", "1x", " 7 ", "1.50e1", "9007199254740993", "-999999999999999999",
		"1000000000000000000", "1e19", "1E5", "1e-5", "18446744073709551616", "00000000000000000000",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s := jsontext.NewScanner([]byte(text))
		digits := s
		number := s.Number()
		size, negative, ok := jsontext.Integer(number)
		if v, taken := digits.Digits(); taken && (!ok || digits.Pos() != s.Pos() || uint64(max(v, -v)) != size || v < 0 && !negative) {
			t.Errorf("Digits of %q = %d, Integer says %d, %v, %v", text, v, size, negative, ok)
		}
		if !s.End() {
			return
		}
		if v, err := strconv.ParseInt(string(number), 10, 64); err == nil {
			if got := int64(size); !ok || got != v && -got != v || negative != (number[0] == '-') {
				t.Errorf("Integer(%s) = %d, %v, %v", number, size, negative, ok)
			}
		}
		v, err := strconv.ParseFloat(string(number), 64)
		if ok && err == nil && float64(size) != max(v, -v) {
			t.Errorf("Integer(%s) = %d, as a float it is %g", number, size, v)
		}
	})
}
