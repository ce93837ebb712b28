package syntax

import (
	"slices"
	"strings"
)

// doc collects the documentation for what starts first on a line: the
// comments that start with "##" directly above it, then the one beside it.
// yaml.v3 attaches comments too, but to other nodes than a reader would.
func (c *converter) doc(line int) string {
	var text []string
	for n := line - 1; n >= 1 && !c.inScalar[n]; n-- {
		comment := strings.TrimSpace(c.file.Line(n))
		if !strings.HasPrefix(comment, "#") {
			break
		}
		if doc, ok := strings.CutPrefix(comment, "##"); ok {
			text = append(text, cleanDoc(doc))
		}
	}
	slices.Reverse(text)
	beside := c.file.Line(line)
	if i := commentStart(beside); i >= 0 {
		if doc, ok := strings.CutPrefix(beside[i:], "##"); ok {
			text = append(text, cleanDoc(doc))
		}
	}
	return strings.TrimSpace(strings.Join(text, "\n"))
}

// cleanDoc drops the space after the mark, and what is left of a longer mark.
func cleanDoc(s string) string {
	return strings.TrimRight(strings.TrimPrefix(strings.TrimLeft(s, "#"), " "), " \t")
}

// commentStart returns the index of the "#" that starts a comment on the
// line, or -1. A line is read by itself: a quote opens a scalar only where a
// scalar can start, so that the apostrophe in "it's" is text.
func commentStart(line string) int {
	depth, inPlain := 0, false
	for i := 0; i < len(line); i++ {
		switch ch := line[i]; ch {
		case ' ', '\t':
		case '#':
			if i == 0 || line[i-1] == ' ' || line[i-1] == '\t' {
				return i
			}
			inPlain = true
		case '"', '\'':
			if inPlain {
				continue
			}
			end := quoteEnd(line[i:])
			if end < 0 {
				return -1
			}
			i += end
		case '[', '{':
			if !inPlain {
				depth++
			}
		case ',', ']', '}':
			if depth == 0 {
				inPlain = true
				continue
			}
			inPlain = false
			if ch != ',' {
				depth--
			}
		case ':', '-', '?':
			if i+1 == len(line) || line[i+1] == ' ' {
				inPlain = inPlain && ch != ':'
				continue
			}
			inPlain = true
		default:
			inPlain = true
		}
	}
	return -1
}

// quoteEnd returns the index of the quote that ends the scalar s starts with,
// or -1 when it goes on after s.
func quoteEnd(s string) int {
	quote := s[0]
	for i := 1; i < len(s); i++ {
		switch {
		case quote == '"' && s[i] == '\\':
			i++
		case s[i] != quote:
		case quote == '\'' && i+1 < len(s) && s[i+1] == quote:
			i++
		default:
			return i
		}
	}
	return -1
}
