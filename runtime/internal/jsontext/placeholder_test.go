package jsontext_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

func TestPlaceholders(t *testing.T) {
	const bad = true
	tests := []struct {
		why  string
		text string
		want []uint64
		bad  bool
	}{
		{"none", `["a",{"num":3},null]`, nil, false},
		{"depth first", `[{"_placeholder":true,"num":1},{"a":[{"num":0,"_placeholder":true}]}]`, []uint64{1, 0}, false},
		{"B06 mark is not true", `[{"_placeholder":1,"num":0},{"_placeholder":"true","num":0},{"_placeholder":false}]`, nil, false},
		{"mark spelt with an escape", `{"_pl\u0061ceholder":true,"num":7}`, []uint64{7}, false},
		{"B05 number out of every range", `{"_placeholder":true,"num":18446744073709551615}`, []uint64{1<<64 - 1}, false},
		{"B05 2^64", `{"_placeholder":true,"num":18446744073709551616}`, nil, bad},
		{"B05 negative", `{"_placeholder":true,"num":-1}`, nil, bad},
		{"B05 fraction", `{"_placeholder":true,"num":0.5}`, nil, bad},
		{"B05 huge", `{"_placeholder":true,"num":1e99}`, nil, bad},
		{"B05 string", `{"_placeholder":true,"num":"0"}`, nil, bad},
		{"B05 name of a method", `{"_placeholder":true,"num":"splice"}`, nil, bad},
		{"B05 null", `{"_placeholder":true,"num":null}`, nil, bad},
		{"B05 array", `{"_placeholder":true,"num":[0]}`, nil, bad},
		{"B05 true", `{"_placeholder":true,"num":true}`, nil, bad},
		{"B05 no number", `{"_placeholder":true}`, nil, bad},
		{"two numbers", `{"_placeholder":true,"num":0,"num":1}`, nil, bad},
		{"two marks", `{"_placeholder":true,"_placeholder":true,"num":0}`, nil, bad},
		{"another member", `{"_placeholder":true,"num":0,"x":1}`, nil, bad},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			var got []uint64
			err := jsontext.Placeholders([]byte(test.text), func(num uint64) error {
				got = append(got, num)
				return nil
			})
			if errors.Is(err, jsontext.ErrPlaceholder) != test.bad {
				t.Fatalf("Placeholders(%s) = %v, want an error: %v", test.text, err, test.bad)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("numbers (-want +got):\n%s", diff)
			}
			has := test.bad || len(test.want) > 0
			if got := jsontext.HasPlaceholder([]byte(test.text)); got != has {
				t.Errorf("HasPlaceholder(%s) = %v, want %v", test.text, got, has)
			}
		})
	}
}

func TestPlaceholdersStops(t *testing.T) {
	stop := errors.New("stop")
	calls := 0
	err := jsontext.Placeholders([]byte(`[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`),
		func(uint64) error {
			calls++
			return stop
		})
	if !errors.Is(err, stop) || calls != 1 {
		t.Errorf("err = %v after %d calls, want %v after 1", err, calls, stop)
	}
}

func TestPlaceholder(t *testing.T) {
	text := jsontext.AppendPlaceholder(nil, 12)
	if want := `{"_placeholder":true,"num":12}`; string(text) != want {
		t.Errorf("AppendPlaceholder = %s, want %s", text, want)
	}
	if num, ok := jsontext.Placeholder(text); num != 12 || !ok {
		t.Errorf("Placeholder(%s) = %d, %v", text, num, ok)
	}
	for _, text := range []string{`{}`, `{"a":{"_placeholder":true,"num":0}}`, `{"_placeholder":true,"num":-1}`} {
		if num, ok := jsontext.Placeholder([]byte(text)); ok {
			t.Errorf("Placeholder(%s) = %d, want none", text, num)
		}
	}
}
