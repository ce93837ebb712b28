package schema

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// resolve closes the references between declarations, checks what needs the
// whole package, and completes the model.
func (p *pkg) resolve() {
	m := p.model
	slices.SortFunc(m.Namespaces, func(a, b *Namespace) int { return cmp.Compare(a.Path, b.Path) })
	p.resolveExprs()
	p.resolveTypes()
	p.resolveErrors()
	p.breakAliasCycles()
	p.checkKeys()
	p.checkRooms()
	p.resolveEvents()
	p.checkTypes()
	p.checkEvents()
	p.checkLiterals()
	p.checkSince()
	if len(p.diagnostics) == 0 {
		m.Fingerprint = fingerprint(m)
	}
}

func (p *pkg) resolveExprs() {
	for _, ref := range p.exprRefs {
		t := p.lookup(ref.name, ref.at, ref.hint, ref.file)
		if t != nil && ref.limits != nil {
			p.report(*ref.limits, "RANGE_INVALID", "only built-in types take a range, not %s", quoted(ref.name)).
				related(t.Pos, "declared here").
				help("put the range where %s is declared", quoted(ref.name))
			t = nil
		}
		if t == nil {
			*ref.expr = Expr{}
			continue
		}
		ref.expr.Named = t
	}
}

// lookup finds a declared type, or reports that there is none.
func (p *pkg) lookup(name string, at span, hint string, f *fileParser) *Type {
	if t, ok := p.types[name]; ok {
		return t
	}
	switch {
	case strings.Contains(name, "."):
		if !f.imports {
			p.report(at, "FEATURE_UNSUPPORTED", "types of other packages are not supported by this version of rtgen")
		}
	case !p.incomplete && !p.meant[name]:
		d := p.report(at, "TYPE_UNKNOWN", "type %s is not declared", quoted(name))
		p.suggestType(d, name)
		if hint != "" {
			d.help("%s", hint)
		}
	}
	return nil
}

func (p *pkg) suggestType(d *Diagnostic, name string) {
	if known, ok := foreignNames[strings.ToLower(name)]; ok {
		d.help("write %s", known)
		return
	}
	if name[0] >= '0' && name[0] <= '9' {
		d.help("the values of an enum of numbers stand below $enum")
		return
	}
	near := p.nearest(name, p.typeNames)
	if t, ok := p.types[near]; ok {
		d.help("did you mean %s (%s)?", quoted(near), t.Pos)
	} else if near != "" {
		d.help("did you mean %s?", quoted(near))
	}
}

// typeNames are the candidates for a misspelt type.
func (p *pkg) typeNames() []string {
	names := make([]string, 0, len(p.types)+len(scalars))
	for _, t := range p.model.Types {
		names = append(names, t.Name)
	}
	return append(names, slices.Sorted(maps.Keys(scalars))...)
}

// resolveTypes finds the structs and unions that payloads and the like name.
func (p *pkg) resolveTypes() {
	for _, ref := range p.typeRefs {
		t := p.lookup(ref.name, ref.at, "", ref.file)
		switch {
		case t == nil:
		case t.Kind == KindStruct, t.Kind == KindUnion && ref.unions:
			*ref.into = t
		case t.Kind != 0:
			p.report(ref.at, "VALUE_INVALID", "%s is a struct%s, but %s is not", ref.what, orUnion(ref.unions), quoted(t.Name)).
				related(t.Pos, "declared here").
				help("wrap it in a struct: {value: %s}", t.Name)
		}
	}
}

func (p *pkg) resolveErrors() {
	for _, ref := range p.errorRefs {
		if e, ok := p.errors[ref.name]; ok {
			*ref.into = append(*ref.into, e)
			continue
		}
		if p.incomplete || p.meant[ref.name] {
			continue
		}
		if builtInCodes[ref.name] {
			p.report(ref.at, "ERROR_UNKNOWN", "error %s is built in: every event can answer it", quoted(ref.name)).
				help("leave it out")
			continue
		}
		d := p.report(ref.at, "ERROR_UNKNOWN", "error %s is not declared", quoted(ref.name))
		if near := p.nearest(ref.name, p.errorNames); near != "" {
			d.help("did you mean %s (%s)?", quoted(near), p.errors[near].Pos)
		} else {
			d.help("declare it under errors")
		}
	}
}

// under follows aliases to what they stand for. Cycles are broken before
// anything calls it.
func under(e *Expr) *Expr {
	for e.Kind == ExprNamed && e.Named.Kind == KindAlias {
		e = e.Named.Base
	}
	return e
}

// stringLike tells whether values of a type are text that is written in one
// way only, so that they can be keys.
func stringLike(e *Expr) bool {
	e = under(e)
	switch e.Kind {
	case ExprScalar:
		switch e.Scalar {
		case String, UUID, URL, Email, Date:
			return true
		}
	case ExprNamed:
		return e.Named.Kind == KindEnum && !e.Named.Numeric
	}
	return false
}

func isInteger(e *Expr) bool {
	e = under(e)
	m, whole := measureOf(e)
	return m == measureNumber && whole
}

// checkKeys checks the keys of maps.
func (p *pkg) checkKeys() {
	for _, k := range p.keyExprs {
		if u := under(k.expr); u.Kind != 0 && !stringLike(k.expr) {
			p.report(k.at, "VALUE_INVALID", "the key of a map must be string-like").
				help("string, uuid, url, email, date, and enums of text are")
		}
	}
}

// checkSince compares all versions with that of the package.
func (p *pkg) checkSince() {
	now, ok := parseVersion(p.model.Version)
	if !ok {
		if _, written := p.heads["version"]; written {
			return
		}
	}
	for _, s := range p.sinces {
		v, _ := parseVersion(s.text)
		switch {
		case !ok && !p.incomplete:
			p.report(s.at, "SINCE_FUTURE", "the package has no version to compare %s with", s.text).
				help("write below package: version: %s", s.text)
		case ok && slices.Compare(v[:], now[:]) > 0:
			p.report(s.at, "SINCE_FUTURE", "%s is later than the version of the package, %s", s.text, p.model.Version).
				related(p.heads["version"].position(), "the version is written here")
		}
	}
}
