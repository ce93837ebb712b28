package golang_test

import (
	"strings"
	"testing"
)

func TestCompositeDefaults(t *testing.T) {
	const declared = `types:
  Color: [red, green]
  Rank: int53
  Names: list<string>
  Person: {name: string, rank: "Rank | null", nick: string = anonymous}
  Circle: {radius: float64}
  Shape:
    $union: kind
    circle: Circle
namespaces:
  /a:
    clientToServer:
      set:
        payload:
          field: `
	tests := []struct{ why, field, want string }{
		{"list", `{type: "list<int32>", default: [1, 2]}`, `m.Field = []int32{1, 2}`},
		{"alias of a list", `{type: Names, default: [a]}`, `m.Field = Names{"a"}`},
		{"list of enums", `{type: "list<Color>", default: [green]}`, `m.Field = []Color{ColorGreen}`},
		{"map", `{type: "map<Rank>", default: {b: 2, a: 1}}`, `m.Field = map[string]Rank{"a": 1, "b": 2}`},
		{"map by enum", `{type: "map<Color:bool>", default: {red: true}}`, `m.Field = map[Color]bool{"red": true}`},
		{"durations", `{type: "list<duration>", default: [5s, 1m]}`, `m.Field = []time.Duration{5000 * time.Millisecond, 60000 * time.Millisecond}`},
		{"struct", `{type: Person, default: {name: x, rank: 3}}`, `m.Field = Person{Name: "x", Rank: new(Rank(3)), Nick: "anonymous"}`},
		{"union", `{type: Shape, default: {kind: circle, radius: 1.5}}`, `m.Field = Shape{Circle: &Circle{Radius: 1.5}}`},
		{"json", `{type: json, default: {any: [1]}}`, "m.Field = json.RawMessage(`{\"any\":[1]}`)"},
		{"bytes", `{type: bytes, default: AQI=}`, `m.Field = []byte("\x01\x02")`},
		{"int64", `{type: "list<int64>", default: [-9223372036854775808]}`, `m.Field = []int64{-9223372036854775808}`},
		{"nullable", `{type: "Person | null", default: {name: x, rank: null}}`, `m.Field = &Person{Name: "x", Nick: "anonymous"}`},
	}
	imports := exportData(t)
	for _, tt := range tests {
		t.Run(tt.why, func(t *testing.T) {
			files := generate(t, load(t, declared+tt.field+"\n"))
			text := string(file(t, files, "test/a.codec.rt.go"))
			if !strings.Contains(text, "\t"+tt.want+"\n") {
				t.Errorf("no %s in:\n%s", tt.want, text)
			}
			if err := typeCheck(t, imports, files); err != nil {
				t.Error(err)
			}
		})
	}
}
