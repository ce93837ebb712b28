package syntax

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

var lineInMessage = regexp.MustCompile(`^line (\d+): `)

// locate finds the place of a syntax error. yaml.v3 names no column, and
// often a line that is only near. So the file is read again line by line: the
// error lies on the last line the parser asked for, or a little before it.
func locate(file *File, err error) Problem {
	message := problemText(err)
	line := openQuote(file, message)
	if line == 0 {
		line = lastLine(file, message)
	}
	if at, ok := noBreakSpace(file, line); ok {
		return Problem{
			Pos: at, End: at.Shift(1), Rule: "SYNTAX", Message: "this is a no-break space, U+00A0",
			Help: []string{"write a space"},
		}
	}
	if message == noMapping && tightColon.MatchString(file.Line(line-1)) {
		line, message = line-1, noColon
	}
	text := file.Line(line)
	at := Pos{line, 1 + utf8.RuneCountInString(text) - utf8.RuneCountInString(strings.TrimLeft(text, " \t"))}
	rule := "SYNTAX"
	if strings.HasPrefix(message, "unknown anchor") {
		rule = "ALIAS_NOT_ALLOWED"
	}
	return Problem{Pos: at, End: at.Shift(1), Rule: rule, Message: message, Help: syntaxHelp(text, message)}
}

// openQuote returns the line of a quote that is never closed, or 0: there the
// parser runs to the end, but says where it came from. It does not for the
// first line, so it gets another one in front.
func openQuote(file *File, message string) int {
	if message != "found unexpected end of stream" {
		return 0
	}
	_, err := parseYAML(strings.NewReader("\n" + strings.Join(file.Lines, "\n")))
	if err == nil {
		return 0
	}
	m := lineInMessage.FindStringSubmatch(strings.TrimPrefix(err.Error(), "yaml: "))
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // digits
	return n - 1
}

// Messages of yaml.v3 that have more than one cause.
const (
	noMapping = "mapping values are not allowed in this context"
	noColon   = `could not find expected ":"`
)

// tightColon is a key without the space behind its colon: to YAML it is text,
// which goes on in the next line and fails there.
var tightColon = regexp.MustCompile(`^\s*[A-Za-z][A-Za-z0-9]*\??:[A-Za-z]`)

// noBreakSpace finds the space that web pages and word processors write on
// the line of an error or the one before: it looks like one and is none.
func noBreakSpace(file *File, line int) (at Pos, ok bool) {
	for _, n := range []int{line - 1, line} {
		if before, _, found := strings.Cut(file.Line(n), "\u00a0"); found {
			return Pos{n, 1 + utf8.RuneCountInString(before)}, true
		}
	}
	return Pos{}, false
}

// maxRetries bounds how often a file is parsed again to come closer to the
// error: the parser never looks ahead by more lines with something in them.
const maxRetries = 4

// lastLine returns the first line without which the file does not fail,
// looking back from the last line that the parser asked for.
func lastLine(file *File, message string) int {
	line := consumed(file)
	for tries := 0; line > 1 && tries < maxRetries; line-- {
		if blank(file.Line(line)) {
			continue
		}
		if !fails(file, line-1, message) {
			break
		}
		tries++
	}
	return line
}

func problemText(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	return strings.ReplaceAll(lineInMessage.ReplaceAllString(text, ""), "'", `"`)
}

func blank(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || line[0] == '#'
}

// consumed returns how many lines of a file the parser reads.
func consumed(file *File) int {
	r := &lineReader{rest: []byte(strings.Join(file.Lines, "\n"))}
	_, _ = parseYAML(r)
	return max(r.lines, 1)
}

// fails tells whether the first lines of a file fail in the same way.
func fails(file *File, lines int, message string) bool {
	_, err := parseYAML(strings.NewReader(strings.Join(file.Lines[:lines], "\n")))
	return err != nil && problemText(err) == message
}

var optionalInBraces = regexp.MustCompile(`[{,]\s*([A-Za-z][A-Za-z0-9]*)\?\s*:`)

var emptyBrackets = regexp.MustCompile(`:\s*\[\]\s*([A-Za-z][A-Za-z0-9]*)`)

var brackets = regexp.MustCompile(`([A-Za-z][A-Za-z0-9]*)\[\]`)

// syntaxHelp looks for what people write most often when a line fails.
func syntaxHelp(line, message string) []string {
	if m := optionalInBraces.FindStringSubmatch(line); m != nil {
		return []string{`inside braces YAML needs quotes: "` + m[1] + `?": …, or write one field per line`}
	}
	if m := brackets.FindStringSubmatch(line); m != nil {
		return []string{"write list<" + m[1] + "> instead of " + m[1] + "[]"}
	}
	if m := emptyBrackets.FindStringSubmatch(line); m != nil {
		return []string{"write list<" + m[1] + "> instead of []" + m[1]}
	}
	if strings.ContainsAny(line, "“”‘’") {
		return []string{"quotes are written \" or '"}
	}
	if strings.Contains(line, "?}") || strings.Contains(line, "?,") {
		return []string{"the ? belongs to the name of the field, one field per line: name?: type"}
	}
	if strings.HasPrefix(line, "\t") || strings.HasPrefix(strings.TrimLeft(line, " "), "\t") {
		return []string{"indent with spaces"}
	}
	for known, help := range messageHelp {
		if strings.HasPrefix(message, known) {
			return []string{help}
		}
	}
	return nil
}

// messageHelp says what the messages of yaml.v3 mean to who wrote the file.
var messageHelp = map[string]string{
	`did not find expected "," or "}"`:            `a "{" is not closed, a comma is missing, or text with brackets needs quotes`,
	`did not find expected "," or "]"`:            `a "[" is not closed, a comma is missing, or text with brackets needs quotes`,
	"did not find expected key":                   "the line is indented differently from those above",
	`did not find expected "-" indicator`:         "the line is indented differently from those above",
	noMapping:                                     `check the indentation and the colon of the line above, and put text with ": " in quotes`,
	"did not find expected comment or line break": `text that begins with ">" or "|" needs quotes; ranges are written (1..)`,
	"found unexpected end of stream":              "a quote is not closed",
	"found character that cannot start any token": "put the text in quotes",
	"found unknown escape character":              `between ' and ' a backslash stands for itself; between " and " it is written twice`,
	noColon:                                       "write a colon and a space behind the name",
	"unknown anchor":                              "name what is shared under types",
}
