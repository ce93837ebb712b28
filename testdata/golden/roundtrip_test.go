// Package golden_test runs the code that the golden files hold.
package golden_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/wire"
	"github.com/rtgen/rtgen/testdata/golden/edge/want/go/edge"
	"github.com/rtgen/rtgen/testdata/golden/types/want/go/types"
)

// everything looks into unions and into rt.Opt.
var everything = cmp.Exporter(func(reflect.Type) bool { return true })

// echo is a payload in which every field of the case types is present.
const echo = `{
	"scalars": {
		"bool": true, "string": "snow ☃ \u2028 \"quoted\"", "int32": -2147483648, "uint32": 4294967295,
		"int53": 9007199254740991, "int64": "-9223372036854775808", "uint64": "18446744073709551615",
		"float32": 0.5, "float64": -2.5e+25, "decimal": "-123.456", "timestamp": "2026-01-02T03:04:05.006Z",
		"date": "2024-02-29", "duration": 1500, "uuid": "123e4567-e89b-12d3-a456-426614174000",
		"url": "https://example.com/a?b=c", "email": "someone@example.com",
		"bytes": {"_placeholder": true, "num": 0}, "base64": "AQID", "json": {"any": [1, null, "x"]}
	},
	"bounded": {
		"string": "abc", "int32": 5, "uint32": 9, "int53": -9007199254740991, "int64": "0", "uint64": "1",
		"float32": -0.5, "float64": 1000000, "duration": 10, "url": "https://example.com", "email": "a@example.com",
		"bytes": {"_placeholder": true, "num": 1}, "base64": "AQ==", "list": [1, 2], "map": {"a": "x", "b": "y"}
	},
	"presence": {
		"required": "r", "optional": "o", "nullable": "n", "both": "b",
		"requiredList": ["a"], "optionalList": [], "nullableList": ["b"], "bothList": ["c"],
		"optionalMap": {}, "nullableMap": {"k": "v"},
		"optionalBytes": {"_placeholder": true, "num": 2}, "nullableBytes": {"_placeholder": true, "num": 3},
		"optionalJson": 1, "nullableJson": "j", "bothJson": [true],
		"optionalPerson": {"name": "a"}, "nullablePerson": {"name": "b", "age": 3}, "bothPerson": {"name": "c"},
		"optionalShape": {"kind": "square", "side": 2}, "nullableColor": "red", "bothNames": ["x", "y"]
	},
	"aliased": {
		"user": "123e4567-e89b-12d3-a456-426614174001", "owner": "123e4567-e89b-12d3-a456-426614174002",
		"name": "someone", "sku": "AB-1", "rank": 7, "ratio": 0.25, "flag": false, "price": "1.50",
		"instant": "1999-12-31T23:59:59.999Z", "delay": 1000, "blob": {"_placeholder": true, "num": 4},
		"extra": null, "names": ["a", "b", "c"], "stock": {"AB-1": 0, "CD-22": 5},
		"customer": {"name": "c", "age": 150}, "mood": "#00f", "both": 1
	},
	"composed": {
		"lists": [["1", "2"], []], "maps": {"m": {"red": 9, "green": 1}},
		"people": {"123e4567-e89b-12d3-a456-426614174003": {"name": "p"}},
		"table": [{"row": [{"name": "q"}]}, {}], "byColor": {"#00f": "sky"},
		"mixed": [
			{"kind": "circle", "radius": 1.5},
			{"kind": "group", "shapes": [{"kind": "square", "side": 0}],
				"parent": {"shapes": []}, "other": null, "named": {"g": {"shapes": []}}}
		],
		"words": ["AB-12"], "patterns": {"p": ["q", "r"]}, "code": "abc", "file_name": "f"
	}
}`

var attachments = [][]byte{{0}, {1, 2}, {3}, {4, 5, 6}, {}}

func TestRoundTrip(t *testing.T) {
	var first types.Echo
	if err := wire.Unmarshal([]byte(echo), attachments, &first, wire.Options{RejectUnknown: true}); err != nil {
		t.Fatal(err)
	}
	text, binary, err := wire.Marshal(&first)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(parse(t, []byte(echo)), parse(t, text)); diff != "" {
		t.Errorf("encoding/json reads something else from what was written (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(attachments, binary); diff != "" {
		t.Errorf("attachments (-want +got):\n%s", diff)
	}
	var second types.Echo
	if err := wire.Unmarshal(text, binary, &second, wire.Options{RejectUnknown: true}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, second, everything); diff != "" {
		t.Errorf("decoded again (-want +got):\n%s", diff)
	}
}

// TestTags compares with what encoding/json makes of the same text by way of
// the tags, for types without values that it has another form for.
func TestTags(t *testing.T) {
	text := section(t, "presence")
	for _, name := range []string{"optionalBytes", "nullableBytes", "optionalShape"} {
		delete(text, name)
	}
	text["nullableBytes"] = json.RawMessage("null")
	data, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	var ours, theirs types.Presence
	if err := wire.Unmarshal(data, nil, &ours, wire.Options{}); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, &theirs); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(theirs, ours, everything); diff != "" {
		t.Errorf("package wire differs from encoding/json (-json +wire):\n%s", diff)
	}
}

func TestAbsentAndNull(t *testing.T) {
	const text = `{"required":"r","nullable":null,"both":null,"requiredList":[],"nullableList":null,"bothList":null,
		"nullableMap":null,"nullableBytes":null,"nullableJson":null,"bothJson":null,"nullablePerson":null,
		"bothPerson":null,"nullableColor":null,"bothNames":null}`
	var m types.Presence
	if err := wire.Unmarshal([]byte(text), nil, &m, wire.Options{}); err != nil {
		t.Fatal(err)
	}
	want := types.Presence{
		Required:     "r",
		Both:         rt.Null[string](),
		RequiredList: []string{},
		BothList:     rt.Null[[]string](),
		BothJSON:     rt.Null[json.RawMessage](),
		BothPerson:   rt.Null[*types.Person](),
		BothNames:    rt.Null[types.Names](),
	}
	if diff := cmp.Diff(want, m, everything); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
	again, _, err := wire.Marshal(&m)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(parse(t, []byte(text)), parse(t, again)); diff != "" {
		t.Errorf("encoded (-want +got):\n%s", diff)
	}
}

func TestZeroListsAndMaps(t *testing.T) {
	text, _, err := wire.Marshal(&edge.Node{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(text), `{"value":"0","values":[],"index":{},"children":[]}`; got != want {
		t.Errorf("Marshal(zero) = %s, want %s", got, want)
	}
}

func TestDefaults(t *testing.T) {
	var m types.Defaults
	if err := wire.Unmarshal([]byte(`{}`), nil, &m, wire.Options{}); err != nil {
		t.Fatal(err)
	}
	want := types.Defaults{
		Bool: true, String: `a "quoted" word`, Int32: -3, Int53: 1<<53 - 1, Int64: -1 << 63, Uint64: 1<<64 - 1,
		Float64: 0.5, Decimal: "1.50", Timestamp: time.Date(2026, 1, 2, 3, 4, 5, 6e6, time.UTC), Date: "2026-01-02",
		Duration: 1500 * time.Millisecond, UUID: "123e4567-e89b-12d3-a456-426614174000",
		Color: "#00f", Priority: types.PriorityHigh, Nullable: new("fallback"), Name: "someone",
	}
	if diff := cmp.Diff(want, m); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
	m = types.Defaults{}
	if err := wire.Unmarshal([]byte(`{"nullable":null,"bool":false}`), nil, &m, wire.Options{}); err != nil {
		t.Fatal(err)
	}
	if m.Nullable != nil || m.Bool {
		t.Errorf("null and false were replaced by defaults: %v, %v", m.Nullable, m.Bool)
	}
}

// TestViolations changes the payload that is valid, one place at a time.
func TestViolations(t *testing.T) {
	tests := []struct {
		why, old, new string
		want          []string // path: message
	}{
		{"wrong type", `"bool": true`, `"bool": 1`, []string{"scalars.bool: must be true or false"}},
		{"missing", `"bool": true, `, ``, []string{"scalars.bool: is required"}},
		{"null where a value is due", `"bool": true`, `"bool": null`, []string{"scalars.bool: must be true or false"}},
		{"given twice", `"bool": true`, `"bool": true, "bool": true`, []string{"scalars.bool: must not be given twice"}},
		{"not known", `"bool": true`, `"bool": true, "more": 1`, []string{"scalars.more: is not known"}},
		{"too short", `"string": "abc"`, `"string": "a"`, []string{"bounded.string: must be 2 to 5 characters long"}},
		{"too large", `"int32": 5`, `"int32": 6`, []string{"bounded.int32: must be between -5 and 5"}},
		{"beyond 2^53", `-9007199254740991, "int64"`, `-9007199254740992, "int64"`, []string{"bounded.int53: must be an integer of at most 53 bits"}},
		{"largest int64", `"int64": "0"`, `"int64": "9223372036854775807"`, []string{"bounded.int64: must be at most 9223372036854775806"}},
		{"zero where one is least", `"uint64": "1"`, `"uint64": "0"`, []string{"bounded.uint64: must be at least 1"}},
		{"long duration", `"duration": 10,`, `"duration": 21,`, []string{"bounded.duration: must be between 10ms and 20ms"}},
		{"too many", `"list": [1, 2]`, `"list": [1, 2, 3]`, []string{"bounded.list: must have at most 2 items"}},
		{"long in a map", `"map": {"a": "x"`, `"map": {"a": "xxxx"`, []string{"bounded.map.a: must be at most 3 characters long"}},
		{"no attachment", `"bytes": {"_placeholder": true, "num": 1}`, `"bytes": "AQ=="`, []string{"bounded.bytes: must be binary data"}},
		{"pattern", `"sku": "AB-1"`, `"sku": "ab-1"`, []string{"aliased.sku: must match ^[A-Z]{2}-[0-9]+$"}},
		{"pattern of a key", `"stock": {"AB-1"`, `"stock": {"ab-1"`, []string{"aliased.stock.ab-1: must match ^[A-Z]{2}-[0-9]+$"}},
		{"pattern in a list", `"words": ["AB-12"]`, `"words": ["AB-12", "x"]`, []string{"composed.words[1]: must be 4 to 12 characters long", "composed.words[1]: must match ^[A-Z]{2}-[0-9]+$"}},
		{"enum", `"mood": "#00f"`, `"mood": "blue"`, []string{"aliased.mood: must be one of red, green, #00f"}},
		{"numeric enum in maps", `"red": 9`, `"red": 2`, []string{"composed.maps.m.red: must be one of 1, 5, 9"}},
		{"enum as a key", `"byColor": {"#00f"`, `"byColor": {"pink"`, []string{"composed.byColor.pink: must be one of red, green, #00f"}},
		{"variant", `"kind": "circle"`, `"kind": "oval"`, []string{"composed.mixed[0].kind: must be one of circle, square, group"}},
		{"no tag", `"kind": "circle", `, ``, []string{"composed.mixed[0].kind: is required"}},
		{"in a variant", `"radius": 1.5`, `"radius": -1`, []string{"composed.mixed[0].radius: must be at least 0"}},
		{"in a list of lists", `[["1", "2"], []]`, `[["1", 2], []]`, []string{`composed.lists[0][1]: must be a string with a 64-bit integer`}},
		{"several", `"int32": 5, "uint32": 9`, `"int32": 50, "uint32": 0`, []string{"bounded.int32: must be between -5 and 5", "bounded.uint32: must be between 1 and 9"}},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			text := strings.Replace(echo, tt.old, tt.new, 1)
			if text == echo {
				t.Fatalf("the payload has no %s", tt.old)
			}
			var m types.Echo
			err := wire.Unmarshal([]byte(text), attachments, &m, wire.Options{RejectUnknown: true})
			if diff := cmp.Diff(tt.want, issues(err)); diff != "" {
				t.Errorf("issues (-want +got):\n%s", diff)
			}
		})
	}
}

// TestValidate finds what only Go can do wrong.
func TestValidate(t *testing.T) {
	circular := &types.Group{}
	circular.Parent = circular
	tests := []struct {
		why  string
		m    interface{ Validate() error }
		want []string
	}{
		{"no variant", &types.Shape{}, []string{": must have exactly one variant"}},
		{"two variants", &types.Shape{Circle: &types.Circle{}, Square: &types.ShapeSquare{}}, []string{": must have exactly one variant"}},
		{"not UTF-8", &edge.Error{Message: "\xff"}, []string{"message: must be valid UTF-8"}},
		{"a circle ends", circular, []string{strings.TrimPrefix(strings.Repeat(".parent", 64), ".") + ": must not be nested deeper than 64 levels"}},
		{"fine", &types.Circle{Radius: 1}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, issues(tt.m.Validate())); diff != "" {
				t.Errorf("issues (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNewerPeer(t *testing.T) {
	const text = `{"kind":"oval","axes":[1,2]}`
	var m types.Shape
	if err := wire.Unmarshal([]byte(text), nil, &m, wire.Options{Lenient: true}); err != nil {
		t.Fatal(err)
	}
	if got := m.Kind(); got != "" {
		t.Errorf("Kind() = %q of a variant that the contract does not know", got)
	}
	again, _, err := wire.Marshal(&m)
	if err != nil || string(again) != text {
		t.Errorf("Marshal = %s, %v, want %s", again, err, text)
	}
}

func TestUnionWithRoomKey(t *testing.T) {
	m := edge.FileAdded{BoardID: "b", None: &edge.AttachmentNone{Reason: new("empty")}}
	const want = `{"boardId":"b","type":"none","reason":"empty"}`
	got, _, err := wire.Marshal(&m)
	if err != nil || string(got) != want {
		t.Errorf("Marshal = %s, %v, want %s", got, err, want)
	}
}

// TestDirections wants codecs for the way that a type travels and no others.
func TestDirections(t *testing.T) {
	tests := []struct {
		why            string
		m              wire.Value
		sent, received bool
	}{
		{"payload of the client", &edge.Attachment{}, false, true},
		{"payload of the server", &edge.FileAdded{}, true, false},
		{"variant of a union that goes both ways", &edge.AttachmentNone{}, true, true},
		{"ack of the server", &edge.AskAck{}, true, false},
		{"ack of the client", &edge.ConfirmAck{}, false, true},
		{"key to join with", &edge.CellKey{}, false, true},
		{"auth", &types.TypesAuth{}, false, true},
		{"data of an error", &types.WithDataData{}, true, false},
	}
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			_, sent := tt.m.(wire.Marshaler)
			_, received := tt.m.(wire.Unmarshaler)
			if sent != tt.sent || received != tt.received {
				t.Errorf("%T: sent %t, received %t; want %t, %t", tt.m, sent, received, tt.sent, tt.received)
			}
		})
	}
}

func TestOddNames(t *testing.T) {
	m := edge.Words{Odd: "1", Dash: "2", Proto: "3", Ctor: "4", Unicode: "5"}
	text, _, err := wire.Marshal(&m)
	if err != nil {
		t.Fatal(err)
	}
	var fields map[string]string
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		`a,b"c`: "1", "-": "2", "__proto__": "3", "constructor": "4", "naïve·名": "5",
	} {
		if fields[name] != want {
			t.Errorf("field %q = %q, want %q", name, fields[name], want)
		}
	}
	var again edge.Words
	if err := wire.Unmarshal(text, nil, &again, wire.Options{}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, again); diff != "" {
		t.Errorf("decoded (-want +got):\n%s", diff)
	}
}

func TestRooms(t *testing.T) {
	if got, want := edge.CellRoom("a:b", -1), rt.Room("cell:a%3Ab:-1"); got != want {
		t.Errorf("CellRoom = %s, want %s", got, want)
	}
	if got, want := edge.RowRoom(edge.OnlySingle, 7, 8), rt.Room("row:single:7:8"); got != want {
		t.Errorf("RowRoom = %s, want %s", got, want)
	}
}

func TestErrors(t *testing.T) {
	err := types.ErrWithData(time.Second, "quota", new("later"))
	var e *rt.Error
	if !errors.As(err, &e) {
		t.Fatalf("ErrWithData returned a %T", err)
	}
	text, _, marshalErr := wire.Marshal(e.Data)
	if marshalErr != nil {
		t.Fatal(marshalErr)
	}
	if got, want := string(text), `{"retryAfter":1000,"type":"quota","hint":"later"}`; got != want {
		t.Errorf("data = %s, want %s", got, want)
	}
	if e.Code != "withData" || e.Message != "Something is wrong, and this is known about it." {
		t.Errorf("code and message = %q, %q", e.Code, e.Message)
	}
}

func TestLogs(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	//lint:ignore SA1019 the field that is sensitive is also deprecated
	payload := types.Echo{Composed: types.Composed{Code: "shown", File: "secret"}}
	log.Info("payload", "value", payload, "pointer", &payload)
	if text := out.String(); strings.Contains(text, "secret") || strings.Count(text, "shown") != 2 {
		t.Errorf("logged %s", text)
	}
}

func issues(err error) []string {
	var e *wire.Error
	if !errors.As(err, &e) {
		return nil
	}
	var list []string
	for _, i := range e.Issues {
		list = append(list, i.Path.String()+": "+i.Message)
	}
	return list
}

func parse(t *testing.T, text []byte) any {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

// section returns the fields of one part of echo.
func section(t *testing.T, name string) map[string]json.RawMessage {
	t.Helper()
	var parts map[string]map[string]json.RawMessage
	if err := json.Unmarshal([]byte(echo), &parts); err != nil {
		t.Fatal(err)
	}
	return parts[name]
}
