package schema

import (
	"math/big"
	"slices"
	"strings"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// maxRoomKeys bounds the key of a room, which every event to it carries.
const maxRoomKeys = 16

// checkRooms checks that the keys of rooms can be written into their names.
func (p *pkg) checkRooms() {
	for _, d := range p.rooms {
		r := d.room
		if len(r.Key.Fields) > maxRoomKeys {
			p.report(p.fields[r.Key.Fields[maxRoomKeys]], "FILE_LIMIT", "the key of a room has at most %d fields", maxRoomKeys)
			p.broken[r.Key] = true
		}
		for _, f := range r.Key.Fields {
			p.checkRoomKey(r, f)
		}
	}
}

func (p *pkg) checkRoomKey(r *Room, f *Field) {
	at := p.fields[f]
	switch {
	case f.Type.Kind == 0:
	case f.Optional || f.Nullable || f.Default != nil:
		p.report(at, "VALUE_INVALID", "the key of a room is always there: %s cannot be optional, null or have a default", quoted(f.Name))
	case under(f.Type).Kind != 0 && !stringLike(f.Type) && !isInteger(f.Type):
		p.report(at, "VALUE_INVALID", "the key of a room must be string-like or an integer").
			help("string, uuid, url, email, date, enums of text, and integers are")
	case r.Join != nil && (joinKeys[f.Name] || joinKeys[f.Wire]):
		p.report(at, "NAME_RESERVED", "%s has a meaning of its own when clients join a room", quoted(f.Name))
	default:
		return
	}
	p.broken[r.Key] = true
}

// checkEvents checks what the parts of events ask of each other.
func (p *pkg) checkEvents() {
	for _, d := range p.events {
		d.checkAck()
		d.checkSunset()
		if v := d.keys["idempotent"]; v != nil {
			d.checkIdempotent()
		}
	}
	for _, d := range p.namespaces {
		p.checkAuth(d.ns)
	}
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
	case !e.HasAck:
		p.report(d.keyOf("idempotent"), "IDEMPOTENT_INVALID", "an event without ack has no answer to repeat").help("add ack: {}")
		return
	case e.Payload == nil || e.Payload.Kind != KindStruct:
		p.report(v, "IDEMPOTENT_INVALID", "the payload is no struct with a field %s", quoted(name))
		return
	}
	i := slices.IndexFunc(e.Payload.Fields, func(f *Field) bool { return f.Name == name })
	if i < 0 {
		diag := p.report(v, "IDEMPOTENT_INVALID", "the payload has no field %s", quoted(name))
		if near := p.nearest(name, func() []string { return fieldNames(e.Payload) }); near != "" {
			diag.help("did you mean %s?", quoted(near))
		}
		return
	}
	f := e.Payload.Fields[i]
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

// checkAuth keeps the names free that rtgen itself sends with a connect.
func (p *pkg) checkAuth(ns *Namespace) {
	if ns.Auth == nil {
		return
	}
	for _, f := range ns.Auth.Fields {
		if strings.HasPrefix(f.Wire, "rt:") {
			p.report(p.fields[f], "NAME_RESERVED", "fields that begin with %s belong to rtgen", quoted("rt:")).
				related(ns.Pos, "the auth of this namespace")
		}
	}
}

// An outward is a type that servers send, and where the contract says so.
type outward struct {
	typ *Type
	at  Position
}

// checkDirections reports defaults in what clients read: a default is what
// the server fills in when it reads.
func (p *pkg) checkDirections() {
	seen := make(map[*Type]bool)
	queue := p.outwards()
	for len(queue) > 0 {
		out := queue[0]
		queue = queue[1:]
		if out.typ == nil || seen[out.typ] {
			continue
		}
		seen[out.typ] = true
		visit := func(t *Type) { queue = append(queue, outward{t, out.at}) }
		for _, f := range out.typ.Fields {
			if f.Default != nil && !p.toldDefault[f] {
				p.toldDefault[f] = true
				p.report(p.fields[f], "DEFAULT_DIRECTION", "field %s has a default, but clients read it too", quoted(f.Name)).
					related(out.at, "sent to clients from here").
					help("defaults are filled in by the server when it reads; make the field optional, or declare a type per direction")
			}
			f.Type.named(visit)
		}
		for _, v := range out.typ.Variants {
			visit(v.Type)
		}
		out.typ.Base.named(visit)
	}
}

// outwards lists what servers send to clients.
func (p *pkg) outwards() (all []outward) {
	for _, d := range p.events {
		e := d.event
		if e.Direction == ServerToClient {
			all = append(all, outward{d.payload, e.Pos})
		} else {
			all = append(all, outward{e.Ack, e.Pos})
		}
	}
	for _, d := range p.rooms {
		if d.room.Join != nil {
			all = append(all, outward{d.room.Join.Ack, d.room.Pos})
		}
	}
	for _, e := range p.model.Errors {
		all = append(all, outward{e.Data, e.Pos})
	}
	return all
}

// defaultMaxSize is what an event may have when it does not say more.
const defaultMaxSize = 1 << 20

// A blob is a field of bytes and the size it may have.
type blob struct {
	size  *big.Rat
	field *Field
}

// checkSizes reports bytes that may be larger than their event.
func (p *pkg) checkSizes() {
	largest := p.largestBlobs()
	for _, d := range p.events {
		e := d.event
		limit := e.MaxSize
		if limit == 0 && e.Direction == ClientToServer && d.keys["maxSize"] == nil {
			limit = defaultMaxSize
		}
		b, ok := largest[d.payload]
		if !ok || limit == 0 || b.size.Cmp(new(big.Rat).SetInt64(limit)) <= 0 {
			continue
		}
		at := d.keys["maxSize"]
		if at == nil {
			at = d.keyOf("payload")
		}
		d.file.report(at, "RANGE_INVALID", "field %s may be larger than the whole event", quoted(b.field.Name)).
			related(b.field.Pos, "declared here").
			help("raise maxSize, which is 1MiB when it is not written, above %s bytes", b.size.RatString())
	}
}

// largestBlobs finds for each type the largest bytes in it. Blobs are handed
// from the types that hold them to those types' users, the largest first, so
// that each type is visited once.
func (p *pkg) largestBlobs() map[*Type]blob {
	type holding struct {
		holder *Type
		blob   blob
	}
	users := make(map[*Type][]*Type)
	var blobs []holding
	for _, t := range p.allTypes {
		use := func(named *Type) { users[named] = append(users[named], t) }
		for _, f := range t.Fields {
			f.Type.named(use)
			if size := blobSize(under(innermost(f.Type))); size != nil {
				blobs = append(blobs, holding{t, blob{size, f}})
			}
		}
		for _, v := range t.Variants {
			if v.Type != nil {
				use(v.Type)
			}
		}
	}
	slices.SortStableFunc(blobs, func(a, b holding) int { return b.blob.size.Cmp(a.blob.size) })
	largest := make(map[*Type]blob)
	for _, h := range blobs {
		for queue := []*Type{h.holder}; len(queue) > 0; {
			t := queue[0]
			queue = queue[1:]
			if _, done := largest[t]; !done {
				largest[t] = h.blob
				queue = append(queue, users[t]...)
			}
		}
	}
	return largest
}

// innermost returns the type of the elements of lists and maps.
func innermost(e *Expr) *Expr {
	for e.Elem != nil {
		e = e.Elem
	}
	return e
}

// blobSize returns the size that a contract allows bytes to have, or nil.
func blobSize(e *Expr) *big.Rat {
	e = innermost(e)
	if e.Kind != ExprScalar || e.Scalar != Bytes || e.Range == nil {
		return nil
	}
	return e.Range.Max
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
