package typescript

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEscapeDoc(t *testing.T) {
	for _, c := range []struct{ why, in, want string }{
		{"plain", "What was said.", "What was said."},
		{"the end of the comment", "a */ b", `a *\/ b`},
		{"a tag", "@deprecated", `\@deprecated`},
		{"an inline tag", "{@link x}", `{\@link x}`},
		{"a backslash of the schema", `a \@b`, `a \\\@b`},
		{"a type directive", "@ts-nocheck", `\@ts\-nocheck`},
		{"a linter's directive", "eslint-disable no-eval", `eslint\-disable no-eval`},
		{"another one", "biome-ignore lint: x", `biome\-ignore lint: x`},
		{"a reference", `/// <reference path="x" />`, `/// \<reference path="x" />`},
		{"a source map", "//# sourceMappingURL=x", `//\# sourceMapping\URL=x`},
		{"a bundler's mark", "#__PURE__", `#\__PURE__`},
		{"a coverage tool", "c8 ignore next", `c8\ ignore next`},
		{"direction of text", "a\u202eb\u2066c", "abc"},
		{"controls", "a\x00\x1b[31mb\tc\u00a0d", "a[31mb c d"},
	} {
		if diff := cmp.Diff(c.want, escapeDoc(c.in)); diff != "" {
			t.Errorf("%s: escapeDoc(%q) (-want +got):\n%s", c.why, c.in, diff)
		}
	}
}

func TestComment(t *testing.T) {
	several := &comment{}
	several.add("One.\r\nTwo. \u2028\n three */")
	several.gap()
	several.list("a`b", "x\ny")
	several.tag("deprecated", "use\nb")
	want := "/**\n   * One.\n   * Two.\n   * three *\\/\n   *\n   * - `a'b`: x y\n   * @deprecated use b\n   */\n  "
	if diff := cmp.Diff(want, several.String(2)); diff != "" {
		t.Errorf("several lines (-want +got):\n%s", diff)
	}
	one := &comment{}
	one.add("One.")
	if diff := cmp.Diff("/** One. */\n", one.String(0)); diff != "" {
		t.Errorf("one line (-want +got):\n%s", diff)
	}
	if got := (&comment{}).String(2); got != "" {
		t.Errorf("no lines give %q", got)
	}
}

// FuzzComment looks for text that gets out of its comment.
func FuzzComment(f *testing.F) {
	for _, seed := range []string{"a */ b", "*", "/", "* /\n*/", "*\\/", "**//", "\u2028*/", "@a\r@b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c := &comment{}
		c.add(s)
		c.list(s, s)
		c.tag("deprecated", s)
		got := c.String(0)
		if end := strings.Index(got, "*/"); end != len(got)-len("*/\n") {
			t.Errorf("%q ends at %d of %d: %q", s, end, len(got), got)
		}
		for l := range strings.Lines(got) {
			if strings.ContainsFunc(strings.TrimSuffix(l, "\n"), isLineBreak) {
				t.Errorf("%q breaks the line %q", s, l)
			}
		}
	})
}

func TestQuote(t *testing.T) {
	for _, c := range []struct{ why, in, want string }{
		{"plain", "chat", `"chat"`},
		{"a quote, as Prettier has it", `a"b`, `'a"b'`},
		{"both quotes", `a"b'c`, `"a\"b'c"`},
		{"a backslash", `a\b`, `"a\\b"`},
		{"line breaks", "a\nb\u2028c", `"a\u000ab\u2028c"`},
		{"a script element", "</script><!--", `"\u003c/script>\u003c!--"`},
		{"direction of text", "a\u202eb", `"a\u202eb"`},
		{"letters of any script", "naïve·名", `"naïve·名"`},
		{"beyond the basic plane", "\U000e0001😀", `"\u{e0001}😀"`},
		{"a template", "${x}`", "\"${x}`\""},
	} {
		if diff := cmp.Diff(c.want, quote(c.in)); diff != "" {
			t.Errorf("%s: quote(%q) (-want +got):\n%s", c.why, c.in, diff)
		}
	}
}

func TestRegexpLiteral(t *testing.T) {
	for in, want := range map[string]string{
		`^[a-z]+$`:  `/^[a-z]+$/u`,
		`a/b`:       `/a\/b/u`,
		`a\/b`:      `/a\/b/u`,
		`\\/`:       `/\\\//u`,
		"a\nb":      `/a\u{a}b/u`,
		"</script>": `/<\/script>/u`,
	} {
		if got := regexpLiteral(in); got != want {
			t.Errorf("regexpLiteral(%q) = %s, want %s", in, got, want)
		}
	}
}
