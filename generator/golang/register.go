package golang

import (
	"slices"

	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// bindingsPerFunction bounds the functions that list bindings: the compiler
// takes more than linear time over a large one.
const bindingsPerFunction = 100

// emitRegister writes:
//
//	// Register<Name> makes h the handler of namespace <path> of srv. …
//	func Register<Name>(srv *rt.Server, h <Name>Handler) (*<Name>API, error) {
//		spec := rt.NamespaceSpec{Path: "<path>", Contract: Contract, ConnectErrors: []string{…}}
//		wrap := func(s *rt.Socket) *<Name>Socket { return &<Name>Socket{s} }
//		ns, err := rt.Bind(srv, spec, h, wrap, <name>Bindings)
//		if err != nil {
//			return nil, err
//		}
//		return &<Name>API{ns}, nil
//	}
func (c *contract) emitRegister(f *jen.File, n *namespace) {
	lists := slices.Collect(slices.Chunk(c.bindings(n), bindingsPerFunction))
	f.Line()
	comment(f, wrap("Register"+n.name+" makes h the handler of namespace "+quote(n.Path)+" of srv. "+
		"It fails when h is nil or the namespace has a handler."))
	f.Func().Id("Register"+n.name).Params(
		jen.Id("srv").Op("*").Qual(rtPath, "Server"),
		jen.Id("h").Id(n.name+"Handler"),
	).Params(jen.Op("*").Id(n.name+"API"), jen.Error()).Block(
		jen.Id("spec").Op(":=").Add(c.namespaceSpec(n)),
		jen.Id("wrap").Op(":=").Func().Params(jen.Id("s").Op("*").Qual(rtPath, "Socket")).Op("*").Id(n.name+"Socket").Block(
			jen.Return(jen.Op("&").Id(n.name+"Socket").Values(jen.Id("s"))),
		),
		jen.List(jen.Id("ns"), jen.Err()).Op(":=").Qual(rtPath, "Bind").CallFunc(func(g *jen.Group) {
			g.Id("srv")
			g.Id("spec")
			g.Id("h")
			g.Id("wrap")
			for i := range lists {
				g.Id(bindingsName(n, i))
			}
		}),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())),
		jen.Return(jen.Op("&").Id(n.name+"API").Values(jen.Id("ns")), jen.Nil()),
	)
	for i, list := range lists {
		emitBindings(f, n, i, list)
	}
}

func (c *contract) namespaceSpec(n *namespace) *jen.Statement {
	values := []jen.Code{
		jen.Id("Path").Op(":").Lit(n.Path),
		jen.Id("Contract").Op(":").Id("Contract"),
	}
	if len(n.ConnectErrors) > 0 {
		values = append(values, jen.Id("ConnectErrors").Op(":").Add(codes(n.ConnectErrors)))
	}
	return jen.Qual(rtPath, "NamespaceSpec").Values(values...)
}

// emitBindings writes:
//
//	func <name>Bindings(h <Name>Handler) []rt.Binding {
//		return []rt.Binding{
//			<binding>,
//			…
//		}
//	}
func emitBindings(f *jen.File, n *namespace, i int, list []jen.Code) {
	typ := jen.Index().Qual(rtPath, "Binding")
	f.Line()
	f.Func().Id(bindingsName(n, i)).Params(jen.Id("h").Id(n.name + "Handler")).Add(typ).Block(
		jen.Return(typ.Clone().ValuesFunc(func(g *jen.Group) {
			for _, binding := range list {
				g.Line().Add(binding)
			}
			g.Line()
		})),
	)
}

// bindingsName returns chatBindings, chatBindings2 and so on.
func bindingsName(n *namespace, i int) string {
	return numbered(lower(n.name)+"Bindings", i+1)
}

// bindings returns, for each method of the handler, one of:
//
//	rt.BindAuth(h.Connect)
//	rt.BindRoom(rt.RoomKind{Name: "<kind>"}, h.Join<Room>)
//	rt.BindCall(<event>Event, h.<Event>)
func (c *contract) bindings(n *namespace) []jen.Code {
	method := func(name string) *jen.Statement { return jen.Id("h").Dot(name) }
	connect := "BindConnect"
	if n.Auth != nil {
		connect = "BindAuth"
	}
	list := []jen.Code{
		jen.Qual(rtPath, connect).Call(method("Connect")),
		jen.Qual(rtPath, "BindDisconnect").Call(method("Disconnect")),
	}
	for _, r := range n.rooms {
		if r.Join == nil {
			continue
		}
		bind := "BindRoom"
		if r.Join.Ack == nil {
			bind = "BindPlainRoom"
		}
		list = append(list, jen.Qual(rtPath, bind).Call(roomKind(r), method("Join"+r.name)))
	}
	for _, e := range n.calls {
		list = append(list, jen.Qual(rtPath, bindFunction(e.Event)).Call(jen.Id(e.variable), method(e.method)))
	}
	return list
}

func roomKind(r *room) *jen.Statement {
	values := []jen.Code{jen.Id("Name").Op(":").Lit(r.Name)}
	if len(r.Join.Errors) > 0 {
		values = append(values, jen.Id("Errors").Op(":").Add(codes(r.Join.Errors)))
	}
	return jen.Qual(rtPath, "RoomKind").Values(values...)
}

// bindFunction returns the function of the runtime for an event's shape.
func bindFunction(e *schema.Event) string {
	switch {
	case !e.HasAck && e.Payload == nil:
		return "BindSignal"
	case !e.HasAck:
		return "BindEvent"
	case e.Payload == nil && e.Ack == nil:
		return "BindTrigger"
	case e.Payload == nil:
		return "BindQuery"
	case e.Ack == nil:
		return "BindCommand"
	}
	return "BindCall"
}
