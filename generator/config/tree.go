package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/rtgen/rtgen/schema"
)

// A parser reads one file and collects what is wrong with it.
type parser struct {
	file      string // as shown
	dir, root string // absolute
	lines     []string
	problems  schema.Diagnostics
}

// report adds a problem at a node.
func (p *parser) report(n *yaml.Node, rule, help, format string, args ...any) {
	pos := schema.Position{File: p.file, Line: n.Line, Col: n.Column}
	end := pos
	end.Col += width(n)
	p.add(pos, end, rule, help, fmt.Sprintf(format, args...))
}

func (p *parser) add(pos, end schema.Position, rule, help, message string) {
	d := schema.Diagnostic{Pos: pos, End: end, Severity: schema.SeverityError, Rule: rule, Message: message}
	if help != "" {
		d.Help = []string{help}
	}
	if 0 < pos.Line && pos.Line <= len(p.lines) {
		d.Source = p.lines[pos.Line-1]
	}
	p.problems = append(p.problems, d)
}

// width returns how many columns a scalar takes; other nodes are pointed at.
func width(n *yaml.Node) int {
	w := 1
	if n.Kind == yaml.ScalarNode {
		w = max(utf8.RuneCountInString(n.Value), 1)
		if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0 {
			w += 2
		}
	}
	return w
}

// tree returns the root of the one document in data, or nil after a problem
// that keeps the rest from being read.
func (p *parser) tree(data []byte) *yaml.Node {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	p.lines = strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n")
	if !p.readable(data) {
		return nil
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var doc, next yaml.Node
	err := dec.Decode(&doc)
	if errors.Is(err, io.EOF) || err == nil && doc.Content[0].Tag == "!!null" {
		p.line(1, "KEY_MISSING", "start with: rtgen: v1", "the file is empty")
		return nil
	}
	if err == nil {
		if err = dec.Decode(&next); errors.Is(err, io.EOF) {
			return p.plain(doc.Content[0])
		}
	}
	if err != nil {
		n := firstBroken(p.lines)
		p.line(n, "SYNTAX", syntaxHelp(p.lines[n-1]), "this is not YAML: "+reason(err))
		return nil
	}
	p.report(&next, "MULTI_DOCUMENT", "", "a second document is not allowed")
	return nil
}

// readable checks size and characters.
func (p *parser) readable(data []byte) bool {
	if len(data) > maxSize {
		p.line(1, "FILE_LIMIT", "", "the file is larger than 64 KiB")
		return false
	}
	for i, line := range p.lines {
		if !utf8.ValidString(line) {
			p.line(i+1, "ENCODING", "", "the line is not UTF-8")
			return false
		}
		control := func(r rune) bool { return r != '\t' && !unicode.IsGraphic(r) }
		if at := strings.IndexFunc(line, control); at >= 0 {
			p.line(i+1, "ENCODING", "", fmt.Sprintf("control character %U is not allowed", []rune(line[at:])[0]))
			return false
		}
	}
	return true
}

// line adds a problem with a whole line.
func (p *parser) line(n int, rule, help, message string) {
	text := ""
	if n <= len(p.lines) {
		text = p.lines[n-1]
	}
	indent := len(text) - len(strings.TrimLeft(text, " \t"))
	pos := schema.Position{File: p.file, Line: n, Col: indent + 1}
	end := pos
	end.Col = max(utf8.RuneCountInString(strings.TrimRight(text, " \t")), indent+1) + 1
	p.add(pos, end, rule, help, message)
}

// syntaxHelp knows what is most often wrong with a line.
func syntaxHelp(line string) string {
	if strings.HasPrefix(strings.TrimLeft(line, " "), "\t") {
		return "indent with spaces"
	}
	return ""
}

// firstBroken returns the line behind the longest beginning of the text that
// is YAML: the decoder's own line numbers are not to be trusted.
func firstBroken(lines []string) int {
	for n := len(lines) - 1; n > 0; n-- {
		if isYAML(strings.Join(lines[:n], "\n")) {
			return n + 1
		}
	}
	return 1
}

func isYAML(text string) bool {
	dec := yaml.NewDecoder(strings.NewReader(text))
	for {
		var n yaml.Node
		if err := dec.Decode(&n); err != nil {
			return errors.Is(err, io.EOF)
		}
	}
}

// reason strips what the decoder puts in front of its messages.
func reason(err error) string {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(text, "line "); ok {
		if _, message, ok := strings.Cut(rest, ": "); ok {
			return message
		}
	}
	return text
}

// plain refuses what makes YAML mean something else than it shows: anchors,
// aliases, tags, and keys written twice. It returns n, or nil after a problem.
func (p *parser) plain(n *yaml.Node) *yaml.Node {
	found := len(p.problems)
	p.walk(n)
	if len(p.problems) > found {
		return nil
	}
	return n
}

func (p *parser) walk(n *yaml.Node) {
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		p.report(n, "ALIAS_NOT_ALLOWED", "write the value out", "anchors and aliases are not allowed")
		return
	}
	if n.Style&yaml.TaggedStyle != 0 {
		p.report(n, "TAG_NOT_ALLOWED", "", "tags are not allowed")
	}
	if n.Kind == yaml.MappingNode {
		first := make(map[string]*yaml.Node)
		for i := 0; i < len(n.Content); i += 2 {
			key := n.Content[i]
			if other, ok := first[key.Value]; ok {
				p.report(key, "KEY_DUPLICATE", "", "%q is already there in line %d", key.Value, other.Line)
			}
			first[key.Value] = key
		}
	}
	for _, child := range n.Content {
		p.walk(child)
	}
}
