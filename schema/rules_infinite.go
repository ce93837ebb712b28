package schema

import (
	"slices"
	"strings"
)

// checkFinite reports types whose values would never end: a struct that
// requires itself, directly or through others, and a union whose variants all
// do. It first finds the types that end, from those that hold nothing upwards;
// what is left runs in circles.
func (p *pkg) checkFinite() {
	types := p.allTypes
	waiting := make(map[*Type]int)   // required types that may not end
	users := make(map[*Type][]*Type) // who waits for a type
	var ends []*Type                 // found, their users not told yet
	finite := make(map[*Type]bool)
	for _, t := range types {
		for _, need := range needs(t) {
			users[need] = append(users[need], t)
			waiting[t]++
		}
		if waiting[t] == 0 || t.Kind == KindEnum {
			finite[t] = true
			ends = append(ends, t)
		}
	}
	for len(ends) > 0 {
		t := ends[len(ends)-1]
		ends = ends[:len(ends)-1]
		for _, user := range users[t] {
			waiting[user]--
			if !finite[user] && (waiting[user] == 0 || user.Kind == KindUnion) {
				finite[user] = true
				ends = append(ends, user)
			}
		}
	}
	p.reportCircles(types, finite)
}

// needs returns the types without which a value of t cannot be. A union needs
// one of them, anything else all.
func needs(t *Type) []*Type {
	var all []*Type
	for _, f := range t.Fields {
		if !f.Optional && !f.Nullable && f.Type.Kind == ExprNamed {
			all = append(all, f.Type.Named)
		}
	}
	for _, v := range t.Variants {
		if v.Type != nil {
			all = append(all, v.Type)
		}
	}
	if t.Base != nil && t.Base.Kind == ExprNamed {
		all = append(all, t.Base.Named)
	}
	return all
}

// reportCircles follows each type that does not end to the first it needs
// that does not end either, and reports every circle once.
func (p *pkg) reportCircles(types []*Type, finite map[*Type]bool) {
	walkOf := make(map[*Type]int)
	for i, t := range types {
		var walk []*Type
		for ; t != nil && !finite[t]; t = firstInfinite(t, finite) {
			if walkOf[t] == i+1 {
				p.reportCircle(walk[slices.Index(walk, t):])
			}
			if walkOf[t] != 0 {
				break
			}
			walkOf[t] = i + 1
			walk = append(walk, t)
		}
	}
}

func firstInfinite(t *Type, finite map[*Type]bool) *Type {
	for _, need := range needs(t) {
		if !finite[need] {
			return need
		}
	}
	return nil
}

// reportCircle reports at the first field of a circle, where it can be broken.
func (p *pkg) reportCircle(circle []*Type) {
	at := p.typeSpans[circle[0]]
	var names []string
	for i, t := range circle {
		if t.Name != "" {
			names = append(names, t.Name)
		}
		next := circle[(i+1)%len(circle)]
		if f := requiredField(t, next); f != nil && (at == p.typeSpans[circle[0]]) {
			at = p.fields[f]
		}
	}
	p.report(at, "TYPE_INFINITE", "a value of type %s would never end", quoted(names[0])).
		help("%s", chain(append(names, names[0]))).
		help("make a field of the circle optional, nullable, a list or a map")
}

// requiredField returns the field with which t needs another type, or nil.
func requiredField(t, need *Type) *Field {
	for _, f := range t.Fields {
		if !f.Optional && !f.Nullable && f.Type.Kind == ExprNamed && f.Type.Named == need {
			return f
		}
	}
	return nil
}

// chain writes a path from type to type; of a long one, its start.
func chain(names []string) string {
	const longest = 8
	if len(names) > longest {
		names = append(names[:longest:longest], "…")
	}
	return strings.Join(names, " → ")
}
