package golang

import (
	"math/big"

	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// emitStructCheck writes:
//
//	// CheckWire implements [wire.Value].
//	func (m *<Name>) CheckWire(c *wire.Checker) {
//		<fields>
//	}
//
// A struct that can contain itself begins with:
//
//	if c.TooDeep() {
//		return
//	}
func (c *contract) emitStructCheck(f *jen.File, t *schema.Type) {
	c.checkMethod(f, t).BlockFunc(func(g *jen.Group) {
		c.checkDepth(g, t)
		c.checkFields(g, t.Fields)
	})
}

// emitUnionCheck writes:
//
//	// CheckWire implements [wire.Value].
//	func (m *<Name>) CheckWire(c *wire.Checker) {
//		<common fields>
//		set := 0
//		if m.<Variant> != nil {
//			set++
//			m.<Variant>.CheckWire(c)
//		}
//		if m.unknown != nil {
//			set++
//		}
//		c.Variants(set)
//	}
func (c *contract) emitUnionCheck(f *jen.File, t *schema.Type) {
	count := jen.Id("set").Op("++")
	c.checkMethod(f, t).BlockFunc(func(g *jen.Group) {
		c.checkDepth(g, t)
		c.checkFields(g, t.Fields)
		g.Id("set").Op(":=").Lit(0)
		for _, v := range t.Variants {
			variant := jen.Id("m").Dot(c.variants[v])
			g.If(variant.Clone().Op("!=").Nil()).Block(
				count,
				variant.Clone().Dot("CheckWire").Call(jen.Id("c")),
			)
		}
		g.If(jen.Id("m").Dot("unknown").Op("!=").Nil()).Block(count)
		g.Add(call("c", "Variants", jen.Id("set")))
	})
}

func (c *contract) checkMethod(f *jen.File, t *schema.Type) *jen.Statement {
	f.Line()
	f.Comment("// CheckWire implements [wire.Value].")
	return method(f, "m", jen.Op("*").Id(c.types[t]), "CheckWire", jen.Id("c").Add(wireType("Checker")))
}

func (c *contract) checkDepth(g *jen.Group, t *schema.Type) {
	if c.isRecursive[t] {
		g.If(call("c", "TooDeep")).Block(jen.Return())
	}
}

// emitValidate writes:
//
//	// Validate returns nil, or a [*wire.Error] with all that breaks the contract.
//	func (m *<Name>) Validate() error { return wire.Validate(m) }
func (c *contract) emitValidate(f *jen.File, t *schema.Type) {
	f.Line()
	f.Comment("// Validate returns nil, or a [*wire.Error] with all that breaks the contract.")
	method(f, "m", jen.Op("*").Id(c.types[t]), "Validate").Error().Block(
		jen.Return(jen.Qual(wirePath, "Validate").Call(jen.Id("m"))),
	)
}

func (c *contract) checkFields(g *jen.Group, fields []*schema.Field) {
	for _, f := range fields {
		if c.needsCheck(f.Type) {
			c.checkField(g, f)
		}
	}
}

// checkField writes one of:
//
//	c.Field("<wire>")
//	<checks>
//	c.Up()
//
//	if m.<Field> != nil {
//		…
//	}
//
//	if v, ok := m.<Field>.Get(); ok {
//		…
//	}
func (c *contract) checkField(g *jen.Group, f *schema.Field) {
	x := jen.Id("m").Dot(c.fields[f])
	checks := func(g *jen.Group, x *jen.Statement) {
		g.Add(call("c", "Field", jen.Lit(f.Wire)))
		c.checkValue(g, f.Type, x, 1)
		g.Add(call("c", "Up"))
	}
	switch storageOf(f) {
	case plain:
		checks(g, x)
	case option:
		g.If(jen.List(jen.Id("v"), jen.Id("ok")).Op(":=").Add(x).Dot("Get").Call(), jen.Id("ok")).
			BlockFunc(func(g *jen.Group) { checks(g, jen.Id("v")) })
	default:
		value := x
		if enum(f.Type) == nil { // which is checked by a method of its own
			value = deref(f, x)
		}
		g.If(x.Clone().Op("!=").Nil()).BlockFunc(func(g *jen.Group) { checks(g, value) })
	}
}

// needsCheck tells whether values with the Go type of e can break the contract.
func (c *contract) needsCheck(e *schema.Expr) bool {
	b := base(e)
	if b.Kind != schema.ExprScalar {
		return true
	}
	switch b.Scalar {
	case schema.Bool, schema.Timestamp, schema.JSON:
		return false
	case schema.Int32, schema.Uint32, schema.Int64, schema.Uint64, schema.Duration, schema.Bytes, schema.Base64:
		return hasRange(e)
	}
	return true
}

func hasRange(e *schema.Expr) bool { return base(e).Range != nil }

// checkValue writes the checks of x, which has the Go type of e, or is a
// pointer to a struct or union. The depth tells nested loops apart.
func (c *contract) checkValue(g *jen.Group, e *schema.Expr, x *jen.Statement, depth int) {
	b := base(e)
	switch {
	case b.Kind == schema.ExprList:
		c.checkCount(g, b, x)
		c.checkElements(g, b, x, depth)
	case b.Kind == schema.ExprMap:
		c.checkCount(g, b, x)
		c.checkEntries(g, b, x, depth)
	case enum(e) != nil:
		g.Add(x.Clone().Dot("check").Call(jen.Id("c")))
	case record(e) != nil:
		g.Add(x.Clone().Dot("CheckWire").Call(jen.Id("c")))
	default:
		c.checkScalar(g, e, x)
	}
}

func (c *contract) checkCount(g *jen.Group, e *schema.Expr, x *jen.Statement) {
	g.Add(call("c", "Count", jen.Len(x.Clone()), jen.Lit(minCount(e)), jen.Lit(maxCount(e))))
}

// checkElements writes:
//
//	for i := range <x> {
//		c.Index(i)
//		<checks>
//		c.Up()
//	}
func (c *contract) checkElements(g *jen.Group, e *schema.Expr, x *jen.Statement, depth int) {
	if !c.needsCheck(e.Elem) {
		return
	}
	i := numbered("i", depth)
	g.For(jen.Id(i).Op(":=").Range().Add(x.Clone())).BlockFunc(func(g *jen.Group) {
		g.Add(call("c", "Index", jen.Id(i)))
		c.checkValue(g, e.Elem, x.Clone().Index(jen.Id(i)), depth+1)
		g.Add(call("c", "Up"))
	})
}

// checkEntries writes:
//
//	for _, k := range wire.SortedKeys(<x>) {
//		c.MapKey(string(k))
//		<checks of the key>
//		<checks>
//		c.Up()
//	}
func (c *contract) checkEntries(g *jen.Group, e *schema.Expr, x *jen.Statement, depth int) {
	key := e.Key
	if key == nil {
		key = &schema.Expr{Kind: schema.ExprScalar, Scalar: schema.String}
	}
	k := numbered("k", depth)
	g.For(c.sortedKeys(k, x)).BlockFunc(func(g *jen.Group) {
		g.Add(call("c", "MapKey", c.keyString(e, k)))
		c.checkValue(g, key, jen.Id(k), depth+1)
		if c.needsCheck(e.Elem) {
			value := x.Clone().Index(jen.Id(k))
			if record(e.Elem) != nil {
				g.Id(numbered("v", depth)).Op(":=").Add(value)
				value = jen.Id(numbered("v", depth))
			}
			c.checkValue(g, e.Elem, value, depth+1)
		}
		g.Add(call("c", "Up"))
	})
}

// checkScalar writes the checks of a scalar.
func (c *contract) checkScalar(g *jen.Group, e *schema.Expr, x *jen.Statement) {
	b := base(e)
	text := func() *jen.Statement { return convert(e, goString, x) }
	switch b.Scalar {
	case schema.String:
		g.Add(call("c", "Length", text(), jen.Lit(minCount(b)), jen.Lit(maxLength(b))))
	case schema.URL, schema.Email:
		if b.Scalar == schema.URL || b.Range != nil {
			g.Add(call("c", "Length", text(), jen.Lit(minCount(b)), jen.Lit(maxLength(b))))
		}
		g.Add(call("c", map[schema.Scalar]string{schema.URL: "URL", schema.Email: "Email"}[b.Scalar], text()))
	case schema.UUID:
		g.Add(call("c", "UUID", text()))
	case schema.Date:
		g.Add(call("c", "Date", text()))
	case schema.Decimal:
		g.Add(call("c", "Decimal", text(), jen.Lit(b.Precision), jen.Lit(b.Scale)))
	case schema.Bytes, schema.Base64:
		g.Add(call("c", "Size", jen.Len(x.Clone()), jen.Lit(minCount(b)), jen.Lit(maxLength(b))))
	default:
		c.checkNumber(g, e, x)
	}
	if pattern := c.patterns[b]; pattern != "" {
		g.Add(call("c", "Pattern", text(), jen.Id(pattern)))
	}
}

func (c *contract) checkNumber(g *jen.Group, e *schema.Expr, x *jen.Statement) {
	b := base(e)
	low, high := bounds(b)
	math64 := func(name string) *jen.Statement { return jen.Qual(mathPath, name) }
	switch b.Scalar {
	case schema.Int53:
		if b.Range == nil {
			g.Add(call("c", "Int53", convert(e, goInt64, x)))
			return
		}
		limit := big.NewInt(maxInt53)
		g.Add(call("c", "Int", convert(e, goInt64, x),
			intBound(low, wholeUp, whole(new(big.Int).Neg(limit))), intBound(high, wholeDown, whole(limit))))
	case schema.Int32, schema.Int64:
		g.Add(call("c", "Int", convert(e, goInt64, x),
			intBound(low, wholeUp, math64("MinInt64")), intBound(high, wholeDown, math64("MaxInt64"))))
	case schema.Uint32, schema.Uint64:
		g.Add(call("c", "Uint", convert(e, goUint64, x),
			intBound(low, wholeUp, jen.Lit(0)), intBound(high, wholeDown, math64("MaxUint64"))))
	case schema.Float32, schema.Float64:
		g.Add(call("c", "Float", convert(e, scalarTypes[schema.Float64], x), floatBound(low, -1), floatBound(high, 1)))
	case schema.Duration:
		g.Add(call("c", "Duration", convert(e, goDuration, x),
			durationBound(low, math64("MinInt64")), durationBound(high, math64("MaxInt64"))))
	}
}

func bounds(e *schema.Expr) (low, high *big.Rat) {
	if e.Range == nil {
		return nil, nil
	}
	return e.Range.Min, e.Range.Max
}
