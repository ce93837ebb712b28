package schema

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// An eventDecl is an event while names are open, with the places of what the
// rules look at.
type eventDecl struct {
	event *Event
	ns    *namespaceDecl
	file  *fileParser
	key   *syntax.Node
	node  *syntax.Node
	keys  map[string]*syntax.Node // values by key, none of them bad

	payload    *Type // as declared, without the keys of rooms
	payloadBad bool  // its problem has been reported
}

// Keys of events. Those of one direction mean nothing in the other.
var (
	eventKeys = map[Direction][]string{
		ClientToServer: {"payload", "ack", "errors", "rate", "timeout", "volatile", "idempotent", "unknownFields", "maxSize"},
		ServerToClient: {"payload", "ack", "timeout", "to", "volatile", "maxSize"},
	}
	commonEventKeys = []string{"doc", "since", "deprecated", "sunset", "wire", "args", "example", "names"}
)

var directionNames = map[Direction]string{
	ClientToServer: "clientToServer",
	ServerToClient: "serverToClient",
}

// eventScope is the scope of one direction; it may span files.
func (f *fileParser) eventScope() *scope {
	s := f.scope()
	s.twiceRule = "EVENT_DUPLICATE"
	return s
}

func (f *fileParser) direction(d *namespaceDecl, dir Direction, n *syntax.Node) {
	if !f.kind(n, syntax.Map, directionNames[dir]) {
		return
	}
	s := d.events[dir]
	s.f = f
	if reserved := n.Get("$reserved"); reserved != nil {
		s.reserve(reserved)
	}
	for _, e := range n.Entries {
		if e.Key.Text == "$reserved" {
			continue
		}
		f.event(d, dir, e, s)
	}
}

func (f *fileParser) event(d *namespaceDecl, dir Direction, entry syntax.Entry, s *scope) {
	key, n := entry.Key, entry.Value
	if socketEvents[key.Text] {
		f.report(key, "NAME_RESERVED", "%s is an event of Socket.IO itself", quoted(key.Text))
		return
	}
	if !f.name(key, "an event") {
		return
	}
	e := &Event{
		Name: key.Text, Wire: key.Text, Pos: f.at(key), Direction: dir,
		Doc: joinDocs(key.Doc),
	}
	decl := &eventDecl{event: e, ns: d, file: f, key: key, node: n, keys: make(map[string]*syntax.Node)}
	if n.Kind == syntax.Scalar || n.Kind == syntax.List {
		f.report(n, "NODE_KIND", "an event is a mapping").help("write {payload: %s}", excerptOf(n))
	} else {
		f.keys(f.directed(n, dir), "an event", f.eventTable(decl))
	}
	wireNode := key
	if v := decl.keys["wire"]; v != nil && e.Wire != e.Name {
		wireNode = v
	}
	if !s.add(key, e.Name, wireNode, e.Wire) {
		return
	}
	f.events = append(f.events, decl)
	if dir == ClientToServer {
		d.ns.ClientToServer = append(d.ns.ClientToServer, e)
	} else {
		d.ns.ServerToClient = append(d.ns.ServerToClient, e)
	}
}

// excerptOf is the text of a scalar for a help line.
func excerptOf(n *syntax.Node) string {
	if typePattern.MatchString(n.Text) {
		return n.Text
	}
	return "Type"
}

// directed reports keys that belong to the other direction and returns the
// mapping without them.
func (f *fileParser) directed(n *syntax.Node, dir Direction) *syntax.Node {
	if n.Kind != syntax.Map {
		return n
	}
	other := ClientToServer + ServerToClient - dir
	kept := *n
	kept.Entries = nil
	for _, e := range n.Entries {
		if slices.Contains(eventKeys[other], e.Key.Text) && !slices.Contains(eventKeys[dir], e.Key.Text) {
			f.report(e.Key, "DIRECTION_INVALID", "%s is for %s events only", quoted(e.Key.Text), directionNames[other])
			continue
		}
		kept.Entries = append(kept.Entries, e)
	}
	return &kept
}

// eventTable reads the keys of an event and notes the places of their values.
func (f *fileParser) eventTable(d *eventDecl) keyTable {
	e := d.event
	all := keyTable{
		"payload": func(_, v *syntax.Node) {
			f.payloadRef(v, "a payload", &e.Payload)
		},
		"ack":        func(_, v *syntax.Node) { e.HasAck = true; f.payloadRef(v, "an ack", &e.Ack) },
		"errors":     func(_, v *syntax.Node) { f.errorList(v, "errors", &e.Errors) },
		"rate":       func(_, v *syntax.Node) { e.Rate = f.rate(v) },
		"timeout":    func(_, v *syntax.Node) { e.Timeout = f.timeout(v) },
		"maxSize":    func(_, v *syntax.Node) { e.MaxSize = f.size(v) },
		"volatile":   func(_, v *syntax.Node) { e.Volatile = f.flag(v, "volatile") },
		"idempotent": func(_, _ *syntax.Node) {},
		"to":         func(_, _ *syntax.Node) {},
		"unknownFields": func(_, v *syntax.Node) {
			e.RejectUnknownFields = f.unknownFields(v)
		},
		"doc":        func(_, v *syntax.Node) { e.Doc = joinDocs(e.Doc, f.prose(v, "doc")) },
		"since":      func(_, v *syntax.Node) { e.Since = f.since(v) },
		"deprecated": func(_, v *syntax.Node) { e.Deprecated = f.prose(v, "deprecated") },
		"sunset":     func(_, v *syntax.Node) { e.Sunset = f.sunset(v) },
		"wire":       func(_, v *syntax.Node) { f.eventWire(e, v) },
		"names":      func(_, v *syntax.Node) { f.names(v, &e.Names) },
		"args":       f.unsupported,
		"example": func(_, v *syntax.Node) {
			f.literals = append(f.literals, literalDecl{
				node: v, file: f, rule: "EXAMPLE_INVALID", into: &e.Example, event: d,
			})
		},
	}
	table := make(keyTable, len(all))
	for _, key := range slices.Concat(eventKeys[e.Direction], commonEventKeys) {
		read := all[key]
		table[key] = func(k, v *syntax.Node) {
			d.keys[k.Text] = v
			read(k, v)
		}
	}
	return table
}

// eventWire reads the name of an event on the wire.
func (f *fileParser) eventWire(e *Event, n *syntax.Node) {
	wire := f.wire(n)
	switch {
	case wire == "":
	case socketEvents[wire]:
		f.report(n, "NAME_RESERVED", "%s is an event of Socket.IO itself", quoted(wire))
	case strings.HasPrefix(wire, "rt:"):
		f.report(n, "NAME_RESERVED", "events that begin with %s belong to rtgen", quoted("rt:"))
	default:
		e.Wire = wire
	}
}

func (f *fileParser) rate(n *syntax.Node) *Rate {
	if !f.kind(n, syntax.Scalar, "rate") {
		return nil
	}
	r, ok := parseRate(n.Text)
	if !ok {
		f.report(n, "VALUE_INVALID", "%s is no rate", quoted(n.Text)).
			help("write 5/s, 5/10s, 100/m or 1000/h, with a burst: 5/s burst 20")
	}
	return r
}

func (f *fileParser) timeout(n *syntax.Node) time.Duration {
	if !f.kind(n, syntax.Scalar, "timeout") {
		return 0
	}
	millis, ok := parseMillis(n.Text)
	switch {
	case !ok || millis == 0:
		f.report(n, "VALUE_INVALID", "%s is no duration", quoted(n.Text)).help("write 500ms, 5s, 2m or 1h")
		return 0
	case millis > maxTimeout.Milliseconds():
		f.report(n, "VALUE_INVALID", "timers of browsers end after 24 days")
		return 0
	}
	return time.Duration(millis) * time.Millisecond
}

func (f *fileParser) size(n *syntax.Node) int64 {
	if !f.kind(n, syntax.Scalar, "maxSize") {
		return 0
	}
	size, ok := parseSize(n.Text)
	if !ok || size == 0 {
		f.report(n, "VALUE_INVALID", "%s is no size", quoted(n.Text)).help("write 512B, 64KiB or 5MiB")
		return 0
	}
	return size
}

var datePattern = regexp.MustCompile(`^[0-9]{4}-[0-9]{2}-[0-9]{2}$`)

func isDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil && datePattern.MatchString(s)
}

func (f *fileParser) sunset(n *syntax.Node) string {
	if !f.kind(n, syntax.Scalar, "sunset") {
		return ""
	}
	if !isDate(n.Text) {
		f.report(n, "VALUE_INVALID", "%s is no date", quoted(n.Text)).help("write 2027-01-31")
		return ""
	}
	return n.Text
}
