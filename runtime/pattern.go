package rt

import (
	"errors"
	"fmt"
	"go/token"
	"slices"
	"strings"
)

// pattern is the path of a dynamic namespace, cut at its slashes.
type pattern []segment

// segment is a part of a pattern: itself, or a parameter that stands for any
// text.
type segment struct {
	text  string // or the name of the parameter
	param bool
}

// braces mark the parameters of a pattern. No path that a peer asks for may
// have one.
const braces = "{}"

var errPattern = errors.New("a parameter is a whole segment like {name}, and no two have one name")

func parsePattern(path string) (pattern, error) {
	var p pattern
	for text := range strings.SplitSeq(path[1:], "/") {
		s := segment{text: text}
		if inner, ok := strings.CutPrefix(text, "{"); ok {
			s.text, s.param = strings.CutSuffix(inner, "}")
		}
		if s.param && (!token.IsIdentifier(s.text) || p.index(s.text) >= 0) || !s.param && strings.ContainsAny(text, braces) {
			return nil, fmt.Errorf("rt: namespace %s: %w", path, errPattern)
		}
		p = append(p, s)
	}
	return p, nil
}

// index returns which segment the parameter of a name is, or -1.
func (p pattern) index(name string) int {
	return slices.Index(p, segment{text: name, param: true})
}

// matches reports whether path is one of the namespaces that p stands for.
func (p pattern) matches(path string) bool {
	rest, more := path[1:], true
	for _, s := range p {
		if !more {
			return false
		}
		var text string
		text, rest, more = strings.Cut(rest, "/")
		if s.param && text == "" || !s.param && text != s.text {
			return false
		}
	}
	return !more
}

// value returns what the parameter of a name stands for in a path that matches,
// or "".
func (p pattern) value(path, name string) string {
	i := p.index(name)
	if i < 0 {
		return ""
	}
	return strings.Split(path[1:], "/")[i]
}

// compare orders patterns: where two of them match the same path, the one whose
// first difference is not a parameter comes first. Zero means that they differ
// in the names of parameters at most.
func (p pattern) compare(q pattern) int {
	return slices.CompareFunc(p, q, func(a, b segment) int {
		switch {
		case a.param && b.param:
			return 0
		case a.param:
			return 1
		case b.param:
			return -1
		}
		return strings.Compare(a.text, b.text)
	})
}
