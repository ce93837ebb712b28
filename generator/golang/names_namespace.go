package golang

import (
	"fmt"
	"slices"

	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/schema"
)

// A namespace has the names of everything that is generated for one.
type namespace struct {
	*schema.Namespace
	name  string         // Chat: ChatHandler, ChatSocket, RegisterChat
	file  string         // chat: chat.rt.go
	types []*schema.Type // written in place, in the order they are written
	rooms []*room
	calls []*event // from clients to the server
	casts []*event // from the server to clients
}

// An event has the names of what is generated for one.
type event struct {
	*schema.Event
	name     string // SendMessage: base of the types written in place
	method   string // SendMessage: of the handler, or of what it is emitted with
	variable string // sendMessageEvent: its descriptor
}

// A room has the names of what is generated for a kind of room.
type room struct {
	*schema.Room
	name   string // Conversation: JoinConversation, ToConversation
	base   string // Conversation, with the namespace's name where two have the kind
	key    string // ConversationKey
	maker  string // ConversationRoom
	target string // ChatConversation: sends to one room
}

// socketMembers are the methods of rt.Socket, which a generated socket embeds,
// the embedded field itself, and what the other things that events are emitted
// with can do besides. An event of one of these names is emitted by a method
// that ends in Event.
var socketMembers = []string{
	"Auth", "Connected", "Context", "Data", "Disconnect", "Except", "Handshake",
	"ID", "In", "Join", "Leave", "Local", "Namespace", "Param", "Recovered",
	"Rooms", "SetData", "SetExpiry", "Socket", "Timeout", "To", "Transport",
	"Volatile",
}

func (c *contract) nameNamespaces() {
	shared := c.sharedNames()
	var files generator.Scope
	for _, ns := range c.Namespaces {
		n := &namespace{
			Namespace: ns,
			name:      generator.GoExported(generator.NamespaceName(ns.Path)),
			file:      generator.FileName(ns.Path),
		}
		c.namespaces = append(c.namespaces, n)
		files.Declare(n.file, "namespace "+quote(ns.Path), ns.Pos)
		c.nameNamespace(n, shared)
	}
	c.problems = append(c.problems, files.Diagnostics()...)
}

// sharedNames returns the names of events and rooms that several namespaces
// have, told apart by what they are.
func (c *contract) sharedNames() map[string]bool {
	return generator.SharedNames(c.Model,
		func(e *schema.Event) string { return "event " + eventName(e) },
		func(r *schema.Room) string { return "room " + roomName(r) },
	)
}

func eventName(e *schema.Event) string {
	if e.Names.Go != "" {
		return e.Names.Go
	}
	return generator.GoExported(e.Name)
}

func roomName(r *schema.Room) string {
	if r.Names.Go != "" {
		return r.Names.Go
	}
	return generator.GoExported(r.Name)
}

func (c *contract) nameNamespace(n *namespace, shared map[string]bool) {
	what := "namespace " + quote(n.Path)
	for _, name := range []string{
		n.name + "Handler", "Unimplemented" + n.name + "Handler", "Register" + n.name,
		n.name + "Socket", n.name + "API",
	} {
		c.declare(&c.scope, name, what, n.Pos)
	}
	if n.Auth != nil && n.Auth.Name == "" {
		n.types = append(n.types, c.nameType(n.Auth, n.name+"Auth", "the auth of "+what)...)
	}
	for _, r := range n.Rooms {
		c.nameRoom(n, r, shared)
	}
	c.nameEvents(n, shared)
	c.checkMethods(n)
}

func (c *contract) nameRoom(n *namespace, r *schema.Room, shared map[string]bool) {
	what := "room " + quote(r.Name)
	name := c.given(r.Names, roomName(r), r.Pos)
	base := name
	if shared["room "+name] {
		base = n.name + name
	}
	named := &room{Room: r, name: name, base: base, key: base + "Key", maker: base + "Room", target: n.name + name}
	n.rooms = append(n.rooms, named)
	c.nameType(r.Key, named.key, "the key of "+what)
	c.declare(&c.scope, named.maker, what, r.Pos)
	c.declare(&c.scope, named.target, what, r.Pos)
	if r.Join != nil && r.Join.Ack != nil && r.Join.Ack.Name == "" {
		n.types = append(n.types, c.nameType(r.Join.Ack, base+"JoinAck", "the answer to joining "+what)...)
	}
}

func (c *contract) nameEvents(n *namespace, shared map[string]bool) {
	calls := map[string]bool{}
	for _, e := range n.ClientToServer {
		calls[eventName(e)] = true
		n.calls = append(n.calls, c.nameEvent(n, e, shared, ""))
	}
	for _, e := range n.ServerToClient {
		suffix := ""
		if calls[eventName(e)] {
			suffix = "Event"
		}
		cast := c.nameEvent(n, e, shared, suffix)
		if slices.Contains(socketMembers, cast.method) {
			cast.method += "Event"
		}
		n.casts = append(n.casts, cast)
	}
}

func (c *contract) nameEvent(n *namespace, e *schema.Event, shared map[string]bool, suffix string) *event {
	method := c.given(e.Names, eventName(e), e.Pos)
	name := method
	if shared["event "+method] {
		name = n.name + name
	}
	name += suffix
	named := &event{Event: e, name: name, method: method, variable: lower(name) + "Event"}
	what := fmt.Sprintf("event %q", e.Name)
	c.declare(&c.scope, named.variable, what, e.Pos)
	if e.Payload != nil && e.Payload.Name == "" {
		n.types = append(n.types, c.nameType(e.Payload, name, "the payload of "+what)...)
	}
	if e.Ack != nil && e.Ack.Name == "" {
		n.types = append(n.types, c.nameType(e.Ack, name+"Ack", "the ack of "+what)...)
	}
	return named
}

// checkMethods reports methods of the handler, and of the generated socket and
// API, that would have one name.
func (c *contract) checkMethods(n *namespace) {
	var handler, emitters generator.Scope
	handler.Declare("Connect", "the connect of a socket", schema.Position{})
	handler.Declare("Disconnect", "the disconnect of a socket", schema.Position{})
	for _, r := range n.rooms {
		emitters.Declare("To"+r.name, "room "+quote(r.Name), r.Pos)
		if r.Join != nil {
			handler.Declare("Join"+r.name, "joining room "+quote(r.Name), r.Pos)
		}
	}
	for _, e := range n.calls {
		handler.Declare(e.method, "event "+quote(e.Name), e.Pos)
	}
	for _, e := range n.casts {
		emitters.Declare(e.method, "event "+quote(e.Name), e.Pos)
	}
	c.problems = append(c.problems, handler.Diagnostics()...)
	c.problems = append(c.problems, emitters.Diagnostics()...)
}
