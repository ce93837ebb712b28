package schema

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// How much Print shows.
const (
	maxPrinted = 20  // diagnostics
	maxColumns = 160 // of a source line
)

// Print writes the text form: position, severity, rule and message; the
// source line with a caret under the fault; help. It stops after twenty
// diagnostics and says how many there are more. No control character of the
// contract gets through to w.
func (d Diagnostics) Print(w io.Writer) error {
	var b bytes.Buffer
	for i, diag := range d {
		if i == maxPrinted {
			fmt.Fprintf(&b, "… and %d more\n", len(d)-maxPrinted)
			break
		}
		diag.print(&b)
	}
	_, err := w.Write(b.Bytes())
	return err
}

func (d Diagnostic) print(b *bytes.Buffer) {
	fmt.Fprintf(b, "%s: %s[%s]: %s\n", d.Pos, d.Severity, d.Rule, printable(d.Message))
	number := strconv.Itoa(d.Pos.Line)
	margin := strings.Repeat(" ", max(5-len(number), 1))
	gutter := strings.Repeat(" ", len(margin)+len(number))
	if strings.TrimSpace(d.Source) != "" {
		source, carets := d.excerpt()
		fmt.Fprintf(b, "%s%s | %s\n", margin, number, source)
		fmt.Fprintf(b, "%s | %s\n", gutter, carets)
	}
	for _, r := range d.Related {
		fmt.Fprintf(b, "%s= note: %s (%s)\n", gutter[2:], printable(r.Message), r.Pos)
	}
	for _, h := range d.Help {
		fmt.Fprintf(b, "%s= help: %s\n", gutter[2:], printable(h))
	}
}

// excerpt returns the source line, cut to the columns around the fault when
// it is long, and the line of carets below it.
func (d Diagnostic) excerpt() (source, carets string) {
	line := []rune(printable(d.Source))
	from := min(d.Pos.Col-1, len(line))
	to := from + 1
	if d.End.Line == d.Pos.Line {
		to = max(to, min(d.End.Col-1, len(line)))
	}
	if len(line) > maxColumns {
		start := max(from-maxColumns/2, 0)
		end := min(start+maxColumns, len(line))
		line, from, to = line[start:end], from-start, min(to, end)-start
	}
	source = strings.TrimRight(string(line), " ")
	return source, strings.Repeat(" ", from) + strings.Repeat("^", max(to-from, 1))
}

// printable replaces what a terminal would obey, or show in another order,
// one for one; a tab becomes a space.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t':
			return ' '
		case unicode.IsGraphic(r):
			return r
		}
		return unicode.ReplacementChar
	}, s)
}

// quoted returns a name of the contract for a message: in double quotes,
// escaped, and cut when it is long.
func quoted(s string) string {
	const longest = 80
	if r := []rune(s); len(r) > longest {
		s = string(r[:longest]) + "…"
	}
	return strconv.Quote(s)
}
