package jsontext

import (
	"bytes"
	"strings"
	"unicode"
)

// AppendMembers appends the members of object, a JSON object without space in
// front, and the closing brace. Dst ends in a member of the object that it begins.
func AppendMembers(dst, object []byte) []byte {
	members := bytes.TrimLeft(object[1:], " \t\r\n")
	if members[0] != '}' {
		dst = append(dst, ',')
	}
	return append(dst, members...)
}

// Fold returns the same for all names of members that encoding/json takes for one:
// those that differ in case alone.
func Fold(name string) string {
	return strings.Map(func(r rune) rune {
		for next := unicode.SimpleFold(r); next > r; next = unicode.SimpleFold(r) {
			r = next
		}
		return unicode.SimpleFold(r) // the least of those that are alike
	}, name)
}

// Doubled reports whether two members of object, a valid JSON object, have names
// that differ in case alone or not at all.
func Doubled(object []byte) bool {
	s := NewScanner(object)
	s.Take('{')
	seen := make(map[string]bool)
	for more := s.More(true, '}'); more; more = s.More(false, '}') {
		name := Fold(s.Name())
		if seen[name] {
			return true
		}
		seen[name] = true
		s.Skip(MaxDepth)
	}
	return false
}
