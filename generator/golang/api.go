package golang

import (
	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// An emitter is a generated type that has a method for each event it can send.
type emitter struct {
	receiver string
	typ      *jen.Statement // as the receiver has it
	to       *jen.Statement // the rt.Emitter behind it
	one      bool           // it stands for one socket, rather than for many
	room     *room          // the kind of room it stands for, or nil
}

// emitSocket writes:
//
//	// <Name>Socket is a client in namespace <path>. …
//	type <Name>Socket struct {
//		*rt.Socket
//	}
//
// and a method for each event that is not for rooms.
func (c *contract) emitSocket(f *jen.File, n *namespace) {
	name := n.name + "Socket"
	f.Line()
	comment(f, wrap(name+" is a client in namespace "+quote(n.Path)+". Handlers get the same one for all events of a socket."))
	f.Type().Id(name).Struct(jen.Op("*").Qual(rtPath, "Socket"))
	em := emitter{receiver: "s", typ: jen.Op("*").Id(name), to: jen.Id("s").Dot("Socket"), one: true}
	for _, e := range n.casts {
		if len(e.To) == 0 {
			c.emitSend(f, em, e)
		}
	}
	for _, r := range n.rooms {
		c.emitTo(f, em, r, "To"+r.name+" sends to the sockets of the room, but not to s.")
	}
}

// emitAPI writes:
//
//	// <Name>API sends events to the clients of namespace <path>.
//	type <Name>API struct {
//		ns *rt.Namespace
//	}
//
//	// Namespace returns the namespace, for what is not typed.
//	func (a *<Name>API) Namespace() *rt.Namespace { return a.ns }
//
// and a method for each event that is not for rooms.
func (c *contract) emitAPI(f *jen.File, n *namespace) {
	name := n.name + "API"
	f.Line()
	comment(f, wrap(name+" sends events to the clients in namespace "+quote(n.Path)+". [Register"+n.name+"] makes it."))
	f.Type().Id(name).Struct(jen.Id("ns").Op("*").Qual(rtPath, "Namespace"))
	f.Line()
	comment(f, "Namespace returns the namespace, for what the contract has no method for.")
	method(f, "a", jen.Op("*").Id(name), "Namespace").Op("*").Qual(rtPath, "Namespace").Block(jen.Return(jen.Id("a").Dot("ns")))
	em := emitter{receiver: "a", typ: jen.Op("*").Id(name), to: jen.Id("a").Dot("ns")}
	for _, e := range n.casts {
		if len(e.To) == 0 {
			c.emitSend(f, em, e)
		}
	}
	for _, r := range n.rooms {
		c.emitTo(f, em, r, "To"+r.name+" sends to the sockets of the room.")
	}
}

// emitSend writes the method of an emitter for an event.
func (c *contract) emitSend(f *jen.File, em emitter, e *event) {
	switch {
	case !e.HasAck:
		c.emitPlain(f, em, e)
	case em.one:
		c.emitCall(f, em, e)
	case em.room != nil || e.Timeout > 0:
		c.emitBroadcastCall(f, em, e)
	}
}

// emitPlain writes:
//
//	// <Event> sends the event "<wire>". …
//	func (s *<Name>Socket) <Event>(ctx context.Context, msg *<Event>) error {
//		return rt.Emit(ctx, s.Socket, <event>Event, msg)
//	}
func (c *contract) emitPlain(f *jen.File, em emitter, e *event) {
	c.sendMethod(f, em, e, jen.Error()).BlockFunc(func(g *jen.Group) {
		msg := c.message(g, em, e)
		g.Return(jen.Qual(rtPath, "Emit").Call(jen.Id("ctx"), em.to.Clone(), jen.Id(e.variable), msg))
	})
}

// emitCall writes one of:
//
//	// <Event> sends the event "<wire>" and waits for the answer. …
//	func (s *<Name>Socket) <Event>(ctx context.Context, msg *<Event>) (*<Event>Ack, error) {
//		return rt.EmitWithAck(ctx, s.Socket, <event>Event, msg)
//	}
//
//	func (s *<Name>Socket) <Event>(ctx context.Context, msg *<Event>) error {
//		_, err := rt.EmitWithAck(ctx, s.Socket, <event>Event, msg)
//		return err
//	}
func (c *contract) emitCall(f *jen.File, em emitter, e *event) {
	result := jen.Error()
	if e.Ack != nil {
		result = jen.Params(jen.Op("*").Id(c.types[e.Ack]), jen.Error())
	}
	c.sendMethod(f, em, e, result).BlockFunc(func(g *jen.Group) {
		msg := c.message(g, em, e)
		ask := jen.Qual(rtPath, "EmitWithAck").Call(jen.Id("ctx"), em.to.Clone(), jen.Id(e.variable), msg)
		if e.Ack != nil {
			g.Return(ask)
			return
		}
		g.List(jen.Id("_"), jen.Err()).Op(":=").Add(ask)
		g.Return(jen.Err())
	})
}

// emitBroadcastCall writes:
//
//	// <Event> sends the event "<wire>" and yields the answers. …
//	func (a *<Name>API) <Event>(ctx context.Context, msg *<Event>) iter.Seq2[rt.Reply[*<Event>Ack], error] {
//		return rt.BroadcastWithAck(ctx, a.ns.Timeout(<event>Event.Timeout), <event>Event, msg)
//	}
func (c *contract) emitBroadcastCall(f *jen.File, em emitter, e *event) {
	reply := jen.Qual(rtPath, "Reply").Types(c.payloadType(e.Ack))
	result := jen.Qual(iterPath, "Seq2").Types(reply, jen.Error())
	to := em.to.Clone()
	if em.room == nil {
		to = to.Dot("Timeout").Call(jen.Id(e.variable).Dot("Timeout"))
	}
	c.sendMethod(f, em, e, result).BlockFunc(func(g *jen.Group) {
		msg := c.message(g, em, e)
		g.Return(jen.Qual(rtPath, "BroadcastWithAck").Call(jen.Id("ctx"), to, jen.Id(e.variable), msg))
	})
}

// sendMethod writes the documentation and head of the method for an event.
func (c *contract) sendMethod(f *jen.File, em emitter, e *event, result jen.Code) *jen.Statement {
	f.Line()
	eventDoc(f, e, em.verb(e))
	params := []jen.Code{ctxParam()}
	if e.Payload != nil {
		params = append(params, jen.Id("msg").Op("*").Id(c.types[e.Payload]))
	}
	return method(f, em.receiver, em.typ, e.method, params...).Add(result)
}

func (em emitter) verb(e *event) string {
	switch {
	case !e.HasAck && em.one:
		return "sends s"
	case !e.HasAck && em.room != nil:
		return "sends the sockets of the room"
	case !e.HasAck:
		return "sends all sockets of the namespace"
	case em.one:
		return "waits for what s answers to"
	}
	return "yields what each socket answers to"
}

// message writes the payload that is sent: msg, or a copy that has the key of
// the room in it.
//
//	m := *msg
//	m.<Field> = b.key.<Field>
//	&m
func (c *contract) message(g *jen.Group, em emitter, e *event) jen.Code {
	if e.Payload == nil {
		return jen.Qual(rtPath, "None").Values()
	}
	if em.room == nil {
		return jen.Id("msg")
	}
	g.Id("m").Op(":=").Op("*").Id("msg")
	for _, k := range em.room.Key.Fields {
		field := fieldNamed(e.Payload, k.Name)
		if field == nil {
			continue
		}
		value := jen.Id(em.receiver).Dot("key").Dot(c.fields[k])
		switch storageOf(field) {
		case pointer:
			value = jen.Op("&").Add(value)
		case option:
			value = jen.Qual(rtPath, "Some").Call(value)
		}
		g.Id("m").Dot(c.fields[field]).Op("=").Add(value)
	}
	return jen.Op("&").Id("m")
}

func fieldNamed(t *schema.Type, name string) *schema.Field {
	for _, f := range t.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}
