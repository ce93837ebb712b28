package schema

import (
	"regexp"
	"strings"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// A namespaceDecl is a namespace while its files are read.
type namespaceDecl struct {
	ns     *Namespace
	once   map[string]Position // keys that only one file may have
	rooms  map[string]*Room
	events map[Direction]*scope

	rejectUnknown bool
	incomplete    bool // rooms are missing that could not be read
}

var pathPattern = regexp.MustCompile(`^/$|^(/[A-Za-z0-9_-]+)+$`)

// maxPath is the longest path of a namespace.
const maxPath = 200

func (f *fileParser) namespacesSection(_, n *syntax.Node) {
	if !f.kind(n, syntax.Map, "namespaces") {
		return
	}
	for _, e := range n.Entries {
		if f.path(e.Key) {
			f.namespace(e)
		}
	}
}

// path checks the path of a namespace.
func (f *fileParser) path(key *syntax.Node) bool {
	path := key.Text
	switch {
	case strings.ContainsAny(path, "{}"):
		f.report(key, "FEATURE_UNSUPPORTED", "a path with parameters is not supported by this version of rtgen")
	case !pathPattern.MatchString(path) || len(path) > maxPath:
		d := f.report(key, "NAME_INVALID", "%s is no path of a namespace", quoted(path))
		if pathPattern.MatchString("/"+path) && len(path) < maxPath {
			d.help("write /%s", path)
		} else {
			d.help("write / or /chat: letters, digits, _ and - after each slash, at most %d characters", maxPath)
		}
	default:
		return true
	}
	return false
}

func (f *fileParser) namespace(entry syntax.Entry) {
	key := entry.Key
	d, ok := f.namespaces[key.Text]
	if !ok {
		d = &namespaceDecl{
			ns:    &Namespace{Path: key.Text, Pos: f.at(key)},
			once:  make(map[string]Position),
			rooms: make(map[string]*Room),
			events: map[Direction]*scope{
				ClientToServer: f.eventScope(),
				ServerToClient: f.eventScope(),
			},
		}
		f.namespaces[key.Text] = d
		f.model.Namespaces = append(f.model.Namespaces, d.ns)
	}
	d.ns.Doc = joinDocs(d.ns.Doc, key.Doc)
	f.keys(entry.Value, "a namespace", f.namespaceKeys(d))
}

func (f *fileParser) namespaceKeys(d *namespaceDecl) keyTable {
	once := func(read func(v *syntax.Node)) func(key, v *syntax.Node) {
		return func(key, v *syntax.Node) {
			if first, twice := d.once[key.Text]; twice {
				f.report(key, "KEY_DUPLICATE", "%s of namespace %s is written twice", key.Text, d.ns.Path).
					related(first, "first written here")
				return
			}
			d.once[key.Text] = f.at(key)
			read(v)
		}
	}
	return keyTable{
		"doc":           once(func(v *syntax.Node) { d.ns.Doc = joinDocs(d.ns.Doc, f.prose(v, "doc")) }),
		"auth":          once(func(v *syntax.Node) { f.structRef(v, "auth", &d.ns.Auth) }),
		"connectErrors": once(func(v *syntax.Node) { f.errorList(v, "connectErrors", &d.ns.ConnectErrors) }),
		"unknownFields": once(func(v *syntax.Node) { d.rejectUnknown = f.unknownFields(v) }),
		"rooms":         once(func(v *syntax.Node) { f.roomsOf(d, v) }),
		"clientToServer": func(_, v *syntax.Node) {
			f.direction(d, ClientToServer, v)
		},
		"serverToClient": func(_, v *syntax.Node) {
			f.direction(d, ServerToClient, v)
		},
		"params": f.unsupported, "presence": f.unsupported, "streams": f.unsupported, "serverToServer": f.unsupported,
	}
}

// unknownFields reads "reject" or "ignore".
func (f *fileParser) unknownFields(n *syntax.Node) (reject bool) {
	if f.kind(n, syntax.Scalar, "unknownFields") && n.Text != "reject" && n.Text != "ignore" {
		f.report(n, "VALUE_INVALID", "%s is no way to treat unknown fields", quoted(n.Text)).
			help("write ignore or reject")
	}
	return n.Text == "reject"
}

func (f *fileParser) roomsOf(d *namespaceDecl, n *syntax.Node) {
	if !f.kind(n, syntax.Map, "rooms") {
		d.incomplete = true
		return
	}
	s := f.scope()
	for _, e := range n.Entries {
		if f.name(e.Key, "a room") && !s.add(e.Key, e.Key.Text, e.Key, e.Key.Text) {
			continue
		}
		r := &Room{Name: e.Key.Text, Pos: f.at(e.Key), Doc: joinDocs(e.Key.Doc)}
		d.rooms[r.Name] = r
		d.ns.Rooms = append(d.ns.Rooms, r)
		f.rooms = append(f.rooms, r)
		f.room(r, e)
	}
}

// room reads one room. In its short form it is the mapping of its key; the
// long form has a mapping below "key" or "join".
func (f *fileParser) room(r *Room, entry syntax.Entry) {
	n := entry.Value
	r.Key = &Type{Kind: KindStruct, Pos: f.at(n)}
	if !f.kind(n, syntax.Map, "a room") {
		f.broken[r.Key] = true
		return
	}
	if !isMap(n.Get("key")) && !isMap(n.Get("join")) {
		f.structBody(r.Key, n)
		return
	}
	if n.Get("key") == nil {
		f.report(entry.Key, "KEY_MISSING", "room %s has no key", quoted(r.Name)).help("write key: {} for a single room")
		f.broken[r.Key] = true
	}
	f.keys(n, "a room", keyTable{
		"key": func(_, v *syntax.Node) {
			r.Key.Pos = f.at(v)
			if f.kind(v, syntax.Map, "the key of a room") {
				f.structBody(r.Key, v)
			} else {
				f.broken[r.Key] = true
			}
		},
		"join":  func(_, v *syntax.Node) { f.join(r, v) },
		"doc":   func(_, v *syntax.Node) { r.Doc = joinDocs(r.Doc, f.prose(v, "doc")) },
		"names": func(_, v *syntax.Node) { f.names(v, &r.Names) },
	})
}

func isMap(n *syntax.Node) bool { return n != nil && n.Kind == syntax.Map }

func (f *fileParser) join(r *Room, n *syntax.Node) {
	r.Join = new(Join)
	f.keys(n, "join", keyTable{
		"ack":    func(_, v *syntax.Node) { f.payloadRef(v, "the ack of a join", &r.Join.Ack) },
		"errors": func(_, v *syntax.Node) { f.errorList(v, "errors", &r.Join.Errors) },
	})
}
