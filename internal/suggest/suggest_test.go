package suggest_test

import (
	"strings"
	"testing"

	"github.com/rtgen/rtgen/internal/suggest"
)

func TestNearest(t *testing.T) {
	commands := []string{"generate", "help", "init", "version"}
	tests := []struct {
		name string
		want string
		why  string
	}{
		{name: "generate", want: "generate", why: "exact"},
		{name: "generat", want: "generate", why: "a letter is missing"},
		{name: "genrate", want: "generate"},
		{name: "inti", want: "init", why: "neighbours swapped"},
		{name: "INIT", want: "init", why: "case does not count"},
		{name: "deploy", want: ""},
		{name: "", want: ""},
		{name: strings.Repeat("generate", 10), want: "", why: "too long for a typing mistake"},
	}
	for _, tt := range tests {
		if got := suggest.Nearest(tt.name, commands); got != tt.want {
			t.Errorf("Nearest(%q) = %q, want %q (%s)", tt.name, got, tt.want, tt.why)
		}
	}
}
