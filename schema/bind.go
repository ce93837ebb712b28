package schema

import (
	"math/big"
	"strings"
)

// A roomKey is a field that an event carries for its rooms.
type roomKey struct {
	field *Field
	room  *Room
}

// maxBoundFields bounds the fields of all payloads that bind makes: a large
// struct that many events send to rooms is copied for each of them.
const maxBoundFields = 100_000

// bind gives the payload of an event the keys of the rooms it is sent to, so
// that a socket in many rooms of a kind can tell them apart. A named payload
// that lacks some gives way to a struct of its own.
func (p *pkg) bind(d *eventDecl) {
	e := d.event
	fields := p.boundFields(d)
	if fields == nil {
		return
	}
	t := &Type{Kind: KindStruct, Pos: e.Pos}
	if e.Payload != nil {
		*t = *e.Payload
		t.Name, t.Names, t.Pos = "", Names{}, e.Pos
		p.broken[t] = p.broken[e.Payload]
	}
	t.Fields = fields
	e.Payload = t
}

// spend takes a number of fields and variants from what bind may look at and
// copy.
func (p *pkg) spend(d *eventDecl, n int) bool {
	p.bound += n
	if p.bound <= maxBoundFields {
		return true
	}
	if !p.toldBound {
		p.toldBound = true
		d.file.report(d.keys["to"], "FILE_LIMIT", "the payloads sent to rooms have more than %d fields", maxBoundFields).
			help("a struct that declares the keys of its rooms is not copied")
	}
	return false
}

// boundFields returns the fields of a payload together with the keys of its
// rooms; nil when it needs none, or after a problem.
func (p *pkg) boundFields(d *eventDecl) []*Field {
	keys, ok := p.roomKeys(d)
	switch payload := d.event.Payload; {
	case !ok:
		return nil
	case payload == nil:
	case payload.Kind == KindUnion:
		keys = p.keysBesideUnion(d, keys)
	default:
		keys, ok = p.missingKeys(d, payload, keys)
	}
	if !ok || len(keys) == 0 {
		return nil
	}
	var fields []*Field
	for _, k := range keys {
		fields = append(fields, k.field)
	}
	if d.event.Payload == nil {
		return fields
	}
	if !p.spend(d, len(d.event.Payload.Fields)) {
		return nil
	}
	return append(fields, d.event.Payload.Fields...)
}

// roomKeys collects the keys of all rooms of an event. Those of several kinds
// are optional: an event goes to one of them.
func (p *pkg) roomKeys(d *eventDecl) (keys []roomKey, ok bool) {
	byName := make(map[string]roomKey)
	for _, room := range d.event.To {
		if p.broken[room.Key] {
			return nil, false
		}
		for _, field := range room.Key.Fields {
			name := strings.ToLower(field.Name)
			if other, twice := byName[name]; twice {
				if !sameKey(field, other.field) {
					d.file.report(d.keys["to"], "VALUE_INVALID", "rooms %s and %s have different keys named %s",
						quoted(other.room.Name), quoted(room.Name), quoted(field.Name)).
						related(field.Pos, "one is declared here").
						related(other.field.Pos, "the other is declared here")
					return nil, false
				}
				continue
			}
			key := *field
			key.RoomKey = true
			key.Optional = len(d.event.To) > 1
			byName[name] = roomKey{&key, room}
			keys = append(keys, byName[name])
		}
	}
	return keys, true
}

// missingKeys returns the keys that a payload does not declare itself. What
// it does declare must be of the same type.
func (p *pkg) missingKeys(d *eventDecl, t *Type, keys []roomKey) (missing []roomKey, ok bool) {
	index := p.index(t)
	for _, k := range keys {
		declared := index.fieldLike(k.field)
		if declared == nil {
			missing = append(missing, k)
			continue
		}
		if declared.Type.Kind == 0 || !declared.Nullable && sameKey(declared, k.field) {
			continue
		}
		d.file.report(d.keys["to"], "VALUE_INVALID", "the payload's field %s is not the key %s of room %s",
			quoted(declared.Name), quoted(k.field.Name), quoted(k.room.Name)).
			related(declared.Pos, "the field is declared here").
			related(k.field.Pos, "the key is declared here").
			help("give both the same type, or leave the field out: it is added to the payload")
		return nil, false
	}
	return missing, true
}

// keysBesideUnion returns the keys that a union carries beside its tag: those
// that no variant declares.
func (p *pkg) keysBesideUnion(d *eventDecl, keys []roomKey) (missing []roomKey) {
	union := d.event.Payload
	if !p.spend(d, len(keys)*len(union.Variants)) {
		return nil
	}
	for _, k := range keys {
		if k.field.Wire == union.Tag {
			d.file.report(d.keys["to"], "UNION_TAG_COLLISION", "key %s of room %s is the tag of the payload",
				quoted(k.field.Name), quoted(k.room.Name)).related(k.field.Pos, "the key is declared here")
			return nil
		}
		lacking := 0
		for _, v := range union.Variants {
			if v.Type == nil {
				return nil
			}
			left, ok := p.missingKeys(d, v.Type, []roomKey{k})
			if !ok {
				return nil
			}
			lacking += len(left)
		}
		switch lacking {
		case 0:
		case len(union.Variants):
			missing = append(missing, k)
		default:
			d.file.report(d.keys["to"], "NAME_COLLISION", "some variants of the payload declare the key %s and some do not",
				quoted(k.field.Name)).help("declare it in all variants, or in none")
			return nil
		}
	}
	return missing
}

// sameKey tells whether two fields are one key: by name and by type.
func sameKey(a, b *Field) bool {
	return a.Name == b.Name && a.Wire == b.Wire && sameExpr(a.Type, b.Type)
}

// sameExpr tells whether two uses of a type are the same.
func sameExpr(a, b *Expr) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Kind == b.Kind && a.Scalar == b.Scalar && a.Named == b.Named &&
		sameExpr(a.Elem, b.Elem) && sameExpr(a.Key, b.Key) && sameRange(a.Range, b.Range) &&
		a.Pattern == b.Pattern && a.Precision == b.Precision && a.Scale == b.Scale
}

func sameRange(a, b *Range) bool {
	if a == nil || b == nil {
		return a == b
	}
	return sameBound(a.Min, b.Min) && sameBound(a.Max, b.Max)
}

func sameBound(a, b *big.Rat) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Cmp(b) == 0
}
