package rt_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

func TestOpt(t *testing.T) {
	type payload struct {
		Note rt.Opt[string] `json:"note,omitzero"`
	}
	tests := []struct {
		text  string
		opt   rt.Opt[string]
		value string
		ok    bool
		null  bool
		zero  bool
	}{
		{`{}`, rt.Opt[string]{}, "", false, false, true},
		{`{"note":null}`, rt.Null[string](), "", false, true, false},
		{`{"note":""}`, rt.Some(""), "", true, false, false},
		{`{"note":"x"}`, rt.Some("x"), "x", true, false, false},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			text, err := json.Marshal(payload{tt.opt})
			if string(text) != tt.text || err != nil {
				t.Errorf("Marshal = %s, %v", text, err)
			}
			got := payload{Note: rt.Some("old")}
			if tt.zero {
				got.Note = rt.Opt[string]{}
			}
			if err := json.Unmarshal([]byte(tt.text), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.opt, got.Note, cmp.AllowUnexported(rt.Opt[string]{})); diff != "" {
				t.Errorf("Unmarshal (-want +got):\n%s", diff)
			}
			value, ok := got.Note.Get()
			if value != tt.value || ok != tt.ok || got.Note.IsNull() != tt.null || got.Note.IsZero() != tt.zero {
				t.Errorf("Get = %q, %t; IsNull = %t; IsZero = %t", value, ok, got.Note.IsNull(), got.Note.IsZero())
			}
		})
	}
}
