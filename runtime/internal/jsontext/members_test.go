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

func TestDoubled(t *testing.T) { // S15
	tests := []struct {
		object string
		want   bool
	}{
		{`{}`, false},
		{`{"a":1,"b":{"a":2},"c":[{"A":1,"a":2}]}`, false},
		{`{"a":1,"b":2,"a":1}`, true},
		{`{ "token" : 1 , "TOKEN" : 2 }`, true},
		{`{"token":1,"to\u212aen":2}`, true},
		{"{\"token\":1,\"to\u212aen\":2}", true},
		{`{"s":1,"\u017f":2}`, true},
		{`{"x":1,"\u0078":2}`, true},
		{`{"":1,"":2}`, true},
	}
	for _, tt := range tests {
		if got := jsontext.Doubled([]byte(tt.object)); got != tt.want {
			t.Errorf("Doubled(%s) = %v, want %v", tt.object, got, tt.want)
		}
	}
}
