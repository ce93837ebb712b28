package typescript

import (
	"slices"

	"github.com/rtgen/rtgen/schema"
)

// An eventsView prints <namespace>.events.ts.
type eventsView struct {
	Imports               string
	Name                  string   // Chat
	Namespace             string   // declaration of chatNamespace
	Sent, Received, Rooms []string // descriptors with their comments
	SentMap, ReceivedMap  []string // members of the maps for a plain socket
}

func (c *contract) eventsView(n *namespace) any {
	v := eventsView{
		Imports: c.eventsImports(n),
		Name:    n.name,
	}
	v.Namespace = print(concat(assignment(text("export const "+n.constant()+": rt.Namespace"), expanded([]doc{
		text("contract: " + c.contractName()),
		stringProperty("path", n.Path),
		property("connectErrors", array(quotes(codes(n.ConnectErrors)))),
	})), text(";")), 0)
	for _, e := range n.sent {
		v.Sent = append(v.Sent, c.sentDescriptor(e))
		v.SentMap = append(v.SentMap, c.mapMember(e))
	}
	for _, e := range n.received {
		v.Received = append(v.Received, c.receivedDescriptor(e))
		v.ReceivedMap = append(v.ReceivedMap, c.mapMember(e))
	}
	for _, r := range n.rooms {
		v.Rooms = append(v.Rooms, c.roomDescriptor(r))
	}
	return v
}

func (c *contract) eventsImports(n *namespace) string {
	list := []module{importRuntime, {"import { " + c.contractName() + " }", c.Package + ".contract"}}
	if n.hasTypes() {
		list = append(list, c.importTypes())
	}
	if slices.ContainsFunc(n.receivedTypes(), func(t *schema.Type) bool { return c.shapes.needed[t] }) {
		list = append(list, c.importShapes())
	}
	return c.modules(list...)
}

// hasTypes tells whether any event has a payload, an ack or errors.
func (n *namespace) hasTypes() bool {
	for _, e := range slices.Concat(n.sent, n.received) {
		if e.Payload != nil || e.Ack != nil || len(e.Errors) > 0 {
			return true
		}
	}
	return len(n.rooms) > 0
}

func codes(errs []*schema.Error) []string {
	var names []string
	for _, e := range errs {
		names = append(names, e.Wire)
	}
	return names
}

// doc is the comment of an event, on everything that stands for it.
func (e *event) doc(indent int) string {
	d := docOf(e.Doc, e.Since, "")
	if e.Deprecated != "" {
		reason := e.Deprecated
		if e.Sunset != "" {
			reason += " (goes on " + e.Sunset + ")"
		}
		d.tag("deprecated", reason)
	}
	return d.String(indent)
}

// sentDescriptor writes:
//
//	export const sendMessage: rt.ClientEvent<t.SendMessage, t.SendMessageAck, t.SendMessageError> = {
//	  name: "sendMessage",
//	  errors: ["notMember"],
//	};
func (c *contract) sentDescriptor(e *event) string {
	properties := []doc{stringProperty("name", e.Wire)}
	if len(e.Errors) > 0 {
		properties = append(properties, property("errors", array(quotes(codes(e.Errors)))))
	}
	if e.Timeout > 0 {
		properties = append(properties, text("timeoutMs: "+integer(e.Timeout.Milliseconds())))
	}
	if e.Idempotent != nil {
		properties = append(properties, text("idempotent: true"))
	}
	if e.Volatile {
		properties = append(properties, text("volatile: true"))
	}
	properties = append(properties, c.shapeProperty(e.Ack)...)
	properties = append(properties, c.errorShapes(e.Errors)...)
	left := concat(text("export const "+e.constant+": "), typeArguments("rt.ClientEvent", c.ref(e.Payload), c.ref(e.Ack), e.errs))
	return e.doc(0) + print(concat(assignment(left, expanded(properties)), text(";")), 0)
}

// receivedDescriptor writes:
//
//	export const messageSent: rt.ServerEvent<t.MessageSent> = {
//	  name: "messageSent",
//	};
func (c *contract) receivedDescriptor(e *event) string {
	properties := []doc{stringProperty("name", e.Wire)}
	if e.Payload == nil {
		properties = append(properties, text("empty: true"))
	}
	properties = append(properties, c.shapeProperty(e.Payload)...)
	left := concat(text("export const "+e.constant+": "), c.receivedType("rt.ServerEvent", e))
	return e.doc(0) + print(concat(assignment(left, expanded(properties)), text(";")), 0)
}

// receivedType is name with the payload of e and, where there is one, the ack.
func (c *contract) receivedType(name string, e *event) doc {
	if e.HasAck {
		return typeArguments(name, c.ref(e.Payload), c.ref(e.Ack))
	}
	return typeArguments(name, c.ref(e.Payload))
}

// roomDescriptor writes:
//
//	export const conversationRoom: rt.RoomType<t.ConversationKey, void, never> = {
//	  name: "conversation",
//	  keys: ["conversationId"],
//	};
func (c *contract) roomDescriptor(r *room) string {
	var keys []string
	for _, f := range r.Key.Fields {
		keys = append(keys, f.Wire)
	}
	properties := []doc{stringProperty("name", r.Name), property("keys", array(quotes(keys)))}
	if len(r.Join.Errors) > 0 {
		properties = append(properties, property("errors", array(quotes(codes(r.Join.Errors)))))
	}
	properties = append(properties, c.shapeProperty(r.Join.Ack)...)
	properties = append(properties, c.errorShapes(r.Join.Errors)...)
	left := concat(text("export const "+r.constant+": "), c.roomType("rt.RoomType", r))
	return docOf(r.Doc, "", "").String(0) + print(concat(assignment(left, expanded(properties)), text(";")), 0)
}

func (c *contract) roomType(name string, r *room) doc {
	return typeArguments(name, "t."+r.key, c.ref(r.Join.Ack), r.errs)
}

// shapeProperty is the property that says how t is made ready, if it has to be.
func (c *contract) shapeProperty(t *schema.Type) []doc {
	if t == nil || !c.shapes.needed[t] {
		return nil
	}
	return []doc{text("shape: s." + c.shapeName(t))}
}

// errorShapes is the property that says how errors are made ready, by code.
func (c *contract) errorShapes(errs []*schema.Error) []doc {
	var list [][]doc
	for _, e := range errs {
		if e.Data != nil && c.shapes.needed[e.Data] {
			list = append(list, []doc{text(quote(e.Wire)), text("s." + c.shapeName(e.Data))})
		}
	}
	if len(list) == 0 {
		return nil
	}
	return []doc{property("errorShapes", pairs(list))}
}

// ref is a type as files beside that of types call it.
func (c *contract) ref(t *schema.Type) string {
	if t == nil {
		return "void"
	}
	return "t." + c.types[t]
}

// mapMember writes a member of the maps for a plain typed Socket:
//
//	sendMessage: (payload: t.SendMessage, ack: (answer: rt.Answer<t.SendMessageAck, never>) => void) => void;
func (c *contract) mapMember(e *event) string {
	var list []doc
	if e.Payload != nil {
		list = append(list, text("payload: "+c.ref(e.Payload)))
	}
	if e.HasAck {
		answer := typeArguments("rt.Answer", c.ref(e.Ack), e.errs)
		ack := functionOf([]doc{concat(text("answer: "), answer)}, text("void"))
		list = append(list, concat(text("ack: "), ack))
	}
	member := concat(text(key(e.Wire)+": "), functionOf(list, text("void")), text(";"))
	return e.doc(2) + print(member, 2)
}
