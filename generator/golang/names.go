package golang

import (
	"fmt"
	"go/token"
	"slices"
	"strings"

	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/schema"
)

// A contract is a Model with the Go name of everything in it decided.
type contract struct {
	*schema.Model
	pkg        string
	types      map[*schema.Type]string
	what       map[*schema.Type]string // in words
	fields     map[*schema.Field]string
	variants   map[variantOf]string
	declared   []*schema.Type // in the order they are written
	errors     []*errorNames
	namespaces []*namespace

	isVariant   map[*schema.Type]bool // of a union
	isRecursive map[*schema.Type]bool // can contain itself
	isSensitive map[*schema.Type]bool // has something that logs must not show
	isSent      reach
	isReceived  reach
	patterns    map[*schema.Expr]string
	patternsOf  map[*schema.Type][]*schema.Expr // in the order they are written

	scope    generator.Scope // package level
	problems schema.Diagnostics
}

// A variantOf is a variant of one union. Unions that are made of others, for
// rooms, share their variants but may have to name them differently.
type variantOf struct {
	union   *schema.Type
	variant *schema.Variant
}

// errorNames are the names of an entry of the error catalog.
type errorNames struct {
	*schema.Error
	function string // ErrSlowMode
}

// newContract decides the names of m, or reports what keeps them from being
// distinct identifiers of Go.
func newContract(m *schema.Model, pkg string) (*contract, schema.Diagnostics) {
	c := &contract{
		Model:    m,
		pkg:      pkg,
		types:    map[*schema.Type]string{},
		what:     map[*schema.Type]string{},
		fields:   map[*schema.Field]string{},
		variants: map[variantOf]string{},
	}
	c.declare(&c.scope, "Contract", "the description of the contract", schema.Position{})
	for _, t := range m.Types {
		c.declared = append(c.declared, c.nameType(t, c.given(t.Names, t.Name, t.Pos), "a type of the contract")...)
	}
	for _, e := range m.Errors {
		c.nameError(e)
	}
	c.nameNamespaces()
	c.study()
	c.problems = append(c.problems, c.scope.Diagnostics()...)
	return c, tidy(c.problems)
}

// given returns the name that the schema prescribes for Go, or else derived.
func (c *contract) given(n schema.Names, derived string, pos schema.Position) string {
	if n.Go == "" {
		return derived
	}
	if !token.IsExported(n.Go) {
		c.invalid(n.Go, pos)
	}
	return n.Go
}

// declare records a name in scope. Nothing gets printed as an identifier that
// did not come through here or was made of what did.
func (c *contract) declare(scope *generator.Scope, name, what string, pos schema.Position) {
	if !token.IsIdentifier(name) || name == "_" {
		c.invalid(name, pos)
		return
	}
	scope.Declare(name, what, pos)
}

func (c *contract) invalid(name string, pos schema.Position) {
	c.problems = append(c.problems, schema.Diagnostic{
		Pos: pos, End: pos,
		Severity: schema.SeverityError,
		Rule:     "NAME_INVALID",
		Message:  fmt.Sprintf("%q is no name for an exported identifier of Go", name),
	})
}

// nameType names t, its members and the structs written in place in it. It
// returns t and those structs; nothing when t has a name already.
func (c *contract) nameType(t *schema.Type, name, what string) []*schema.Type {
	if t == nil || c.types[t] != "" {
		return nil
	}
	c.types[t], c.what[t] = name, what
	if t.Name != "" {
		what = "type " + quote(t.Name)
	}
	c.declare(&c.scope, name, what, t.Pos)
	named := []*schema.Type{t}
	switch t.Kind {
	case schema.KindEnum:
		c.nameValues(t, name)
	case schema.KindStruct:
		c.nameFields(t, what)
	case schema.KindUnion:
		c.nameFields(t, what)
		for _, v := range t.Variants {
			if v.Type.Name == "" {
				inline := fmt.Sprintf("the variant %q of %s", v.Tag, what)
				named = append(named, c.nameType(v.Type, name+generator.GoExported(v.Tag), inline)...)
			}
		}
	}
	return named
}

// nameValues declares the constants of an enum and the function that lists them.
func (c *contract) nameValues(t *schema.Type, name string) {
	for _, v := range t.Values {
		c.declare(&c.scope, valueName(name, v), fmt.Sprintf("the value %q", v.Name), v.Pos)
	}
	c.declare(&c.scope, name+"Values", "the list of values of "+name, t.Pos)
}

func valueName(enum string, v *schema.EnumValue) string {
	return enum + generator.GoExported(v.Name)
}

// members are the methods that generated types have, which no field can be
// named like.
var members = []string{"EncodeWire", "EncodeFields", "DecodeWire", "CheckWire", "Validate", "LogValue", "Room", "Kind"}

// nameFields names the fields of a struct, or of a union its common fields and
// its variants. A variant named like a common field, which the room of an event
// brings along, gets an underscore.
func (c *contract) nameFields(t *schema.Type, what string) {
	var scope generator.Scope
	taken := slices.Clone(members)
	for _, f := range t.Fields {
		name := generator.GoSafe(c.given(f.Names, generator.GoExported(f.Name), f.Pos), members...)
		c.fields[f] = name
		taken = append(taken, name)
		c.declare(&scope, name, fmt.Sprintf("the field %q of %s", f.Name, what), f.Pos)
	}
	for _, v := range t.Variants {
		name := generator.GoSafe(generator.GoExported(v.Tag), taken...)
		c.variants[variantOf{t, v}] = name
		c.declare(&scope, name, fmt.Sprintf("the variant %q of %s", v.Tag, what), v.Pos)
	}
	c.problems = append(c.problems, scope.Diagnostics()...)
}

func (c *contract) nameError(e *schema.Error) {
	base := c.given(e.Names, generator.GoExported(e.Name), e.Pos)
	what := "error " + quote(e.Name)
	n := &errorNames{Error: e, function: "Err" + base}
	c.declare(&c.scope, n.function, what, e.Pos)
	if e.Data != nil && e.Data.Name == "" {
		c.declared = append(c.declared, c.nameType(e.Data, base+"Data", "the data of "+what)...)
	}
	c.errors = append(c.errors, n)
}

// parameters returns the names of fields as parameters of a function. What
// the function needs besides is listed in taken.
func (c *contract) parameters(fields []*schema.Field, taken ...string) []string {
	taken = slices.Concat(taken, packageNames)
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = generator.GoSafe(generator.GoUnexported(f.Name), taken...)
	}
	return names
}

// tidy sorts problems by position. Of several collisions between the same two
// places it leaves the first: they go away together.
func tidy(problems schema.Diagnostics) schema.Diagnostics {
	type fault struct{ pos, related schema.Position }
	seen := map[fault]bool{}
	problems = slices.DeleteFunc(problems, func(d schema.Diagnostic) bool {
		if len(d.Related) == 0 {
			return false
		}
		f := fault{d.Pos, d.Related[0].Pos}
		again := seen[f]
		seen[f] = true
		return again
	})
	problems.Sort()
	return problems
}

func quote(name string) string {
	return `"` + name + `"`
}

// lower returns an exported name with a small first word.
func lower(exported string) string {
	return strings.TrimSuffix(generator.GoUnexported(exported), "_")
}
