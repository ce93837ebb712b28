package generator

import (
	"fmt"

	"github.com/rtgen/rtgen/schema"
)

// A Scope records which names one target declares in one place, such as the
// package level or the fields of a struct, and what in the schema asked for
// them. The zero Scope is empty and ready to use.
type Scope struct {
	names    map[string]declaration
	problems schema.Diagnostics
}

type declaration struct {
	what string
	pos  schema.Position
}

// Declare records name for what, words like `type "Message"`, that stands at
// pos. When the name is taken it adds a NAME_COLLISION that shows both places;
// the first declaration stays. A declaration that belongs to no place has the
// zero Position.
func (s *Scope) Declare(name, what string, pos schema.Position) {
	if s.names == nil {
		s.names = map[string]declaration{}
	}
	first, taken := s.names[name]
	if !taken {
		s.names[name] = declaration{what, pos}
		return
	}
	s.problems = append(s.problems, collision(name, first, declaration{what, pos}))
}

// Diagnostics returns the collisions found, in the order of the declarations.
func (s *Scope) Diagnostics() schema.Diagnostics {
	return s.problems
}

// collision points at the later of the two declarations that has a place.
func collision(name string, first, second declaration) schema.Diagnostic {
	if second.pos == (schema.Position{}) {
		first, second = second, first
	}
	d := schema.Diagnostic{
		Pos:      second.pos,
		End:      second.pos,
		Severity: schema.SeverityError,
		Rule:     "NAME_COLLISION",
		Message:  fmt.Sprintf("%s and %s are both named %q in generated code", second.what, first.what, name),
		Help:     []string{`rename one of them or give it a name of its own with "names"`},
	}
	if first.pos != (schema.Position{}) {
		d.Related = []schema.Related{{Pos: first.pos, Message: first.what + " is declared here"}}
	}
	return d
}
