package config

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/rtgen/rtgen/internal/suggest"
)

// keys says for each key of a mapping what reads its value.
type keys map[string]func(value *yaml.Node)

// parse reads the whole file.
func (p *parser) parse(data []byte) *Config {
	c := &Config{Dir: p.dir, Root: p.root}
	root := p.tree(data)
	if root == nil {
		return nil
	}
	p.mapping(root, keys{
		"rtgen":   p.version,
		"schemas": func(n *yaml.Node) { c.Schemas = p.patterns(n) },
		"targets": func(n *yaml.Node) { c.Targets = p.targets(n) },
		// Those who believe that these are read would not be told what they find.
		"lint":     p.unsupported("lint"),
		"breaking": p.unsupported("breaking"),
	}, "rtgen", "schemas", "targets")
	return c
}

// mapping reads a mapping: keys that are not known, and required ones that are
// missing, are problems.
func (p *parser) mapping(n *yaml.Node, known keys, required ...string) {
	if n.Kind != yaml.MappingNode {
		p.report(n, "NODE_KIND", "", "want keys and values here")
		return
	}
	missing := slices.Clone(required)
	for i := 0; i < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		missing = slices.DeleteFunc(missing, func(name string) bool { return name == key.Value })
		read, ok := known[key.Value]
		switch {
		case !ok:
			meant := p.unknownKey(key, slices.Sorted(maps.Keys(known)))
			missing = slices.DeleteFunc(missing, func(name string) bool { return name == meant })
		case value.Kind == yaml.ScalarNode && value.Tag == "!!null":
			p.report(key, "VALUE_MISSING", "", "%q has no value", key.Value)
		default:
			read(value)
		}
	}
	for _, name := range missing {
		p.report(n, "KEY_MISSING", missingHelp[name], "%q is missing", name)
	}
}

// missingHelp shows what the required keys look like.
var missingHelp = map[string]string{
	"rtgen":   "begin with: rtgen: v1",
	"schemas": "write: schemas: [events/...]",
	"targets": "write below targets: - go: {out: internal/events}",
	"out":     "write: {out: internal/events}",
}

// unknownKey returns the key that was probably meant, or "".
func (p *parser) unknownKey(key *yaml.Node, known []string) (meant string) {
	help := "known are: " + strings.Join(known, ", ")
	if meant = suggest.Nearest(key.Value, known); meant != "" {
		help = fmt.Sprintf("did you mean %q?", meant)
	}
	p.report(key, "KEY_UNKNOWN", help, "unknown key %q", key.Value)
	return meant
}

func (p *parser) version(n *yaml.Node) {
	if n.Kind != yaml.ScalarNode || n.Value != "v1" {
		p.report(n, "LANGUAGE_VERSION", "write: rtgen: v1", "version %q is not known", n.Value)
	}
}

// patterns reads the names of the contracts.
func (p *parser) patterns(n *yaml.Node) []string {
	patterns := p.list(n)
	if n.Kind == yaml.SequenceNode && len(patterns) == 0 {
		p.report(n, "VALUE_MISSING", "write: schemas: [events/...]", `"schemas" names no contract`)
	}
	for i, pattern := range patterns {
		if pattern == "" {
			continue // its problem has been reported
		}
		dir, _ := strings.CutSuffix(pattern, "...")
		switch {
		case strings.Contains(dir, "*"):
			p.report(n.Content[i], "VALUE_INVALID", `write events for the files of a folder, events/... for those below it as well`,
				"%q has a *, which has no meaning here", pattern)
		case strings.HasPrefix(dir, "/") || !fs.ValidPath(path.Clean(dir)):
			p.report(n.Content[i], "VALUE_INVALID", "write a path with forward slashes, relative to "+FileName,
				"%q does not name something in the folder of %s", pattern, FileName)
		}
	}
	return patterns
}

// targets reads a list of targets, each one key with its options.
func (p *parser) targets(n *yaml.Node) []Target {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		p.report(n, "NODE_KIND", "write: - go: {out: internal}", `"targets" is a list`)
		return nil
	}
	var targets []Target
	outs := make(map[string]int)
	for _, item := range n.Content {
		if item.Kind == yaml.MappingNode && len(item.Content) != 2 {
			p.report(item, "NODE_KIND", "", "a target is one key with its options")
			continue
		}
		p.mapping(item, keys{
			string(Go): func(n *yaml.Node) { targets = append(targets, p.goTarget(n, outs)) },
			string(TS): func(n *yaml.Node) { targets = append(targets, p.tsTarget(n, outs)) },
		})
	}
	return targets
}

func (p *parser) goTarget(n *yaml.Node, outs map[string]int) Target {
	t := Target{Lang: Go}
	p.mapping(n, keys{
		"out":     func(n *yaml.Node) { t.Out = p.out(n, outs) },
		"package": option(p, &t.Go, &t.Go.Package, p.text),
		"types":   p.unsupported("types"),
	}, "out")
	return t
}

func (p *parser) tsTarget(n *yaml.Node, outs map[string]int) Target {
	t := Target{Lang: TS}
	p.mapping(n, keys{
		"out":             func(n *yaml.Node) { t.Out = p.out(n, outs) },
		"emit":            option(p, &t.TS, &t.TS.Emit, p.list),
		"importExtension": option(p, &t.TS, &t.TS.ImportExtension, p.text),
		"immutable":       option(p, &t.TS, &t.TS.Immutable, p.boolean),
		"header":          option(p, &t.TS, &t.TS.Header, p.list),
		"target":          option(p, &t.TS, &t.TS.Target, p.text),
		"package":         option(p, &t.TS, &t.TS.Package, p.text),
		"timestamp":       option(p, &t.TS, &t.TS.Timestamp, p.text),
		"int64":           option(p, &t.TS, &t.TS.Int64, p.text),
		"optional":        option(p, &t.TS, &t.TS.Optional, p.text),
		"ackStyle":        option(p, &t.TS, &t.TS.AckStyle, p.text),
	}, "out")
	return t
}

// option reads a field of a target's options and lets them judge it. A field
// that is wrong is left out, so that the next one is judged for itself.
func option[T any](p *parser, all interface{ Check() error }, field *T, read func(*yaml.Node) T) func(*yaml.Node) {
	return func(n *yaml.Node) {
		*field = read(n)
		err := all.Check()
		if err == nil {
			return
		}
		for line := range strings.SplitSeq(err.Error(), "\n") {
			p.report(n, "VALUE_INVALID", "", "%s", line)
		}
		var none T
		*field = none
	}
}

// unsupported refuses a key of the language that this version cannot do.
func (p *parser) unsupported(name string) func(*yaml.Node) {
	return func(n *yaml.Node) {
		p.report(n, "FEATURE_UNSUPPORTED", "", "%q is not supported by this version of rtgen", name)
	}
}

// out reads an output folder. Each target has one of its own: what an earlier
// run wrote there, and this one does not, is removed.
func (p *parser) out(n *yaml.Node, outs map[string]int) string {
	text := p.text(n)
	if text == "" {
		return ""
	}
	if strings.Contains(text, `\`) || filepath.IsAbs(text) || strings.HasPrefix(text, "/") {
		p.report(n, "VALUE_INVALID", "", `"out" is a path with forward slashes, relative to %s`, FileName)
		return ""
	}
	rel, err := filepath.Rel(p.root, filepath.Join(p.dir, filepath.FromSlash(text)))
	if err != nil || !filepath.IsLocal(rel) {
		p.report(n, "VALUE_INVALID", "", "%q is outside of the project", text)
		return ""
	}
	out := filepath.ToSlash(rel)
	if line, taken := outs[strings.ToLower(out)]; taken {
		p.report(n, "VALUE_INVALID", "give each target a folder of its own", "%q is the folder of the target in line %d", text, line)
	}
	outs[strings.ToLower(out)] = n.Line
	return out
}

// text reads a scalar that YAML takes for a string.
func (p *parser) text(n *yaml.Node) string {
	switch {
	case n.Kind != yaml.ScalarNode:
		p.report(n, "NODE_KIND", "", "want one value here")
	case n.Tag != "!!str":
		p.report(n, "VALUE_INVALID", fmt.Sprintf("write %q", n.Value), "%s is not a string", n.Value)
	case strings.TrimSpace(n.Value) == "":
		p.report(n, "VALUE_MISSING", "", "the value is empty")
	default:
		return n.Value
	}
	return ""
}

// list reads a list of strings.
func (p *parser) list(n *yaml.Node) []string {
	if n.Kind != yaml.SequenceNode {
		p.report(n, "NODE_KIND", "write it in [brackets]", "want a list here")
		return nil
	}
	texts := make([]string, len(n.Content))
	for i, item := range n.Content {
		texts[i] = p.text(item)
	}
	return texts
}

func (p *parser) boolean(n *yaml.Node) bool {
	if n.Kind != yaml.ScalarNode || n.Value != "true" && n.Value != "false" {
		p.report(n, "VALUE_INVALID", "", "want true or false here")
	}
	return n.Value == "true"
}
