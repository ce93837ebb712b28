package wire_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/wire"
)

func TestEncodeScalars(t *testing.T) {
	east := time.FixedZone("east", 2*60*60)
	tests := []struct {
		why    string
		encode func(e *wire.Encoder)
		want   string
	}{
		{"string", func(e *wire.Encoder) { e.String("é\"\x1e") }, `"é\"\u001e"`},
		{"P10 string that is no UTF-8", func(e *wire.Encoder) { e.String("a\xff") }, "\"a\ufffd\""},
		{"bool", func(e *wire.Encoder) { e.Bool(true) }, `true`},
		{"int", func(e *wire.Encoder) { e.Int(math.MinInt64) }, `-9223372036854775808`},
		{"uint", func(e *wire.Encoder) { e.Uint(math.MaxUint64) }, `18446744073709551615`},
		{"int64", func(e *wire.Encoder) { e.Int64String(-1) }, `"-1"`},
		{"uint64", func(e *wire.Encoder) { e.Uint64String(math.MaxUint64) }, `"18446744073709551615"`},
		{"float64", func(e *wire.Encoder) { e.Float64(0.1) }, `0.1`},
		{"float64 whole", func(e *wire.Encoder) { e.Float64(1e20) }, `100000000000000000000`},
		{"float64 large", func(e *wire.Encoder) { e.Float64(1e21) }, `1e+21`},
		{"float64 small", func(e *wire.Encoder) { e.Float64(1e-7) }, `1e-07`},
		{"float64 negative zero", func(e *wire.Encoder) { e.Float64(math.Copysign(0, -1)) }, `-0`},
		{"float32", func(e *wire.Encoder) { e.Float32(0.1) }, `0.1`},
		{"base64", func(e *wire.Encoder) { e.Base64([]byte{1, 2, 255, 0}) }, `"AQL/AA=="`},
		{"base64 of nothing", func(e *wire.Encoder) { e.Base64(nil) }, `""`},
		{"duration", func(e *wire.Encoder) { e.Duration(1500 * time.Millisecond) }, `1500`},
		{"duration below a millisecond", func(e *wire.Encoder) { e.Duration(-1999 * time.Microsecond) }, `-1`},
		{"time", func(e *wire.Encoder) { e.Time(time.Date(2026, 1, 2, 3, 4, 5, 678999999, east)) }, `"2026-01-02T01:04:05.678Z"`},
		{"zero time", func(e *wire.Encoder) { e.Time(time.Time{}) }, `"0001-01-01T00:00:00.000Z"`},
		{"null", func(e *wire.Encoder) { e.Null() }, `null`},
		{"nested", func(e *wire.Encoder) {
			e.BeginArray()
			for range 2 {
				e.Elem()
				e.BeginObject()
				e.MapKey("a\n")
				e.BeginArray()
				e.EndArray()
				e.Field(`"b":`)
				e.String("[")
				e.Field(`"c":`)
				e.BeginObject()
				e.EndObject()
				e.EndObject()
			}
			e.Elem()
			e.String("{")
			e.Elem()
			e.Int(1)
			e.EndArray()
		}, `[{"a\n":[],"b":"[","c":{}},{"a\n":[],"b":"[","c":{}},"{",1]`},
	}
	for _, test := range tests {
		t.Run(test.why, func(t *testing.T) {
			got, _, err := wire.Marshal(&probe{encode: test.encode})
			if err != nil || string(got) != test.want {
				t.Errorf("text = %s, %v; want %s", got, err, test.want)
			}
		})
	}
}

func TestSortedKeys(t *testing.T) {
	got := wire.SortedKeys(map[Level]int{"b": 1, "": 2, "a": 3})
	if diff := cmp.Diff([]Level{"", "a", "b"}, got); diff != "" {
		t.Errorf("SortedKeys (-want +got):\n%s", diff)
	}
}
