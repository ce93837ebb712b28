package typescript_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rtgen/rtgen/generator/typescript"
)

// TestProblems looks at contracts that cannot be written in TypeScript.
func TestProblems(t *testing.T) {
	for _, c := range []struct {
		name, schema, want string
	}{
		{"payload and type", `
types:
  SendMessage: {text: string}
namespaces:
  /a: {clientToServer: {sendMessage: {payload: {text: string}}}}
`, `NAME_COLLISION the payload of event "sendMessage" and type "SendMessage" are both named "SendMessage" in generated code`},
		{"type and client", `
types:
  ChatClient: {text: string}
namespaces:
  /chat: {}
`, `NAME_COLLISION the client of namespace "/chat" and type "ChatClient" are both named "ChatClient" in generated code`},
		{"type and runtime", `
types:
  RtError: {text: string}
`, `NAME_COLLISION type "RtError" and a part of the runtime are both named "RtError" in generated code`},
		{"two events", `
namespaces:
  /a:
    clientToServer:
      one: {names: {ts: two}}
      two: {}
`, `NAME_COLLISION event "two" and event "one" are both named "two" in generated code`},
		{"member with suffix", `
namespaces:
  /a: {clientToServer: {answer: {}, answerCall: {}}}
`, `NAME_COLLISION event "answerCall" and event "answer" are both named "answerCall" in generated code`},
		{"event and room", `
namespaces:
  /a:
    rooms: {team: {key: {id: string}, join: {}}}
    clientToServer: {teamRoom: {}}
`, `NAME_COLLISION room "team" and event "teamRoom" are both named "teamRoom" in generated code`},
		{"files of namespaces", `
namespaces:
  /a-b: {}
  /a_b: {}
`, `NAME_COLLISION namespace "/a_b" and namespace "/a-b" are both named "demo.a-b" in generated code`},
		{"name of a field", `
types:
  A: {x: {type: string, names: {ts: y}}}
`, `FEATURE_UNSUPPORTED field "x" cannot have a name of its own in TypeScript`},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := loadText(t, "rtgen: v1\npackage: demo\n"+c.schema)
			files, problems := newTarget(t, typescript.Options{}).Generate(m)
			var got []string
			for _, p := range problems {
				got = append(got, p.Rule+" "+p.Message)
			}
			if len(got) == 0 {
				t.Fatalf("no problem, but %d files", len(files))
			}
			if diff := cmp.Diff(c.want, got[0]); diff != "" {
				t.Errorf("first of %d problems (-want +got):\n%s", len(got), diff)
			}
		})
	}
}

// TestNames looks at names that the rules change.
func TestNames(t *testing.T) {
	m := loadText(t, `rtgen: v1
package: demo
types:
  Old:
    $names: {ts: New}
    text: string
namespaces:
  /demo:
    clientToServer:
      delete: {}
      then: {}
      t: {ack: {}}
      presence: {payload: {a: int32}}
      given: {names: {ts: taken}}
    serverToClient:
      presence: {payload: {b: int32}}
  /other:
    clientToServer:
      presence: {payload: {c: int32}}
`)
	files, problems := newTarget(t, typescript.Options{}).Generate(m)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	text := map[string]string{}
	for _, f := range files {
		text[f.Path] = string(f.Content)
	}
	for _, c := range []struct{ file, line, why string }{
		{"demo.events.ts", "export const delete_: ", "a reserved word"},
		{"demo.bind.ts", "readonly delete: ", "members may be reserved words"},
		{"demo.bind.ts", "readonly thenCall: ", "await client would call it"},
		{"demo.events.ts", "export const t_: ", "the file imports something of that name"},
		{"demo.bind.ts", "readonly t: ", "a member may be called like an import"},
		{"demo.bind.ts", "readonly taken: ", "the schema gives it"},
		{"demo.types.ts", "export type New = {", "the schema gives it"},
		{"demo.types.ts", "export type DemoPresence = {\n  a: number;", "two namespaces have the event"},
		{"demo.types.ts", "export type DemoPresenceEvent = {\n  b: number;", "both directions have it, too"},
		{"demo.types.ts", "export type OtherPresence = {\n  c: number;", "two namespaces have the event"},
	} {
		if !strings.Contains(text[c.file], c.line) {
			t.Errorf("%s does not hold %q, although %s:\n%s", c.file, c.line, c.why, text[c.file])
		}
	}
}
