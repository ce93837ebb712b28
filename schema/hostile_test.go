package schema_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode"

	"github.com/rtgen/rtgen/schema"
)

const head = "rtgen: v1\npackage: hostile\n"

// repeated writes a line for each number.
func repeated(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format+"\n", i)
	}
	return b.String()
}

// fill repeats a text up to the size of a file.
func fill(text string) string {
	return strings.Repeat(text, (1<<20-len(head)-200)/len(text))
}

// hostile are files that cost or confuse a reader that is not careful; each
// with a rule that must be reported, or "" when the file is merely large.
var hostile = []struct {
	name, text, rule string
}{
	{"alias bomb", head + "types:\n  a: &a [x, x]\n  b: &b [*a, *a]\n  c: &c [*b, *b]\n", "ALIAS_NOT_ALLOWED"},
	{"endless alias", "a: &a [*a]\n", "ALIAS_NOT_ALLOWED"},
	{"endless merge", "a: &a {<<: *a}\n", "ALIAS_NOT_ALLOWED"},
	{"open brackets", strings.Repeat("[", 200_000), "SYNTAX"},
	{"open braces", strings.Repeat("{", 200_000), "SYNTAX"},
	{"nested lists", head + "doc: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + "\n", "FILE_LIMIT"},
	{"dashes", fill("- "), "SYNTAX"},
	{"question marks", fill("? "), "SYNTAX"},
	{"nested types", head + "types:\n  A: " + strings.Repeat("list<", 100_000) + "string" + strings.Repeat(">", 100_000) + "\n", "FILE_LIMIT"},
	{"too large", strings.Repeat("# comment\n", 200_000), "FILE_LIMIT"},
	{"one large scalar", head + "doc: " + fill("x") + "\n", ""},
	{"one large comment", head + "types: {}\n" + fill("# x\n"), ""},
	{"large documentation", head + "types:\n" + fill("  ## x\n") + "  A: string\n", ""},
	{"comment before the end", head + "types:\n  A: {x: [\n" + fill("# x\n"), "SYNTAX"},
	{"many keys", head + "types:\n" + repeated(20_000, "  T%d: uuid"), ""},
	{"many unknown keys", head + repeated(20_000, "k%d: 1"), "KEY_UNKNOWN"},
	{"many unknown types", head + "types:\n" + repeated(20_000, "  Type%d: Typo"), "TYPE_UNKNOWN"},
	{"many fields", head + "types:\n  A:\n" + repeated(20_000, "    f%d: uuid"), ""},
	{"many duplicates", head + "types:\n" + strings.Repeat("  A: b\n", 20_000), "KEY_DUPLICATE"},
	{"chain of aliases", head + "types:\n  T10000: string\n" + chainOf(10_000, "  T%d: T%d\n"), "FILE_LIMIT"},
	{"chain of structs", head + "types:\n  T10000: string\n" + chainOf(10_000, "  T%d: {x: T%d}\n"), ""},
	{"ring of structs", head + "types:\n  T10000: {x: T0}\n" + chainOf(10_000, "  T%d: {x: T%d}\n"), "TYPE_INFINITE"},
	{"ring in an event", head + "types:\n  T10000: {x: list<T0>}\n" + chainOf(10_000, "  T%d: {x: T%d}\n") +
		"namespaces:\n  /:\n    clientToServer:\n      a: {payload: T0}\n", ""},
	{"many rooms of one payload", head + "types:\n  Big:\n" + repeated(900, "    f%d: uuid") +
		"namespaces:\n  /:\n    rooms: {r: {k: uuid}}\n    serverToClient:\n" + repeated(15_000, "      e%d: {to: r, payload: Big}"), "FILE_LIMIT"},
	{"many defaults", head + "types:\n  P: {$type: string, pattern: \"^(?:[a-z]{1,900})$\"}\n  A:\n" + repeated(900, "    f%d: P = abc"), ""},
	{"many examples of a large struct", head + "types:\n  A:\n" + repeated(10_000, "    f%d?: A") +
		"  B:\n" + repeated(10_000, "    f%d: {type: A, example: {}}"), ""},
	{"many defaults of a large enum", head + "types:\n  A:\n" + repeated(10_000, "  - v%d") +
		"  B:\n" + repeated(10_000, "    f%d: A = v9999"), ""},
	{"large data of many errors", head + "types:\n  A:\n" + repeated(10_000, "    f%d: uuid") +
		"errors:\n" + repeated(10_000, "  e%d: {data: A}"), ""},
	{"huge number", head + "types:\n  A: {x: {type: float64, default: 1e999999999}}\n", "DEFAULT_INVALID"},
	{"long digits", head + "types:\n  A: int64(.." + strings.Repeat("9", 500_000) + ")\n", "RANGE_INVALID"},
	{"long name", head + "types:\n  A: {" + strings.Repeat("a", 1000) + ": string}\n", "NAME_INVALID"},
	{"empty", "", "LANGUAGE_VERSION"},
	{"only a comment", "# nothing\n", "LANGUAGE_VERSION"},
	{"null", "~\n", "VALUE_MISSING"},
	{"NUL", head + "doc: a\x00b\n", "ENCODING"},
	{"escape", head + "doc: \x1b[31m\n", "ENCODING"},
	{"C1", head + "doc: a\u0085b\n", "ENCODING"},
	{"line separator", head + "doc: a\u2028b\n", "ENCODING"},
	{"lone CR", head + "doc: a\rb\n", "ENCODING"},
	{"second BOM", head + "doc: \ufeffa\n", "ENCODING"},
	{"invalid UTF-8", head + "doc: \xff\n", "ENCODING"},
	{"surrogate", head + "doc: \xed\xa0\x80\n", "ENCODING"},
	{"UTF-16", "\xff\xfer\x00t\x00", "ENCODING"},
	{"control in quotes", head + "types:\n  \"a\\u0000b\": string\n", "NAME_INVALID"},
	{"tab in front", head + "types:\n\tA: string\n", "SYNTAX"},
	{"binary", head + "doc: !!binary aGk=\n", "TAG_NOT_ALLOWED"},
	{"look-alike", head + "namespaces:\n  /:\n    clientToServer:\n      pаyment: {}\n", "NAME_INVALID"},
	{"injection", head + "namespaces:\n  /:\n    clientToServer:\n      \"A struct{}; func init() {}; type B\": {}\n", "NAME_INVALID"},
}

func chainOf(n int, format string) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, format, i, i+1)
	}
	return b.String()
}

// TestHostile expects an answer within a second. The race detector and slow
// machines take several times longer, so the test allows more; what it is
// after would take minutes.
func TestHostile(t *testing.T) {
	const patience = 10 * time.Second
	for _, test := range hostile {
		t.Run(test.name, func(t *testing.T) {
			start := time.Now()
			diagnostics := problems(t, "hostile.rt.yaml", test.text)
			text := diagnostics.Error()
			if took := time.Since(start); took > patience {
				t.Errorf("took %v", took)
			} else {
				t.Logf("took %v", took)
			}
			found := test.rule == "" && len(diagnostics) == 0
			for _, d := range diagnostics {
				found = found || d.Rule == test.rule
			}
			if !found {
				t.Errorf("reported\n%.2000s\nwant %q", text, test.rule)
			}
			for _, r := range text {
				if r != '\n' && !unicode.IsGraphic(r) {
					t.Errorf("the message holds %U", r)
				}
			}
		})
	}
}

func TestPackageLimit(t *testing.T) {
	fsys := fstest.MapFS{}
	for i := range 17 {
		fsys[fmt.Sprintf("f%02d.rt.yaml", i)] = &fstest.MapFile{Data: []byte("\x00" + fill("x"))} // quick to refuse
	}
	_, err := schema.Load(fsys, ".")
	if err == nil || !strings.Contains(err.Error(), "f16.rt.yaml:1:1: error[FILE_LIMIT]") {
		t.Errorf("Load of 17 MiB = %v, want a FILE_LIMIT at the last file", err)
	}
}

// TestAccepted has files that look odd and are fine.
func TestAccepted(t *testing.T) {
	tests := []struct{ name, text string }{
		{"BOM", "\ufeff" + head},
		{"CRLF", "rtgen: v1\r\npackage: crlf\r\ntypes:\r\n  A: string # x\r\n"},
		{"document start", "---\n" + head},
		{"no line feed at the end", "rtgen: v1\npackage: end"},
		{"word that YAML once converted", head + "types:\n  Answer: [yes, no, on, off, y, n]\n"},
		{"quoted keys", "\"rtgen\": v1\n'package': quoted\n"},
		{"documentation with marks of direction", head + "doc: \"a\\u202Eb\"\n"},
	}
	for _, test := range tests {
		if diagnostics := problems(t, "a.rt.yaml", test.text); diagnostics != nil {
			t.Errorf("%s: %v", test.name, diagnostics)
		}
	}
}

func TestDocumentationIsStripped(t *testing.T) {
	models, err := schema.Load(fstest.MapFS{"a.rt.yaml": {Data: []byte(head + "doc: \"a\\u202Eb\\0c\\e[1m\"\n")}}, ".")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := models[0].Doc, "abc[1m"; got != want {
		t.Errorf("Doc = %q, want %q", got, want)
	}
}
