package wire_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/wire"
)

type plainBase struct {
	Token string `json:"token"`
}

// plain is a type that encoding/json reads.
type plain struct {
	plainBase
	Name   string
	At     time.Time `json:"at,omitempty"`
	Hidden string    `json:"-"`
	Next   *plain
	List   []plain          `json:"list"`
	Map    map[string]plain `json:"map"`
	Any    any              `json:"any"`
	Raw    json.RawMessage  `json:"raw"`
	X      int              `json:"x"`
	LargeX int              `json:"X"`
}

// S15: an object that names a field twice, in whatever case, is refused, for
// somebody else may have taken the other value.
func TestMembersGivenTwice(t *testing.T) {
	tests := []struct {
		text, want string
	}{
		{`{"token":"a","Name":"b","at":"2026-01-02T03:04:05Z"}`, ""},
		{`{"TOKEN":"a","name":"b"}`, ""}, // once each
		{`{"token":"a","TOKEN":"b"}`, "TOKEN must not be given twice"},
		{`{"token":"a","token":"a"}`, "token must not be given twice"},
		{`{"token":"a","to\u212aen":"b"}`, `["to\u212aen"] must not be given twice`},
		{`{"token":"a","t\u006fken":"b"}`, "token must not be given twice"},
		{`{"x":1,"X":2}`, ""}, // two fields
		{`{"x":1,"X":2,"x":3}`, "x must not be given twice"},
		{`{"Hidden":1,"hidden":2,"other":1,"other":2}`, ""}, // no fields
		{`{"Next":{"Next":{"name":"a","NAME":"b"}}}`, "Next.Next.NAME must not be given twice"},
		{`{"list":[{"x":1},{"x":1,"x":2}]}`, "list[1].x must not be given twice"},
		{`{"map":{"a":{"x":1},"A":{"x":1}}}`, ""}, // keys of a map have their case
		{`{"map":{"a b":{"x":1,"x":2}}}`, `map["a b"].x must not be given twice`},
		{`{"any":{"a":1,"A":2},"raw":{"a":1,"A":2}}`, ""}, // nothing is left out of these
		{`{"Next":null,"list":null,"map":null}`, ""},
		{`{"Name":1,"name":2}`, "name must not be given twice"}, // said before what is wrong with the values
	}
	for _, tt := range tests {
		var got plain
		err := wire.Unmarshal([]byte(tt.text), nil, &got, wire.Options{})
		message := ""
		if err != nil {
			message = strings.TrimPrefix(err.Error(), "wire: invalid payload: ")
		}
		if message != tt.want {
			t.Errorf("%s: %s, want %s", tt.text, message, tt.want)
		}
		if err != nil && !cmp.Equal(got, plain{}, cmp.AllowUnexported(plain{})) {
			t.Errorf("%s: %+v was stored", tt.text, got)
		}
	}
}
