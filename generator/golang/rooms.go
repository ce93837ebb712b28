package golang

import (
	"slices"

	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// emitRoom writes the key of a kind of room, the function that names a room,
// and what sends to one.
func (c *contract) emitRoom(f *jen.File, n *namespace, r *room) {
	c.emitStruct(f, r.Key)
	c.emitKeyRoom(f, r)
	c.emitRoomMaker(f, r)
	c.emitTarget(f, n, r)
}

// emitKeyRoom writes:
//
//	// Room returns the room that has the key.
//	func (k <Room>Key) Room() rt.Room {
//		return rt.RoomName("<kind>", string(k.<Field>), …)
//	}
func (c *contract) emitKeyRoom(f *jen.File, r *room) {
	f.Line()
	comment(f, "Room returns the room that has the key.")
	method(f, "k", jen.Id(r.key), "Room").Qual(rtPath, "Room").Block(
		jen.Return(jen.Qual(rtPath, "RoomName").CallFunc(func(g *jen.Group) {
			g.Lit(r.Name)
			for _, field := range r.Key.Fields {
				g.Add(c.keyText(field.Type, jen.Id("k").Dot(c.fields[field])))
			}
		})),
	)
}

// keyText writes a part of a key as a string.
func (c *contract) keyText(e *schema.Expr, x *jen.Statement) jen.Code {
	if t := enum(e); t != nil && t.Numeric {
		return jen.Qual(strconvPath, "FormatInt").Call(jen.Int64().Call(x), jen.Lit(10))
	}
	switch base(e).Scalar {
	case schema.Int32, schema.Int53, schema.Int64:
		return jen.Qual(strconvPath, "FormatInt").Call(converted(e, goInt64, x), jen.Lit(10))
	case schema.Uint32, schema.Uint64:
		return jen.Qual(strconvPath, "FormatUint").Call(converted(e, goUint64, x), jen.Lit(10))
	}
	return converted(e, goString, x)
}

// emitRoomMaker writes:
//
//	// <Room>Room returns the room of kind "<kind>" that has the key.
//	func <Room>Room(<field> <type>, …) rt.Room {
//		return <Room>Key{<Field>: <field>, …}.Room()
//	}
func (c *contract) emitRoomMaker(f *jen.File, r *room) {
	params, key := c.keyParams(r)
	f.Line()
	comment(f, wrap(r.maker+" returns the room of kind "+quote(r.Name)+" that has the key."), r.Doc)
	f.Func().Id(r.maker).Params(params...).Qual(rtPath, "Room").Block(jen.Return(key.Dot("Room").Call()))
}

// keyParams writes the fields of a room's key as parameters, and the key made
// of them.
func (c *contract) keyParams(r *room, taken ...string) (params []jen.Code, key *jen.Statement) {
	var values []jen.Code
	for i, name := range c.parameters(r.Key.Fields, taken...) {
		field := r.Key.Fields[i]
		params = append(params, jen.Id(name).Add(c.fieldType(field)))
		values = append(values, jen.Id(c.fields[field]).Op(":").Id(name))
	}
	return params, jen.Id(r.key).Values(values...)
}

// emitTo writes:
//
//	// To<Room> sends to the sockets of the room.
//	func (a *<Name>API) To<Room>(<field> <type>, …) <Name><Room> {
//		key := <Room>Key{<Field>: <field>, …}
//		return <Name><Room>{to: a.ns.To(key.Room()), key: key}
//	}
func (c *contract) emitTo(f *jen.File, em emitter, r *room, doc string) {
	params, key := c.keyParams(r, em.receiver, "key")
	f.Line()
	comment(f, wrap(doc))
	method(f, em.receiver, em.typ, "To"+r.name, params...).Id(r.target).Block(
		jen.Id("key").Op(":=").Add(key),
		jen.Return(jen.Id(r.target).Values(
			jen.Id("to").Op(":").Add(em.to.Clone()).Dot("To").Call(jen.Id("key").Dot("Room").Call()),
			jen.Id("key").Op(":").Id("key"),
		)),
	)
}

// emitTarget writes:
//
//	// <Name><Room> sends to the sockets of one room of kind "<kind>". …
//	type <Name><Room> struct {
//		to  rt.Broadcast
//		key <Room>Key
//	}
//
// the methods that narrow it, and one for each event of the room.
func (c *contract) emitTarget(f *jen.File, n *namespace, r *room) {
	f.Line()
	comment(f, wrap(r.target+" sends to the sockets of one room of kind "+quote(r.Name)+". Method To"+r.name+" of ["+
		n.name+"API] and ["+n.name+"Socket] makes it. The key of the room is filled into what is sent."))
	f.Type().Id(r.target).Struct(
		jen.Id("to").Qual(rtPath, "Broadcast"),
		jen.Id("key").Id(r.key),
	)
	var events []*event
	asks := false
	for _, e := range n.casts {
		if slices.Contains(e.To, r.Room) {
			events = append(events, e)
			asks = asks || e.HasAck
		}
	}
	c.emitNarrow(f, r, "Except", "leaves out the sockets that are in any of the rooms", jen.Id("rooms").Op("...").Qual(rtPath, "Room"), jen.Id("rooms").Op("..."))
	c.emitNarrow(f, r, "Local", "leaves out the sockets of other nodes", nil, nil)
	c.emitNarrow(f, r, "Volatile", "drops what a socket is not ready to take", nil, nil)
	if asks {
		c.emitNarrow(f, r, "Timeout", "waits that long for answers", jen.Id("d").Qual(timePath, "Duration"), jen.Id("d"))
	}
	em := emitter{receiver: "b", typ: jen.Id(r.target), to: jen.Id("b").Dot("to"), room: r}
	for _, e := range events {
		c.emitSend(f, em, e)
	}
}

// emitNarrow writes:
//
//	// <Method> returns a b that <does>.
//	func (b <Name><Room>) <Method>(<param>) <Name><Room> {
//		b.to = b.to.<Method>(<arg>)
//		return b
//	}
func (c *contract) emitNarrow(f *jen.File, r *room, name, does string, param, arg jen.Code) {
	to := jen.Id("b").Dot("to")
	f.Line()
	comment(f, name+" returns a copy of b that "+does+".")
	method(f, "b", jen.Id(r.target), name, param).Id(r.target).Block(
		to.Clone().Op("=").Add(to.Clone()).Dot(name).Call(arg),
		jen.Return(jen.Id("b")),
	)
}
