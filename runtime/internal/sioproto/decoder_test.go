package sioproto_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

func TestTextRefuses(t *testing.T) {
	args := func(n int) string { return `["e"` + strings.Repeat(",0", n) + `]` }
	tests := []struct {
		why, text string
		want      error
	}{
		{"empty message", ``, sioproto.ErrHeader},
		{"unknown type", `7`, sioproto.ErrHeader},
		{"type that is no digit", `a`, sioproto.ErrHeader},

		{"S01 word", `abc`, sioproto.ErrHeader},
		{"S01 object", `2{}`, sioproto.ErrPayload},
		{"S01 text before the array", `2abc["x"]`, sioproto.ErrPayload},
		{"S01 empty array", `2[]`, sioproto.ErrPayload},
		{"S01 no payload", `2`, sioproto.ErrPayload},
		{"ack without payload", `31`, sioproto.ErrPayload},
		{"ack of an object", `31{}`, sioproto.ErrPayload},
		{"connect with null", `0null`, sioproto.ErrPayload},
		{"connect with an array", `0[]`, sioproto.ErrPayload},
		{"connect with a string", `0""`, sioproto.ErrPayload},
		{"connect with an id", `01{}`, sioproto.ErrPayload},
		{"disconnect with a payload", `1{}`, sioproto.ErrPayload},
		{"connect error without payload", `4`, sioproto.ErrPayload},
		{"connect error of an array", `4[]`, sioproto.ErrPayload},

		{"S02 text behind the array", `2["e",1]xyz`, sioproto.ErrPayload},
		{"S02 two arrays", `2["e"]["e"]`, sioproto.ErrPayload},
		{"S02 comma", `2["e",]`, sioproto.ErrPayload},
		{"S02 comment", `2["e"/**/]`, sioproto.ErrPayload},
		{"S02 NaN", `2["e",NaN]`, sioproto.ErrPayload},
		{"S02 hexadecimal", `2["e",0x10]`, sioproto.ErrPayload},
		{"S02 leading zero", `2["e",012]`, sioproto.ErrPayload},
		{"S02 raw NUL", "2[\"e\x00\"]", sioproto.ErrPayload},
		{"S02 escape", `2["\x41"]`, sioproto.ErrPayload},
		{"S02 in an ack", `31["e",]`, sioproto.ErrPayload},
		{"S02 in a connect", `0{"a":1}x`, sioproto.ErrPayload},

		{"S03 object as name", `2[{"toString":"foo"}]`, sioproto.ErrPayload},
		{"S03 null as name", `2[null]`, sioproto.ErrPayload},
		{"S03 array as name", `2[["e"]]`, sioproto.ErrPayload},
		{"S03 true as name", `2[true]`, sioproto.ErrPayload},
		{"S03 number as name", `2[5]`, sioproto.ErrPayload},

		{"S04 connect", `2["connect"]`, sioproto.ErrReservedName},
		{"S04 connect_error", `2["connect_error",1]`, sioproto.ErrReservedName},
		{"S04 disconnect", `2["disconnect"]`, sioproto.ErrReservedName},
		{"S04 disconnecting", `2["disconnecting"]`, sioproto.ErrReservedName},
		{"S04 newListener", `2["newListener"]`, sioproto.ErrReservedName},
		{"S04 removeListener", `2["removeListener"]`, sioproto.ErrReservedName},
		{"S04 spelt with an escape", `2["conn\u0065ct"]`, sioproto.ErrReservedName},

		{"S06 event", `2["e",` + strings.Repeat("[", 65) + strings.Repeat("]", 65) + `]`, sioproto.ErrDepth},
		{"S06 ack", `31[` + strings.Repeat("[", 490_000), sioproto.ErrDepth},
		{"S06 auth", `0` + strings.Repeat(`{"a":`, 5_000), sioproto.ErrDepth},

		{"S07 one argument too many", `2` + args(65), sioproto.ErrTooManyArgs},
		{"S07 480,000 in an ack", `31` + args(480_000), sioproto.ErrTooManyArgs},

		{"S09 sign", `2-1["x"]`, sioproto.ErrPayload},
		{"S09 fraction", `21.5["x"]`, sioproto.ErrPayload},
		{"S09 hexadecimal", `20x10["x"]`, sioproto.ErrPayload},
		{"S09 2^64", `218446744073709551616["x"]`, sioproto.ErrID},
		{"S09 30 digits", `2` + strings.Repeat("9", 30) + `["x"]`, sioproto.ErrID},
		{"S09 100,000 digits", `2` + strings.Repeat("1", 100_000) + `["x"]`, sioproto.ErrID},
		{"S09 space", `21 ["x"]`, sioproto.ErrPayload},
		{"S09 space in front", `2 1["x"]`, sioproto.ErrPayload},
		{"S09 byte order mark", "2\ufeff[\"x\"]", sioproto.ErrPayload},
		{"S09 other digits", `2٣["x"]`, sioproto.ErrPayload},

		{"P10 name", "2[\"\xff\xfe\"]", sioproto.ErrPayload},
		{"P10 raw surrogate", "2[\"e\",\"\xed\xa0\x80\"]", sioproto.ErrPayload},
		{"P10 namespace", "0/\xff,", sioproto.ErrNamespace},
		{"P09 separator in a namespace", "0/a\x1e42[\"x\"],", sioproto.ErrNamespace},
		{"N03 long namespace", `0/` + strings.Repeat("a", 900_000), sioproto.ErrNamespace},

		{"B01 array for a count", `5[`, sioproto.ErrAttachmentCount},
		{"B01 no digits", `5-["e"]`, sioproto.ErrAttachmentCount},
		{"B01 nothing", `5`, sioproto.ErrAttachmentCount},
		{"B01 negative", `5-1-["e"]`, sioproto.ErrAttachmentCount},
		{"B01 fraction", `51.5-["e"]`, sioproto.ErrAttachmentCount},
		{"B01 letters", `5abc-["e"]`, sioproto.ErrAttachmentCount},
		{"B01 1e9", `51e9-["e"]`, sioproto.ErrAttachmentCount},
		{"B01 1,000,000,000", `51000000000-["e"]`, sioproto.ErrAttachmentCount},
		{"B01 2^31", `52147483648-["e"]`, sioproto.ErrAttachmentCount},
		{"B01 22 digits", `51234567890123456789012-["e"]`, sioproto.ErrAttachmentCount},
		{"B01 no hyphen", `51["e"]`, sioproto.ErrAttachmentCount},
		{"B01 only digits", `51`, sioproto.ErrAttachmentCount},
		{"B02 eleven", `511-["e"]`, sioproto.ErrAttachmentCount},
		{"B02 in an ack", `6100-1[]`, sioproto.ErrAttachmentCount},
		{"B03 none", `50-["e"]`, sioproto.ErrAttachmentCount},

		{"B05 beyond the last", `51-["e",{"_placeholder":true,"num":5}]`, sioproto.ErrPlaceholder},
		{"B05 negative", `51-["e",{"_placeholder":true,"num":-1}]`, sioproto.ErrPlaceholder},
		{"B05 fraction", `51-["e",{"_placeholder":true,"num":0.5}]`, sioproto.ErrPlaceholder},
		{"B05 huge", `51-["e",{"_placeholder":true,"num":1e99}]`, sioproto.ErrPlaceholder},
		{"B05 2^64", `51-["e",{"_placeholder":true,"num":18446744073709551616}]`, sioproto.ErrPlaceholder},
		{"B05 string", `51-["e",{"_placeholder":true,"num":"0"}]`, sioproto.ErrPlaceholder},
		{"B05 method", `51-["e",{"_placeholder":true,"num":"splice"}]`, sioproto.ErrPlaceholder},
		{"B05 null", `51-["e",{"_placeholder":true,"num":null}]`, sioproto.ErrPlaceholder},
		{"B05 array", `51-["e",{"_placeholder":true,"num":[0]}]`, sioproto.ErrPlaceholder},
		{"B05 true", `51-["e",{"_placeholder":true,"num":true}]`, sioproto.ErrPlaceholder},
		{"B06 mark is not true", `51-["e",{"_placeholder":1,"num":0}]`, sioproto.ErrPlaceholder},
		{"placeholder as name", `51-[` + placeholder + `]`, sioproto.ErrPayload},
		{"attachment not used", `52-["e",` + placeholder + `]`, sioproto.ErrPlaceholder},
		{"B08 used twice", `51-["e",` + placeholder + `,` + placeholder + `]`, sioproto.ErrPlaceholder},
		{"B08 used 3,000 times", `51-["e",[0` + strings.Repeat(","+placeholder, 3_000) + `]]`, sioproto.ErrPlaceholder},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			var d sioproto.Decoder
			p, err := d.Text([]byte(test.text))
			if p != nil || !errors.Is(err, test.want) || d.Pending() {
				t.Errorf("Text(%.60q) = %v, %v, pending %v; want %v", test.text, p, err, d.Pending(), test.want)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	tests := []struct {
		why    string
		limits sioproto.Limits
		accept string
		refuse string
		want   error
	}{
		{"arguments", sioproto.Limits{Args: 2}, `2["e",1,2]`, `2["e",1,2,3]`, sioproto.ErrTooManyArgs},
		{"arguments of an ack", sioproto.Limits{Args: 2}, `31[1,2]`, `31[1,2,3]`, sioproto.ErrTooManyArgs},
		{"namespace", sioproto.Limits{Namespace: 3}, `0/ab`, `0/abc`, sioproto.ErrNamespace},
		{"depth", sioproto.Limits{Depth: 2}, `2["e",[[]]]`, `2["e",[[[]]]]`, sioproto.ErrDepth},
		{"depth of auth", sioproto.Limits{Depth: 2}, `0{"a":[]}`, `0{"a":[[]]}`, sioproto.ErrDepth},
		{"depth beyond our default", sioproto.Limits{Depth: 70}, `2["e",` + strings.Repeat("[", 70) + strings.Repeat("]", 70) + `]`, `2["e",` + strings.Repeat("[", 71), sioproto.ErrDepth},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			d := sioproto.Decoder{Limits: test.limits}
			if _, err := d.Text([]byte(test.accept)); err != nil {
				t.Errorf("Text(%q) = %v", test.accept, err)
			}
			if _, err := d.Text([]byte(test.refuse)); !errors.Is(err, test.want) {
				t.Errorf("Text(%q) = %v, want %v", test.refuse, err, test.want)
			}
		})
	}
}

func TestAttachments(t *testing.T) {
	const two = `52-["e",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]`

	t.Run("B02 bytes together", func(t *testing.T) {
		d := sioproto.Decoder{Limits: sioproto.Limits{AttachmentBytes: 10}}
		if _, err := d.Text([]byte(two)); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Binary(make([]byte, 6)); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Binary(make([]byte, 5)); !errors.Is(err, sioproto.ErrAttachmentBytes) {
			t.Errorf("the eleventh byte: %v", err)
		}
		if d.Pending() {
			t.Error("B11 the packet is still held")
		}
		if _, err := d.Text([]byte(two)); err != nil {
			t.Fatal(err)
		}
		d.Binary(make([]byte, 6))
		if p, err := d.Binary(make([]byte, 4)); p == nil {
			t.Errorf("exactly the limit, counted anew: %v", err)
		}
	})
	t.Run("B02 count is settable", func(t *testing.T) {
		d := sioproto.Decoder{Limits: sioproto.Limits{Attachments: 1}}
		if _, err := d.Text([]byte(two)); !errors.Is(err, sioproto.ErrAttachmentCount) {
			t.Errorf("two attachments of one: %v", err)
		}
	})
	t.Run("B07 text while attachments are due", func(t *testing.T) {
		var d sioproto.Decoder
		d.Text([]byte(two))
		if p, err := d.Text([]byte(`2["x"]`)); p != nil || !errors.Is(err, sioproto.ErrUnexpectedText) {
			t.Errorf("Text = %v, %v", p, err)
		}
		if d.Pending() {
			t.Error("B11 the packet is still held")
		}
	})
	t.Run("B07 unannounced and one too many", func(t *testing.T) {
		var d sioproto.Decoder
		if _, err := d.Binary(nil); !errors.Is(err, sioproto.ErrUnexpectedBinary) {
			t.Errorf("first: %v", err)
		}
		decode(t, &d, two, [][]byte{{1}, {2}})
		if _, err := d.Binary(nil); !errors.Is(err, sioproto.ErrUnexpectedBinary) {
			t.Errorf("third: %v", err)
		}
	})
	t.Run("order is that of the messages", func(t *testing.T) {
		p := decode(t, new(sioproto.Decoder), two, [][]byte{{1}, {}})
		if diff := cmp.Diff([][]byte{{1}, {}}, p.Attachments); diff != "" {
			t.Errorf("attachments (-want +got):\n%s", diff)
		}
	})
	t.Run("B10 every prefix", func(t *testing.T) {
		for n := range len(two) {
			var d sioproto.Decoder
			if p, err := d.Text([]byte(two[:n])); p != nil || err == nil || d.Pending() {
				t.Errorf("Text(%q) = %v, %v", two[:n], p, err)
			}
		}
	})
}

func TestDecoderKeepsNoInput(t *testing.T) { // W15
	var d sioproto.Decoder
	text, binary := []byte(`51-/ns,["e",`+placeholder+`]`), []byte{1, 2, 3}
	d.Text(text)
	clear(text)
	p, err := d.Binary(binary)
	if err != nil {
		t.Fatal(err)
	}
	clear(binary)
	want := &sioproto.Packet{
		Type: sioproto.Event, Namespace: "/ns",
		Data:        []byte(`["e",` + placeholder + `]`),
		Attachments: [][]byte{{1, 2, 3}},
	}
	if diff := cmp.Diff(want, p, onWire); diff != "" {
		t.Errorf("after the buffers were used again (-want +got):\n%s", diff)
	}
}

func TestAccept(t *testing.T) {
	refused := errors.New("not joined")
	var got []sioproto.Header
	d := sioproto.Decoder{Accept: func(h sioproto.Header) error {
		got = append(got, h)
		if h.Namespace != "/in" {
			return refused
		}
		return nil
	}}
	// B04: neither the payload is looked at nor anything kept.
	if _, err := d.Text([]byte(`510-/out,7[`)); !errors.Is(err, refused) || d.Pending() {
		t.Errorf("binary event for another namespace: %v, pending %v", err, d.Pending())
	}
	if p, err := d.Text([]byte(`2/in,["e"]`)); p == nil {
		t.Errorf("event for a namespace that is joined: %v", err)
	}
	want := []sioproto.Header{
		{Type: sioproto.Event, Attachments: 10, Namespace: "/out", ID: 7, HasID: true},
		{Type: sioproto.Event, Namespace: "/in"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("headers (-want +got):\n%s", diff)
	}
}

func TestNameAndArgs(t *testing.T) {
	long := strings.Repeat("long", 100)
	var d sioproto.Decoder // one for all: what it keeps must not leak into the next packet
	for _, tt := range []struct {
		text string
		name string
		args []string
	}{
		{`2[ "a\n" , 1 ,{"b": [2]}, "x" ]`, "a\n", []string{`1`, `{"b": [2]}`, `"x"`}},
		{`2["e"]`, "e", nil},
		{`2["e",{}]`, "e", []string{`{}`}},
		{`2["` + long + `",1]`, long, []string{`1`}},
		{`2["e",2]`, "e", []string{`2`}},
		{`2["",3]`, "", []string{`3`}},
		{`31[{"ok":true}, null]`, "", []string{`{"ok":true}`, `null`}},
		{`31[]`, "", nil},
		{`0{"a":1}`, "", nil},
	} {
		p := decode(t, &d, tt.text, nil)
		var args []string
		for _, a := range p.Args {
			args = append(args, string(a))
		}
		if diff := cmp.Diff(tt.args, args); p.Name != tt.name || diff != "" {
			t.Errorf("Text(%.40q): name %.40q, want %.40q, arguments (-want +got):\n%s", tt.text, p.Name, tt.name, diff)
		}
	}
}

func TestArgsRefused(t *testing.T) {
	for _, data := range []string{``, `[]`, `{}`, `[1]`, `["e"`, `["e" 1]`, `["e",]`, `["e"]x`, strings.Repeat("[", 1_000_000)} {
		if p, err := new(sioproto.Decoder).Text([]byte("2" + data)); err == nil {
			t.Errorf("event %.20q: %q, %q", data, p.Name, p.Args)
		}
	}
	for _, data := range []string{``, `{}`, `[1`, `[1 2]`, `[,]`, `[1]x`, `["x"`} {
		if p, err := new(sioproto.Decoder).Text([]byte("31" + data)); err == nil {
			t.Errorf("ack %q: %q", data, p.Args)
		}
	}
}

// A packet that was released leaves nothing behind in the next one.
func TestRelease(t *testing.T) {
	var d sioproto.Decoder
	decode := func(text string, attachments ...string) *sioproto.Packet {
		t.Helper()
		p, err := d.Text([]byte(text))
		for _, a := range attachments {
			p, err = d.Binary([]byte(a))
		}
		if err != nil || p == nil {
			t.Fatalf("%s: %v, %v", text, p, err)
		}
		return p
	}
	p := decode(`51-/a,7["first",{"_placeholder":true,"num":0},2,3]`, "bytes")
	attachment := p.Attachments[0]
	p.Release()
	for range 10 {
		want := &sioproto.Packet{
			Type: sioproto.Event, Namespace: "/", Data: []byte(`["b",1]`), Name: "b", Args: [][]byte{[]byte("1")},
		}
		p := decode(`2["b",1]`)
		if diff := cmp.Diff(want, p); diff != "" {
			t.Errorf("behind a released packet (-want +got):\n%s", diff)
		}
		p.Release()
	}
	if got := string(attachment); got != "bytes" {
		t.Errorf("the attachment of a released packet is %q", got)
	}
}
