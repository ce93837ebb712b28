package golang

import (
	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// hidden stands in logs for what the contract calls sensitive.
const hidden = "[hidden]"

// findSensitive returns the types with a sensitive field, and those that
// contain one of them.
func findSensitive(types []*schema.Type) map[*schema.Type]bool {
	users := map[*schema.Type][]*schema.Type{}
	var found []*schema.Type
	for _, t := range types {
		for _, part := range parts(t) {
			users[part] = append(users[part], t)
		}
		for _, f := range t.Fields {
			if f.Sensitive {
				found = append(found, t)
			}
		}
	}
	sensitive := map[*schema.Type]bool{}
	for len(found) > 0 {
		t := found[0]
		found = found[1:]
		if !sensitive[t] {
			sensitive[t] = true
			found = append(found, users[t]...)
		}
	}
	return sensitive
}

// emitLogValue writes, for a type with something sensitive in it:
//
//	// LogValue implements [slog.LogValuer] and hides what is sensitive.
//	func (m <Name>) LogValue() slog.Value {
//		return slog.GroupValue(
//			slog.Any("<wire>", m.<Field>),
//			slog.String("<wire>", "[hidden]"),
//		)
//	}
//
// Of a union it shows the tag and the common fields.
func (c *contract) emitLogValue(f *jen.File, t *schema.Type) {
	if !c.isSensitive[t] {
		return
	}
	f.Line()
	comment(f, "LogValue implements [slog.LogValuer] and hides what is sensitive.")
	method(f, "m", jen.Id(c.types[t]), "LogValue").Qual(slogPath, "Value").Block(
		jen.Return(jen.Qual(slogPath, "GroupValue").CallFunc(func(g *jen.Group) {
			if t.Kind == schema.KindUnion {
				g.Line().Qual(slogPath, "String").Call(jen.Lit(t.Tag), jen.Id("m").Dot("Kind").Call())
			}
			for _, field := range t.Fields {
				g.Line().Add(c.logAttr(field))
			}
			g.Line()
		})),
	)
}

// logAttr writes a field as an attribute. A list, map or pointer is hidden as a
// whole when it leads to something sensitive: only values that stand alone hide
// their own parts.
func (c *contract) logAttr(f *schema.Field) jen.Code {
	show := !f.Sensitive
	for _, t := range mentioned(nil, f.Type) {
		if c.isSensitive[t] && (storageOf(f) != plain || record(f.Type) == nil) {
			show = false
		}
	}
	if !show {
		return jen.Qual(slogPath, "String").Call(jen.Lit(f.Wire), jen.Lit(hidden))
	}
	return jen.Qual(slogPath, "Any").Call(jen.Lit(f.Wire), jen.Id("m").Dot(c.fields[f]))
}
