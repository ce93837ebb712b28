package golang

import (
	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// emitAlias writes one of:
//
//	type <Name> <type>
//	type <Name> = <type>
//
// The second form keeps the methods of types that would be of no use without
// them: structs, enums, unions, times, durations and JSON.
func (c *contract) emitAlias(f *jen.File, t *schema.Type) {
	c.typeDoc(f, t)
	def := f.Type().Id(c.types[t])
	if keepsMethods(t) {
		def.Op("=")
	}
	def.Add(typeCode(c.typeOf(t.Base)))
}

func keepsMethods(t *schema.Type) bool {
	b := base(t.Base)
	switch b.Kind {
	case schema.ExprNamed:
		return true
	case schema.ExprScalar:
		return b.Scalar == schema.Timestamp || b.Scalar == schema.Duration || b.Scalar == schema.JSON
	}
	return false
}
