package golang

import (
	"strconv"

	"github.com/rtgen/rtgen/schema"
)

// emitStructEncode writes:
//
//	// EncodeWire implements [wire.Marshaler].
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
func (c *contract) emitStructEncode(p *printer, t *schema.Type) {
	p.line()
	p.line("// EncodeWire implements [wire.Marshaler].")
	p.open("func (m *", c.types[t], ") EncodeWire(e *", p.use(wirePath, "Encoder"), ")")
	p.line("e.BeginObject()")
	if !c.isVariant[t] {
		c.encodeFields(p, t.Fields)
		p.line("e.EndObject()")
		p.close()
		return
	}
	p.line("m.EncodeFields(e)")
	p.line("e.EndObject()")
	p.close()

	p.line()
	p.line("// EncodeFields writes the fields of m without the braces around them.")
	p.open("func (m *", c.types[t], ") EncodeFields(e *", p.use(wirePath, "Encoder"), ")")
	c.encodeFields(p, t.Fields)
	p.close()
}

// emitUnionEncode writes:
//
//	// EncodeWire implements [wire.Marshaler].
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
func (c *contract) emitUnionEncode(p *printer, t *schema.Type) {
	p.line()
	p.line("// EncodeWire implements [wire.Marshaler].")
	p.open("func (m *", c.types[t], ") EncodeWire(e *", p.use(wirePath, "Encoder"), ")")
	p.open("if m.unknown != nil")
	p.line("e.JSON(m.unknown)")
	p.line("return")
	p.close()
	p.line("e.BeginObject()")
	c.encodeFields(p, t.Fields)
	p.open("switch")
	for _, v := range t.Variants {
		p.label("case m.", c.variants[variantOf{t, v}], " != nil")
		p.line("e.Field(", rawString(jsonString(t.Tag)+":"+jsonString(v.Tag)), ")")
		p.line("m.", c.variants[variantOf{t, v}], ".EncodeFields(e)")
	}
	p.close()
	p.line("e.EndObject()")
	p.close()
}

func (c *contract) encodeFields(p *printer, fields []*schema.Field) {
	for _, f := range fields {
		c.encodeField(p, f)
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
func (c *contract) encodeField(p *printer, f *schema.Field) {
	key := "e.Field(" + rawString(jsonString(f.Wire)+":") + ")"
	x := "m." + c.fields[f]
	switch store := storageOf(f); {
	case store == plain:
		p.line(key)
		c.encodeValue(p, f.Type, x, 1)
	case store == option:
		p.open("if v, ok := ", x, ".Get(); ok")
		p.line(key)
		c.encodeValue(p, f.Type, "v", 1)
		p.otherwise("if ", x, ".IsNull() ")
		p.line(key)
		p.line("e.Null()")
		p.close()
	case f.Optional:
		p.open("if ", x, " != nil")
		p.line(key)
		c.encodeValue(p, f.Type, deref(f, x), 1)
		p.close()
	default:
		p.line(key)
		p.open("if ", x, " == nil")
		p.line("e.Null()")
		p.otherwise()
		c.encodeValue(p, f.Type, deref(f, x), 1)
		p.close()
	}
}

// deref returns the value of a field that is there: x or *x. Methods of structs
// and unions are called on the pointer.
func deref(f *schema.Field, x string) string {
	if storageOf(f) == pointer && record(f.Type) == nil {
		return "*" + x
	}
	return x
}

// encodeValue writes the statements that encode x, which has the Go type of e.
// The depth tells nested loops apart.
func (c *contract) encodeValue(p *printer, e *schema.Expr, x string, depth int) {
	b := base(e)
	switch {
	case b.Kind == schema.ExprList:
		i := numbered("i", depth)
		p.line("e.BeginArray()")
		p.open("for ", i, " := range ", x)
		p.line("e.Elem()")
		c.encodeValue(p, b.Elem, x+"["+i+"]", depth+1)
		p.close()
		p.line("e.EndArray()")
	case b.Kind == schema.ExprMap:
		c.encodeMap(p, b, x, depth)
	case record(e) != nil:
		p.line(x, ".EncodeWire(e)")
	default:
		p.line(encodeScalar(e, x))
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
func (c *contract) encodeMap(p *printer, e *schema.Expr, x string, depth int) {
	k := numbered("k", depth)
	p.line("e.BeginObject()")
	p.open("for _, ", k, " := range ", p.use(wirePath, "SortedKeys"), "(", x, ")")
	p.line("e.MapKey(", keyString(e, k), ")")
	c.encodeValue(p, e.Elem, mapValue(p, e, x, depth), depth+1)
	p.close()
	p.line("e.EndObject()")
}

// keyString returns a map's key as a string.
func keyString(e *schema.Expr, k string) string {
	if e.Key == nil {
		return k
	}
	return convert(e.Key, goString, k)
}

// mapValue returns the value of a map at the key of a loop, in a variable when
// methods that need its address are called on it.
func mapValue(p *printer, e *schema.Expr, x string, depth int) string {
	value := x + "[" + numbered("k", depth) + "]"
	if record(e.Elem) == nil {
		return value
	}
	v := numbered("v", depth)
	p.line(v, " := ", value)
	return v
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
	schema.Bytes:     {"Bytes", goBytes},
	schema.Base64:    {"Base64", goBytes},
	schema.JSON:      {"JSON", scalarTypes[schema.JSON]},
}

// encodeScalar returns e.<Method>(<type>(<x>)), without a conversion that is
// not needed.
func encodeScalar(e *schema.Expr, x string) string {
	enc := encodings[base(e).Scalar]
	if t := enum(e); t != nil {
		enc = encodings[schema.String]
		if t.Numeric {
			enc = encodings[schema.Int53]
		}
	}
	return "e." + enc.method + "(" + convert(e, enc.param, x) + ")"
}

// numbered returns the name of a variable in a nested loop: i, i2, i3.
func numbered(name string, depth int) string {
	if depth == 1 {
		return name
	}
	return name + strconv.Itoa(depth)
}
