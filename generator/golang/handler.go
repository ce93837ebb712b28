package golang

import (
	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// A handlerMethod is one method of a handler interface.
type handlerMethod struct {
	name    string
	doc     func(to commenter)
	params  []jen.Code // behind ctx and s
	results []jen.Code
	returns []jen.Code // what the unimplemented method returns
}

// emitHandler writes:
//
//	// <Name>Handler does what the clients of namespace <path> ask for. …
//	type <Name>Handler interface {
//		Connect(ctx context.Context, s *<Name>Socket, auth *<Auth>) error
//		Disconnect(ctx context.Context, s *<Name>Socket, reason rt.Reason)
//		Join<Room>(ctx context.Context, s *<Name>Socket, key *<Room>Key) (*<Room>JoinAck, error)
//		<Event>(ctx context.Context, s *<Name>Socket, msg *<Event>) (*<Event>Ack, error)
//	}
//
//	// Unimplemented<Name>Handler is there to be embedded: …
//	type Unimplemented<Name>Handler struct{}
//
// and each method of the latter.
func (c *contract) emitHandler(f *jen.File, n *namespace) {
	methods := c.handlerMethods(n)
	f.Line()
	comment(f, wrap(n.name+"Handler does what clients ask for in namespace "+quote(n.Path)+"."), n.Doc,
		wrap("The methods of one socket are called one after the other, those of different sockets at the same time. "+
			"The context ends with the socket. An error that the event does not declare reaches the client as "+
			`"internal", without its text.`))
	f.Type().Id(n.name + "Handler").InterfaceFunc(func(g *jen.Group) {
		for i, m := range methods {
			if i > 0 {
				g.Line()
			}
			m.doc(g)
			g.Id(m.name).Params(n.methodParams(m)...).Add(results(m.results))
		}
	})
	f.Line()
	comment(f, wrap("Unimplemented"+n.name+"Handler is there to be embedded: what embeds it goes on to compile when the "+
		"contract grows. Its methods return [rt.ErrUnimplemented]."))
	f.Type().Id("Unimplemented" + n.name + "Handler").Struct()
	f.Line()
	f.Var().Id("_").Id(n.name + "Handler").Op("=").Id("Unimplemented" + n.name + "Handler").Values()
	for _, m := range methods {
		c.emitUnimplemented(f, n, m)
	}
}

// emitUnimplemented writes:
//
//	// <Method> implements [<Name>Handler].
//	func (Unimplemented<Name>Handler) <Method>(context.Context, *<Name>Socket, *<Event>) (*<Event>Ack, error) {
//		return nil, rt.ErrUnimplemented
//	}
func (c *contract) emitUnimplemented(f *jen.File, n *namespace, m handlerMethod) {
	f.Line()
	comment(f, wrap(m.name+" implements ["+n.name+"Handler]."))
	f.Func().Params(jen.Id("Unimplemented" + n.name + "Handler")).Id(m.name).
		Params(n.methodParams(m)...).Add(results(m.results)).BlockFunc(func(g *jen.Group) {
		if m.returns != nil {
			g.Return(m.returns...)
		}
	})
}

// handlerMethods lists what the handler of a namespace has to do.
func (c *contract) handlerMethods(n *namespace) []handlerMethod {
	methods := []handlerMethod{c.connectMethod(n), {
		name:   "Disconnect",
		doc:    docText(wrap("Disconnect is called once for every socket that Connect has let in, after its last event.")),
		params: []jen.Code{jen.Id("reason").Qual(rtPath, "Reason")},
	}}
	for _, r := range n.rooms {
		if r.Join != nil {
			methods = append(methods, c.joinMethod(r))
		}
	}
	for _, e := range n.calls {
		m := handlerMethod{name: e.method, doc: func(to commenter) { eventDoc(to, e, "handles") }}
		if e.Payload != nil {
			m.params = []jen.Code{jen.Id("msg").Op("*").Id(c.types[e.Payload])}
		}
		c.answers(&m, e.HasAck, e.Ack)
		methods = append(methods, m)
	}
	return methods
}

// connectMethod returns the method that lets sockets in. Unimplemented, it
// refuses when clients have to show who they are.
func (c *contract) connectMethod(n *namespace) handlerMethod {
	m := handlerMethod{
		name:    "Connect",
		doc:     docText("Connect lets s in, or refuses it with an error."),
		results: []jen.Code{jen.Error()},
		returns: []jen.Code{jen.Nil()},
	}
	if n.Auth != nil {
		m.params = []jen.Code{jen.Id("auth").Op("*").Id(c.types[n.Auth])}
		m.returns = []jen.Code{unimplemented()}
	}
	return m
}

func (c *contract) joinMethod(r *room) handlerMethod {
	m := handlerMethod{
		name:   "Join" + r.name,
		params: []jen.Code{jen.Id("key").Op("*").Id(r.key)},
	}
	m.doc = docText(
		wrap(m.name+" decides whether s may join the room; when it returns no error, s is in it."),
		r.Doc, errorsText(r.Join.Errors))
	c.answers(&m, r.Join.Ack != nil, r.Join.Ack)
	return m
}

// answers gives m the results of a method whose answer has the value ack.
func (c *contract) answers(m *handlerMethod, hasAck bool, ack *schema.Type) {
	m.results, m.returns = []jen.Code{jen.Error()}, []jen.Code{unimplemented()}
	if hasAck && ack != nil {
		m.results = []jen.Code{jen.Op("*").Id(c.types[ack]), jen.Error()}
		m.returns = []jen.Code{jen.Nil(), unimplemented()}
	}
}

func (n *namespace) methodParams(m handlerMethod) []jen.Code {
	return append([]jen.Code{ctxParam(), jen.Id("s").Op("*").Id(n.name + "Socket")}, m.params...)
}

// results writes the results of a function: none, one, or several in
// parentheses.
func results(codes []jen.Code) *jen.Statement {
	switch len(codes) {
	case 0:
		return jen.Null()
	case 1:
		return jen.Add(codes...)
	}
	return jen.Params(codes...)
}

func unimplemented() *jen.Statement { return jen.Qual(rtPath, "ErrUnimplemented") }
