package golang

import (
	"strconv"

	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// emitStructEncode writes:
//
//	// EncodeWire implements [wire.Value].
//	func (m *<Name>) EncodeWire(e *wire.Encoder) {
//		e.BeginObject()
//		<fields>
//		e.EndObject()
//	}
//
// The fields of a struct that unions have as a variant come from a method of
// their own, because there other fields stand before them:
//
//	// EncodeFields writes the fields of m without the braces around them.
//	func (m *<Name>) EncodeFields(e *wire.Encoder) {
//		<fields>
//	}
func (c *contract) emitStructEncode(f *jen.File, t *schema.Type) {
	if !c.isVariant[t] {
		c.encodeMethod(f, t, "EncodeWire").BlockFunc(func(g *jen.Group) {
			g.Add(call("e", "BeginObject"))
			c.encodeFields(g, t.Fields)
			g.Add(call("e", "EndObject"))
		})
		return
	}
	c.encodeMethod(f, t, "EncodeWire").Block(
		call("e", "BeginObject"),
		call("m", "EncodeFields", jen.Id("e")),
		call("e", "EndObject"),
	)
	c.encodeMethod(f, t, "EncodeFields").BlockFunc(func(g *jen.Group) {
		c.encodeFields(g, t.Fields)
	})
}

func (c *contract) encodeMethod(f *jen.File, t *schema.Type, name string) *jen.Statement {
	f.Line()
	if name == "EncodeFields" {
		f.Comment("// EncodeFields writes the fields of m without the braces around them.")
	} else {
		f.Comment("// EncodeWire implements [wire.Value].")
	}
	return method(f, "m", jen.Op("*").Id(c.types[t]), name, jen.Id("e").Add(wireType("Encoder")))
}

// emitUnionEncode writes:
//
//	// EncodeWire implements [wire.Value].
//	func (m *<Name>) EncodeWire(e *wire.Encoder) {
//		if m.unknown != nil {
//			e.JSON(m.unknown)
//			return
//		}
//		e.BeginObject()
//		<common fields>
//		switch {
//		case m.<Variant> != nil:
//			e.Field(`"<tag>":"<variant>"`)
//			m.<Variant>.EncodeFields(e)
//		}
//		e.EndObject()
//	}
func (c *contract) emitUnionEncode(f *jen.File, t *schema.Type) {
	c.encodeMethod(f, t, "EncodeWire").BlockFunc(func(g *jen.Group) {
		g.If(jen.Id("m").Dot("unknown").Op("!=").Nil()).Block(
			call("e", "JSON", jen.Id("m").Dot("unknown")),
			jen.Return(),
		)
		g.Add(call("e", "BeginObject"))
		c.encodeFields(g, t.Fields)
		g.Switch().BlockFunc(func(g *jen.Group) {
			for _, v := range t.Variants {
				variant := jen.Id("m").Dot(c.variants[v])
				g.Case(variant.Clone().Op("!=").Nil()).Block(
					call("e", "Field", raw(jsonString(t.Tag)+":"+jsonString(v.Tag))),
					variant.Clone().Dot("EncodeFields").Call(jen.Id("e")),
				)
			}
		})
		g.Add(call("e", "EndObject"))
	})
}

func (c *contract) encodeFields(g *jen.Group, fields []*schema.Field) {
	for _, f := range fields {
		c.encodeField(g, f)
	}
}

// encodeField writes one of:
//
//	e.Field(`"<wire>":`)
//	<value>
//
//	if m.<Field> != nil {                    // optional
//		…
//	}
//
//	e.Field(`"<wire>":`)                     // nullable
//	if m.<Field> == nil {
//		e.Null()
//	} else {
//		<value>
//	}
//
//	if v, ok := m.<Field>.Get(); ok {        // both
//		e.Field(`"<wire>":`)
//		<value>
//	} else if m.<Field>.IsNull() {
//		e.Field(`"<wire>":`)
//		e.Null()
//	}
func (c *contract) encodeField(g *jen.Group, f *schema.Field) {
	key := call("e", "Field", raw(jsonString(f.Wire)+":"))
	x := jen.Id("m").Dot(c.fields[f])
	store := storageOf(f)
	switch {
	case store == plain:
		g.Add(key)
		c.encodeValue(g, f.Type, x, 1)
	case store == option:
		g.If(jen.List(jen.Id("v"), jen.Id("ok")).Op(":=").Add(x.Clone()).Dot("Get").Call(), jen.Id("ok")).
			BlockFunc(func(g *jen.Group) {
				g.Add(key.Clone())
				c.encodeValue(g, f.Type, jen.Id("v"), 1)
			}).Else().If(x.Clone().Dot("IsNull").Call()).Block(key, call("e", "Null"))
	case f.Optional:
		g.If(x.Clone().Op("!=").Nil()).BlockFunc(func(g *jen.Group) {
			g.Add(key)
			c.encodeValue(g, f.Type, deref(f, x), 1)
		})
	default:
		g.Add(key)
		g.If(x.Clone().Op("==").Nil()).Block(call("e", "Null")).Else().BlockFunc(func(g *jen.Group) {
			c.encodeValue(g, f.Type, deref(f, x), 1)
		})
	}
}

// deref writes the value of a field that is there: x or *x. Methods of structs
// and unions are called on the pointer.
func deref(f *schema.Field, x *jen.Statement) *jen.Statement {
	if storageOf(f) == pointer && record(f.Type) == nil {
		return jen.Op("*").Add(x.Clone())
	}
	return x.Clone()
}

// encodeValue writes the statements that encode x, which has the Go type of e.
// The depth tells nested loops apart.
func (c *contract) encodeValue(g *jen.Group, e *schema.Expr, x *jen.Statement, depth int) {
	b := base(e)
	switch {
	case b.Kind == schema.ExprList:
		i := numbered("i", depth)
		g.Add(call("e", "BeginArray"))
		g.For(jen.Id(i).Op(":=").Range().Add(x.Clone())).BlockFunc(func(g *jen.Group) {
			g.Add(call("e", "Elem"))
			c.encodeValue(g, b.Elem, x.Clone().Index(jen.Id(i)), depth+1)
		})
		g.Add(call("e", "EndArray"))
	case b.Kind == schema.ExprMap:
		c.encodeMap(g, b, x, depth)
	case record(e) != nil:
		g.Add(x.Clone().Dot("EncodeWire").Call(jen.Id("e")))
	default:
		g.Add(c.encodeScalar(e, x))
	}
}

// encodeMap writes:
//
//	e.BeginObject()
//	for _, k := range wire.SortedKeys(<x>) {
//		e.MapKey(string(k))
//		<value>
//	}
//	e.EndObject()
func (c *contract) encodeMap(g *jen.Group, e *schema.Expr, x *jen.Statement, depth int) {
	g.Add(call("e", "BeginObject"))
	k := numbered("k", depth)
	g.For(c.sortedKeys(k, x)).BlockFunc(func(g *jen.Group) {
		g.Add(call("e", "MapKey", c.keyString(e, k)))
		value := x.Clone().Index(jen.Id(k))
		if record(e.Elem) != nil {
			g.Id(numbered("v", depth)).Op(":=").Add(value)
			value = jen.Id(numbered("v", depth))
		}
		c.encodeValue(g, e.Elem, value, depth+1)
	})
	g.Add(call("e", "EndObject"))
}

func (c *contract) sortedKeys(k string, x *jen.Statement) *jen.Statement {
	return jen.List(jen.Id("_"), jen.Id(k)).Op(":=").Range().Qual(wirePath, "SortedKeys").Call(x.Clone())
}

// keyString writes a map's key as a string.
func (c *contract) keyString(e *schema.Expr, k string) jen.Code {
	if e.Key == nil || isOf(e.Key, goString) {
		return jen.Id(k)
	}
	return jen.String().Call(jen.Id(k))
}

// An encoding is the method of the Encoder for a scalar, and the Go type that
// it takes.
type encoding struct {
	method string
	param  ident
}

var encodings = map[schema.Scalar]encoding{
	schema.Bool:      {"Bool", scalarTypes[schema.Bool]},
	schema.String:    {"String", goString},
	schema.Int32:     {"Int", goInt64},
	schema.Uint32:    {"Uint", goUint64},
	schema.Int53:     {"Int", goInt64},
	schema.Int64:     {"Int64String", goInt64},
	schema.Uint64:    {"Uint64String", goUint64},
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

// encodeScalar writes e.<Method>(<type>(<x>)), without a conversion that is
// not needed.
func (c *contract) encodeScalar(e *schema.Expr, x *jen.Statement) *jen.Statement {
	if t := enum(e); t != nil {
		if t.Numeric {
			return call("e", "Int", jen.Int64().Call(x))
		}
		return call("e", "String", jen.String().Call(x))
	}
	enc := encodings[base(e).Scalar]
	return call("e", enc.method, convert(e, enc.param, x))
}

// numbered returns the name of a loop's variable: i, i2, i3.
func numbered(name string, depth int) string {
	if depth == 1 {
		return name
	}
	return name + strconv.Itoa(depth)
}
