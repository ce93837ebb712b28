package schema

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// The grammar of names.
var (
	packagePattern = regexp.MustCompile(`^[a-z][a-z0-9]{0,30}$`)
	typePattern    = regexp.MustCompile(`^[A-Z][A-Za-z0-9]{0,63}$`)
	namePattern    = regexp.MustCompile(`^[a-z][A-Za-z0-9]{0,63}$`)
	targetPattern  = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]{0,63}$`)
)

// deviceNames cannot be files or folders on Windows, whatever the extension.
var deviceNames = regexp.MustCompile(`^(con|nul|aux|prn|com[0-9]|lpt[0-9])$`)

// reservedPackages cannot be imported as packages of Go: its keywords, and names
// that its tools pass over.
var reservedPackages = set("main", "internal", "vendor", "testdata", "documentation",
	"break", "case", "chan", "const", "continue", "default", "defer", "else", "fallthrough", "for", "func", "go", "goto",
	"if", "import", "interface", "map", "package", "range", "return", "select", "struct", "switch", "type", "var")

// prototypeNames mean something else in every JavaScript object.
var prototypeNames = set("constructor", "prototype", "__proto__")

// socketEvents are events that Socket.IO and Node make themselves.
var socketEvents = set("connect", "connect_error", "disconnect", "disconnecting",
	"newListener", "removeListener", "error")

// builtInCodes are error codes that every server and client knows.
var builtInCodes = set("invalidPayload", "rateLimited", "unknownEvent", "internal",
	"timeout", "disconnected", "aborted", "unknown")

// joinKeys are what rt:join and rt:leave send beside the key of a room.
var joinKeys = set("seq", "delta", "room", "key", "since", "joined", "left", "updated")

// maxWireName is the longest name on the wire, in code points.
const maxWireName = 200

func set(names ...string) map[string]bool {
	s := make(map[string]bool, len(names))
	for _, name := range names {
		s[name] = true
	}
	return s
}

// name checks the name of a field, event, room, enum value, tag or error.
func (f *fileParser) name(n *syntax.Node, what string) bool {
	name := n.Text
	switch {
	case prototypeNames[name]:
		d := f.report(n, "NAME_RESERVED", "%s cannot be the name of %s", quoted(name), what)
		if wireForms[what] != "" {
			d.help("choose another name; to keep this one on the wire: "+wireForms[what], "name", name)
		}
	case !namePattern.MatchString(name):
		f.invalidName(n, what)
	default:
		return true
	}
	return false
}

func (f *fileParser) invalidName(n *syntax.Node, what string) {
	name := n.Text
	d := f.report(n, "NAME_INVALID", "%s is no name for %s", quoted(name), what)
	proposal := camel(name)
	switch i := strings.IndexFunc(name, isForeignLetter); {
	case len(name) > 64:
		d.help("names have at most 64 letters and digits")
	case i >= 0:
		r, _ := utf8.DecodeRuneInString(name[i:])
		d.help("%s is %U, and names have letters of ASCII only", quoted(string(r)), r)
	case proposal == "":
		d.help("names start with a small letter; letters and digits of ASCII follow")
	case wireForms[what] == "":
		d.help("write %s", proposal)
	default:
		d.help("write %s; to keep the name on the wire: "+wireForms[what], proposal, proposal, quoted(name))
	}
}

func isForeignLetter(r rune) bool { return r > unicode.MaxASCII && unicode.IsLetter(r) }

// wireForms show how those that may have another name on the wire say it.
var wireForms = map[string]string{
	"a field":       "%s: {type: T, wire: %s}",
	"an event":      "%s: {wire: %s}",
	"an error":      "%s: {wire: %s}",
	"an enum value": "{%s: {wire: %s}}",
}

// camel proposes a name for what is none, or returns "".
func camel(s string) string {
	words := strings.FieldsFunc(s, func(r rune) bool {
		return r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})
	for i, w := range words {
		if strings.ToUpper(w) == w {
			w = strings.ToLower(w)
		}
		if i == 0 {
			words[i] = strings.ToLower(w[:1]) + w[1:]
			continue
		}
		words[i] = strings.ToUpper(w[:1]) + w[1:]
	}
	name := strings.Join(words, "")
	if name != "" && unicode.IsDigit(rune(name[0])) {
		name = "v" + name
	}
	if !namePattern.MatchString(name) {
		return ""
	}
	return name
}

// wire reads a name on the wire: printable and short.
func (f *fileParser) wire(n *syntax.Node) string {
	name, ok := f.text(n, "wire")
	if !ok {
		return ""
	}
	if count := utf8.RuneCountInString(name); count == 0 || count > maxWireName {
		f.report(n, "NAME_INVALID", "a name on the wire has 1 to %d characters", maxWireName)
		return ""
	}
	for _, r := range name {
		if !unicode.IsPrint(r) {
			f.report(n, "NAME_INVALID", "a name on the wire must be printable")
			return ""
		}
	}
	return name
}

// names reads the names prescribed for generated code.
func (f *fileParser) names(n *syntax.Node, into *Names) {
	f.keys(n, "names", keyTable{
		"go": func(_, v *syntax.Node) {
			into.Go = f.target(v, typePattern, "an exported Go identifier, such as SendMessage")
		},
		"ts": func(_, v *syntax.Node) {
			into.TS = f.target(v, targetPattern, "a TypeScript identifier of letters and digits")
		},
	})
}

func (f *fileParser) target(n *syntax.Node, pattern *regexp.Regexp, want string) string {
	name, ok := f.text(n, "a name of generated code")
	if ok && !pattern.MatchString(name) {
		f.report(n, "NAME_INVALID", "%s is not %s", quoted(name), want)
		return ""
	}
	return name
}

// A scope holds the names of one struct, enum, union or direction, where two
// that differ in case only would be one name in generated code.
type scope struct {
	f        *fileParser
	names    map[string]scopeName // by name in lower case
	wires    map[string]Position
	reserved map[string]Position

	twiceRule string // of a name that is written twice
	wireRule  string // of two names that are the same on the wire
}

type scopeName struct {
	written string
	at      Position
}

func (f *fileParser) scope() *scope {
	return &scope{
		f: f, names: map[string]scopeName{}, wires: map[string]Position{}, reserved: map[string]Position{},
		twiceRule: "KEY_DUPLICATE", wireRule: "NAME_COLLISION",
	}
}

// reserve reads a $reserved list: names that must not come back.
func (s *scope) reserve(n *syntax.Node) {
	s.f.each(n, "$reserved", func(item *syntax.Node, name string) {
		s.reserved[name] = s.f.at(item)
	})
}

// add declares a name and what it is called on the wire. It tells whether
// both are free.
func (s *scope) add(n *syntax.Node, name string, wireNode *syntax.Node, wire string) bool {
	lower := strings.ToLower(name)
	if first, ok := s.reserved[name]; ok {
		s.f.report(n, "NAME_RESERVED", "%s is reserved", quoted(name)).related(first, "reserved here")
		return false
	}
	if first, ok := s.names[lower]; ok {
		rule, message := s.twiceRule, quoted(name)+" is written twice"
		if first.written != name {
			rule, message = "NAME_COLLISION", quoted(name)+" and "+quoted(first.written)+" differ in case only"
		}
		s.f.report(n, rule, "%s", message).related(first.at, "first written here")
		return false
	}
	s.names[lower] = scopeName{name, s.f.at(n)}
	if first, ok := s.reserved[wire]; ok {
		s.f.report(wireNode, "NAME_COLLISION", "%s is reserved", quoted(wire)).related(first, "reserved here")
		return false
	}
	if first, ok := s.wires[wire]; ok {
		s.f.report(wireNode, s.wireRule, "%s is on the wire twice", quoted(wire)).related(first, "first written here")
		return false
	}
	s.wires[wire] = s.f.at(wireNode)
	return true
}
