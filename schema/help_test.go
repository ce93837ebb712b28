package schema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestHelp has mistakes that people make. Each is told once, where it is, with
// help that leads to a valid contract.
func TestHelp(t *testing.T) {
	const message = "types:\n  Message: {text: string}\n"
	event := func(keys string) string {
		return message + "errors:\n  failed: It failed.\nnamespaces:\n  /chat:\n    clientToServer:\n      send:\n        " + keys + "\n"
	}
	tests := []struct {
		name string
		text string // below the head
		want string // line, column, rule and help
	}{
		{"Go slice", "types:\n  A:\n    b: []string\n", "5:5 SYNTAX write list<string> instead of []string"},
		{"array of another language", "types:\n  A:\n    b: Array<string>\n", "5:13 VALUE_INVALID write list<T>"},
		{"range in brackets", "types:\n  A:\n    b: string[1..5]\n", "5:14 VALUE_INVALID a range stands in parentheses: string(1..64)"},
		{"range in braces", "types:\n  A:\n    b: string{1..5}\n", "5:14 VALUE_INVALID a range stands in parentheses: string(1..64)"},
		{"range with a comma", "types:\n  A:\n    b: string(1,5)\n", "5:15 RANGE_INVALID write (1..5)"},
		{"range with a hyphen", "types:\n  A:\n    b: int32(-1 - 5)\n", "5:14 RANGE_INVALID write (-1..5)"},
		{"range of a misspelt type", "types:\n  A: strng(1..5)\n", `4:6 TYPE_UNKNOWN did you mean "string"?`},
		{"range of a declared type", "types:\n  A: string\n  B: {c: A(1..5)}\n", `5:12 RANGE_INVALID put the range where "A" is declared`},
		{"bracket not closed", "types:\n  A:\n    b: list<string\n", "5:19 VALUE_INVALID "},
		{"optional type", "types:\n  A:\n    b: ?string\n", "5:8 VALUE_INVALID the ? belongs to the name of the field: name?: string"},
		{"undefined", "types:\n  A:\n    b: string | undefined\n", "5:15 VALUE_INVALID the ? belongs to the name of the field: name?: string"},
		{"null in front", "types:\n  A:\n    b: null | string\n", "5:13 VALUE_INVALID write string | null"},
		{"enum with bars", "types:\n  A: on | off\n", "4:9 VALUE_INVALID a type is one thing, or null; an enum is a list under types, [online, away], and a union starts with $union"},
		{"enum without $", "types:\n  A:\n    enum: [a, b]\n", "5:11 NODE_KIND an enum in its long form starts with $enum"},
		{"numbers without $enum", "types:\n  A:\n    low: 1\n", "5:10 TYPE_UNKNOWN the values of an enum of numbers stand below $enum"},
		{"tags in a list", "types:\n  A: {$union: [a, b], a: {}}\n", "4:15 NODE_KIND write $union: kind, and below it each variant: tag: Struct"},
		{"capitals", "types:\n  A: [VERY_GOOD]\n", `4:7 NAME_INVALID write veryGood; to keep the name on the wire: {veryGood: {wire: "VERY_GOOD"}}`},
		{"field of another style", "types:\n  A:\n    sent_at: timestamp\n", `5:5 NAME_INVALID write sentAt; to keep the name on the wire: sentAt: {type: T, wire: "sent_at"}`},
		{"tag of another style", "types:\n  A: {$union: kind, my_tag: {}}\n", "4:21 NAME_INVALID write myTag"},
		{"Cyrillic", "types:\n  A:\n    \u0456d: uuid\n", "5:5 NAME_INVALID \"\u0456\" is U+0456, and names have letters of ASCII only"},
		{"badly named type in use", "types:\n  a: {b: uuid}\n  C: {a: A, b: list<A>}\n", "4:3 NAME_INVALID write A"},
		{"badly named type in use as declared", "types:\n  a: {b: uuid}\n  C: {a: a}\n", "4:3 NAME_INVALID write A"},
		{
			"badly named error in use", "errors:\n  Full: It is full.\nnamespaces:\n  /a:\n    connectErrors: [full]\n",
			`4:3 NAME_INVALID write full; to keep the name on the wire: full: {wire: "Full"}`,
		},
		{"misspelt section", "type:\n  A: {b: uuid}\nnamespaces:\n  /a:\n    auth: A\n", `3:1 KEY_UNKNOWN did you mean "types"?`},
		{"type in small letters", event("payload: message"), `11:18 TYPE_UNKNOWN did you mean "Message" (chat.rt.yaml:4:3)?`},
		{"true for an ack", event("ack: true"), "11:14 VALUE_INVALID write {} for nothing"},
		{"one error", event("ack: {}\n        errors: failed"), "12:17 NODE_KIND write [failed]"},
		{"ack without a value", event("ack:\n        idempotent: text\n        payload: Message"), "11:13 VALUE_MISSING a mapping with nothing in it is written {}"},
		{"event without a value", event(""), "10:12 VALUE_MISSING a mapping with nothing in it is written {}"},
		{"colon without a space", "types:\n  A:\n    b:string\n    c: string\n", "5:5 SYNTAX write a colon and a space behind the name"},
		{"backslash in quotes", "types:\n  A: {$type: string, pattern: \"\\d\"}\n", `4:3 SYNTAX between ' and ' a backslash stands for itself; between " and " it is written twice`},
		{"typographic quotes", "types:\n  A: {$type: string, pattern: “[a]{2}”}\n", `4:3 SYNTAX quotes are written " or '`},
		{"alias", "types:\n  A: *a\n", "4:3 ALIAS_NOT_ALLOWED name what is shared under types"},
		{"optional in the long form", "types:\n  A:\n    b: {type: string, required: false}\n", "5:23 KEY_UNKNOWN a field that may be absent is written name?: T"},
		{"list as a short default", event("payload: {b: \"list<string> = []\"}"), "11:38 DEFAULT_INVALID write {type: T, default: …}, with a list or mapping behind default"},
		{"unknown fields as a flag", event("unknownFields: true"), "11:24 VALUE_INVALID write ignore or reject"},
		{"no-break space", "types:\n  A:\n    b:\u00a0string\n    c: string\n", "5:7 SYNTAX write a space"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, d := range problems(t, "chat.rt.yaml", "rtgen: v1\npackage: chat\n"+test.text) {
				got = append(got, fmt.Sprintf("%d:%d %s %s", d.Pos.Line, d.Pos.Col, d.Rule, strings.Join(d.Help, "; ")))
			}
			if diff := cmp.Diff([]string{test.want}, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestPackageNames refuses the names that cannot be packages of Go.
func TestPackageNames(t *testing.T) {
	for _, name := range []string{"main", "func", "type", "internal", "documentation", "con", "lpt1"} {
		got := problems(t, "a.rt.yaml", "rtgen: v1\npackage: "+name+"\n")
		if len(got) != 1 || got[0].Rule != "NAME_RESERVED" {
			t.Errorf("package %s: %v, want one NAME_RESERVED", name, got)
		}
	}
}
