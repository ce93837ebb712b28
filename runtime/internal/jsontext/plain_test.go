package jsontext_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

// Strings are read and written a word at a time. Here one odd byte stands at each
// place of strings of many lengths, alone and with another one behind it.
func TestOddBytesAtEachPlace(t *testing.T) {
	var odd []string
	for c := range 256 {
		odd = append(odd, string([]byte{byte(c)}))
	}
	odd = append(odd, `\"`, `\\`, `\n`, `\u00e9`, `\ud83d\ude00`, `\x`, `\`, "é", "€", "😀", "\u2028", "\xed\xa0\x80")
	for length := range 20 {
		for at := range length + 1 {
			for _, part := range odd {
				text := strings.Repeat("a", at) + part + strings.Repeat("b", length-at)
				checkRead(t, `"`+text+`"`)
				checkRead(t, `["`+text+`","`+text+`"]      `)
				checkWrite(t, text)
				checkWrite(t, text+part)
			}
		}
	}
}

func checkRead(t *testing.T, text string) {
	t.Helper()
	want := json.Valid([]byte(text)) && utf8.ValidString(text)
	if err := jsontext.Check([]byte(text), 1); (err == nil) != want {
		t.Errorf("Check(%q) = %v, encoding/json takes it: %v", text, err, want)
	}
}

func checkWrite(t *testing.T, text string) {
	t.Helper()
	got, valid := jsontext.AppendStringValid([]byte("x"), text)
	if want := "x" + slowString(text); string(got) != want || valid != utf8.ValidString(text) {
		t.Errorf("AppendStringValid(%q) = %s, %v, want %s", text, got, valid, want)
	}
	bytes, valid := jsontext.AppendStringValid([]byte("x"), []byte(text))
	if string(bytes) != string(got) || valid != utf8.ValidString(text) {
		t.Errorf("AppendStringValid of the bytes %q = %s, %v, want %s", text, bytes, valid, got)
	}
}

// slowString writes a string character by character.
func slowString(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r < ' ':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}

// FuzzAppendString holds the writing of strings against the slow way.
func FuzzAppendString(f *testing.F) {
	for _, seed := range []string{"", "0123456789", "01234567\n", "0123456\xff", "é23456789\"", "\x7f\x80"} {
		f.Add(seed)
	}
	f.Fuzz(checkWrite)
}
