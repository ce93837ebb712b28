package schema

import "strings"

// maxRoomKeys bounds the key of a room, which every event to it carries.
const maxRoomKeys = 16

// checkRooms checks that the keys of rooms can be written into their names.
func (p *pkg) checkRooms() {
	for _, r := range p.rooms {
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

// checkAuth keeps the names free that rtgen itself sends with a connect.
func (p *pkg) checkAuth() {
	seen := make(map[*Type]bool)
	for _, ns := range p.model.Namespaces {
		if ns.Auth == nil || seen[ns.Auth] {
			continue
		}
		seen[ns.Auth] = true
		for _, f := range ns.Auth.Fields {
			if strings.HasPrefix(f.Wire, "rt:") {
				p.report(p.fields[f], "NAME_RESERVED", "fields that begin with %s belong to rtgen", quoted("rt:")).
					related(ns.Pos, "the auth of this namespace")
			}
		}
	}
}
