package schema

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
	visited := make(map[*Type]int) // number of the walk
	for i, t := range types {
		for !finite[t] && visited[t] == 0 && t != nil {
			visited[t] = i + 1
			next := firstInfinite(t, finite)
			if next != nil && visited[next] == i+1 {
				p.reportCircle(t, next)
				break
			}
			t = next
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

// reportCircle reports at the field that closes the circle.
func (p *pkg) reportCircle(t, next *Type) {
	at, name := p.typeSpans[t], next.Name
	for _, f := range t.Fields {
		if !f.Optional && !f.Nullable && f.Type.Kind == ExprNamed && f.Type.Named == next {
			at = p.fields[f]
			break
		}
	}
	if name == "" {
		name = t.Name
	}
	p.report(at, "TYPE_INFINITE", "a value of type %s would never end", quoted(name)).
		help("make a field of the circle optional, nullable, a list or a map")
}
