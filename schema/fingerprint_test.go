package schema_test

import (
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rtgen/rtgen/schema"
)

const contract = `rtgen: v1
package: prints
version: 1.0.0
types:
  Name: string(1..80)
  Person:
    name: Name
    nick?: string
    age: int32(0..150)
    colour: Colour
  Colour: [red, green]
  Tree: {value: Name, left: list<Tree>}
  Shape: {$union: kind, dot: {x: int32}, line: {y: int32}}
errors:
  late: Too late.
  full: {doc: No room., data: {seats: int32}}
namespaces:
  /a:
    auth: {token: string}
    rooms:
      known: {key: {id: uuid}, join: {}}
      hidden: {id: uuid}
    clientToServer:
      send: {payload: Person, ack: {}, errors: [late, full], rate: 5/s}
      grow: {payload: Tree}
    serverToClient:
      sent: {to: hidden, payload: Shape}
`

func fingerprint(t *testing.T, text string) string {
	t.Helper()
	models, err := schema.Load(fstest.MapFS{"a.rt.yaml": {Data: []byte(text)}}, ".")
	if err != nil {
		t.Fatal(err)
	}
	return models[0].Fingerprint
}

func TestFingerprint(t *testing.T) {
	base := fingerprint(t, contract)
	if !regexp.MustCompile(`^[0-9a-f]{12}$`).MatchString(base) {
		t.Fatalf("Fingerprint = %q, want twelve hexadecimal digits", base)
	}
	tests := []struct {
		name     string
		old, new string
		same     bool
	}{
		{"version", "version: 1.0.0", "version: 2.0.0", true},
		{"documentation", "Too late.", "Much too late.", true},
		{"comment", "  /a:\n", "  # A comment.\n\n  /a:\n", true},
		{"order of fields", "    name: Name\n    nick?: string\n", "    nick?: string\n    name: Name\n", true},
		{"event removed", "      grow: {payload: Tree}\n", "", false},
		{"order of values", "[red, green]", "[green, red]", true},
		{"name of a type", "Person", "Human", true},
		{"alias written out", "    name: Name\n", "    name: string(1..80)\n", true},
		{"type nobody uses", "types:\n", "types:\n  Unused: {a: string}\n", true},
		{"error nobody answers", "errors:\n", "errors:\n  unused: A text.\n", true},
		{"room that only servers know", "      hidden: {id: uuid}\n", "      hidden: {id: uuid}\n      other: {id: uuid}\n", true},
		{"name of a field in code", "    age: int32(0..150)", "    years: {type: int32(0..150), wire: age}", true},
		{"circle entered elsewhere", "grow: {payload: Tree}", "grow: {payload: {value: Name, left: list<Tree>}}", true},
		{"name of a field on the wire", "    age: int32(0..150)", "    age: {type: int32(0..150), wire: years}", false},
		{"field", "    age: int32(0..150)\n", "", false},
		{"optional", "    nick?: string", "    nick: string", false},
		{"nullable", "    nick?: string", "    nick?: string | null", false},
		{"type of a field", "int32(0..150)", "int53(0..150)", false},
		{"range", "(0..150)", "(0..120)", false},
		{"range of an alias", "(1..80)", "(1..81)", false},
		{"value of an enum", "[red, green]", "[red, green, blue]", false},
		{"variant", "dot: {x", "spot: {x", false},
		{"tag", "$union: kind", "$union: type", false},
		{"within a circle", "left: list<Tree>", "left: list<list<Tree>>", false},
		{"path", "  /a:", "  /b:", false},
		{"event", "      sent:", "      posted:", false},
		{"auth", "auth: {token: string}", "auth: {token: uuid}", false},
		{"ack", "payload: Person, ack: {}, errors: [late, full]", "payload: Person", false},
		{"errors", "[late, full]", "[late]", false},
		{"data of an error", "{seats: int32}", "{seats: int53}", false},
		{"rate", "5/s", "6/s", false},
		{"key of a room", "hidden: {id: uuid}", "hidden: {room: uuid}", false},
		{"room that clients join", "known: {key", "open: {key", false},
	}
	for _, test := range tests {
		text := strings.ReplaceAll(contract, test.old, test.new)
		if text == contract {
			t.Errorf("%s: the contract does not hold %q", test.name, test.old)
			continue
		}
		if got := fingerprint(t, text); (got == base) != test.same {
			t.Errorf("%s: Fingerprint = %s, of the contract it is %s; same should be %t", test.name, got, base, test.same)
		}
	}
}
