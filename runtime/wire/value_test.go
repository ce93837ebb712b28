package wire_test

import (
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/wire"
)

// A probe is a Value made of single calls.
type probe struct {
	encode func(e *wire.Encoder)
	decode func(d *wire.Decoder)
	check  func(c *wire.Checker)
}

func (p *probe) EncodeWire(e *wire.Encoder) { p.encode(e) }
func (p *probe) DecodeWire(d *wire.Decoder) { p.decode(d) }

func (p *probe) CheckWire(c *wire.Checker) {
	if p.check != nil {
		p.check(c)
	}
}

// issues returns the issues of err as lines.
func issues(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	invalid, ok := errors.AsType[*wire.Error](err)
	if !ok {
		t.Fatalf("error is a %T, want *wire.Error: %v", err, err)
	}
	var lines []string
	for _, issue := range invalid.Issues {
		lines = append(lines, strings.TrimSpace(issue.Path.String()+" "+issue.Message))
	}
	return lines
}

func text(s string) *TextBody { return &TextBody{Text: s} }

var sampleOrder = Order{
	Body: Body{Text: &TextBody{Text: "a", Replies: []Body{
		{Image: &ImageBody{Alt: new("x"), Data: []byte{1, 2}}},
		{Image: &ImageBody{Data: []byte{3}}},
	}}},
	Level: LevelHigh,
	Lines: []Line{{SKU: "a", Qty: 1}, {SKU: "b", Qty: 2}},
	ETA:   new(time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC)),
	Note:  new("n"),
	Stock: map[string]int32{"b": 2, "a": 1, "é\n": 0},
	Meta:  json.RawMessage(`{"k":[1,null]}`),
}

const sampleOrderText = `{"body":{"kind":"text","text":"a","replies":[` +
	`{"kind":"image","alt":"x","data":{"_placeholder":true,"num":0}},` +
	`{"kind":"image","data":{"_placeholder":true,"num":1}}]},` +
	`"level":"high","lines":[{"sku":"a","qty":1},{"sku":"b","qty":2}],"eta":"2026-01-02T03:04:05.006Z",` +
	`"note":"n","stock":{"a":1,"b":2,"é\n":0},"meta":{"k":[1,null]}}`

func TestRoundTrip(t *testing.T) {
	data, attachments, err := wire.Marshal(&sampleOrder)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sampleOrderText, string(data)); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([][]byte{{1, 2}, {3}}, attachments); diff != "" {
		t.Errorf("attachments (-want +got):\n%s", diff)
	}
	var got Order
	if err := wire.Unmarshal(data, attachments, &got, wire.Options{RejectUnknown: true}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(sampleOrder, got, cmp.AllowUnexported(Body{})); diff != "" {
		t.Errorf("value (-want +got):\n%s", diff)
	}
}

func TestZeroAndEmpty(t *testing.T) {
	order := Order{Body: Body{Text: text("a")}, Level: LevelLow, Lines: []Line{{SKU: "a", Qty: 1}}}
	data, _, err := wire.Marshal(&order)
	const want = `{"body":{"kind":"text","text":"a"},"level":"low","lines":[{"sku":"a","qty":1}],"note":null}`
	if err != nil || string(data) != want {
		t.Errorf("Marshal = %s, %v; want %s", data, err, want)
	}
	const given = ` { "note" : null , "lines":[{"qty":1.0,"sku":"a"}],"body":{"text":"a","kind":"text"} } `
	var got Order
	if err := wire.Unmarshal([]byte(given), nil, &got, wire.Options{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(order, got, cmp.AllowUnexported(Body{})); diff != "" {
		t.Errorf("any order, with space and the default (-want +got):\n%s", diff)
	}
}

func TestAppendNumbersOn(t *testing.T) {
	image := Body{Image: &ImageBody{Data: []byte{2}}}
	buf := []byte(`["e",`)
	buf, attachments, err := wire.Append(buf, nil, []byte{1})
	if err != nil {
		t.Fatal(err)
	}
	buf, attachments, err = wire.Append(append(buf, ','), attachments, &image)
	const want = `["e",{"_placeholder":true,"num":0},{"kind":"image","data":{"_placeholder":true,"num":1}}`
	if err != nil || string(buf) != want {
		t.Errorf("text = %s, %v; want %s", buf, err, want)
	}
	if diff := cmp.Diff([][]byte{{1}, {2}}, attachments); diff != "" {
		t.Errorf("attachments (-want +got):\n%s", diff)
	}
	same, unchanged, err := wire.Append(buf, attachments, &Body{})
	if err == nil || string(same) != want || len(unchanged) != 2 {
		t.Errorf("after an error: %s, %d attachments, %v", same, len(unchanged), err)
	}
}

func TestOtherTypes(t *testing.T) {
	type plain struct{ A int }
	tests := []struct {
		why         string
		value       any
		text        string
		attachments int
	}{
		{"nothing", nil, `null`, 0},
		{"struct", plain{1}, `{"A":1}`, 0},
		{"string", "é", `"é"`, 0},
		{"binary", []byte{1}, `{"_placeholder":true,"num":0}`, 1},
		{"no bytes", []byte(nil), `{"_placeholder":true,"num":0}`, 1},
		{"raw", json.RawMessage(" [1, 2]\n"), `[1, 2]`, 0},
		{"raw nothing", json.RawMessage(nil), `null`, 0},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			data, attachments, err := wire.Marshal(test.value)
			if err != nil || string(data) != test.text || len(attachments) != test.attachments {
				t.Errorf("Marshal = %s with %d attachments, %v; want %s with %d",
					data, len(attachments), err, test.text, test.attachments)
			}
		})
	}

	var p plain
	if err := wire.Unmarshal([]byte(`{"A":1,"b":2}`), nil, &p, wire.Options{}); err != nil || p.A != 1 {
		t.Errorf("struct: %v, %v", p, err)
	}
	var b []byte
	if err := wire.Unmarshal([]byte(`{"_placeholder":true,"num":1}`), [][]byte{{1}, {2}}, &b, wire.Options{}); err != nil || string(b) != "\x02" {
		t.Errorf("binary: %v, %v", b, err)
	}
	var raw json.RawMessage
	if err := wire.Unmarshal([]byte(` [1] `), nil, &raw, wire.Options{}); err != nil || string(raw) != `[1]` {
		t.Errorf("raw: %s, %v", raw, err)
	}
}

func TestOtherTypesRefuse(t *testing.T) {
	type plain struct{ A struct{ B int } }
	tests := []struct {
		why, text string
		into      any
		opts      wire.Options
		want      string
	}{
		{"wrong type", `{"A":{"B":"x"}}`, new(plain), wire.Options{}, "A.B is not of the expected type"},
		{"wrong type of all", `[]`, new(plain), wire.Options{}, "is not of the expected type"},
		{"unknown field", `{"C":1}`, new(plain), wire.Options{RejectUnknown: true}, "is not of the expected type"},
		{"text behind the value", `{} {}`, new(plain), wire.Options{}, "must be valid JSON"},
		{"S06 depth", strings.Repeat("[", 9_000), new(any), wire.Options{}, "must not be nested deeper than 64 levels"},
		{"not binary", `"AQ=="`, new([]byte), wire.Options{}, "must be binary data"},
		{"not JSON", `[1`, new(json.RawMessage), wire.Options{}, "must be valid JSON"},
		{"nothing", ``, new(json.RawMessage), wire.Options{}, "must be valid JSON"},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			err := wire.Unmarshal([]byte(test.text), nil, test.into, test.opts)
			if diff := cmp.Diff([]string{test.want}, issues(t, err)); diff != "" {
				t.Errorf("Unmarshal(%.40q) (-want +got):\n%s", test.text, diff)
			}
		})
	}
}

func TestMarshalRefuses(t *testing.T) {
	one := func(encode func(e *wire.Encoder)) *probe { return &probe{encode: encode} }
	circle := text("a")
	circle.Replies = []Body{{Text: circle}}
	tests := []struct {
		why   string
		value any
		want  string
	}{
		{"broken contract", &Author{ID: 1}, "wire: invalid payload: name must be 1 to 80 characters long"},
		{"text that is no UTF-8", &Author{Name: "a\xff"}, "wire: invalid payload: name must be valid UTF-8"},
		{"no variant", &Body{}, "wire: invalid payload: must have exactly one variant"},
		{"two variants", &Body{Text: text("a"), Image: &ImageBody{Data: []byte{1}}}, "wire: invalid payload: must have exactly one variant"},
		{"unknown enum value", &Order{Body: Body{Text: text("a")}, Level: "mid", Lines: []Line{{"a", 1}}}, "wire: invalid payload: level must be one of low, high"},
		{"NaN", one(func(e *wire.Encoder) { e.Float64(math.NaN()) }), "wire: NaN and infinities have no JSON form"},
		{"infinity", one(func(e *wire.Encoder) { e.Float32(float32(math.Inf(-1))) }), "wire: NaN and infinities have no JSON form"},
		{"year 10000", one(func(e *wire.Encoder) { e.Time(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)) }), "wire: the year of a time is outside of 0 to 9999"},
		{"raw that is not JSON", json.RawMessage(`{`), "jsontext: not valid JSON"},
		{"raw with text behind it", json.RawMessage(`1 2`), "jsontext: not valid JSON"},
		{"channel", make(chan int), "wire: json: unsupported type: chan int"},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			data, attachments, err := wire.Marshal(test.value)
			if err == nil || err.Error() != test.want || data != nil || attachments != nil {
				t.Errorf("Marshal = %s, %v, %v; want %s", data, attachments, err, test.want)
			}
		})
	}
	if _, _, err := wire.Marshal(circle); !strings.Contains(err.Error(), "must not be nested deeper than 64 levels") {
		t.Errorf("value in a circle: %v", err)
	}
}

// A lookalike is data that a receiver would take for an attachment, if the
// packet has any.
func TestLookalike(t *testing.T) {
	tests := []struct {
		why  string
		meta string
		bad  bool
	}{
		{"B06 placeholder", `[{"_placeholder":true,"num":0}]`, true},
		{"B06 placeholder of no attachment", `{"_placeholder":true,"num":7}`, true},
		{"B06 placeholder of the next attachment", `{"_placeholder":true,"num":1}`, true},
		{"B06 placeholder spelt with an escape", `{"\u005fplaceholder":true}`, true},
		{"B06 mark is not true", `{"_placeholder":1,"num":0}`, false},
		{"other escapes", `"\u0001"`, false},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			order := Order{Level: LevelLow, Lines: []Line{{"a", 1}}, Meta: json.RawMessage(test.meta)}
			order.Body = Body{Text: text("a")}
			if _, _, err := wire.Marshal(&order); err != nil {
				t.Errorf("without attachments: %v", err)
			}
			order.Body = Body{Image: &ImageBody{Data: []byte{1}}}
			if _, _, err := wire.Marshal(&order); (err != nil) != test.bad {
				t.Errorf("with one attachment: %v, want an error: %v", err, test.bad)
			}
			if _, _, err := wire.Append(nil, [][]byte{{1}}, order.Meta); (err != nil) != test.bad {
				t.Errorf("behind an attachment: %v, want an error: %v", err, test.bad)
			}
		})
	}
	key := &probe{encode: func(e *wire.Encoder) {
		e.BeginArray()
		e.Elem()
		e.Bytes(nil)
		e.Elem()
		e.BeginObject()
		e.MapKey("_placeholder")
		e.Bool(true)
		e.EndObject()
		e.EndArray()
	}}
	if _, _, err := wire.Marshal(key); err == nil {
		t.Error("the key of a map was accepted")
	}
}

func TestNothingIsShared(t *testing.T) {
	attachment := []byte{1, 2}
	data, attachments, err := wire.Marshal(&Body{Image: &ImageBody{Data: attachment}})
	if err != nil {
		t.Fatal(err)
	}
	clear(attachment)
	if diff := cmp.Diff([]byte{1, 2}, attachments[0]); diff != "" {
		t.Errorf("B12 attachment after the value changed (-want +got):\n%s", diff)
	}
	var body Body
	if err := wire.Unmarshal(data, attachments, &body, wire.Options{}); err != nil {
		t.Fatal(err)
	}
	clear(data)
	clear(attachments[0])
	want := Body{Image: &ImageBody{Data: []byte{1, 2}}}
	if diff := cmp.Diff(want, body, cmp.AllowUnexported(Body{})); diff != "" {
		t.Errorf("B12 value after the buffers were used again (-want +got):\n%s", diff)
	}
}

func TestStaleStateIsGone(t *testing.T) {
	var order Order
	if err := wire.Unmarshal([]byte(`{"x":[[[`), nil, &order, wire.Options{RejectUnknown: true, Lenient: true}); err == nil {
		t.Fatal("cut text was accepted")
	}
	for range 4 { // the same decoder comes back from its pool
		var author Author
		err := wire.Unmarshal([]byte(`{"id":1,"name":"a","x":[]}`), nil, &author, wire.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := author.Validate(); err != nil {
			t.Fatal(err)
		}
	}
}

// A oneWay is a Value that a contract neither sends nor receives.
type oneWay struct{ Text string }

func (*oneWay) CheckWire(*wire.Checker) {}

func TestOtherDirection(t *testing.T) {
	if data, _, err := wire.Marshal(&oneWay{}); err == nil {
		t.Errorf("Marshal of a Value that is no Marshaler = %s", data)
	}
	var v oneWay
	if err := wire.Unmarshal([]byte(`{"Text":"x"}`), nil, &v, wire.Options{}); err == nil || v.Text != "" {
		t.Errorf("Unmarshal into a Value that is no Unmarshaler = %v, and stored %q", err, v.Text)
	}
}

func TestOwnedAttachments(t *testing.T) {
	data := []byte(`{"_placeholder":true,"num":0}`)
	for _, owns := range []bool{false, true} {
		attachment := []byte("abcd")[:2]
		var got []byte
		if err := wire.Unmarshal(data, [][]byte{attachment}, &got, wire.Options{OwnsAttachments: owns}); err != nil {
			t.Fatal(err)
		}
		if same := &got[0] == &attachment[0]; same != owns {
			t.Errorf("OwnsAttachments %v: the same memory: %v", owns, same)
		}
		if _ = append(got, 'x'); string(attachment[:3]) != "abc" {
			t.Errorf("OwnsAttachments %v: growing the value wrote behind the attachment", owns)
		}
	}
}
