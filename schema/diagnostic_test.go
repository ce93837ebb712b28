package schema_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/schema"
)

// problems loads one file and returns what is wrong with it.
func problems(t *testing.T, name, text string) schema.Diagnostics {
	t.Helper()
	_, err := schema.Load(fstest.MapFS{name: {Data: []byte(text)}}, ".")
	if err == nil {
		return nil
	}
	diagnostics, ok := errors.AsType[schema.Diagnostics](err)
	if !ok {
		t.Fatalf("Load returned %v, want Diagnostics", err)
	}
	return diagnostics
}

func TestPrint(t *testing.T) {
	tests := []struct {
		name string
		text string // below the head
		want string
	}{
		{
			"unknown type",
			"types:\n  Message: {id: uuid}\nnamespaces:\n  /chat:\n    serverToClient:\n      sent:\n        payload: Mesage\n",
			`chat.rt.yaml:9:18: error[TYPE_UNKNOWN]: type "Mesage" is not declared
    9 |         payload: Mesage
      |                  ^^^^^^
   = help: did you mean "Message" (chat.rt.yaml:4:3)?
`,
		},
		{
			"scalar of another language",
			"types:\n  A: {at: list<datetime>}\n",
			`chat.rt.yaml:4:16: error[TYPE_UNKNOWN]: type "datetime" is not declared
    4 |   A: {at: list<datetime>}
      |                ^^^^^^^^
   = help: write timestamp
`,
		},
		{
			"list of another language",
			"types:\n  A:\n    items: Item[]\n",
			`chat.rt.yaml:5:16: error[VALUE_INVALID]: "[]" does not belong to a type
    5 |     items: Item[]
      |                ^^
   = help: write list<Item>
`,
		},
		{
			"list within braces",
			"types:\n  A: {items: Item[]}\n",
			`chat.rt.yaml:4:3: error[SYNTAX]: did not find expected "," or "}"
    4 |   A: {items: Item[]}
      |   ^
   = help: write list<Item> instead of Item[]
`,
		},
		{
			"optional field within braces",
			"types:\n  A: {note?: string}\n",
			`chat.rt.yaml:4:3: error[SYNTAX]: did not find expected "," or "}"
    4 |   A: {note?: string}
      |   ^
   = help: inside braces YAML needs quotes: "note?": …, or write one field per line
`,
		},
		{
			"comma within braces",
			"types:\n  A: {m: map<string, Item>}\n",
			`chat.rt.yaml:4:22: error[VALUE_MISSING]: the comma splits a type: "Item>" became a key without a value
    4 |   A: {m: map<string, Item>}
      |                      ^^^^^
   = help: write map<string:Item>, with a colon
`,
		},
		{
			"alias that looks like a struct",
			"types:\n  A: {type: string, pattern: ^a$}\n",
			`chat.rt.yaml:4:30: error[VALUE_INVALID]: a type is expected here
    4 |   A: {type: string, pattern: ^a$}
      |                              ^
   = help: this is a struct; an alias in its long form starts with $type
`,
		},
		{
			"range of another language",
			"types:\n  A:\n    b: string\n    n: >=1\n",
			`chat.rt.yaml:6:5: error[SYNTAX]: did not find expected comment or line break
    6 |     n: >=1
      |     ^
   = help: text that begins with ">" or "|" needs quotes; ranges are written (1..)
`,
		},
		{
			"struct inside a struct",
			"types:\n  A: {b: {c: string}}\n",
			`chat.rt.yaml:4:11: error[KEY_UNKNOWN]: a field has no key "c"
    4 |   A: {b: {c: string}}
      |           ^
   = help: a struct inside a struct needs a name: declare it under types
`,
		},
		{
			"list as a payload",
			"namespaces:\n  /a:\n    clientToServer:\n      send: {payload: list<string>}\n",
			`chat.rt.yaml:6:23: error[VALUE_INVALID]: a payload is a struct or union, not "list<string>"
    6 |       send: {payload: list<string>}
      |                       ^^^^^^^^^^^^
   = help: wrap it in a struct: {value: list<string>}
`,
		},
		{
			"duplicate key",
			"types:\n  A: string\n  A: uuid\n",
			`chat.rt.yaml:5:3: error[KEY_DUPLICATE]: key "A" is written twice
    5 |   A: uuid
      |   ^
   = note: first written here (chat.rt.yaml:4:3)
`,
		},
		{
			"converted scalar",
			"types:\n  Version:\n    - 1.10\n",
			`chat.rt.yaml:5:7: error[NAME_INVALID]: YAML reads "1.10" as a number
    5 |     - 1.10
      |       ^^^^
   = help: write {v110: {wire: "1.10"}}
`,
		},
		{
			"range reversed, columns in code points",
			"types:\n  A: {é: string(5..1)}\n",
			`chat.rt.yaml:4:7: error[NAME_INVALID]: "é" is no name for a field
    4 |   A: {é: string(5..1)}
      |       ^
   = help: "é" is U+00E9, and names have letters of ASCII only
`,
		},
		{
			"caret after characters of several bytes",
			"types:\n  A:\n    a: {doc: \"é😀\", type: string(5..1)}\n",
			`chat.rt.yaml:5:33: error[RANGE_INVALID]: the range is reversed
    5 |     a: {doc: "é😀", type: string(5..1)}
      |                                 ^^^^
   = help: write (1..5)
`,
		},
		{
			"control characters",
			"types:\n  \"a\\e[31m\\u202E\": string\n  Tab:\t{a: nope}\n",
			`chat.rt.yaml:4:3: error[NAME_INVALID]: "a\x1b[31m\u202e" is no name for a type
    4 |   "a\e[31m\u202E": string
      |   ^^^^^^^^^^^^^^^
   = help: write A31m
chat.rt.yaml:5:12: error[TYPE_UNKNOWN]: type "nope" is not declared
    5 |   Tab: {a: nope}
      |            ^^^^
`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b strings.Builder
			if err := problems(t, "chat.rt.yaml", "rtgen: v1\npackage: chat\n"+test.text).Print(&b); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, b.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestPrintLimit(t *testing.T) {
	var text strings.Builder
	text.WriteString("rtgen: v1\npackage: many\ntypes:\n")
	for i := range 30 {
		fmt.Fprintf(&text, "  T%d: nope\n", i)
	}
	lines := strings.Split(problems(t, "many.rt.yaml", text.String()).Error(), "\n")
	if got, want := lines[len(lines)-1], "… and 10 more"; got != want {
		t.Errorf("last line = %q, want %q", got, want)
	}
	if got := strings.Count(strings.Join(lines, "\n"), "error[TYPE_UNKNOWN]"); got != 20 {
		t.Errorf("%d diagnostics printed, want 20", got)
	}
}

func TestPrintLongLine(t *testing.T) {
	long := "rtgen: v1\npackage: long\ntypes: {" + strings.Repeat("A: string, ", 1000) + "B: nope}\n"
	for _, line := range strings.Split(problems(t, "long.rt.yaml", long).Error(), "\n") {
		if len(line) > 200 {
			t.Errorf("a printed line has %d bytes", len(line))
		}
	}
}

// TestPrintHostileName has a file name that a terminal would obey.
func TestPrintHostileName(t *testing.T) {
	text := problems(t, "a\x1b[31m.rt.yaml", "rtgen: v2\npackage: a\n").Error()
	if strings.ContainsRune(text, '\x1b') {
		t.Errorf("an escape character got through: %q", text)
	}
}

func TestDiagnosticJSON(t *testing.T) {
	text, err := json.Marshal(problems(t, "a.rt.yaml", "rtgen: v1\npackage: a\ntypes:\n  A: Nam\n  Name: string\n  Name: uuid\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := `[{"file":"a.rt.yaml","line":4,"col":6,"endLine":4,"endCol":9,"severity":"error","rule":"TYPE_UNKNOWN",` +
		`"message":"type \"Nam\" is not declared","help":["did you mean \"Name\" (a.rt.yaml:5:3)?"],"related":[]},` +
		`{"file":"a.rt.yaml","line":6,"col":3,"endLine":6,"endCol":7,"severity":"error","rule":"KEY_DUPLICATE",` +
		`"message":"key \"Name\" is written twice","help":[],"related":[{"file":"a.rt.yaml","line":5,"col":3,"message":"first written here"}]}]`
	if diff := cmp.Diff(want, string(text)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
