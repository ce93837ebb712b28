package schema_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"

	"github.com/rtgen/rtgen/schema"
)

// dump writes a model as text that a reviewer can check against its schema:
// one declaration a line, references by name, in-place types indented.
func dump(m *schema.Model) string {
	d := &dumper{}
	d.line("package %s %s", m.Package, m.Version)
	d.line("files %s", strings.Join(m.Files, " "))
	d.doc(m.Doc)
	for _, t := range m.Types {
		d.typ("type "+t.Name, t)
	}
	for _, e := range m.Errors {
		d.line("error %s%s%s", e.Name, wire(e.Wire, e.Name), marks(map[string]bool{"retryable": e.Retryable})+names(e.Names))
		d.in(func() { d.doc(e.Doc); d.ref("data", e.Data) })
	}
	for _, ns := range m.Namespaces {
		d.line("namespace %s", ns.Path)
		d.in(func() { d.namespace(ns) })
	}
	return d.b.String()
}

type dumper struct {
	b      strings.Builder
	indent int
}

func (d *dumper) line(format string, args ...any) {
	text := strings.TrimRight(fmt.Sprintf(format, args...), " ")
	fmt.Fprintf(&d.b, "%s%s\n", strings.Repeat("  ", d.indent), text)
}

func (d *dumper) in(f func()) { d.indent++; f(); d.indent-- }

func (d *dumper) doc(doc string) {
	if doc != "" {
		d.line("## %q", doc)
	}
}

func (d *dumper) namespace(ns *schema.Namespace) {
	d.doc(ns.Doc)
	d.ref("auth", ns.Auth)
	d.errors("connectErrors", ns.ConnectErrors)
	for _, r := range ns.Rooms {
		d.line("room %s%s", r.Name, names(r.Names))
		d.in(func() {
			d.doc(r.Doc)
			d.ref("key", r.Key)
			if r.Join != nil {
				d.line("join")
				d.in(func() { d.ref("ack", r.Join.Ack); d.errors("errors", r.Join.Errors) })
			}
		})
	}
	for _, e := range ns.ClientToServer {
		d.event("to server", e)
	}
	for _, e := range ns.ServerToClient {
		d.event("to client", e)
	}
}

func (d *dumper) event(direction string, e *schema.Event) {
	d.line("%s %s%s%s%s", direction, e.Name, wire(e.Wire, e.Name), marks(map[string]bool{
		"volatile": e.Volatile, "ack": e.HasAck, "rejectUnknownFields": e.RejectUnknownFields,
	}), names(e.Names))
	d.in(func() {
		d.doc(e.Doc)
		d.life(e.Since, e.Deprecated, e.Sunset)
		if e.Rate != nil {
			d.line("rate %d per %v, burst %d", e.Rate.Events, e.Rate.Per, e.Rate.Burst)
		}
		if e.Timeout != 0 || e.MaxSize != 0 {
			d.line("timeout %v, maxSize %d", e.Timeout, e.MaxSize)
		}
		if e.Idempotent != nil {
			d.line("idempotent %s", e.Idempotent.Name)
		}
		for _, r := range e.To {
			d.line("room %s", r.Name)
		}
		d.ref("payload", e.Payload)
		d.ref("ack", e.Ack)
		d.errors("errors", e.Errors)
		d.literal("example", e.Example)
	})
}

func (d *dumper) life(since, deprecated, sunset string) {
	if since != "" || deprecated != "" || sunset != "" {
		d.line("since %q, deprecated %q, sunset %q", since, deprecated, sunset)
	}
}

func (d *dumper) errors(what string, errors []*schema.Error) {
	for _, e := range errors {
		d.line("%s %s", what, e.Name)
	}
}

// ref writes a type by its name, or as a whole when it has none.
func (d *dumper) ref(what string, t *schema.Type) {
	switch {
	case t == nil:
	case t.Name != "":
		d.line("%s %s", what, t.Name)
	default:
		d.typ(what, t)
	}
}

var kinds = map[schema.Kind]string{
	schema.KindStruct: "struct", schema.KindEnum: "enum", schema.KindUnion: "union", schema.KindAlias: "alias",
}

func (d *dumper) typ(what string, t *schema.Type) {
	head := what + " " + kinds[t.Kind]
	if t.Base != nil {
		head += " " + expr(t.Base)
	}
	if t.Tag != "" {
		head += " by " + t.Tag
	}
	d.line("%s%s%s", head, marks(map[string]bool{"closed": t.Closed, "numeric": t.Numeric}), names(t.Names))
	d.in(func() {
		d.doc(t.Doc)
		d.life(t.Since, t.Deprecated, "")
		d.literal("example", t.Example)
		for _, f := range t.Fields {
			d.field(f)
		}
		for _, v := range t.Variants {
			d.doc(v.Doc)
			d.ref("variant "+v.Tag, v.Type)
		}
		for _, v := range t.Values {
			if t.Numeric {
				d.line("%s = %d", v.Name, v.Number)
			} else {
				d.line("%s%s", v.Name, wire(v.Wire, v.Name))
			}
			d.in(func() { d.doc(v.Doc); d.life(v.Since, v.Deprecated, "") })
		}
	})
}

func (d *dumper) field(f *schema.Field) {
	d.line("%s%s %s%s%s", f.Name, wire(f.Wire, f.Name), expr(f.Type), marks(map[string]bool{
		"optional": f.Optional, "nullable": f.Nullable, "sensitive": f.Sensitive, "roomKey": f.RoomKey,
	}), names(f.Names))
	d.in(func() {
		d.doc(f.Doc)
		d.life(f.Since, f.Deprecated, "")
		d.literal("default", f.Default)
		d.literal("example", f.Example)
	})
}

func (d *dumper) literal(what string, l *schema.Literal) {
	if l == nil {
		return
	}
	value := fmt.Sprintf("%T %v", l.Value, l.Value)
	switch v := l.Value.(type) {
	case *big.Rat:
		value = "number " + v.RatString()
	case *schema.EnumValue:
		value = "value " + v.Name
	case json.RawMessage:
		value = "json " + string(v)
	}
	d.line("%s %q = %s", what, l.Raw, value)
}

func expr(e *schema.Expr) string {
	text := ""
	switch e.Kind {
	case schema.ExprScalar:
		text = string(e.Scalar)
	case schema.ExprNamed:
		text = e.Named.Name
	case schema.ExprList:
		text = "list<" + expr(e.Elem) + ">"
	case schema.ExprMap:
		text = "map<" + expr(e.Elem) + ">"
		if e.Key != nil {
			text = "map<" + expr(e.Key) + ":" + expr(e.Elem) + ">"
		}
	}
	if e.Precision > 0 {
		text += fmt.Sprintf("[%d,%d]", e.Precision, e.Scale)
	}
	if e.Range != nil {
		text += "(" + bound(e.Range.Min) + ".." + bound(e.Range.Max) + ")"
	}
	if e.Pattern != "" {
		text += "/" + e.Pattern + "/"
	}
	return text
}

func bound(v *big.Rat) string {
	if v == nil {
		return ""
	}
	return v.RatString()
}

func wire(wire, name string) string {
	if wire == name {
		return ""
	}
	return fmt.Sprintf(" wire %q", wire)
}

func names(n schema.Names) string {
	text := ""
	if n.Go != "" {
		text += " go:" + n.Go
	}
	if n.TS != "" {
		text += " ts:" + n.TS
	}
	return text
}

func marks(set map[string]bool) string {
	text := ""
	for _, name := range []string{
		"closed", "numeric", "optional", "nullable", "sensitive", "roomKey", "retryable",
		"volatile", "ack", "rejectUnknownFields",
	} {
		if set[name] {
			text += " " + name
		}
	}
	return text
}
