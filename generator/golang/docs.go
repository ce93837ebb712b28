package golang

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// A commenter is a file or group that comments can be added to.
type commenter interface {
	Comment(string) *jen.Statement
}

// comment writes each line of each text as a comment of its own. Texts are
// paragraphs; empty ones are left out. Documentation of a contract goes only
// through here, because no line of it may end a comment or be obeyed by a tool.
func comment(to commenter, texts ...string) {
	first := true
	for _, text := range texts {
		lines := docLines(text)
		if len(lines) == 0 {
			continue
		}
		if !first {
			to.Comment("//")
		}
		first = false
		for _, line := range lines {
			to.Comment(strings.TrimRight("// "+line, " "))
		}
	}
}

// lineLength is how long a line of a comment gets, its mark not counted.
const lineLength = 77

// wrap breaks text into lines at spaces.
func wrap(text string) string {
	var b strings.Builder
	length := 0
	for _, word := range strings.Fields(text) {
		switch size := utf8.RuneCountInString(word); {
		case length == 0:
			length = size
		case length+1+size > lineLength:
			b.WriteByte('\n')
			length = size
		default:
			b.WriteByte(' ')
			length += 1 + size
		}
		b.WriteString(word)
	}
	return b.String()
}

// docLines splits text at everything that a tool may take for the end of a
// line, without blank lines around it and without control characters.
func docLines(text string) []string {
	lines := strings.FieldsFunc(strings.ReplaceAll(text, "\n", " \n"), isLineEnd)
	for i, line := range lines {
		lines[i] = defuse(strings.TrimSpace(strings.Map(printable, line)))
	}
	for len(lines) > 0 && lines[0] == "" {
		lines = lines[1:]
	}
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func isLineEnd(r rune) bool {
	return strings.ContainsRune("\n\r\v\f\u0085\u2028\u2029", r)
}

// printable drops control characters and those that change the direction of
// text, which can make a reader see other code than the compiler.
func printable(r rune) rune {
	switch {
	case r == '\t':
		return ' '
	case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\ufeff', r == unicode.ReplacementChar:
		return -1
	}
	return r
}

// obeyed are the words that make tools obey a comment, also one with a space
// behind its mark.
var obeyed = []string{
	"+build", "go:", "line ", "export ", "extern ", "#cgo", "nolint", "lint:", "#nosec",
	"Deprecated:", "Output:", "Unordered output:", "BUG(", "Code generated",
}

// defuse puts a line in quotes when it begins with a word that a tool obeys.
func defuse(line string) string {
	for _, word := range obeyed {
		if strings.HasPrefix(line, word) {
			return `"` + line + `"`
		}
	}
	return line
}

// sinceText and deprecatedText are the paragraphs of documentation that tell
// the history of an element.
func sinceText(version string) string {
	if version == "" {
		return ""
	}
	return "Since version " + version + "."
}

// deprecated writes the paragraph that marks an element as deprecated. It is
// the only one that tools shall obey.
func deprecated(to commenter, reason, sunset string, documented bool) {
	if reason == "" {
		return
	}
	text := "Deprecated: " + strings.TrimRight(strings.Join(docLines(reason), " "), ".") + "."
	if sunset != "" {
		text += " It may be removed from " + strings.Join(docLines(sunset), " ") + " on."
	}
	if documented {
		to.Comment("//")
	}
	first, rest, _ := strings.Cut(wrap(text), "\n")
	to.Comment("// " + first)
	comment(to, rest)
}

// docText returns a function that writes texts.
func docText(texts ...string) func(commenter) {
	return func(to commenter) { comment(to, texts...) }
}

// eventDoc writes the documentation of a method for an event, which handles it
// or sends it.
func eventDoc(to commenter, e *event, verb string) {
	comment(to,
		wrap(e.method+" "+verb+" the event "+quote(e.Wire)+"."),
		e.Doc,
		errorsText(e.Errors),
		sinceText(e.Since),
	)
	deprecated(to, e.Deprecated, e.Sunset, true)
}

// errorsText lists the errors that an answer may be.
func errorsText(errors []*schema.Error) string {
	if len(errors) == 0 {
		return ""
	}
	var codes []string
	for _, e := range errors {
		codes = append(codes, quote(e.Wire))
	}
	return wrap("It may answer with the errors " + strings.Join(codes, ", ") + ".")
}
