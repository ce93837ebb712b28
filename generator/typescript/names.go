package typescript

import (
	"fmt"
	"slices"

	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/schema"
)

// A contract is a Model with the TypeScript name of everything in it decided.
type contract struct {
	*schema.Model
	options    Options
	types      map[*schema.Type]string // of every type that has a declaration
	inline     map[*schema.Type]tag    // of variants written in place
	sections   []section               // of the file of types, in order
	namespaces []*namespace
	shapes     *shapes

	scope    generator.Scope // what <package>.types.ts and the clients export
	problems schema.Diagnostics
}

// A tag is the field by which a variant is told apart, and its value.
type tag struct{ field, value string }

// A section holds the types that belong to one part of the schema.
type section struct {
	title string // "" for declared types
	types []*schema.Type
	errs  []errorUnion
}

// An errorUnion is the type of the errors of an event, a room or a connection.
type errorUnion struct {
	name   string
	doc    string
	errors []*schema.Error
	more   string // another member, "" for none
}

// A namespace has the names of everything that is generated for one.
type namespace struct {
	*schema.Namespace
	contract     *contract
	name         string // Chat: ChatClient, bindChat
	file         string // chat, or chat.admin: chat.admin.bind.ts
	auth         string // type of the auth payload, "" for none
	connectError string
	sent         []*event
	received     []*event
	rooms        []*room // those that clients may join
}

// An event has the names of what is generated for one.
type event struct {
	*schema.Event
	base     string // SendMessage: of the types written in place
	member   string // sendMessage: of the client
	constant string // sendMessage: its descriptor
	errs     string // SendMessageError, or never
}

// A room has the names of what is generated for a kind of room.
type room struct {
	*schema.Room
	member   string // conversation: of the client's rooms
	constant string // conversationRoom: its descriptor
	key      string // ConversationKey
	errs     string // ConversationJoinError, or never
	handle   string // ChatConversationRoom
	hook     string // useConversationRoom
	events   []*event
}

func newContract(m *schema.Model, o Options) (*contract, schema.Diagnostics) {
	c := &contract{Model: m, options: o, types: map[*schema.Type]string{}, inline: map[*schema.Type]tag{}}
	c.shapes = newShapes(c)
	for _, name := range []string{"RtError", "isRtError", "assertNever"} {
		c.declare(&c.scope, name, "a part of the runtime", schema.Position{})
	}
	var declared section
	for _, t := range m.Types {
		declared.types = append(declared.types, c.nameType(t, c.typeName(t), "type "+quote(t.Name))...)
	}
	for _, e := range m.Errors {
		declared.types = append(declared.types, c.nameDerived(e.Data, errorName(e)+"Data", "the data of error "+quote(e.Name))...)
	}
	c.sections = append(c.sections, declared)
	c.nameNamespaces()
	c.refuseFieldNames()
	c.problems = append(c.problems, c.scope.Diagnostics()...)
	c.problems.Sort()
	if len(c.problems) == 0 {
		c.shapes.collect()
	}
	return c, c.problems
}

func (c *contract) typeName(t *schema.Type) string {
	if t.Names.TS == "" {
		return t.Name
	}
	return t.Names.TS
}

// errorName is what the names of types derived from an error begin with.
func errorName(e *schema.Error) string {
	if e.Names.TS != "" {
		return upperFirst(e.Names.TS)
	}
	return upperFirst(e.Name)
}

// declare records an exported name in scope. Nothing is printed as an
// identifier that did not come through here or was made of what did.
func (c *contract) declare(scope *generator.Scope, name, what string, pos schema.Position) {
	if !isIdentifier(name) || reservedWords[name] {
		c.invalid(name, pos)
		return
	}
	scope.Declare(name, what, pos)
}

func (c *contract) invalid(name string, pos schema.Position) {
	c.problem("NAME_INVALID", pos, fmt.Sprintf("%s is no name for an identifier of TypeScript", quote(name)))
}

func (c *contract) problem(rule string, pos schema.Position, message string, help ...string) {
	c.problems = append(c.problems, schema.Diagnostic{
		Pos: pos, End: pos,
		Severity: schema.SeverityError,
		Rule:     rule,
		Message:  message,
		Help:     help,
	})
}

// nameType names t and the variants written in place in it. It returns those
// that need a declaration; nothing when t has a name already.
func (c *contract) nameType(t *schema.Type, name, what string) []*schema.Type {
	if t == nil || c.types[t] != "" {
		return nil
	}
	if name[0] < 'A' || name[0] > 'Z' {
		c.invalid(name, t.Pos)
		return nil
	}
	c.types[t] = name
	c.declare(&c.scope, name, what, t.Pos)
	named := []*schema.Type{t}
	if t.Kind == schema.KindEnum {
		c.declare(&c.scope, valuesName(name), "the list of values of "+what, t.Pos)
		if !t.Closed {
			c.declare(&c.scope, guardName(name), "the guard of "+what, t.Pos)
		}
	}
	for _, v := range t.Variants {
		if v.Type.Name == "" {
			c.inline[v.Type] = tag{t.Tag, v.Tag}
			inline := fmt.Sprintf("the variant %s of %s", quote(v.Tag), what)
			named = append(named, c.nameType(v.Type, name+generator.Pascal(v.Tag), inline)...)
		}
	}
	return named
}

func valuesName(enum string) string { return lowerFirst(enum) + "Values" }

func guardName(enum string) string { return "isKnown" + enum }

// refuseFieldNames refuses names for fields: a field is called as on the wire,
// because payloads are not renamed on their way.
func (c *contract) refuseFieldNames() {
	for _, s := range c.sections {
		for _, t := range s.types {
			for _, f := range t.Fields {
				if f.Names.TS != "" && f.Names.TS != f.Wire {
					c.problem("FEATURE_UNSUPPORTED", f.Pos,
						fmt.Sprintf("field %s cannot have a name of its own in TypeScript", quote(f.Name)),
						`fields are called as on the wire; "wire" changes both`)
				}
			}
		}
	}
}

// memberNames are what clients and objects in general have already.
var memberNames = []string{
	"answer", "connect", "connection", "constructor", "disconnect", "hasOwnProperty", "on", "prototype", "rooms",
	"socket", "then", "toJSON", "toString", "valueOf",
}

// memberName returns name, with the suffix where an object has a member of
// that name.
func memberName(name, suffix string) string {
	if slices.Contains(memberNames, name) {
		return name + suffix
	}
	return name
}
