package typescript

// A bindView prints <namespace>.bind.ts: the client's type, and what makes one
// of any runtime.
type bindView struct {
	Imports     string
	Name, Doc   string
	Calls       []string // members of the client
	On, Answer  []string // members of the client's parts
	RoomMembers []string
	Connection  string
	Rooms       []string // interfaces of room handles
	BindHead    string

	CallValues, OnValues, AnswerValues, RoomValues []string // what the members are made of
}

func (c *contract) bindView(n *namespace) any {
	v := bindView{
		Name:       n.name,
		Doc:        n.doc("Typed client of namespace " + n.Path + "."),
		Imports:    c.bindImports(n),
		Connection: print(concat(text("readonly connection: "), typeArgument("rt.Watchable", n.state()), text(";")), 2),
		BindHead:   print(functionHead("bind"+n.name, text(n.name+"Client"), "runtime: rt.Runtime<t."+n.connectError+">"), 0),
	}
	for _, e := range n.sent {
		v.Calls = append(v.Calls, e.doc(2)+print(concat(text("readonly "+e.member+": "), c.method(e), text(";")), 2))
		v.CallValues = append(v.CallValues, made(e.member, "runtime."+maker(e), "e."+e.constant, 4))
	}
	for _, e := range n.received {
		if e.HasAck {
			v.Answer = append(v.Answer, c.listener(e, "rt.EventHandler"))
			v.AnswerValues = append(v.AnswerValues, made(e.member, "runtime.handler", "e."+e.constant, 6))
			continue
		}
		v.On = append(v.On, c.listener(e, "rt.Subscribable"))
		v.OnValues = append(v.OnValues, made(e.member, "runtime.source", "e."+e.constant, 6))
	}
	for _, r := range n.rooms {
		member := concat(text("readonly "+r.member+": "), functionType(text(r.handle), parameter{"key", "t." + r.key}), text(";"))
		v.RoomMembers = append(v.RoomMembers, docOf(r.Doc, "", "").String(4)+print(member, 4))
		v.Rooms = append(v.Rooms, c.roomInterface(r))
		v.RoomValues = append(v.RoomValues, print(concat(text(r.member+": "), openRoom(r), text(",")), 6))
	}
	return v
}

func (c *contract) bindImports(n *namespace) string {
	list := []module{importRuntime, c.importTypes()}
	if len(n.sent)+len(n.received)+len(n.rooms) > 0 {
		list = append(list, n.importEvents())
	}
	return c.modules(list...)
}

// state is the type of the state of the connection.
func (n *namespace) state() doc {
	return typeArguments("rt.ConnectionState", "t."+n.connectError)
}

// doc is the comment of a namespace, or otherwise a sentence.
func (n *namespace) doc(otherwise string) string {
	d := docOf(n.Doc, "", "")
	if len(d.lines) == 0 {
		d.add(otherwise)
	}
	return d.String(0)
}

// method is the type of the client's member for an event it sends.
func (c *contract) method(e *event) doc {
	var parameters []parameter
	if e.Payload != nil {
		parameters = append(parameters, parameter{"payload", c.ref(e.Payload)})
	}
	if !e.HasAck {
		return functionType(text("void"), parameters...)
	}
	options := "rt.CallOptions"
	if e.Idempotent != nil {
		options = "rt.IdempotentCallOptions"
	}
	parameters = append(parameters, parameter{"options?", options})
	return functionType(typeArguments("rt.Call", c.ref(e.Ack), e.errs), parameters...)
}

// maker is the function of the runtime that makes the member for an event.
func maker(e *event) string {
	switch {
	case !e.HasAck:
		return "send"
	case e.Payload == nil:
		return "ask"
	}
	return "call"
}

// made writes:
//
//	<member>: <maker>(<argument>),
func made(member, maker, argument string, indent int) string {
	return print(concat(text(member+":"), follow(call(maker, argument)), text(",")), indent)
}

// listener writes a member of the client's "on" or "answer".
func (c *contract) listener(e *event, name string) string {
	return e.doc(4) + print(concat(text("readonly "+e.member+": "), c.receivedType(name, e), text(";")), 4)
}

// roomInterface writes:
//
//	export interface ChatConversationRoom extends rt.Room<t.ConversationKey, void, never> {
//	  readonly on: {
//	    readonly messageSent: rt.Subscribable<t.MessageSent>;
//	  };
//	}
func (c *contract) roomInterface(r *room) string {
	head := docOf(r.Doc, "", "").String(0)
	if len(r.events) == 0 {
		alias := concat(text("export type "+r.handle+" = "), c.roomType("rt.Room", r), text(";"))
		return head + print(alias, 0)
	}
	var members []doc
	for _, e := range r.events {
		members = append(members, hardLine, text(c.listener(e, "rt.Subscribable")))
	}
	return head + print(concat(
		text("export interface "+r.handle+" extends "), c.roomType("rt.Room", r), text(" {"),
		nest(hardLine, text("readonly on: {"), nest(members...), hardLine, text("};")), hardLine, text("}"),
	), 0)
}

// openRoom writes:
//
//	runtime.room(e.conversationRoom, (source) => ({
//	  messageSent: source(e.messageSent),
//	}))
func openRoom(r *room) doc {
	if len(r.events) == 0 {
		return call("runtime.room", "e."+r.constant, "() => ({})")
	}
	var values []doc
	for _, e := range r.events {
		values = append(values, concat(text(e.member+": "), call("source", "e."+e.constant)))
	}
	head := "runtime.room(e." + r.constant + ", (source) => ("
	const indent = 6
	if indent+textWidth(r.member+": "+head+"{") <= lineWidth {
		return concat(text(head), expanded(values), text("))"))
	}
	return concat(
		text("runtime.room("), nest(hardLine, text("e."+r.constant+","), hardLine, text("(source) => ("), expanded(values), text("),")),
		hardLine, text(")"),
	)
}
