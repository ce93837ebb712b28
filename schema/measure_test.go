package schema

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestParseRate(t *testing.T) {
	tests := []struct {
		text string
		want *Rate
	}{
		{"5/s", &Rate{5, time.Second, 5}},
		{"5/s burst 20", &Rate{5, time.Second, 20}},
		{"1/10s", &Rate{1, 10 * time.Second, 1}},
		{"100/m", &Rate{100, time.Minute, 100}},
		{"1000/h", &Rate{1000, time.Hour, 1000}},
		{"5/0s", nil},
		{"0/s", nil},
		{"5/ms", nil},
		{"5 / s", nil},
		{"5/s burst 0", nil},
		{"5/999999999h", nil},
		{"9999999999/s", nil},
		{"", nil},
	}
	for _, test := range tests {
		got, _ := parseRate(test.text)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("parseRate(%q) (-want +got):\n%s", test.text, diff)
		}
	}
}

func TestParseUnits(t *testing.T) {
	tests := []struct {
		text string
		read func(string) (int64, bool)
		want int64
		ok   bool
	}{
		{"512B", parseSize, 512, true},
		{"5MiB", parseSize, 5 << 20, true},
		{"5", parseSize, 0, false},
		{"5MB", parseSize, 0, false},
		{"5GiB", parseSize, 0, false},
		{"05B", parseSize, 0, false},
		{"-5B", parseSize, 0, false},
		{"8589934592MiB", parseSize, 1 << 53, true},
		{"8589934593MiB", parseSize, 0, false},
		{"999999999999999999999B", parseSize, 0, false},
		{"500ms", parseMillis, 500, true},
		{"2m", parseMillis, 120_000, true},
		{"1h", parseMillis, 3_600_000, true},
		{"1.5s", parseMillis, 0, false},
		{"1d", parseMillis, 0, false},
		{"", parseMillis, 0, false},
	}
	for _, test := range tests {
		if got, ok := test.read(test.text); got != test.want || ok != test.ok {
			t.Errorf("%q = %d, %t; want %d, %t", test.text, got, ok, test.want, test.ok)
		}
	}
}

func TestParseNumber(t *testing.T) {
	tests := []struct {
		text  string
		whole bool
		want  string // "" means refused
	}{
		{"0", true, "0"},
		{"-5", true, "-5"},
		{"9007199254740993", true, "9007199254740993"},
		{"1.5", false, "3/2"},
		{"-1.25e2", false, "-125"},
		{"1.5", true, ""},
		{"1e2", true, ""},
		{"010", true, ""},
		{"0x10", true, ""},
		{"1_000", true, ""},
		{"+1", true, ""},
		{".5", false, ""},
		{"1/3", false, ""},
		{"1e999999999", false, ""},
		{"NaN", false, ""},
		{"", false, ""},
	}
	for _, test := range tests {
		got, ok := parseNumber(test.text, test.whole)
		if ok != (test.want != "") || ok && got.RatString() != test.want {
			t.Errorf("parseNumber(%q, %t) = %v, want %q", test.text, test.whole, got, test.want)
		}
	}
}
