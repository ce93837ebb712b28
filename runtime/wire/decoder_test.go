package wire_test

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/wire"
)

func TestScalars(t *testing.T) {
	read := func(fn func(d *wire.Decoder) any) func(d *wire.Decoder) any { return fn }
	var (
		str      = read(func(d *wire.Decoder) any { return d.String() })
		boolean  = read(func(d *wire.Decoder) any { return d.Bool() })
		int32s   = read(func(d *wire.Decoder) any { return d.Int32() })
		uint32s  = read(func(d *wire.Decoder) any { return d.Uint32() })
		int53    = read(func(d *wire.Decoder) any { return d.Int53() })
		int64s   = read(func(d *wire.Decoder) any { return d.Int64() })
		uint64s  = read(func(d *wire.Decoder) any { return d.Uint64() })
		float32s = read(func(d *wire.Decoder) any { return d.Float32() })
		float64s = read(func(d *wire.Decoder) any { return d.Float64() })
		times    = read(func(d *wire.Decoder) any { return d.Time() })
		duration = read(func(d *wire.Decoder) any { return d.Duration() })
		base64   = read(func(d *wire.Decoder) any { return string(d.Base64()) })
		raw      = read(func(d *wire.Decoder) any { return string(d.JSON()) })
		null     = read(func(d *wire.Decoder) any { return d.Null() })
	)
	const (
		want32   = "must be a 32-bit integer"
		want53   = "must be an integer of at most 53 bits"
		wantTime = "must be a time as in 2006-01-02T15:04:05.000Z"
		wantMS   = "must be a duration in milliseconds"
		want64   = "must be a string with a 64-bit integer"
		wantU64  = "must be a string with an unsigned 64-bit integer"
		wantB64  = "must be a string in base64"
	)
	utc := func(hour, minute, nanos int) time.Time {
		return time.Date(2026, 3, 1, hour, minute, 5, nanos, time.UTC)
	}
	tests := []struct {
		name  string
		read  func(d *wire.Decoder) any
		text  string
		want  any
		issue string
	}{
		{"string", str, `"a\u0041é"`, "aAé", ""},
		{"string", str, `""`, "", ""},
		{"string S16", str, `"\ud800\u001e\u0000"`, "\ufffd\x1e\x00", ""},
		{"string S18", str, `1`, "", "must be a string"},
		{"string S18", str, `null`, "", "must be a string"},
		{"string S18", str, `{"a":[1]}`, "", "must be a string"},
		{"bool", boolean, `true`, true, ""},
		{"bool", boolean, `false`, false, ""},
		{"bool S18", boolean, `"true"`, false, "must be true or false"},
		{"bool S18", boolean, `0`, false, "must be true or false"},

		{"int32", int32s, `-2147483648`, int32(math.MinInt32), ""},
		{"int32", int32s, `-0`, int32(0), ""},
		{"int32", int32s, `12e1`, int32(120), ""},
		{"int32 S14", int32s, `2147483648`, int32(0), want32},
		{"int32 S14", int32s, `4294967297`, int32(0), want32},
		{"int32 S14", int32s, `1e400`, int32(0), want32},
		{"int32 S14", int32s, `1e-400`, int32(0), want32},
		{"int32", int32s, `1.5`, int32(0), want32},
		{"int32 S18", int32s, `"1"`, int32(0), want32},
		{"uint32", uint32s, `4294967295`, uint32(math.MaxUint32), ""},
		{"uint32", uint32s, `-1`, uint32(0), "must be an unsigned 32-bit integer"},
		{"int53", int53, `-9007199254740991`, int64(-9007199254740991), ""},
		{"int53 S14", int53, `9007199254740992`, int64(0), want53},
		{"int53 S14", int53, `9007199254740993`, int64(0), want53},
		{"int53 S14", int53, `18446744073709551617`, int64(0), want53},
		{"int53 S14", int53, strings.Repeat("9", 5_000), int64(0), want53},
		{"int64", int64s, `"-9223372036854775808"`, int64(math.MinInt64), ""},
		{"int64 S14", int64s, `"9223372036854775808"`, int64(0), want64},
		{"int64", int64s, `12`, int64(0), want64},
		{"int64", int64s, `"+1"`, int64(0), want64},
		{"int64", int64s, `""`, int64(0), want64},
		{"int64", int64s, `"1e3"`, int64(0), want64},
		{"int64", int64s, `"1_0"`, int64(0), want64},
		{"uint64", uint64s, `"18446744073709551615"`, uint64(math.MaxUint64), ""},
		{"uint64", uint64s, `"-1"`, uint64(0), wantU64},
		{"uint64", uint64s, `""`, uint64(0), wantU64},
		{"float64", float64s, `-1.5e-3`, -1.5e-3, ""},
		{"float64 S14", float64s, `9007199254740993`, 9007199254740992.0, ""},
		{"float64 S14", float64s, `1e-400`, 0.0, ""},
		{"float64 S14", float64s, `1e400`, 0.0, "must be a number of at most 64 bits"},
		{"float64 S18", float64s, `"1"`, 0.0, "must be a number"},
		{"float32", float32s, `0.1`, float32(0.1), ""},
		{"float32 S14", float32s, `1e39`, float32(0), "must be a number of at most 32 bits"},

		{"time", times, `"2026-03-01T04:30:05Z"`, utc(4, 30, 0), ""},
		{"time", times, `"2026-03-01T04:30:05.1234567899Z"`, utc(4, 30, 123456789), ""},
		{"time with offset", times, `"2026-03-01T04:30:05+02:15"`, utc(2, 15, 0), ""},
		{"time with offset", times, `"2026-02-28T23:30:05.5-05:00"`, utc(4, 30, 5e8), ""},
		{"leap day", times, `"2024-02-29T00:00:00Z"`, time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), ""},
		{"no leap day", times, `"2026-02-29T00:00:00Z"`, time.Time{}, wantTime},
		{"no leap day", times, `"1900-02-29T00:00:00Z"`, time.Time{}, wantTime},
		{"time", times, `"2026-13-01T00:00:00Z"`, time.Time{}, wantTime},
		{"time", times, `"2026-00-01T00:00:00Z"`, time.Time{}, wantTime},
		{"time", times, `"2026-01-00T00:00:00Z"`, time.Time{}, wantTime},
		{"time", times, `"2026-01-01T24:00:00Z"`, time.Time{}, wantTime},
		{"time", times, `"2026-01-01T00:60:00Z"`, time.Time{}, wantTime},
		{"time", times, `"2026-01-01T00:00:60Z"`, time.Time{}, wantTime},
		{"time", times, `"2026-01-01T00:00:00"`, time.Time{}, wantTime},
		{"time", times, `"2026-01-01T00:00:00.Z"`, time.Time{}, wantTime},
		{"time", times, `"2026-01-01T00:00:00,5Z"`, time.Time{}, wantTime},
		{"time", times, `"2026-01-01T1:00:00Z"`, time.Time{}, wantTime},
		{"time", times, `"2026-01-01 00:00:00Z"`, time.Time{}, wantTime},
		{"time", times, `"2026-01-01T00:00:00+24:00"`, time.Time{}, wantTime},
		{"time", times, `"2026-01-01T00:00:00+01:60"`, time.Time{}, wantTime},
		{"time", times, `"2026-01-01T00:00:00+0100"`, time.Time{}, wantTime},
		{"time", times, `"2026-01-01T00:00:00Zx"`, time.Time{}, wantTime},
		{"time that has no year in UTC", times, `"0000-01-01T00:00:00+01:00"`, time.Time{}, wantTime},
		{"time that has no year in UTC", times, `"9999-12-31T23:00:00-01:00"`, time.Time{}, wantTime},
		{"time", times, `1767225600000`, time.Time{}, wantTime},

		{"duration", duration, `1500`, 1500 * time.Millisecond, ""},
		{"duration", duration, `-0.25`, -250 * time.Microsecond, ""},
		{"duration", duration, `9223372036854`, 9223372036854 * time.Millisecond, ""},
		{"duration S14", duration, `9223372036855`, time.Duration(0), wantMS},
		{"duration S14", duration, `1e400`, time.Duration(0), wantMS},
		{"duration", duration, `"5s"`, time.Duration(0), wantMS},

		{"base64", base64, `"AQL/"`, "\x01\x02\xff", ""},
		{"base64", base64, `""`, "", ""},
		{"base64 P16", base64, `"AQ"`, "", wantB64},
		{"base64 P16", base64, `"AR=="`, "", wantB64},
		{"base64 P16", base64, `"AQ-_"`, "", wantB64},
		{"base64 P16", base64, `"AQ=\n="`, "", wantB64},
		{"base64", base64, `1`, "", wantB64},
		{"json", raw, ` {"a" : [1]} `, `{"a" : [1]}`, ""},
		{"null", null, `null`, true, ""},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%s %.30s", test.name, test.text), func(t *testing.T) {
			var got any
			p := &probe{decode: func(d *wire.Decoder) { got = test.read(d) }}
			err := wire.Unmarshal([]byte(test.text), nil, p, wire.Options{})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
			if got := strings.Join(issues(t, err), ", "); got != test.issue {
				t.Errorf("issues = %q, want %q", got, test.issue)
			}
		})
	}
}

func TestOrderIssues(t *testing.T) {
	const rest = `"body":{"kind":"text","text":"a"},"lines":[{"sku":"a","qty":1}],"note":null`
	image := func(data string) string {
		return `{"body":{"kind":"image","data":` + data + `},"lines":[{"sku":"a","qty":1}],"note":null}`
	}
	tests := []struct {
		why  string
		text string
		want []string
	}{
		{"nothing wrong", `{` + rest + `}`, nil},
		{"S18 all required fields are missing", `{}`, []string{"body is required", "lines is required", "note is required"}},
		{"S18 not an object", `[]`, []string{"must be an object"}},
		{"S18 null", `null`, []string{"must be an object"}},
		{"S18 null where none is allowed", `{` + rest + `,"eta":null,"level":null}`, []string{
			"eta must be a time as in 2006-01-02T15:04:05.000Z", "level must be a string",
		}},
		{"S18 unknown enum value", `{` + rest + `,"level":"mid"}`, []string{"level must be one of low, high"}},
		{"S18 too long, in code points", `{` + strings.Replace(rest, "null", `"0123456789"`, 1) + `}`, []string{"note must be at most 9 characters long"}},
		{"S18 too many", `{"body":{"kind":"text","text":"a"},"note":null,"lines":[` + strings.Repeat(`{"sku":"a","qty":1},`, 9) + `{}]}`, []string{"lines must have at most 3 items"}},
		{"S18 too many entries", `{` + rest + `,"stock":{"a":1,"b":1,"c":1,"d":1}}`, []string{"stock must have at most 3 items"}},
		{"S18 too few", `{"body":{"kind":"text","text":"a"},"note":null,"lines":[]}`, []string{"lines must have 1 to 3 items"}},
		{"C01 one fault is told once, others as well", `{"body":7,"note":null,"lines":[{"sku":"A","qty":"x"},{"qty":0}]}`, []string{
			"body must be an object",
			"lines[0].qty must be a 32-bit integer",
			"lines[1].sku is required",
			"lines[0].sku must match ^[a-z]+$",
			"lines[1].qty must be at least 1",
		}},
		{"entry of a map", `{` + rest + `,"stock":{"a b":-1,"c":"x"}}`, []string{
			"stock.c must be a 32-bit integer",
			`stock["a b"] must be at least 0`,
		}},
		{"S15 another case is another key", `{` + rest + `,"LEVEL":"high","\u004cevel":"x"}`, nil},
		{"S15 key spelt with an escape", `{` + rest + `,"l\u0065vel":"mid"}`, []string{"level must be one of low, high"}},
		{"S15 twice", `{` + rest + `,"level":"low","level":"high"}`, []string{"level must not be given twice"}},
		{"S15 tag twice", `{"body":{"kind":"text","text":"a","kind":"image"},"lines":[{"sku":"a","qty":1}],"note":null}`, []string{"body.kind must not be given twice"}},
		{"S15 equal keys of a map", `{` + rest + `,"stock":{"a":1,"a":-1}}`, []string{"stock.a must be at least 0"}},
		{"union without tag", `{"body":{"text":"a"},"lines":[{"sku":"a","qty":1}],"note":null}`, []string{"body.kind is required"}},
		{"union with a tag that is no string", `{"body":{"kind":1},"lines":[{"sku":"a","qty":1}],"note":null}`, []string{"body.kind must be a string"}},
		{"union with an unknown tag", `{"body":{"a":{},"kind":"video"},"lines":[{"sku":"a","qty":1}],"note":null}`, []string{"body.kind must be one of text, image"}},
		{"union with an empty tag", `{"body":{"kind":""},"lines":[{"sku":"a","qty":1}],"note":null}`, []string{"body.kind must be one of text, image"}},
		{"fault in a variant", `{"body":{"kind":"text","text":"a","replies":[{"kind":"text"}]},"lines":[{"sku":"a","qty":1}],"note":null}`, []string{"body.replies[0].text is required"}},
		{"B05 no attachment", image(placeholder(0)), []string{"body.data must be binary data"}},
		{"B05 negative", image(`{"_placeholder":true,"num":-1}`), []string{"body.data must be binary data"}},
		{"B05 string", image(`{"_placeholder":true,"num":"0"}`), []string{"body.data must be binary data"}},
		{"B05 method", image(`{"_placeholder":true,"num":"splice"}`), []string{"body.data must be binary data"}},
		{"text for binary", image(`"AQ=="`), []string{"body.data must be binary data"}},
		{"null for binary", image(`null`), []string{"body.data must be binary data"}},
		{"object for binary", image(`{"a":` + placeholder(0) + `}`), []string{"body.data must be binary data"}},
		{"cut text", `{` + rest, []string{"must be valid JSON"}},
		{"cut in a tagged object", `{"body":{"a":1`, []string{"must be valid JSON"}},
		{"S02 text behind the value", `{` + rest + `}{}`, []string{"must be valid JSON"}},
		{"S02 fault in what is skipped", `{` + rest + `,"x":[1,{"y":01}]}`, []string{"must be valid JSON"}},
		{"P10 in a key", "{\"\xff\":1}", []string{"must be valid JSON"}},
		{"S06 depth in what is skipped", `{"x":` + strings.Repeat("[", 64), []string{"must not be nested deeper than 64 levels"}},
		{"S06 depth of the contract", strings.Repeat(`{"body":{"kind":"text","replies":[`, 1) + strings.Repeat(`{"kind":"text","replies":[`, 40), []string{"must not be nested deeper than 64 levels"}},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			var order Order
			err := wire.Unmarshal([]byte(test.text), nil, &order, wire.Options{})
			if diff := cmp.Diff(test.want, issues(t, err)); diff != "" {
				t.Errorf("Unmarshal(%.80q) (-want +got):\n%s", test.text, diff)
			}
		})
	}
}

func placeholder(num int) string { return fmt.Sprintf(`{"_placeholder":true,"num":%d}`, num) }

func TestJSONHoldsNoAttachment(t *testing.T) {
	data := []byte(`{"body":{"kind":"image","data":` + placeholder(0) + `},"meta":[` + placeholder(1) + `],` +
		`"lines":[{"sku":"a","qty":1}],"note":null}`)
	var order Order
	err := wire.Unmarshal(data, [][]byte{{1}, {2}}, &order, wire.Options{})
	if diff := cmp.Diff([]string{"meta must not hold binary data"}, issues(t, err)); diff != "" {
		t.Errorf("issues (-want +got):\n%s", diff)
	}
}

func TestUnknownFields(t *testing.T) {
	const data = `{"id":1,"name":"a","x":{"y":[1]},"constructor":2,"__proto__":null}`
	var author Author
	count := 1
	if err := wire.Unmarshal([]byte(data), nil, &author, wire.Options{UnknownFields: &count}); err != nil || count != 4 {
		t.Errorf("S05 ignored: %v, count = %d, want 4", err, count)
	}
	err := wire.Unmarshal([]byte(data), nil, new(Author), wire.Options{RejectUnknown: true})
	want := []string{"x is not known", "constructor is not known", "__proto__ is not known"}
	if diff := cmp.Diff(want, issues(t, err)); diff != "" {
		t.Errorf("rejected (-want +got):\n%s", diff)
	}
	err = wire.Unmarshal([]byte(`{"text":"a","kind":"text"}`), nil, new(Body), wire.Options{RejectUnknown: true})
	if err != nil {
		t.Errorf("the tag of a union counts as unknown: %v", err)
	}
}

func TestLenient(t *testing.T) {
	const video = `{"url":"x","kind":"video"}`
	data := []byte(`{"body":` + video + `,"level":"mid","lines":[{"sku":"a","qty":1}],"note":null}`)
	var order Order
	if err := wire.Unmarshal(data, nil, &order, wire.Options{Lenient: true}); err != nil {
		t.Fatal(err)
	}
	if string(order.Body.unknown) != video || order.Level != "mid" {
		t.Errorf("body = %s, level = %s", order.Body.unknown, order.Level)
	}
	err := wire.Unmarshal([]byte(`{"url":"x"}`), nil, new(Body), wire.Options{Lenient: true})
	if diff := cmp.Diff([]string{"kind is required"}, issues(t, err)); diff != "" {
		t.Errorf("without a tag (-want +got):\n%s", diff)
	}
}

func TestIssuesAreBounded(t *testing.T) {
	long := strings.Repeat("é", 500_000)
	data := `{"` + long + `":0,` + strings.Repeat(`"x":0,`, 150_000) + `"id":1,"name":"a"}`
	err := wire.Unmarshal([]byte(data), nil, new(Author), wire.Options{RejectUnknown: true})
	lines := issues(t, err)
	if len(lines) != 16 || len(lines[0]) > 1_000 {
		t.Errorf("S08 %d issues, the first has %d bytes", len(lines), len(lines[0]))
	}
}

// A flat is a union and a field of its own in one object.
type flat struct {
	Body
	Room string
}

var fieldsOfFlat = wire.Fields{Required: 1, Names: []string{"room"}, Partial: true}

func (m *flat) DecodeWire(d *wire.Decoder) {
	mark := d.Mark()
	m.Body.DecodeWire(d)
	d.Rewind(mark)
	for i := d.Object(&fieldsOfFlat); i >= 0; i = d.Field() {
		m.Room = d.String()
	}
}

func TestRewind(t *testing.T) {
	var got flat
	err := wire.Unmarshal([]byte(`{"room":"r","kind":"text","text":"a"}`), nil, &got, wire.Options{})
	want := flat{Body: Body{Text: text("a")}, Room: "r"}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(Body{})); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	err = wire.Unmarshal([]byte(`{"kind":"text"}`), nil, new(flat), wire.Options{})
	if diff := cmp.Diff([]string{"text is required", "room is required"}, issues(t, err)); diff != "" {
		t.Errorf("issues (-want +got):\n%s", diff)
	}
	if err := wire.Unmarshal([]byte(`{"kind":`), nil, new(flat), wire.Options{}); err == nil {
		t.Error("cut text was accepted")
	}
}

// wide has more fields than a word has bits.
type wide struct{ order []int }

var fieldsOfWide = func() wire.Fields {
	f := wire.Fields{Required: 130}
	for i := range 140 {
		f.Names = append(f.Names, "f"+strconv.Itoa(i))
	}
	return f
}()

func (m *wide) CheckWire(*wire.Checker) {}

func (m *wide) DecodeWire(d *wire.Decoder) {
	for i := d.Object(&fieldsOfWide); i >= 0; i = d.Field() {
		d.Skip()
		m.order = append(m.order, i)
	}
}

func TestManyFields(t *testing.T) {
	object := func(fields []int) []byte {
		var b []byte
		for _, i := range fields {
			b = fmt.Appendf(b, `,"f%d":0`, i)
		}
		b = append(b, '}')
		b[0] = '{'
		return b
	}
	all := make([]int, 140)
	for i := range all {
		all[i] = (i*17 + 5) % 140
	}
	var m wide
	if err := wire.Unmarshal(object(all), nil, &m, wire.Options{RejectUnknown: true}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all, m.order); diff != "" {
		t.Errorf("fields (-want +got):\n%s", diff)
	}
	err := wire.Unmarshal(object(append(all[2:], all[7])), nil, new(wide), wire.Options{})
	want := []string{"f" + strconv.Itoa(all[7]) + " must not be given twice"}
	for _, i := range []int{min(all[0], all[1]), max(all[0], all[1])} {
		want = append(want, "f"+strconv.Itoa(i)+" is required")
	}
	if diff := cmp.Diff(want, issues(t, err)); diff != "" {
		t.Errorf("issues (-want +got):\n%s", diff)
	}
}
