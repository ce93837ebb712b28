package golang

import (
	"slices"
	"strconv"
	"strings"

	"github.com/rtgen/rtgen/schema"
)

// emitStructDecode writes:
//
//	// DecodeWire implements [wire.Unmarshaler].
//	func (m *<Name>) DecodeWire(d *wire.Decoder) {
//		<the loop of decodeObject>
//	}
func (c *contract) emitStructDecode(p *printer, t *schema.Type) {
	fields := c.emitFields(p, t)
	c.openDecode(p, t)
	c.decodeObject(p, t, fields)
	p.close()
}

func (c *contract) openDecode(p *printer, t *schema.Type) {
	p.line()
	p.line("// DecodeWire implements [wire.Unmarshaler].")
	p.open("func (m *", c.types[t], ") DecodeWire(d *", p.use(wirePath, "Decoder"), ")")
}

// emitUnionDecode writes:
//
//	// DecodeWire implements [wire.Unmarshaler].
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
//	<the loop of decodeObject, which skips what is not common>
func (c *contract) emitUnionDecode(p *printer, t *schema.Type) {
	var fields []*schema.Field
	if len(t.Fields) > 0 {
		fields = c.emitFields(p, t)
	}
	c.openDecode(p, t)
	if len(fields) > 0 {
		p.line("mark := d.Mark()")
	}
	p.open("switch d.Tag(", strconv.Quote(t.Tag), ")")
	var tags []string
	for _, v := range t.Variants {
		tags = append(tags, v.Tag)
		p.label("case ", strconv.Quote(v.Tag))
		p.line("m.", c.variants[variantOf{t, v}], " = new(", c.types[v.Type], ")")
		p.line("m.", c.variants[variantOf{t, v}], ".DecodeWire(d)")
	}
	p.label("default")
	p.line("m.unknown = d.UnknownVariant(", strconv.Quote(t.Tag), ", ", strconv.Quote(oneOf(tags)), ")")
	p.close()
	if len(fields) > 0 {
		p.line("d.Rewind(mark)")
		c.decodeObject(p, t, fields)
	}
	p.close()
}

// emitFields writes:
//
//	var <fields> = wire.Fields{Required: <n>, Names: []string{"<wire>", …}}
//
// It returns the fields in this order, the required ones first.
func (c *contract) emitFields(p *printer, t *schema.Type) []*schema.Field {
	required := slices.DeleteFunc(slices.Clone(t.Fields), func(f *schema.Field) bool { return !isRequired(f) })
	others := slices.DeleteFunc(slices.Clone(t.Fields), isRequired)
	fields := slices.Concat(required, others)
	var names []string
	for _, f := range fields {
		names = append(names, strconv.Quote(f.Wire))
	}
	settings := "Required: " + strconv.Itoa(len(required)) + ", Names: []string{" + strings.Join(names, ", ") + "}"
	if t.Kind == schema.KindUnion {
		settings += ", Partial: true"
	}
	p.line()
	p.line("var ", c.fieldsOf(t), " = ", p.use(wirePath, "Fields"), "{", settings, "}")
	return fields
}

// fieldsOf returns the name of the variable with the fields of t.
func (c *contract) fieldsOf(t *schema.Type) string { return "fieldsOf" + c.types[t] }

// decodeObject writes:
//
//	m.<Field> = <default>
//	for i := d.Object(&<fields>); i >= 0; i = d.Field() {
//		switch i {
//		case 0: // <wire>
//			<value>
//		}
//	}
func (c *contract) decodeObject(p *printer, t *schema.Type, fields []*schema.Field) {
	for _, f := range fields {
		if hasDefault(f) {
			p.line("m.", c.fields[f], " = ", c.defaultValue(p, f))
		}
	}
	if len(fields) == 0 {
		p.line("d.Object(&", c.fieldsOf(t), ")")
		return
	}
	p.open("for i := d.Object(&", c.fieldsOf(t), "); i >= 0; i = d.Field()")
	p.open("switch i")
	for i, f := range fields {
		p.depth--
		p.line("case ", strconv.Itoa(i), ": // ", strings.Join(docLines(f.Wire), " "))
		p.depth++
		c.decodeField(p, f)
	}
	p.close()
	p.close()
}

// hasDefault tells whether a field that does not come has a value.
func hasDefault(f *schema.Field) bool { return f.Default != nil && f.Default.Value != nil }

// isRequired tells whether a field has to come.
func isRequired(f *schema.Field) bool { return !f.Optional && f.Default == nil }

// decodeField writes the statements that read a field, null included.
func (c *contract) decodeField(p *printer, f *schema.Field) {
	x := "m." + c.fields[f]
	switch {
	case !f.Nullable:
		c.decodeInto(p, f, x)
		return
	case storageOf(f) == option:
		p.open("if d.Null()")
		p.line(x, " = ", p.use(rtPath, "Null"), "[", p.typ(c.optOf(f)), "]()")
		p.otherwise()
	case hasDefault(f):
		p.open("if d.Null()")
		p.line(x, " = nil")
		p.otherwise()
	default:
		p.open("if !d.Null()")
	}
	c.decodeInto(p, f, x)
	p.close()
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
func (c *contract) decodeInto(p *printer, f *schema.Field, x string) {
	scalar := c.decodeScalar(p, f.Type)
	switch store := storageOf(f); {
	case scalar != "" && store == pointer:
		p.line(x, " = new(", scalar, ")")
	case scalar != "" && store == option:
		p.line(x, " = ", p.use(rtPath, "Some"), "(", scalar, ")")
	case scalar != "":
		p.line(x, " = ", scalar)
	case store == pointer:
		p.line(x, " = new(", p.typ(c.typeOf(f.Type)), ")")
		c.decodeValue(p, f.Type, x, 1)
	case store == option && record(f.Type) != nil:
		p.line("v := new(", p.typ(c.typeOf(f.Type)), ")")
		c.decodeValue(p, f.Type, "v", 1)
		p.line(x, " = ", p.use(rtPath, "Some"), "(v)")
	case store == option:
		p.line("var v ", p.typ(c.typeOf(f.Type)))
		c.decodeValue(p, f.Type, "v", 2)
		p.line(x, " = ", p.use(rtPath, "Some"), "(v)")
	default:
		c.decodeValue(p, f.Type, x, 1)
	}
}

// decodeValue writes the statements that decode into x, which has the Go type
// of e, or is a pointer to a struct or union. The depth tells nested loops
// apart.
func (c *contract) decodeValue(p *printer, e *schema.Expr, x string, depth int) {
	switch base(e).Kind {
	case schema.ExprList:
		c.decodeList(p, e, x, depth)
	case schema.ExprMap:
		c.decodeMap(p, e, x, depth)
	default:
		p.line(x, ".DecodeWire(d)")
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
func (c *contract) decodeList(p *printer, e *schema.Expr, x string, depth int) {
	b := base(e)
	count := maxCount(b)
	p.open("if d.Array(", strconv.Itoa(count), ")")
	p.line(x, " = make(", p.typ(c.typeOf(e)), ", 0, ", strconv.Itoa(min(count, 4)), ")")
	p.open("for d.NextElem()")
	p.line(x, " = append(", x, ", ", c.decodeElem(p, b.Elem, depth), ")")
	p.close()
	p.close()
}

// decodeMap writes:
//
//	if d.Map(<max>) {
//		<x> = make(map[<Key>]<Elem>)
//		for d.NextEntry() {
//			<x>[<Key>(d.MapKey())] = <scalar>
//		}
//	}
//
// An element that is no scalar is decoded in a variable of its own.
func (c *contract) decodeMap(p *printer, e *schema.Expr, x string, depth int) {
	b := base(e)
	key := "d.MapKey()"
	if b.Key != nil && !isOf(b.Key, goString) {
		key = p.typ(c.typeOf(b.Key)) + "(" + key + ")"
	}
	p.open("if d.Map(", strconv.Itoa(maxCount(b)), ")")
	p.line(x, " = make(", p.typ(c.typeOf(e)), ")")
	p.open("for d.NextEntry()")
	p.line(x, "[", key, "] = ", c.decodeElem(p, b.Elem, depth))
	p.close()
	p.close()
}

// decodeElem returns what reads an element, or a variable that it was decoded
// into.
func (c *contract) decodeElem(p *printer, e *schema.Expr, depth int) string {
	if scalar := c.decodeScalar(p, e); scalar != "" {
		return scalar
	}
	v := numbered("v", depth)
	p.line("var ", v, " ", p.typ(c.typeOf(e)))
	c.decodeValue(p, e, v, depth+1)
	return v
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
	schema.Bytes:     {"Bytes", goBytes},
	schema.Base64:    {"Base64", goBytes},
	schema.JSON:      {"JSON", scalarTypes[schema.JSON]},
}

// decodeScalar returns <type>(d.<Method>()), without a conversion that is not
// needed, or "" when e is no scalar.
func (c *contract) decodeScalar(p *printer, e *schema.Expr) string {
	b := base(e)
	dec, ok := decodings[b.Scalar]
	if t := enum(e); t != nil {
		dec, ok = decodings[schema.String], true
		if t.Numeric {
			dec = decodings[schema.Int53]
		}
	}
	if !ok {
		return ""
	}
	value := "d." + dec.method + "()"
	if isOf(e, dec.result) && !(e.Kind == schema.ExprNamed && isNilable(e)) {
		return value
	}
	return p.typ(c.typeOf(e)) + "(" + value + ")"
}
