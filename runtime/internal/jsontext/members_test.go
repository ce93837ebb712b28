package jsontext_test

import (
	"testing"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

func TestAppendMembers(t *testing.T) {
	tests := []struct{ object, want string }{
		{`{}`, `{"a":1}`},
		{"{ \t\r\n}", `{"a":1}`},
		{`{"b":2}`, `{"a":1,"b":2}`},
		{`{ "b": {} }`, `{"a":1,"b": {} }`},
	}
	for _, tt := range tests {
		if got := string(jsontext.AppendMembers([]byte(`{"a":1`), []byte(tt.object))); got != tt.want {
			t.Errorf("AppendMembers of %q = %s, want %s", tt.object, got, tt.want)
		}
	}
}
