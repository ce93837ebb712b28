package golang

import (
	"strconv"

	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// emitStructDecode writes:
//
//	// DecodeWire implements [wire.Value].
//	func (m *<Name>) DecodeWire(d *wire.Decoder) {
//		if !d.Object() {
//			return
//		}
//		<the loop of decodeFields>
//	}
func (c *contract) emitStructDecode(f *jen.File, t *schema.Type) {
	c.decodeMethod(f, t).BlockFunc(func(g *jen.Group) {
		g.If(jen.Op("!").Add(call("d", "Object"))).Block(jen.Return())
		c.decodeFields(g, t.Fields, call("d", "UnknownField"))
	})
}

func (c *contract) decodeMethod(f *jen.File, t *schema.Type) *jen.Statement {
	f.Line()
	f.Comment("// DecodeWire implements [wire.Value].")
	return method(f, "m", jen.Op("*").Id(c.types[t]), "DecodeWire", jen.Id("d").Add(wireType("Decoder")))
}

// emitUnionDecode writes:
//
//	// DecodeWire implements [wire.Value].
//	func (m *<Name>) DecodeWire(d *wire.Decoder) {
//		switch d.Tag("<tag>") {
//		case "<variant>":
//			m.<Variant> = new(<Struct>)
//			m.<Variant>.DecodeWire(d)
//		default:
//			m.unknown = d.UnknownVariant("<tag>", "must be one of <variant>, …")
//		}
//	}
//
// Common fields stand in the same object as those of the variant; they are
// read in a second pass over it:
//
//	mark := d.Mark()
//	switch …
//	d.Rewind(mark)
//	if !d.Object() {
//		return
//	}
//	<the loop of decodeFields, which skips what it does not know>
func (c *contract) emitUnionDecode(f *jen.File, t *schema.Type) {
	variants := jen.Switch(call("d", "Tag", jen.Lit(t.Tag))).BlockFunc(func(g *jen.Group) {
		var tags []string
		for _, v := range t.Variants {
			tags = append(tags, v.Tag)
			field := jen.Id("m").Dot(c.variants[v])
			g.Case(jen.Lit(v.Tag)).Block(
				field.Clone().Op("=").New(jen.Id(c.types[v.Type])),
				field.Clone().Dot("DecodeWire").Call(jen.Id("d")),
			)
		}
		g.Default().Block(
			jen.Id("m").Dot("unknown").Op("=").Add(
				call("d", "UnknownVariant", jen.Lit(t.Tag), jen.Lit(oneOf(tags)))),
		)
	})
	c.decodeMethod(f, t).BlockFunc(func(g *jen.Group) {
		if len(t.Fields) == 0 {
			g.Add(variants)
			return
		}
		g.Id("mark").Op(":=").Add(call("d", "Mark"))
		g.Add(variants)
		g.Add(call("d", "Rewind", jen.Id("mark")))
		g.If(jen.Op("!").Add(call("d", "Object"))).Block(jen.Return())
		c.decodeFields(g, t.Fields, call("d", "Skip"))
	})
}

// fieldsPerWord is how many fields one variable can note.
const fieldsPerWord = 64

// decodeFields writes:
//
//	var seen uint64
//	for d.NextField() {
//		switch d.Key() {
//		case "<wire>":
//			d.Once(&seen, 1<<0)
//			<value>
//		default:
//			<other>
//		}
//	}
//	if seen&(1<<0) == 0 {
//		d.Missing("<wire>")
//	}
//
// A struct of more than 64 fields has several variables, seen, seen2 and so on.
func (c *contract) decodeFields(g *jen.Group, fields []*schema.Field, other jen.Code) {
	for i := 0; i < len(fields); i += fieldsPerWord {
		g.Var().Id(numbered("seen", i/fieldsPerWord+1)).Uint64()
	}
	loop := jen.Switch(call("d", "Key")).BlockFunc(func(g *jen.Group) {
		for i, f := range fields {
			seen, bit := seenBit(i)
			g.Case(jen.Lit(f.Wire)).BlockFunc(func(g *jen.Group) {
				g.Add(call("d", "Once", jen.Op("&").Id(seen), bit))
				c.decodeField(g, f)
			})
		}
		g.Default().Block(other)
	})
	g.For(call("d", "NextField")).Block(loop)
	for i, f := range fields {
		if then := c.absent(f); then != nil {
			seen, bit := seenBit(i)
			g.If(jen.Id(seen).Op("&").Parens(bit).Op("==").Lit(0)).Block(then)
		}
	}
}

// seenBit returns the variable and the bit that note the field at i.
func seenBit(i int) (seen string, bit *jen.Statement) {
	return numbered("seen", i/fieldsPerWord+1), jen.Op("1<<" + strconv.Itoa(i%fieldsPerWord))
}

// absent writes what is done about a field that did not come; nil means
// nothing.
func (c *contract) absent(f *schema.Field) jen.Code {
	switch {
	case f.Default != nil:
		if f.Default.Value == nil {
			return nil
		}
		return jen.Id("m").Dot(c.fields[f]).Op("=").Add(c.defaultValue(f))
	case !f.Optional:
		return call("d", "Missing", jen.Lit(f.Wire))
	}
	return nil
}

// decodeField writes the statements that read a field, null included.
func (c *contract) decodeField(g *jen.Group, f *schema.Field) {
	x := jen.Id("m").Dot(c.fields[f])
	if !f.Nullable {
		c.decodeInto(g, f, x)
		return
	}
	if storageOf(f) == option {
		g.If(call("d", "Null")).Block(
			x.Clone().Op("=").Qual(rtPath, "Null").Types(c.optType(f)).Call(),
		).Else().BlockFunc(func(g *jen.Group) { c.decodeInto(g, f, x) })
		return
	}
	g.If(jen.Op("!").Add(call("d", "Null"))).BlockFunc(func(g *jen.Group) { c.decodeInto(g, f, x) })
}

// decodeInto writes one of:
//
//	m.<Field> = <scalar>
//	m.<Field> = new(<scalar>)
//	m.<Field> = rt.Some(<scalar>)
//
//	m.<Field>.DecodeWire(d)
//
//	m.<Field> = new(<Struct>)
//	m.<Field>.DecodeWire(d)
//
//	v := new(<Struct>)
//	v.DecodeWire(d)
//	m.<Field> = rt.Some(v)
//
// and for lists and maps the loops of decodeList and decodeMap.
func (c *contract) decodeInto(g *jen.Group, f *schema.Field, x *jen.Statement) {
	assign := func(value jen.Code) { g.Add(x.Clone().Op("=").Add(value)) }
	store := storageOf(f)
	scalar := c.decodeScalar(f.Type)
	switch {
	case scalar != nil && store == pointer:
		assign(jen.New(scalar))
	case scalar != nil && store == option:
		assign(jen.Qual(rtPath, "Some").Call(scalar))
	case scalar != nil:
		assign(scalar)
	case store == pointer:
		assign(jen.New(c.goType(f.Type)))
		c.decodeValue(g, f.Type, x, 1)
	case store == option && record(f.Type) != nil:
		g.Id("v").Op(":=").New(c.goType(f.Type))
		c.decodeValue(g, f.Type, jen.Id("v"), 1)
		assign(jen.Qual(rtPath, "Some").Call(jen.Id("v")))
	case store == option:
		g.Var().Id("v").Add(c.goType(f.Type))
		c.decodeValue(g, f.Type, jen.Id("v"), 2)
		assign(jen.Qual(rtPath, "Some").Call(jen.Id("v")))
	default:
		c.decodeValue(g, f.Type, x, 1)
	}
}

// decodeValue writes the statements that decode into x, which has the Go type
// of e, or is a pointer to a struct or union. The depth tells nested loops
// apart.
func (c *contract) decodeValue(g *jen.Group, e *schema.Expr, x *jen.Statement, depth int) {
	b := base(e)
	switch {
	case b.Kind == schema.ExprList:
		c.decodeList(g, e, x, depth)
	case b.Kind == schema.ExprMap:
		c.decodeMap(g, e, x, depth)
	case record(e) != nil:
		g.Add(x.Clone().Dot("DecodeWire").Call(jen.Id("d")))
	default:
		g.Add(x.Clone().Op("=").Add(c.decodeScalar(e)))
	}
}

// decodeList writes:
//
//	if d.Array(<max>) {
//		<x> = make([]<Elem>, 0, <few>)
//		for d.NextElem() {
//			<x> = append(<x>, <scalar>)
//		}
//	}
//
// An element that is no scalar is decoded in a variable of its own.
func (c *contract) decodeList(g *jen.Group, e *schema.Expr, x *jen.Statement, depth int) {
	elem := base(e).Elem
	count := maxCount(base(e))
	g.If(call("d", "Array", jen.Lit(count))).Block(
		x.Clone().Op("=").Make(c.goType(e), jen.Lit(0), jen.Lit(min(count, 4))),
		jen.For(call("d", "NextElem")).BlockFunc(func(g *jen.Group) {
			value := c.decodeScalar(elem)
			if value == nil {
				value = c.decodeVariable(g, elem, depth)
			}
			g.Add(x.Clone().Op("=").Append(x.Clone(), value))
		}),
	)
}

// decodeMap writes:
//
//	if d.Map(<max>) {
//		<x> = make(map[<Key>]<Elem>)
//		for d.NextField() {
//			<x>[<Key>(d.MapKey())] = <scalar>
//		}
//	}
//
// An element that is no scalar is decoded in a variable of its own.
func (c *contract) decodeMap(g *jen.Group, e *schema.Expr, x *jen.Statement, depth int) {
	b := base(e)
	key := call("d", "MapKey")
	if b.Key != nil && !isOf(b.Key, goString) {
		key = c.goType(b.Key).Call(key)
	}
	g.If(call("d", "Map", jen.Lit(maxCount(b)))).Block(
		x.Clone().Op("=").Make(c.goType(e)),
		jen.For(call("d", "NextField")).BlockFunc(func(g *jen.Group) {
			value := c.decodeScalar(b.Elem)
			if value == nil {
				value = c.decodeVariable(g, b.Elem, depth)
			}
			g.Add(x.Clone().Index(key).Op("=").Add(value))
		}),
	)
}

// decodeVariable declares a variable, decodes into it and returns it.
func (c *contract) decodeVariable(g *jen.Group, e *schema.Expr, depth int) *jen.Statement {
	v := numbered("v", depth)
	g.Var().Id(v).Add(c.goType(e))
	c.decodeValue(g, e, jen.Id(v), depth+1)
	return jen.Id(v)
}

// A decoding is the method of the Decoder for a scalar, and the Go type that
// it returns.
type decoding struct {
	method string
	result ident
}

var decodings = map[schema.Scalar]decoding{
	schema.Bool:      {"Bool", scalarTypes[schema.Bool]},
	schema.String:    {"String", goString},
	schema.Int32:     {"Int32", scalarTypes[schema.Int32]},
	schema.Uint32:    {"Uint32", scalarTypes[schema.Uint32]},
	schema.Int53:     {"Int53", goInt64},
	schema.Int64:     {"Int64", goInt64},
	schema.Uint64:    {"Uint64", goUint64},
	schema.Float32:   {"Float32", scalarTypes[schema.Float32]},
	schema.Float64:   {"Float64", scalarTypes[schema.Float64]},
	schema.Decimal:   {"String", goString},
	schema.Timestamp: {"Time", goTime},
	schema.Date:      {"String", goString},
	schema.Duration:  {"Duration", goDuration},
	schema.UUID:      {"String", goString},
	schema.URL:       {"String", goString},
	schema.Email:     {"String", goString},
	schema.Bytes:     {"Bytes", ident{}},
	schema.Base64:    {"Base64", ident{}},
	schema.JSON:      {"JSON", scalarTypes[schema.JSON]},
}

// decodeScalar writes <type>(d.<Method>()), without a conversion that is not
// needed, or returns nil when e is no scalar.
func (c *contract) decodeScalar(e *schema.Expr) *jen.Statement {
	if t := enum(e); t != nil {
		if t.Numeric {
			return jen.Id(c.types[t]).Call(call("d", "Int53"))
		}
		return jen.Id(c.types[t]).Call(call("d", "String"))
	}
	if !isScalar(e) {
		return nil
	}
	dec := decodings[base(e).Scalar]
	value := call("d", dec.method)
	if isOf(e, dec.result) && !(e.Kind == schema.ExprNamed && isNilable(e)) {
		return value
	}
	return c.goType(e).Call(value)
}
