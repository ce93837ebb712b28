package wire_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/wire"
)

func TestPath(t *testing.T) {
	tests := []struct {
		path wire.Path
		text string
		json string
	}{
		{nil, "", `[]`},
		{wire.Path{}, "", `[]`},
		{wire.Path{"lines", 2, "qty"}, "lines[2].qty", `["lines",2,"qty"]`},
		{wire.Path{0, "_a-1"}, "[0]._a-1", `[0,"_a-1"]`},
		{wire.Path{"a", ""}, `a[""]`, `["a",""]`},
		{wire.Path{"\r\n\x1b[31m\u202e"}, `["\r\n\x1b[31m\u202e"]`, "[\"\\r\\n\\u001b[31m\u202e\"]"}, // S17
	}
	for _, test := range tests {
		t.Run(test.text, func(t *testing.T) {
			if got := test.path.String(); got != test.text {
				t.Errorf("String() = %s, want %s", got, test.text)
			}
			data, err := json.Marshal(wire.Issue{Path: test.path, Message: "m"})
			if want := `{"path":` + test.json + `,"message":"m"}`; err != nil || string(data) != want {
				t.Errorf("JSON = %s, %v; want %s", data, err, want)
			}
			var back wire.Issue
			if err := json.Unmarshal(data, &back); err != nil {
				t.Fatal(err)
			}
			if back.Path.String() != test.text {
				t.Errorf("came back as %s, want %s", back.Path, test.text)
			}
		})
	}
}

func TestError(t *testing.T) {
	err := &wire.Error{Issues: []wire.Issue{
		{Message: "must be an object"},
		{Path: wire.Path{"a", 0}, Message: "is required"},
	}}
	const want = "wire: invalid payload: must be an object; a[0] is required"
	if got := err.Error(); got != want {
		t.Errorf("Error() = %s, want %s", got, want)
	}
	data, _ := json.Marshal(err)
	const wantJSON = `{"issues":[{"path":[],"message":"must be an object"},{"path":["a",0],"message":"is required"}]}`
	if diff := cmp.Diff(wantJSON, string(data)); diff != "" {
		t.Errorf("JSON (-want +got):\n%s", diff)
	}
}
