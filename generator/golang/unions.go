package golang

import (
	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// emitUnion writes:
//
//	// <doc>
//	//
//	// Exactly one variant is set.
//	type <Name> struct {
//		<Common> <type>
//
//		<Variant> *<Struct>
//
//		unknown json.RawMessage // of a variant that a newer peer has sent
//	}
func (c *contract) emitUnion(f *jen.File, t *schema.Type) {
	c.typeDoc(f, t)
	f.Comment("//")
	f.Comment("// Exactly one of its variants is set.")
	f.Type().Id(c.types[t]).StructFunc(func(g *jen.Group) {
		for _, field := range t.Fields {
			c.emitField(g, field)
		}
		for _, v := range t.Variants {
			comment(g, v.Doc)
			g.Id(c.variants[variantOf{t, v}]).Op("*").Id(c.types[v.Type])
		}
		g.Line()
		g.Id("unknown").Qual(jsonPath, "RawMessage").Comment("// a variant of a newer peer")
	})
	c.emitKind(f, t)
	c.emitLogValue(f, t)
}

// emitKind writes:
//
//	// Kind returns the tag of the variant that is set: one of "<tag>", or ""
//	// when the contract does not know it.
//	func (m <Name>) Kind() string {
//		switch {
//		case m.<Variant> != nil:
//			return "<tag>"
//		}
//		return ""
//	}
func (c *contract) emitKind(f *jen.File, t *schema.Type) {
	f.Line()
	comment(f, wrap(`Kind returns the tag of the variant that is set, or "" when the contract does not know it.`))
	method(f, "m", jen.Id(c.types[t]), "Kind").String().Block(
		jen.Switch().BlockFunc(func(g *jen.Group) {
			for _, v := range t.Variants {
				g.Case(jen.Id("m").Dot(c.variants[variantOf{t, v}]).Op("!=").Nil()).Block(jen.Return(jen.Lit(v.Tag)))
			}
		}),
		jen.Return(jen.Lit("")),
	)
}
