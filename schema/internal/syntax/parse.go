package syntax

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"
)

// Parse reads a file. The tree it returns holds everything that could be
// read; what could not is among the problems.
func Parse(name string, data []byte) (*File, []Problem) {
	file := &File{Name: name}
	if len(data) > MaxSize {
		return file, []Problem{TooLarge()}
	}
	lines, problem := decode(data)
	file.Lines = lines
	if problem != nil {
		return file, []Problem{*problem}
	}
	documents, err := parseYAML(strings.NewReader(strings.Join(lines, "\n")))
	if err != nil {
		return file, []Problem{locate(file, err)}
	}
	c := &converter{file: file, inScalar: make([]bool, len(lines)+2)}
	c.directives()
	c.documents(documents)
	return file, c.problems
}

// TooLarge is the problem of a file above MaxSize.
func TooLarge() Problem {
	return Problem{
		Pos: Pos{1, 1}, End: Pos{1, 2}, Rule: "FILE_LIMIT",
		Message: "the file is larger than 1 MiB",
		Help:    []string{"a package may have many files: split this one"},
	}
}

// parseYAML reads the first document and, to tell that it is there, the
// second.
func parseYAML(r io.Reader) (documents []*yaml.Node, err error) {
	// yaml.v3 panics on a few inputs that only fuzzers write; to its callers
	// such a file is as unreadable as any other.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	decoder := yaml.NewDecoder(r)
	for range 2 {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		documents = append(documents, &document)
	}
	return documents, nil
}

// directives reports lines such as "%TAG": they change what follows means.
func (c *converter) directives() {
	for i, line := range c.file.Lines {
		if strings.HasPrefix(line, "%") {
			at := Pos{i + 1, 1}
			c.report(Problem{Pos: at, End: at.Shift(1), Rule: "SYNTAX", Message: "YAML directives are not part of the language"})
		}
		if line != "" && line[0] != '#' {
			return
		}
	}
}

func (c *converter) documents(documents []*yaml.Node) {
	if len(documents) > 1 {
		at := c.secondDocument(documents[1])
		c.report(Problem{
			Pos: at, End: at.Shift(3), Rule: "MULTI_DOCUMENT", Message: "a file holds one document",
			Help: []string{`put what follows "---" into a file of its own`},
		})
	}
	if len(documents) == 0 || len(documents[0].Content) == 0 {
		return
	}
	if root := documents[0].Content[0]; root.Tag != "!!null" || root.Value != "" {
		c.file.Root = c.node(root, place{})
	}
}

// secondDocument finds the line that starts the second document.
func (c *converter) secondDocument(document *yaml.Node) Pos {
	line := min(document.Line, len(c.file.Lines))
	for n := line; n > 1; n-- {
		if strings.HasPrefix(c.file.Line(n), "---") {
			return Pos{n, 1}
		}
	}
	return Pos{line, 1}
}

// lineReader hands out one line at a time, so that what was read tells how
// far the parser has come.
type lineReader struct {
	rest  []byte
	lines int
}

func (r *lineReader) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		return 0, io.EOF
	}
	end := bytes.IndexByte(r.rest, '\n') + 1
	if end == 0 {
		end = len(r.rest)
	}
	n := copy(p, r.rest[:end])
	if n > 0 && r.rest[n-1] == '\n' || n == len(r.rest) {
		r.lines++
	}
	r.rest = r.rest[n:]
	return n, nil
}
