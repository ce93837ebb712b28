package jsontext_test

import (
	"testing"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

func TestAppendString(t *testing.T) {
	tests := []struct{ why, text, want string }{
		{"nothing", "", `""`},
		{"plain", "abc", `"abc"`},
		{"quotes", `a"\b`, `"a\"\\b"`},
		{"controls", "\n\r\t\x00\x1b\x7f", `"\n\r\t\u0000\u001b` + "\x7f" + `"`},
		{"characters stay", "é€😀\u2028\uffff", "\"é€😀\u2028\uffff\""},
		{"P09 record separator", "a\x1e42[\"x\"]", `"a\u001e42[\"x\"]"`},
		{"P10 bytes that are no UTF-8", "a\xffb\xed\xa0\x80", "\"a\ufffdb\ufffd\ufffd\ufffd\""},
		{"cut sequence at the end", "a\xe2\x82", "\"a\ufffd\ufffd\""},
		{"U+FFFD itself", "\ufffd", "\"\ufffd\""},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			got := string(jsontext.AppendString([]byte(`[`), test.text))
			if got != "["+test.want {
				t.Errorf("AppendString(%q) = %s, want [%s", test.text, got, test.want)
			}
			if got := string(jsontext.AppendString(nil, []byte(test.text))); got != test.want {
				t.Errorf("of bytes: %s, want %s", got, test.want)
			}
		})
	}
}

func TestAppendUnescaped(t *testing.T) {
	tests := []struct{ why, raw, want string }{
		{"nothing", ``, ""},
		{"short forms", `\"\\\/\b\f\n\r\t`, "\"\\/\b\f\n\r\t"},
		{"upper and lower case", `\u00e9\u00E9`, "éé"},
		{"S16 NUL", `a\u0000b`, "a\x00b"},
		{"S16 pair", `\ud83d\ude00`, "😀"},
		{"S16 high alone", `\ud83dx`, "\ufffdx"},
		{"S16 high at the end", `\ud83d`, "\ufffd"},
		{"S16 low alone", `\ude00`, "\ufffd"},
		{"S16 high, then another escape", `\ud83d\n`, "\ufffd\n"},
		{"S16 high, then a character that is no surrogate", `\ud83d\u0041`, "\ufffdA"},
		{"S16 wrong order", `\ude00\ud83d`, "\ufffd\ufffd"},
		{"S16 two highs and a low", `\ud83d\ud83d\ude00`, "\ufffd😀"},
		{"characters between escapes", `é\n€`, "é\n€"},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			got := string(jsontext.AppendUnescaped([]byte("<"), []byte(test.raw)))
			if got != "<"+test.want {
				t.Errorf("AppendUnescaped(%s) = %q, want %q", test.raw, got, "<"+test.want)
			}
		})
	}
}

func TestInteger(t *testing.T) {
	tests := []struct {
		number   string
		size     uint64
		negative bool
		ok       bool
	}{
		{"0", 0, false, true},
		{"-0", 0, true, true},
		{"-12", 12, true, true},
		{"9007199254740993", 9007199254740993, false, true}, // S14: 2^53+1 is not rounded
		{"18446744073709551615", 1<<64 - 1, false, true},
		{"18446744073709551616", 0, false, false},
		{"1.0", 1, false, true},
		{"1.50e1", 15, false, true},
		{"120e-1", 12, false, true},
		{"0.00e-400", 0, false, true},
		{"0e99999999999999999999", 0, false, true},
		{"1.5", 0, false, false},
		{"1e-1", 0, false, false},
		{"1e400", 0, false, false},
		{"1e99999999999999999999", 0, false, false},
		{"1e-99999999999999999999", 0, false, false},
		{"1.00000000000000000001", 0, false, false},
		{"", 0, false, false},
	}
	for _, test := range tests {
		t.Run(test.number, func(t *testing.T) {
			size, negative, ok := jsontext.Integer([]byte(test.number))
			if size != test.size || negative != test.negative || ok != test.ok {
				t.Errorf("Integer(%s) = %d, %v, %v; want %d, %v, %v",
					test.number, size, negative, ok, test.size, test.negative, test.ok)
			}
		})
	}
}
