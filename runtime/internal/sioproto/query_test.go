package sioproto_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

func TestConnectWithQuery(t *testing.T) {
	tests := []struct{ why, text, namespace, auth string }{
		{"no name", `0`, "/", ``},
		{"name alone", `0/c,`, "/c", ``},
		{"without comma", `0/c?tok=9`, "/c", `{"tok":"9"}`},
		{"query", `0/c?tok=9,`, "/c", `{"tok":"9"}`},
		{"of the main namespace", `0/?tok=9,`, "/", `{"tok":"9"}`},
		{"order", `0/c?b=1&a=2,`, "/c", `{"b":"1","a":"2"}`},
		{"the last counts", `0/c?a=1&b=2&a=3,`, "/c", `{"a":"3","b":"2"}`},
		{"escapes", `0/c?a%20b=%E2%82%AC%2C+%22,`, "/c", `{"a b":"€, \""}`},
		{"bad escapes", `0/c?a=%zz&b=%,`, "/c", `{"a":"%zz","b":"%"}`},
		{"P10 invalid UTF-8", `0/c?a=%ff,`, "/c", `{"a":"�"}`},
		{"no value", `0/c?a&b=,`, "/c", `{"a":"","b":""}`},
		{"nothing between", `0/c?&&,`, "/c", `{}`},
		{"equals sign in a value", `0/c?a=b=c,`, "/c", `{"a":"b=c"}`},
		{"second question mark", `0/c?a=?,`, "/c", `{"a":"?"}`},
		{"S05 __proto__", `0/c?__proto__=1,`, "/c", `{"__proto__":"1"}`},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			want := &sioproto.Packet{Type: sioproto.Connect, Namespace: tt.namespace}
			if tt.auth != "" {
				want.Data = []byte(tt.auth)
			}
			got := decode(t, &sioproto.Decoder{Queries: true}, tt.text, nil)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("Text(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestConnectWithQueryRefuses(t *testing.T) {
	tests := []struct {
		why, text string
		want      error
	}{
		{"auth object", `0{"tok":"9"}`, sioproto.ErrPayload},
		{"comma alone", `0,`, sioproto.ErrPayload},
		{"auth object in a namespace", `0/c,{"tok":"9"}`, sioproto.ErrPayload},
		{"P09 separator in the name", "0/c\x1e?a=1", sioproto.ErrNamespace},
		{"P10 name", "0/c\xff?a=1", sioproto.ErrNamespace},
		{"N03 long namespace", `0/` + strings.Repeat("a", 512) + `?a=1`, sioproto.ErrNamespace},
		{"N03 long query", `0/c?` + strings.Repeat("a", 16<<10+1), sioproto.ErrNamespace},
		{"many parameters", `0/c?` + strings.Repeat("a&", 500_000), sioproto.ErrNamespace},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			d := sioproto.Decoder{Queries: true}
			if p, err := d.Text([]byte(tt.text)); !errors.Is(err, tt.want) {
				t.Errorf("Text(%.40q) = %v, %v, want %v", tt.text, p, err, tt.want)
			}
		})
	}
}

// TestQueriesLeaveOtherPacketsAlone wants a question mark to mean nothing where
// no query can be.
func TestQueriesLeaveOtherPacketsAlone(t *testing.T) {
	for _, tt := range []struct {
		queries bool
		text    string
		packet  sioproto.Packet
	}{
		{false, `0/c?tok=9,`, sioproto.Packet{Type: sioproto.Connect, Namespace: "/c?tok=9"}},
		{true, `2/c?a,["e"]`, sioproto.Packet{Type: sioproto.Event, Namespace: "/c?a", Data: []byte(`["e"]`)}},
		{true, `1/c,`, sioproto.Packet{Type: sioproto.Disconnect, Namespace: "/c"}},
	} {
		got := decode(t, &sioproto.Decoder{Queries: tt.queries}, tt.text, nil)
		if diff := cmp.Diff(&tt.packet, got, onWire); diff != "" {
			t.Errorf("Text(%q) (-want +got):\n%s", tt.text, diff)
		}
	}
}

func FuzzConnectWithQuery(f *testing.F) {
	for _, seed := range []string{
		"", ",", "/c,", "/c?tok=9,", "/?tok=9", "/c?b=1&a=2&b=3,", "/c?a%20b=%E2%82%AC%2C+%22,", "/c?a=%zz&b=%", "/c?a=%ff",
		"/c?&&=&", "{}", "/c,{}", "/c\x1e?a", "/c?\xff=\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, rest []byte) {
		d := sioproto.Decoder{Queries: true}
		p, err := d.Text(append([]byte("0"), rest...))
		if err != nil || len(p.Data) == 0 {
			return
		}
		var auth map[string]string
		if err := json.Unmarshal(p.Data, &auth); err != nil {
			t.Errorf("Text(%q): payload %q: %v", rest, p.Data, err)
		}
		checkAgain(t, p)
	})
}
