package sioproto_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

const placeholder = `{"_placeholder":true,"num":0}`

// samples are the packets of PROTOCOL.md 2.1 without the Engine.IO digit.
var samples = []struct {
	why    string
	text   string
	packet sioproto.Packet
}{
	{"connect", `0`, sioproto.Packet{Type: sioproto.Connect, Namespace: "/"}},
	{
		"connect with auth", `0{"token":"123"}`,
		sioproto.Packet{Type: sioproto.Connect, Namespace: "/", Data: []byte(`{"token":"123"}`)},
	},
	{"connect to a namespace", `0/admin,`, sioproto.Packet{Type: sioproto.Connect, Namespace: "/admin"}},
	{
		"accepted", `0{"sid":"wZX3oN0bSVIhsaknAAAI","pid":"x"}`,
		sioproto.Packet{Type: sioproto.Connect, Namespace: "/", Data: []byte(`{"sid":"wZX3oN0bSVIhsaknAAAI","pid":"x"}`)},
	},
	{
		"refused", `4/deny,{"message":"nope"}`,
		sioproto.Packet{Type: sioproto.ConnectError, Namespace: "/deny", Data: []byte(`{"message":"nope"}`)},
	},
	{
		"refused with a string", `4"nope"`,
		sioproto.Packet{Type: sioproto.ConnectError, Namespace: "/", Data: []byte(`"nope"`)},
	},
	{
		"event", `2["x",1,{"a":[]}]`,
		sioproto.Packet{Type: sioproto.Event, Namespace: "/", Data: []byte(`["x",1,{"a":[]}]`)},
	},
	{
		"event in a namespace", `2/admin,["x"]`,
		sioproto.Packet{Type: sioproto.Event, Namespace: "/admin", Data: []byte(`["x"]`)},
	},
	{
		"event that wants an ack", `212["foo"]`,
		sioproto.Packet{Type: sioproto.Event, Namespace: "/", ID: 12, HasID: true, Data: []byte(`["foo"]`)},
	},
	{
		"ack 0", `3/admin,0[]`,
		sioproto.Packet{Type: sioproto.Ack, Namespace: "/admin", HasID: true, Data: []byte(`[]`)},
	},
	{
		"ack without id", `3["x"]`,
		sioproto.Packet{Type: sioproto.Ack, Namespace: "/", Data: []byte(`["x"]`)},
	},
	{
		"binary event", `51-["baz",` + placeholder + `]`,
		sioproto.Packet{
			Type: sioproto.Event, Namespace: "/",
			Data:        []byte(`["baz",` + placeholder + `]`),
			Attachments: [][]byte{{1, 2}},
		},
	},
	{
		"binary ack", `61-/admin,9[` + placeholder + `]`,
		sioproto.Packet{
			Type: sioproto.Ack, Namespace: "/admin", ID: 9, HasID: true,
			Data:        []byte(`[` + placeholder + `]`),
			Attachments: [][]byte{{3}},
		},
	},
	{"disconnect", `1`, sioproto.Packet{Type: sioproto.Disconnect, Namespace: "/"}},
	{"disconnect from a namespace", `1/admin,`, sioproto.Packet{Type: sioproto.Disconnect, Namespace: "/admin"}},
	{
		"id beyond 2^53", `29007199254740993["x"]`,
		sioproto.Packet{Type: sioproto.Event, Namespace: "/", ID: 9007199254740993, HasID: true, Data: []byte(`["x"]`)},
	},
	{
		"largest id", `218446744073709551615["x"]`,
		sioproto.Packet{Type: sioproto.Event, Namespace: "/", ID: 1<<64 - 1, HasID: true, Data: []byte(`["x"]`)},
	},
}

func TestAppend(t *testing.T) { // S09
	for _, sample := range samples {
		t.Run(sample.why, func(t *testing.T) {
			got := string(sioproto.Append([]byte("4"), &sample.packet))
			if got != "4"+sample.text {
				t.Errorf("Append = %s, want 4%s", got, sample.text)
			}
		})
	}
	if got := string(sioproto.Append(nil, &sioproto.Packet{Type: sioproto.Disconnect})); got != "1" {
		t.Errorf("Append without a namespace = %s, want 1", got)
	}
}

// decode feeds p's text and attachments to d.
// onWire compares packets without what is read in their Data.
var onWire = cmpopts.IgnoreFields(sioproto.Packet{}, "Name", "Args")

func decode(t *testing.T, d *sioproto.Decoder, text string, attachments [][]byte) *sioproto.Packet {
	t.Helper()
	p, err := d.Text([]byte(text))
	for _, b := range attachments {
		if p != nil || err != nil || !d.Pending() {
			t.Fatalf("Text(%q) = %v, %v, pending %v before the last attachment", text, p, err, d.Pending())
		}
		p, err = d.Binary(b)
	}
	if err != nil || d.Pending() {
		t.Fatalf("Text(%q) = %v, pending %v", text, err, d.Pending())
	}
	return p
}

func TestDecode(t *testing.T) {
	var d sioproto.Decoder // one for all: what it keeps must not leak into the next packet
	for _, sample := range samples {
		t.Run(sample.why, func(t *testing.T) {
			got := decode(t, &d, sample.text, sample.packet.Attachments)
			if diff := cmp.Diff(&sample.packet, got, onWire); diff != "" {
				t.Errorf("Text(%q) (-want +got):\n%s", sample.text, diff)
			}
		})
	}
}

func TestDecodeTakesWhatClientsWrite(t *testing.T) {
	tests := []struct {
		why, text string
		want      sioproto.Packet
	}{
		{
			"namespace without a comma", `0/admin`,
			sioproto.Packet{Type: sioproto.Connect, Namespace: "/admin"},
		},
		{
			"zeros before an id", `2007["x"]`,
			sioproto.Packet{Type: sioproto.Event, Namespace: "/", ID: 7, HasID: true, Data: []byte(`["x"]`)},
		},
		{
			"B06 placeholder in a text event", `2["x",` + placeholder + `]`,
			sioproto.Packet{Type: sioproto.Event, Namespace: "/", Data: []byte(`["x",` + placeholder + `]`)},
		},
		{
			"S04 error is a name like others", `2["error"]`,
			sioproto.Packet{Type: sioproto.Event, Namespace: "/", Data: []byte(`["error"]`)},
		},
		{
			"S05 names of object members", `2/__proto__,["constructor",{"__proto__":{}}]`,
			sioproto.Packet{Type: sioproto.Event, Namespace: "/__proto__", Data: []byte(`["constructor",{"__proto__":{}}]`)},
		},
		{
			"N01 odd namespaces are for the caller to refuse", "0/auth\x00?a=b,{}",
			sioproto.Packet{Type: sioproto.Connect, Namespace: "/auth\x00?a=b", Data: []byte(`{}`)},
		},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			got := decode(t, new(sioproto.Decoder), test.text, nil)
			if diff := cmp.Diff(&test.want, got, onWire); diff != "" {
				t.Errorf("Text(%q) (-want +got):\n%s", test.text, diff)
			}
		})
	}
}

func TestTypeString(t *testing.T) {
	if got := sioproto.ConnectError.String() + " " + sioproto.Type(9).String(); got != "CONNECT_ERROR Type(9)" {
		t.Errorf("names = %s", got)
	}
}
