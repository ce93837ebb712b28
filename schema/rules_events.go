package schema

import "github.com/rtgen/rtgen/schema/internal/syntax"

// checkEvents checks what the parts of events ask of each other.
func (p *pkg) checkEvents() {
	for _, d := range p.events {
		d.checkAck()
		d.checkSunset()
		if v := d.keys["idempotent"]; v != nil {
			d.checkIdempotent()
		}
	}
	p.checkAuth()
	p.checkDirections()
	p.checkSizes()
}

func (d *eventDecl) checkAck() {
	ack := d.event.HasAck || d.node.Get("ack") != nil
	if v := d.keys["errors"]; v != nil && !ack {
		d.file.report(d.keyOf("errors"), "ERRORS_WITHOUT_ACK", "event %s has errors but no ack to carry them", quoted(d.event.Name)).
			help("add ack: {}")
	}
	if v := d.keys["timeout"]; v != nil && !ack {
		d.file.report(d.keyOf("timeout"), "TIMEOUT_WITHOUT_ACK", "event %s has a timeout but no ack to wait for", quoted(d.event.Name)).
			help("add ack: {}")
	}
	if ack && d.keys["to"] != nil && d.node.Get("timeout") == nil {
		d.file.report(d.keyOf("ack"), "TIMEOUT_REQUIRED", "an ack from a room needs a timeout").
			help("add timeout: 5s")
	}
}

func (d *eventDecl) checkSunset() {
	if d.keys["sunset"] != nil && d.node.Get("deprecated") == nil {
		d.file.report(d.keyOf("sunset"), "SUNSET_WITHOUT_DEPRECATED", "event %s has a sunset but is not deprecated", quoted(d.event.Name)).
			help("add deprecated: with what to use instead")
	}
}

// checkIdempotent finds the field that tells a retry from a new call.
func (d *eventDecl) checkIdempotent() {
	v, e, p := d.keys["idempotent"], d.event, d.file
	name, ok := p.text(v, "idempotent")
	switch {
	case !ok || d.payloadBad || p.broken[e.Payload]:
		return
	case d.node.Get("ack") == nil:
		p.report(d.keyOf("idempotent"), "IDEMPOTENT_INVALID", "an event without ack has no answer to repeat").help("add ack: {}")
		return
	case e.Payload == nil || e.Payload.Kind != KindStruct:
		p.report(v, "IDEMPOTENT_INVALID", "the payload is no struct with a field %s", quoted(name))
		return
	}
	f := p.index(e.Payload).field(name)
	if f == nil {
		diag := p.report(v, "IDEMPOTENT_INVALID", "the payload has no field %s", quoted(name))
		if near := p.nearest(name, func() []string { return fieldNames(e.Payload) }); near != "" {
			diag.help("did you mean %s?", quoted(near))
		}
		return
	}
	if u := under(f.Type); u.Kind != 0 && (f.Optional || f.Nullable || f.Default != nil || !stringLike(f.Type)) {
		p.report(v, "IDEMPOTENT_INVALID", "field %s must be required and string-like", quoted(name)).
			related(f.Pos, "declared here").
			help("a uuid made by the client tells a retry from a new call")
		return
	}
	e.Idempotent = f
}

func fieldNames(t *Type) []string {
	names := make([]string, 0, len(t.Fields))
	for _, f := range t.Fields {
		names = append(names, f.Name)
	}
	return names
}

// keyOf returns the key of an event, or the event's own.
func (d *eventDecl) keyOf(name string) *syntax.Node {
	for _, e := range d.node.Entries {
		if e.Key.Text == name {
			return e.Key
		}
	}
	return d.key
}
