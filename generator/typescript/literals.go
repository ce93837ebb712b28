package typescript

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// quote returns s as a string literal. It is the only way by which text of a
// schema gets into one: nothing in s can end the literal, the line or a script
// element around it, or reorder what is shown.
func quote(s string) string {
	mark := '"'
	if strings.Count(s, `"`) > strings.Count(s, "'") {
		mark = '\'' // as Prettier prefers
	}
	var b strings.Builder
	b.WriteRune(mark)
	for i, r := range s {
		switch {
		case r == mark || r == '\\':
			b.WriteRune('\\')
			b.WriteRune(r)
		case r == '<' && strings.HasPrefix(s[i:], "</") || r == '<' && strings.HasPrefix(s[i:], "<!"):
			b.WriteString(`\u003c`)
		case !unicode.IsPrint(r) && r > 0xffff:
			fmt.Fprintf(&b, `\u{%x}`, r)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteRune(mark)
	return b.String()
}

// regexpLiteral returns a pattern as a literal with the flag u.
func regexpLiteral(pattern string) string {
	var b strings.Builder
	b.WriteByte('/')
	escaped := false
	for _, r := range pattern {
		switch {
		case r == '/' && !escaped:
			b.WriteString(`\/`)
		case !unicode.IsPrint(r) && escaped:
			// Behind the backslash that is already there.
			fmt.Fprintf(&b, `u{%x}`, r)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u{%x}`, r)
		default:
			b.WriteRune(r)
		}
		escaped = r == '\\' && !escaped
	}
	b.WriteString("/u")
	return b.String()
}

// key returns a property name, in quotes where it has to be.
func key(name string) string {
	if isIdentifier(name) {
		return name
	}
	return quote(name)
}

// isIdentifier is about ASCII: other letters are quoted.
func isIdentifier(name string) bool {
	for i, r := range name {
		letter := r == '_' || r == '$' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return name != ""
}

func integer(n int64) string { return strconv.FormatInt(n, 10) }

// reservedWords cannot be names of constants in a module.
var reservedWords = setOf(
	"arguments", "async", "as", "await", "break", "case", "catch", "class", "const",
	"continue", "debugger", "default", "delete", "do", "else", "enum", "eval",
	"export", "extends", "false", "finally", "for", "function", "if",
	"implements", "import", "in", "instanceof", "interface", "let", "new",
	"null", "package", "private", "protected", "public", "return", "static",
	"super", "switch", "this", "throw", "true", "try", "typeof", "undefined",
	"var", "void", "while", "with", "yield",
)

func setOf(names ...string) map[string]bool {
	set := make(map[string]bool, len(names))
	for _, n := range names {
		set[n] = true
	}
	return set
}

// binding returns name as the name of a constant: reserved words and the names
// of the file's own imports get an underscore.
func binding(name string, taken ...string) string {
	if reservedWords[name] {
		return name + "_"
	}
	for _, t := range taken {
		if name == t {
			return name + "_"
		}
	}
	return name
}

// lowerFirst and upperFirst change one letter, so that distinct names stay
// distinct.
func lowerFirst(name string) string { return strings.ToLower(name[:1]) + name[1:] }

func upperFirst(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// ratio returns a number as a literal.
func ratio(r *big.Rat) string {
	if r.IsInt() {
		return r.Num().String()
	}
	f, _ := r.Float64()
	return strconv.FormatFloat(f, 'f', -1, 64)
}
