package typescript

import (
	"slices"

	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/schema"
)

func (c *contract) nameNamespaces() {
	shared := c.sharedNames()
	var files generator.Scope
	for _, ns := range c.Namespaces {
		n := &namespace{Namespace: ns, contract: c, name: generator.NamespaceName(ns.Path), file: c.Package}
		if ns.Path != "/"+c.Package {
			n.file += "." + generator.FileName(ns.Path)
		}
		c.namespaces = append(c.namespaces, n)
		files.Declare(n.file, "namespace "+quote(ns.Path), ns.Pos)
		c.nameNamespace(n, shared)
	}
	c.problems = append(c.problems, files.Diagnostics()...)
}

// sharedNames returns what types of several namespaces would begin with.
func (c *contract) sharedNames() map[string]bool {
	return generator.SharedNames(c.Model,
		func(e *schema.Event) string { return upperFirst(eventName(e)) },
		func(r *schema.Room) string { return upperFirst(roomName(r)) },
	)
}

func eventName(e *schema.Event) string {
	if e.Names.TS != "" {
		return e.Names.TS
	}
	return e.Name
}

func roomName(r *schema.Room) string {
	if r.Names.TS != "" {
		return r.Names.TS
	}
	return r.Name
}

// base is the beginning of the names of types derived from name.
func (n *namespace) base(name string, shared map[string]bool) string {
	base := upperFirst(name)
	if shared[base] {
		return n.name + base
	}
	return base
}

func (c *contract) nameNamespace(n *namespace, shared map[string]bool) {
	what := "namespace " + quote(n.Path)
	for _, name := range []string{
		"bind" + n.name, n.name + "Client", "create" + n.name + "Client",
		n.name + "ClientOptions", n.name + "Socket", n.name + "SocketClient",
	} {
		c.declare(&c.scope, name, "the client of "+what, n.Pos)
	}
	var constants generator.Scope
	constants.Declare(n.constant(), "the description of "+what, n.Pos)
	title := func(s string) string {
		if len(c.Namespaces) == 1 {
			return s
		}
		return n.Path + ": " + s
	}
	c.nameSent(n, shared, &constants, title("client to server"))
	c.nameReceived(n, shared, &constants, title("server to client"))
	c.nameRooms(n, shared, &constants, title("rooms"))
	c.nameConnection(n, title("connection"))
	c.problems = append(c.problems, constants.Diagnostics()...)
}

// constant is the name of the namespace's own descriptor.
func (n *namespace) constant() string { return lowerFirst(n.name) + "Namespace" }

func (c *contract) nameSent(n *namespace, shared map[string]bool, constants *generator.Scope, title string) {
	s := section{title: title}
	var members generator.Scope
	for _, e := range n.ClientToServer {
		name := eventName(e)
		if !isIdentifier(name) {
			c.invalid(name, e.Pos)
			continue
		}
		ev := &event{Event: e, base: n.base(name, shared), member: memberName(name, "Call"), constant: binding(name, imports...)}
		c.nameEvent(ev, &s, constants)
		members.Declare(ev.member, "event "+quote(e.Name), e.Pos)
		n.sent = append(n.sent, ev)
	}
	c.problems = append(c.problems, members.Diagnostics()...)
	c.sections = append(c.sections, s)
}

func (c *contract) nameReceived(n *namespace, shared map[string]bool, constants *generator.Scope, title string) {
	s := section{title: title}
	var members generator.Scope
	for _, e := range n.ServerToClient {
		name := eventName(e)
		if !isIdentifier(name) {
			c.invalid(name, e.Pos)
			continue
		}
		ev := &event{Event: e, member: memberName(name, "Event")}
		members.Declare(ev.member, "event "+quote(e.Name), e.Pos)
		if slices.ContainsFunc(n.sent, func(s *event) bool { return eventName(s.Event) == name }) {
			name += "Event" // the client sends one of that name, too
		}
		ev.base, ev.constant = n.base(name, shared), binding(name, imports...)
		if shared[upperFirst(eventName(e))] {
			ev.base = n.name + upperFirst(name)
		}
		c.nameEvent(ev, &s, constants)
		n.received = append(n.received, ev)
	}
	c.problems = append(c.problems, members.Diagnostics()...)
	c.sections = append(c.sections, s)
}

// nameEvent names the types that belong to an event alone.
func (c *contract) nameEvent(e *event, s *section, constants *generator.Scope) {
	what := "event " + quote(e.Name)
	constants.Declare(e.constant, what, e.Pos)
	s.types = append(s.types, c.nameDerived(e.Payload, e.base, "the payload of "+what)...)
	s.types = append(s.types, c.nameDerived(e.Ack, e.base+"Ack", "the ack of "+what)...)
	e.errs = c.nameErrors(s, e.base+"Error", "Errors of `"+e.Name+"`.", what, e.Pos, e.Errors)
}

// nameDerived names a type that is written in place; one with a name of its
// own is declared elsewhere.
func (c *contract) nameDerived(t *schema.Type, name, what string) []*schema.Type {
	if t == nil || t.Name != "" {
		return nil
	}
	return c.nameType(t, name, what)
}

// nameErrors names the union of errors, if there are any.
func (c *contract) nameErrors(s *section, name, doc, what string, pos schema.Position, errs []*schema.Error) string {
	if len(errs) == 0 {
		return "never"
	}
	c.declare(&c.scope, name, "the errors of "+what, pos)
	s.errs = append(s.errs, errorUnion{name: name, doc: doc, errors: errs})
	return "t." + name
}

func (c *contract) nameRooms(n *namespace, shared map[string]bool, constants *generator.Scope, title string) {
	s := section{title: title}
	var members generator.Scope
	for _, r := range n.Rooms {
		name := roomName(r)
		if !isIdentifier(name) {
			c.invalid(name, r.Pos)
			continue
		}
		if r.Join == nil {
			continue
		}
		base, what := n.base(name, shared), "room "+quote(r.Name)
		rm := &room{
			Room: r, member: memberName(name, "Room"), constant: name + "Room", key: base + "Key",
			handle: n.name + upperFirst(name) + "Room", hook: "use" + upperFirst(name) + "Room",
		}
		members.Declare(rm.member, what, r.Pos)
		constants.Declare(rm.constant, what, r.Pos)
		c.declare(&c.scope, rm.handle, what, r.Pos)
		s.types = append(s.types, c.nameType(r.Key, rm.key, "the key of "+what)...)
		s.types = append(s.types, c.nameDerived(r.Join.Ack, base+"JoinAck", "the answer to a join of "+what)...)
		rm.errs = c.nameErrors(&s, base+"JoinError", "Errors of a join of `"+r.Name+"`.", what, r.Pos, r.Join.Errors)
		for _, e := range n.received {
			if slices.Contains(e.To, r) && !e.HasAck {
				rm.events = append(rm.events, e)
			}
		}
		n.rooms = append(n.rooms, rm)
	}
	c.problems = append(c.problems, members.Diagnostics()...)
	c.sections = append(c.sections, s)
}

func (c *contract) nameConnection(n *namespace, title string) {
	s := section{title: title}
	what := "namespace " + quote(n.Path)
	s.types = c.nameDerived(n.Auth, n.name+"Auth", "the auth of "+what)
	if n.Auth != nil {
		n.auth = c.types[n.Auth]
	}
	n.connectError = n.name + "ConnectError"
	c.declare(&c.scope, n.connectError, "the refusals of "+what, n.Pos)
	s.errs = append(s.errs, errorUnion{
		name: n.connectError, doc: "Why a connection is refused.", errors: n.ConnectErrors, more: "rt.Refusal",
	})
	c.sections = append(c.sections, s)
}

// imports are the names by which generated files import each other.
var imports = []string{"c", "e", "m", "rt", "s", "t"}
