package typescript

// A mockView prints <namespace>.mock.ts: a typed server in memory.
type mockView struct {
	Imports, Exports      string
	Name                  string
	Head                  string // head of the server's type
	CreateHead            string
	Create                string // statement that makes the runtime
	Sent                  string // type of what the client sent
	Client                string // statement that makes the client
	Refuse                string
	On, Rooms, Emit, Ask  []string // members of the server's type
	OnValues, RoomValues  []string
	EmitValues, AskValues []string
}

func (c *contract) mockView(n *namespace) any {
	v := mockView{
		Imports: c.modules(
			n.importBind(), n.importEvents(), c.importTypes(), importCore, importRuntime,
			module{"import * as m", "mock"},
		),
		Exports: c.modules(module{"export { fail }", "mock"}),
		Name:    n.name,
		Head:    print(heritage(n.name+"MockServer", "m.MockControls"), 0),
		CreateHead: print(functionHead(
			"create"+n.name+"Mock", text(n.name+"Mock"), "options: m.MockOptions & rt.RuntimeOptions = {}",
		), 0),
		Create: n.createRuntime("mock.transport"),
		Sent:   c.sentUnion(n),
		Client: print(concat(constant(text("const client"), text("b.bind"+n.name+"(runtime)")), text(";")), 2),
		Refuse: print(concat(text("readonly refuse: "), functionType(text("void"), parameter{"error", "t." + n.connectError}), text(";")), 2),
	}
	for _, e := range n.sent {
		typ := typeArguments("m.MockOn", c.ref(e.Payload), c.ref(e.Ack), e.errs)
		v.On = append(v.On, mockMember(e.member, typ))
		v.OnValues = append(v.OnValues, made(e.member, "mock.handle", "e."+e.constant, 6))
	}
	for _, r := range n.rooms {
		v.Rooms = append(v.Rooms, mockMember(r.member, c.roomType("m.MockOn", r)))
		v.RoomValues = append(v.RoomValues, made(r.member, "mock.admit", "e."+r.constant, 6))
	}
	for _, e := range n.received {
		var parameters []parameter
		if e.Payload != nil {
			parameters = append(parameters, parameter{"payload", c.ref(e.Payload)})
		}
		if e.HasAck {
			answer := text("Promise<" + c.ref(e.Ack) + ">")
			v.Ask = append(v.Ask, mockMember(e.member, functionType(answer, parameters...)))
			v.AskValues = append(v.AskValues, made(e.member, "mock.ask", "e."+e.constant, 6))
			continue
		}
		v.Emit = append(v.Emit, mockMember(e.member, functionType(text("void"), parameters...)))
		v.EmitValues = append(v.EmitValues, made(e.member, "mock.emit", "e."+e.constant, 6))
	}
	return v
}

func mockMember(name string, typ doc) string {
	return print(concat(text("readonly "+name+": "), typ, text(";")), 4)
}

// sentUnion writes:
//
//	export type ChatSent =
//	  | { readonly event: "sendMessage"; readonly payload: t.SendMessage }
//	  | ...;
func (c *contract) sentUnion(n *namespace) string {
	var members []doc
	for _, e := range n.sent {
		payload := c.ref(e.Payload)
		if e.Payload == nil {
			payload = "undefined"
		}
		members = append(members, objectType([]doc{
			text("readonly event: " + quote(e.Wire)), text("readonly payload: " + payload),
		}))
	}
	if len(members) == 0 {
		members = append(members, text("never"))
	}
	return declareType(n.name+"Sent", members)
}
