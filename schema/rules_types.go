package schema

import (
	"slices"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// named calls visit for the declared types in an expression.
func (e *Expr) named(visit func(*Type)) {
	for ; e != nil; e = e.Elem {
		if e.Kind == ExprNamed {
			visit(e.Named)
		}
		if e.Key != nil {
			e.Key.named(visit)
		}
	}
}

// breakAliasCycles reports aliases that lead to themselves through nothing
// but aliases, and makes them lead nowhere. What follows aliases relies on it,
// and on their chains being short.
func (p *pkg) breakAliasCycles() {
	length := make(map[*Type]int)
	walking := make(map[*Type]bool)
	told := false
	for _, start := range p.model.Types {
		var path []*Type
		t := start
		for ; t != nil && length[t] == 0 && !walking[t]; t = nextAlias(t) {
			walking[t] = true
			path = append(path, t)
		}
		if walking[t] {
			p.reportAliasCycle(t, path)
			t = nil
		}
		rest := length[t]
		for _, t := range slices.Backward(path) {
			walking[t] = false
			if rest++; rest > syntax.MaxDepth {
				if !told {
					told = true
					p.report(p.typeSpans[t], "FILE_LIMIT", "%s leads through more than %d aliases", quoted(t.Name), syntax.MaxDepth)
				}
				t.Base, rest = new(Expr), 1
			}
			length[t] = rest
		}
	}
}

// nextAlias returns the alias that an alias stands for, or holds.
func nextAlias(t *Type) (next *Type) {
	if t.Kind != KindAlias {
		return nil
	}
	for e := t.Base; e != nil; e = e.Elem {
		if e.Kind == ExprNamed && e.Named.Kind == KindAlias {
			return e.Named
		}
	}
	return nil
}

// reportAliasCycle reports at the alias that leads back to t; path ends with
// it.
func (p *pkg) reportAliasCycle(t *Type, path []*Type) {
	var names []string
	for _, alias := range path[slices.Index(path, t):] {
		names = append(names, alias.Name)
		p.broken[alias] = true
	}
	last := path[len(path)-1]
	p.report(p.typeSpans[last], "TYPE_INFINITE", "type %s stands for itself", quoted(t.Name)).
		help("%s", chain(append(names, t.Name)))
	last.Base = new(Expr)
}

// checkTypes checks what declared types and those written in place hold.
func (p *pkg) checkTypes() {
	p.checkFinite()
	p.checkUnionTags()
	p.checkErrorData()
}

// checkErrorData refuses the names that every error has on the wire.
func (p *pkg) checkErrorData() {
	seen := make(map[*Type]bool)
	for _, e := range p.model.Errors {
		if e.Data == nil || seen[e.Data] {
			continue
		}
		seen[e.Data] = true
		for _, wire := range []string{"code", "message"} {
			if f, ok := p.index(e.Data).wires[wire]; ok {
				p.report(p.fields[f], "NAME_RESERVED", "every error has a %s of its own on the wire", wire).
					related(e.Pos, "the data of this error")
			}
		}
	}
}

// checkUnionTags checks that no variant has a field with the name of the tag.
func (p *pkg) checkUnionTags() {
	for _, u := range p.allTypes {
		for _, v := range u.Variants {
			if v.Type == nil {
				continue
			}
			f, ok := p.index(v.Type).wires[u.Tag]
			if !ok {
				continue
			}
			p.report(p.variants[v], "UNION_TAG_COLLISION", "variant %s has a field %s, which is the tag of the union",
				quoted(v.Tag), quoted(u.Tag)).
				related(f.Pos, "the field is declared here").
				help("rename the field, or choose another tag")
		}
	}
}
