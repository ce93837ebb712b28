package wire

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"sync"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

// doubled returns the path of a member of text that is for the same field of a
// struct as one before it, nil if there is none. Encoding/json takes names in any
// case and lets the last win, so that such an object could mean one thing to a
// check in front of the server and another to its handler. The text is valid and
// for a value of type t.
func doubled(text []byte, t reflect.Type) Path {
	w := doubleWalk{scan: jsontext.NewScanner(text)}
	w.value(t)
	return w.found
}

// A doubleWalk goes through a text and the type that it is for, side by side.
type doubleWalk struct {
	scan  jsontext.Scanner
	path  Path
	found Path
}

func (w *doubleWalk) value(t reflect.Type) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	c := w.scan.Peek()
	switch {
	case readsItself(t):
		w.skip()
	case t.Kind() == reflect.Struct && c == '{':
		w.object(membersOf(t))
	case t.Kind() == reflect.Map && c == '{':
		w.dictionary(t.Elem())
	case (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) && c == '[':
		w.array(t.Elem())
	default:
		w.skip()
	}
}

func (w *doubleWalk) skip() { w.scan.Skip(jsontext.MaxDepth) }

func (w *doubleWalk) object(m *members) {
	seen := make([]bool, len(m.types))
	w.each('{', '}', func(int) {
		key := w.scan.Name()
		i, known := m.find(key)
		if !known {
			w.skip()
			return
		}
		if seen[i] && w.found == nil {
			w.found = append(append(Path{}, w.path...), clip(key))
		}
		seen[i] = true
		w.part(clip(key), m.types[i])
	})
}

func (w *doubleWalk) dictionary(elem reflect.Type) {
	w.each('{', '}', func(int) { w.part(clip(w.scan.Name()), elem) })
}

func (w *doubleWalk) array(elem reflect.Type) {
	w.each('[', ']', func(i int) { w.part(i, elem) })
}

// part goes through the value that a step of the path leads to.
func (w *doubleWalk) part(step any, t reflect.Type) {
	w.path = append(w.path, step)
	w.value(t)
	w.path = w.path[:len(w.path)-1]
}

// each calls take at each member or element, with its number.
func (w *doubleWalk) each(open, end byte, take func(i int)) {
	w.scan.Take(open)
	for i, more := 0, w.scan.More(true, end); more; i, more = i+1, w.scan.More(false, end) {
		take(i)
	}
}

// members are the fields of a struct as encoding/json finds them: by their exact
// name, or else in any case.
type members struct {
	exact, folded map[string]int // index of types
	types         []reflect.Type
}

func (m *members) find(key string) (i int, known bool) {
	if i, known = m.exact[key]; !known {
		i, known = m.folded[jsontext.Fold(key)]
	}
	return i, known
}

var membersByType sync.Map // of structs

func membersOf(t reflect.Type) *members {
	if m, ok := membersByType.Load(t); ok {
		return m.(*members)
	}
	m := &members{exact: make(map[string]int), folded: make(map[string]int)}
	for _, f := range reflect.VisibleFields(t) {
		tag := f.Tag.Get("json")
		name, _, _ := strings.Cut(tag, ",")
		if tag == "-" || !f.IsExported() || name == "" && isEmbedded(f) {
			continue
		}
		if name == "" {
			name = f.Name
		}
		m.exact[name] = len(m.types)
		if _, taken := m.folded[jsontext.Fold(name)]; !taken {
			m.folded[jsontext.Fold(name)] = len(m.types)
		}
		m.types = append(m.types, f.Type)
	}
	membersByType.Store(t, m)
	return m
}

// isEmbedded reports whether f stands for its own fields, which are visible too.
func isEmbedded(f reflect.StructField) bool {
	t := f.Type
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return f.Anonymous && t.Kind() == reflect.Struct
}

// readsItself reports whether encoding/json leaves the reading of a t to it.
func readsItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(reflect.TypeFor[json.Unmarshaler]()) || p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}
