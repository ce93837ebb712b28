package schema

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// parse reads a file: its head, then its sections.
func (f *fileParser) parse(root *syntax.Node) {
	if root.Kind == syntax.Bad {
		return
	}
	if root.Kind != syntax.Map {
		f.report(root, "NODE_KIND", "a schema file is a mapping").help("start with: rtgen: v1")
		return
	}
	f.imports = root.Get("import") != nil
	f.language(root)
	f.keys(root, "a schema file", keyTable{
		"rtgen":      func(_, _ *syntax.Node) {},
		"package":    f.packageName,
		"version":    f.version,
		"doc":        f.packageDoc,
		"import":     f.unsupported,
		"types":      f.typesSection,
		"errors":     f.errorsSection,
		"namespaces": f.namespacesSection,
	})
	if root.Get("package") == nil {
		f.report(root, "KEY_MISSING", "the file names no package").help("write below rtgen: v1, for example: package: chat")
	}
}

// language checks "rtgen: v1", which must be the first key so that a file of
// a later language is recognised before anything else in it is judged.
func (f *fileParser) language(root *syntax.Node) {
	value := root.Get("rtgen")
	switch {
	case value == nil:
		f.report(root, "LANGUAGE_VERSION", "the file does not say its language").help("write as the first line: rtgen: v1")
	case value.Kind == syntax.Bad:
	case value.Kind != syntax.Scalar || value.Text != "v1":
		f.report(value, "LANGUAGE_VERSION", "this version of the language is not known").help("write rtgen: v1")
	case root.Entries[0].Key.Text != "rtgen":
		f.report(root.Entries[0].Key, "LANGUAGE_VERSION", "rtgen: v1 must be the first key")
	}
}

// unsupported refuses a part of the language that this version lacks.
func (f *fileParser) unsupported(key, _ *syntax.Node) {
	f.report(key, "FEATURE_UNSUPPORTED", "%s is not supported by this version of rtgen", quoted(key.Text))
}

func (f *fileParser) packageName(key, n *syntax.Node) {
	f.model.Doc = joinDocs(f.model.Doc, key.Doc)
	name, ok := f.text(n, "the package")
	switch {
	case !ok:
	case !packagePattern.MatchString(name):
		f.report(n, "NAME_INVALID", "%s is no name for a package", quoted(name)).
			help("small letters and digits of ASCII, at most 31, a letter first")
	case reservedPackages[name] || deviceNames.MatchString(name):
		f.report(n, "NAME_RESERVED", "a package cannot be named %s", quoted(name)).
			help("Go, or a file system, cannot use the name: write %sevents, for example", name)
	case f.model.Package == "":
		f.model.Package = name
		f.heads["package"] = f.span(n)
	case f.model.Package != name:
		f.report(n, "PACKAGE_MISMATCH", "the files of a folder are one package: %s is not %s", quoted(name), quoted(f.model.Package)).
			related(f.heads["package"].position(), "named here")
	}
}

func (f *fileParser) version(key, n *syntax.Node) {
	if !f.once("version", key) || !f.kind(n, syntax.Scalar, "the version") {
		return
	}
	if _, ok := parseVersion(n.Text); !ok {
		f.report(n, "VALUE_INVALID", "%s is no semantic version", quoted(n.Text)).help("write three numbers: 1.4.0")
		return
	}
	f.model.Version = n.Text
}

// once reports a key that only one file of the package may have.
func (f *fileParser) once(what string, key *syntax.Node) bool {
	if first, twice := f.heads[what]; twice {
		f.report(key, "KEY_DUPLICATE", "the package has a %s already", what).
			related(first.position(), "first written here")
		return false
	}
	f.heads[what] = f.span(key)
	return true
}

func (f *fileParser) packageDoc(_, n *syntax.Node) {
	f.model.Doc = joinDocs(f.model.Doc, f.prose(n, "doc"))
}

var versionPattern = regexp.MustCompile(`^(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})(-[0-9A-Za-z.-]{1,64})?(\+[0-9A-Za-z.-]{1,64})?$`)

// parseVersion reads the three numbers of a semantic version.
func parseVersion(s string) (v [3]int, ok bool) {
	m := versionPattern.FindStringSubmatch(s)
	if m == nil {
		return v, false
	}
	for i := range v {
		v[i], _ = strconv.Atoi(m[i+1]) // the pattern has bounded them
	}
	return v, true
}

// errorsSection reads the error catalog.
func (f *fileParser) errorsSection(_, n *syntax.Node) {
	if !f.kind(n, syntax.Map, "errors") {
		f.incomplete = true
		return
	}
	for _, e := range n.Entries {
		f.errorEntry(e)
	}
}

func (f *fileParser) errorEntry(entry syntax.Entry) {
	key, n := entry.Key, entry.Value
	if first, twice := f.errors[key.Text]; twice {
		f.report(key, "KEY_DUPLICATE", "error %s is declared twice", quoted(key.Text)).related(first.Pos, "first declared here")
		return
	}
	nameOK := f.name(key, "an error")
	if !nameOK {
		f.meant[camel(key.Text)] = true
	}
	e := &Error{Name: key.Text, Wire: key.Text, Pos: f.at(key)}
	f.errors[e.Name] = e
	f.model.Errors = append(f.model.Errors, e)
	wireNode := key
	switch n.Kind {
	case syntax.Scalar:
		e.Doc = joinDocs(key.Doc, f.prose(n, "the text of an error"))
	default:
		e.Doc = joinDocs(key.Doc)
		f.keys(n, "an error", keyTable{
			"doc":       func(_, v *syntax.Node) { e.Doc = joinDocs(key.Doc, f.prose(v, "doc")) },
			"data":      func(_, v *syntax.Node) { f.structRef(v, "the data of an error", &e.Data) },
			"retryable": func(_, v *syntax.Node) { e.Retryable = f.flag(v, "retryable") },
			"names":     func(_, v *syntax.Node) { f.names(v, &e.Names) },
			"wire": func(_, v *syntax.Node) {
				if wire := f.wire(v); wire != "" {
					e.Wire, wireNode = wire, v
				}
			},
		})
	}
	if nameOK {
		f.errorWire(e, wireNode)
	}
}

// errorWire checks that no other error has the code.
func (f *fileParser) errorWire(e *Error, n *syntax.Node) {
	if builtInCodes[e.Wire] {
		f.report(n, "NAME_RESERVED", "every server and client knows the error %s already", quoted(e.Wire))
		return
	}
	if first, twice := f.errorWires[e.Wire]; twice {
		f.report(n, "NAME_COLLISION", "%s is on the wire twice", quoted(e.Wire)).related(first.position(), "first written here")
		return
	}
	f.errorWires[e.Wire] = f.span(n)
}

// An errorRef is an error that an event, a room or a namespace names.
type errorRef struct {
	into *[]*Error
	name string
	at   span
}

// errorList reads the names of errors.
func (f *fileParser) errorList(n *syntax.Node, what string, into *[]*Error) {
	f.each(n, what, func(item *syntax.Node, name string) {
		f.errorRefs = append(f.errorRefs, errorRef{into, name, f.span(item)})
	})
}

// errorNames are the candidates for a misspelt error.
func (p *pkg) errorNames() []string { return slices.Sorted(maps.Keys(p.errors)) }

// isNull tells whether a node is a null that was written as one.
func isNull(n *syntax.Node) bool {
	return n.Kind == syntax.Scalar && n.Style == syntax.Plain && n.Tag == "null"
}

// trimSpace removes spaces and returns how many code points stood in front;
// spaces are one byte each.
func trimSpace(s string) (trimmed string, before int) {
	trimmed = strings.TrimLeft(s, " \t\n")
	return strings.TrimRight(trimmed, " \t\n"), len(s) - len(trimmed)
}
