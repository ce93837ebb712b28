package syntax

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var lineInMessage = regexp.MustCompile(`^line \d+: `)

// locate finds the place of a syntax error. yaml.v3 names no column, and
// often a line that is only near. So the file is read again line by line: the
// error lies on the last line the parser asked for, or a little before it.
func locate(file *File, err error) Problem {
	message := problemText(err)
	line := consumed(file, len(file.Lines))
	for tries := 0; line > 1 && tries < 4; {
		if blank(file.Line(line)) {
			line--
			continue
		}
		if !fails(file, line-1, message) {
			break
		}
		line--
		tries++
	}
	text := file.Line(line)
	at := Pos{line, 1 + utf8.RuneCountInString(text) - utf8.RuneCountInString(strings.TrimLeft(text, " \t"))}
	return Problem{Pos: at, End: at.Shift(1), Rule: "SYNTAX", Message: message, Help: syntaxHelp(text)}
}

func problemText(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	return strings.ReplaceAll(lineInMessage.ReplaceAllString(text, ""), "'", `"`)
}

func blank(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || line[0] == '#'
}

// consumed parses the first lines of a file and returns how many of them the
// parser read.
func consumed(file *File, lines int) int {
	r := &lineReader{rest: []byte(strings.Join(file.Lines[:lines], "\n"))}
	_, _ = parseYAML(r)
	return max(r.lines, 1)
}

// fails tells whether the first lines of a file fail in the same way.
func fails(file *File, lines int, message string) bool {
	_, err := parseYAML(strings.NewReader(strings.Join(file.Lines[:lines], "\n")))
	return err != nil && problemText(err) == message
}

var optionalInBraces = regexp.MustCompile(`[{,]\s*([A-Za-z][A-Za-z0-9]*)\?\s*:`)

var brackets = regexp.MustCompile(`([A-Za-z][A-Za-z0-9]*)\[\]`)

// syntaxHelp looks for what people write most often when a line fails.
func syntaxHelp(line string) []string {
	if m := optionalInBraces.FindStringSubmatch(line); m != nil {
		return []string{`inside braces YAML needs quotes: "` + m[1] + `?": …, or write one field per line`}
	}
	if m := brackets.FindStringSubmatch(line); m != nil {
		return []string{"write list<" + m[1] + "> instead of " + m[1] + "[]"}
	}
	if strings.Contains(line, "?}") || strings.Contains(line, "?,") {
		return []string{"the ? belongs to the name of the field, one field per line: name?: type"}
	}
	if strings.HasPrefix(line, "\t") || strings.HasPrefix(strings.TrimLeft(line, " "), "\t") {
		return []string{"indent with spaces"}
	}
	return nil
}
