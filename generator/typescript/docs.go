package typescript

import (
	"regexp"
	"strings"
	"unicode"
)

// A comment gathers what a JSDoc comment says.
type comment struct{ lines []string }

// add appends the lines of a schema's text, made harmless.
func (c *comment) add(s string) {
	for _, l := range strings.FieldsFunc(strings.TrimSpace(s), isLineBreak) {
		c.lines = append(c.lines, escapeDoc(l))
	}
}

// list appends "- `name`: text" as an item of a list.
func (c *comment) list(name, s string) {
	item := "- `" + strings.ReplaceAll(escapeDoc(name), "`", "'") + "`"
	if s = strings.Join(strings.FieldsFunc(s, isLineBreak), " "); s != "" {
		item += ": " + escapeDoc(s)
	}
	c.lines = append(c.lines, item)
}

// tag appends "@name text".
func (c *comment) tag(name, s string) {
	s = strings.Join(strings.FieldsFunc(s, isLineBreak), " ")
	c.lines = append(c.lines, strings.TrimSpace("@"+name+" "+escapeDoc(s)))
}

// gap appends an empty line, unless the comment is empty.
func (c *comment) gap() {
	if len(c.lines) > 0 {
		c.lines = append(c.lines, "")
	}
}

// String returns the comment with a line break at its end, every line but the
// first indented; "" when there is nothing to say.
func (c *comment) String(indent int) string {
	margin := strings.Repeat(" ", indent)
	switch len(c.lines) {
	case 0:
		return ""
	case 1:
		if !strings.HasPrefix(c.lines[0], "@") {
			return "/** " + c.lines[0] + " */\n" + margin
		}
	}
	var b strings.Builder
	b.WriteString("/**\n")
	for _, l := range c.lines {
		b.WriteString(strings.TrimRight(margin+" * "+l, " ") + "\n")
	}
	b.WriteString(margin + " */\n" + margin)
	return b.String()
}

// docOf is the comment of anything that has the usual three texts.
func docOf(text, since, deprecated string) *comment {
	c := &comment{}
	c.add(text)
	c.tags(since, deprecated)
	return c
}

func (c *comment) tags(since, deprecated string) {
	if since != "" {
		c.tag("since", since)
	}
	if deprecated != "" {
		c.tag("deprecated", deprecated)
	}
}

func isLineBreak(r rune) bool {
	return r == '\n' || r == '\r' || r == '\u0085' || r == '\u2028' || r == '\u2029'
}

var (
	// directives are words by which comments give orders to tools.
	directives = regexp.MustCompile(`(?i)\b(biome|c8|deno|eslint|istanbul|jshint|jslint|oxlint|prettier|rome|ts|tslint|v8|webpack|vite)([-:]| ignore)`)
	docEscapes = strings.NewReplacer(
		`\`, `\\`, // first of all: a backslash of the schema escapes nothing
		`*/`, `*\/`,
		`@`, `\@`, // tags and inline tags
		`/// <`, `/// \<`,
		`//#`, `//\#`,
		`#__`, `#\__`,
		`sourceMappingURL`, `sourceMapping\URL`,
		`sourceURL`, `source\URL`,
	)
)

// escapeDoc makes one line of text harmless inside a comment: it cannot end
// the comment, is no tag and no directive, and holds nothing that reorders or
// hides what is shown.
func escapeDoc(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsPrint(r):
			return r
		case unicode.IsSpace(r):
			return ' '
		}
		return -1
	}, s)
	s = docEscapes.Replace(strings.TrimSpace(s))
	if !strings.ContainsAny(s, "-:") && !strings.Contains(s, " ignore") {
		return s // no directive; most texts are done here
	}
	return directives.ReplaceAllStringFunc(s, func(m string) string {
		i := strings.IndexAny(m, "-: ")
		return m[:i] + `\` + m[i:]
	})
}
