package schema

import "github.com/rtgen/rtgen/schema/internal/syntax"

// resolveEvents completes events with what their namespace says, and puts the
// keys of their rooms into their payloads.
func (p *pkg) resolveEvents() {
	for _, d := range p.events {
		if d.keys["unknownFields"] == nil && d.event.Direction == ClientToServer {
			d.event.RejectUnknownFields = d.ns.rejectUnknown
		}
		d.payload = d.event.Payload
		if v := d.node.Get("payload"); v != nil && d.payload == nil {
			d.payloadBad = v.Kind != syntax.Map || len(v.Entries) > 0
		}
		if v := d.keys["to"]; v != nil {
			d.resolveTo(v)
			if !d.payloadBad {
				p.bind(d)
			}
		}
	}
}

// resolveTo reads one kind of room or a list of them.
func (d *eventDecl) resolveTo(n *syntax.Node) {
	list := n
	if n.Kind == syntax.Scalar {
		list = &syntax.Node{Kind: syntax.List, Pos: n.Pos, End: n.End, Items: []*syntax.Node{n}}
	}
	if list.Kind == syntax.List && len(list.Items) == 0 {
		d.file.report(n, "VALUE_MISSING", "to names no room").help("leave it out for events to one socket or the namespace")
		return
	}
	d.file.each(list, "to", func(item *syntax.Node, name string) {
		room, ok := d.ns.rooms[name]
		switch {
		case ok:
			d.event.To = append(d.event.To, room)
		case d.ns.incomplete || d.file.incomplete:
		default:
			diag := d.file.report(item, "ROOM_UNKNOWN", "namespace %s has no room %s", d.ns.ns.Path, quoted(name))
			if near := d.file.nearest(name, d.ns.roomNames); near != "" {
				diag.help("did you mean %s?", quoted(near))
			} else {
				diag.help("declare it under rooms")
			}
		}
	})
}

// roomNames are the candidates for a misspelt room.
func (d *namespaceDecl) roomNames() []string {
	names := make([]string, 0, len(d.ns.Rooms))
	for _, r := range d.ns.Rooms {
		names = append(names, r.Name)
	}
	return names
}
