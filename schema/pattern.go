package schema

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode/utf8"
)

// maxPattern is the longest pattern, in code points.
const maxPattern = 1000

// A pattern is read by RE2 in Go and by JavaScript with its u flag. What only
// one of them takes, or what they take for different things, is refused; the
// reader below walks over what means the same in both.

// escapes that mean the same in both, outside and inside of a class.
const (
	sharedEscapes = `tnrfvdDwW^$\.*+?()[]{}|/`
	classEscapes  = sharedEscapes + "-"
)

// categories of Unicode that both know by these names.
var categories = regexp.MustCompile(`^\{(L[ulmto]?|M[nce]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?)\}`)

var (
	hexEscape  = regexp.MustCompile(`^x[0-9A-Fa-f]{2}`)
	repetition = regexp.MustCompile(`^\{[0-9]{1,4}(,([0-9]{1,4})?)?\}`)
	groupName  = regexp.MustCompile(`^\?<[A-Za-z][A-Za-z0-9_]*>`)
)

// checkPattern returns what is wrong with a pattern, or "".
func checkPattern(pattern string) string {
	if utf8.RuneCountInString(pattern) > maxPattern {
		return "the pattern is too long"
	}
	r := &patternReader{rest: pattern}
	for r.rest != "" && r.problem == "" {
		r.term()
	}
	if r.problem != "" {
		return r.problem
	}
	if _, err := syntax.Parse(pattern, syntax.Perl); err != nil {
		return "the pattern cannot be read: " + err.Error()
	}
	return ""
}

type patternReader struct {
	rest    string
	problem string
	// repeatable says that what was read last may be repeated.
	repeatable bool
}

func (r *patternReader) take(n int) { r.rest = r.rest[n:] }

func (r *patternReader) fail(problem string) { r.problem = problem }

// term reads one character, escape, class, quantifier or bracket.
func (r *patternReader) term() {
	switch ch := r.rest[0]; ch {
	case '.':
		r.fail(`"." does not match the same characters in Go and JavaScript: write a class, such as [^\n]`)
	case '\\':
		r.take(1)
		r.repeatable = !strings.HasPrefix(r.rest, "b") && !strings.HasPrefix(r.rest, "B")
		r.escape(sharedEscapes + "bB")
	case '[':
		r.class()
		r.repeatable = true
	case '*', '+', '?', '{':
		r.quantifier()
	case '(':
		r.group()
		r.repeatable = false
	case '^', '$', '|':
		r.take(1)
		r.repeatable = false
	case '}', ']':
		r.fail(`"` + string(ch) + `" needs a backslash in front`)
	default:
		_, size := utf8.DecodeRuneInString(r.rest)
		r.take(size)
		r.repeatable = true
	}
}

func (r *patternReader) quantifier() {
	size := 1
	if r.rest[0] == '{' {
		size = len(repetition.FindString(r.rest))
	}
	if size == 0 {
		r.fail(`"{" needs a backslash in front, or a repetition such as {1,5}`)
		return
	}
	if !r.repeatable {
		r.fail(`"` + r.rest[:size] + `" has nothing to repeat`)
		return
	}
	r.take(size)
	r.rest = strings.TrimPrefix(r.rest, "?")
	r.repeatable = false
}

// group reads the start of a group. Its end is a term like any other.
func (r *patternReader) group() {
	r.take(1)
	if !strings.HasPrefix(r.rest, "?") {
		return
	}
	if strings.HasPrefix(r.rest, "?:") {
		r.take(2)
		return
	}
	name := groupName.FindString(r.rest)
	if name == "" {
		r.fail("groups are written (…), (?:…) or (?<name>…)")
		return
	}
	r.take(len(name))
}

// escape reads what follows a backslash.
func (r *patternReader) escape(single string) {
	if r.rest == "" {
		r.fail("the pattern ends with a backslash")
		return
	}
	ch := r.rest[0]
	switch {
	case ch == 's' || ch == 'S':
		r.fail(`\` + string(ch) + ` does not match the same characters in Go and JavaScript: write a class, such as [ \t\n]`)
	case ch == 'p' || ch == 'P':
		name := categories.FindString(r.rest[1:])
		if name == "" {
			r.fail(`\` + string(ch) + ` takes a general category in braces, such as {L} or {Lu}`)
			return
		}
		r.take(1 + len(name))
	case ch == 'x':
		if !hexEscape.MatchString(r.rest) {
			r.fail(`\x takes two hexadecimal digits`)
			return
		}
		r.take(3)
	case strings.IndexByte(single, ch) < 0:
		r.fail(`the escape "\` + string([]rune(r.rest)[0]) + `" does not mean the same in Go and JavaScript`)
	default:
		r.take(1)
	}
}

// class reads a class in brackets.
func (r *patternReader) class() {
	r.take(1)
	r.rest = strings.TrimPrefix(r.rest, "^")
	if strings.HasPrefix(r.rest, "]") {
		r.fail("a class is empty; a bracket in it needs a backslash in front")
		return
	}
	for r.rest != "" && r.problem == "" {
		switch {
		case r.rest[0] == ']':
			r.take(1)
			return
		case r.rest[0] == '\\':
			r.take(1)
			many := strings.IndexByte("dDwWpP", (r.rest + " ")[0]) >= 0
			r.escape(classEscapes)
			if many && strings.HasPrefix(r.rest, "-") && !strings.HasPrefix(r.rest, "-]") {
				r.fail(`"-" after a class needs a backslash in front`)
			}
		case strings.HasPrefix(r.rest, "[:"):
			r.fail("classes such as [:alpha:] are not known in JavaScript")
		default:
			_, size := utf8.DecodeRuneInString(r.rest)
			r.take(size)
		}
	}
	if r.problem == "" {
		r.fail("a class is not closed")
	}
}
