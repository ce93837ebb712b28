package golang

import (
	"strconv"

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
func (c *contract) emitStructCheck(p *printer, t *schema.Type) {
	if !c.isRecursive[t] && !c.needChecks(t.Fields) {
		p.line()
		p.line("// CheckWire implements [wire.Value].")
		p.line("func (m *", c.types[t], ") CheckWire(c *", p.use(wirePath, "Checker"), ") {}")
		return
	}
	c.openCheck(p, t)
	c.checkFields(p, t.Fields)
	p.close()
}

func (c *contract) needChecks(fields []*schema.Field) bool {
	for _, f := range fields {
		if needsCheck(f.Type) {
			return true
		}
	}
	return false
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
func (c *contract) emitUnionCheck(p *printer, t *schema.Type) {
	c.openCheck(p, t)
	c.checkFields(p, t.Fields)
	p.line("set := 0")
	for _, v := range t.Variants {
		p.open("if m.", c.variants[variantOf{t, v}], " != nil")
		p.line("set++")
		p.line("m.", c.variants[variantOf{t, v}], ".CheckWire(c)")
		p.close()
	}
	p.open("if m.unknown != nil")
	p.line("set++")
	p.close()
	p.line("c.Variants(set)")
	p.close()
}

func (c *contract) openCheck(p *printer, t *schema.Type) {
	p.line()
	p.line("// CheckWire implements [wire.Value].")
	p.open("func (m *", c.types[t], ") CheckWire(c *", p.use(wirePath, "Checker"), ")")
	if c.isRecursive[t] {
		p.open("if c.TooDeep()")
		p.line("return")
		p.close()
	}
}

// emitValidate writes:
//
//	// Validate returns nil, or a [*wire.Error] with all that breaks the contract.
//	func (m *<Name>) Validate() error {
//		return wire.Validate(m)
//	}
func (c *contract) emitValidate(p *printer, t *schema.Type) {
	p.line()
	p.line("// Validate returns nil, or a [*wire.Error] with all that breaks the contract.")
	p.open("func (m *", c.types[t], ") Validate() error")
	p.line("return ", p.use(wirePath, "Validate"), "(m)")
	p.close()
}

// emitEnumCheck writes:
//
//	func (v <Name>) check(c *wire.Checker) {
//		c.Enum(v.Known(), "must be one of <wire>, …")
//	}
func (c *contract) emitEnumCheck(p *printer, t *schema.Type) {
	p.line()
	p.open("func (v ", c.types[t], ") check(c *", p.use(wirePath, "Checker"), ")")
	p.line("c.Enum(v.Known(), ", strconv.Quote(oneOf(enumTexts(t))), ")")
	p.close()
}

func (c *contract) checkFields(p *printer, fields []*schema.Field) {
	for _, f := range fields {
		if needsCheck(f.Type) {
			c.checkField(p, f)
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
func (c *contract) checkField(p *printer, f *schema.Field) {
	x := "m." + c.fields[f]
	store := storageOf(f)
	switch store {
	case plain:
	case option:
		p.open("if v, ok := ", x, ".Get(); ok")
		x = "v"
	default:
		p.open("if ", x, " != nil")
		if enum(f.Type) == nil { // which is checked by a method of its own
			x = deref(f, x)
		}
	}
	p.line("c.Field(", strconv.Quote(f.Wire), ")")
	c.checkValue(p, f.Type, x, 1)
	p.line("c.Up()")
	if store != plain {
		p.close()
	}
}

// needsCheck tells whether values with the Go type of e can break the contract.
func needsCheck(e *schema.Expr) bool {
	b := base(e)
	if b.Kind != schema.ExprScalar {
		return true
	}
	switch b.Scalar {
	case schema.Bool, schema.Timestamp, schema.JSON:
		return false
	case schema.Int32, schema.Uint32, schema.Int64, schema.Uint64, schema.Duration, schema.Bytes, schema.Base64:
		return b.Range != nil
	}
	return true
}

// checkValue writes the checks of x, which has the Go type of e, or is a
// pointer to a struct, union or enum. The depth tells nested loops apart.
func (c *contract) checkValue(p *printer, e *schema.Expr, x string, depth int) {
	b := base(e)
	switch {
	case b.Kind == schema.ExprList:
		checkCount(p, b, x)
		c.checkElements(p, b, x, depth)
	case b.Kind == schema.ExprMap:
		checkCount(p, b, x)
		c.checkEntries(p, b, x, depth)
	case enum(e) != nil:
		p.line(x, ".check(c)")
	case record(e) != nil:
		p.line(x, ".CheckWire(c)")
	default:
		c.checkScalar(p, e, x)
	}
}

func checkCount(p *printer, e *schema.Expr, x string) {
	p.line("c.Count(len(", x, "), ", strconv.Itoa(minCount(e)), ", ", strconv.Itoa(maxCount(e)), ")")
}

// checkElements writes:
//
//	for i := range <x> {
//		c.Index(i)
//		<checks>
//		c.Up()
//	}
func (c *contract) checkElements(p *printer, e *schema.Expr, x string, depth int) {
	if !needsCheck(e.Elem) {
		return
	}
	i := numbered("i", depth)
	p.open("for ", i, " := range ", x)
	p.line("c.Index(", i, ")")
	c.checkValue(p, e.Elem, x+"["+i+"]", depth+1)
	p.line("c.Up()")
	p.close()
}

// plainKey is the key of a map that names no type for it.
var plainKey = &schema.Expr{Kind: schema.ExprScalar, Scalar: schema.String}

// checkEntries writes:
//
//	for _, k := range wire.SortedKeys(<x>) {
//		c.MapKey(string(k))
//		<checks of the key>
//		<checks>
//		c.Up()
//	}
func (c *contract) checkEntries(p *printer, e *schema.Expr, x string, depth int) {
	key := e.Key
	if key == nil {
		key = plainKey
	}
	k := numbered("k", depth)
	p.open("for _, ", k, " := range ", p.use(wirePath, "SortedKeys"), "(", x, ")")
	p.line("c.MapKey(", keyString(e, k), ")")
	c.checkValue(p, key, k, depth+1)
	if needsCheck(e.Elem) {
		c.checkValue(p, e.Elem, mapValue(p, e, x, depth), depth+1)
	}
	p.line("c.Up()")
	p.close()
}

// checkScalar writes the checks of a scalar.
func (c *contract) checkScalar(p *printer, e *schema.Expr, x string) {
	b := base(e)
	text := convert(e, goString, x)
	length := func() {
		p.line("c.Length(", text, ", ", strconv.Itoa(minCount(b)), ", ", strconv.Itoa(maxLength(b)), ")")
	}
	switch b.Scalar {
	case schema.String:
		length()
	case schema.URL:
		length()
		p.line("c.URL(", text, ")")
	case schema.Email:
		if b.Range != nil {
			length()
		}
		p.line("c.Email(", text, ")")
	case schema.UUID:
		p.line("c.UUID(", text, ")")
	case schema.Date:
		p.line("c.Date(", text, ")")
	case schema.Decimal:
		p.line("c.Decimal(", text, ", ", strconv.Itoa(b.Precision), ", ", strconv.Itoa(b.Scale), ")")
	case schema.Bytes, schema.Base64:
		p.line("c.Size(len(", x, "), ", strconv.Itoa(minCount(b)), ", ", strconv.Itoa(maxLength(b)), ")")
	default:
		p.line(checkNumber(p, e, x))
	}
	if pattern := c.patterns[b]; pattern != "" {
		p.line("c.Pattern(", text, ", ", pattern, ")")
	}
}

// checkNumber returns the check of a number or duration.
func checkNumber(p *printer, e *schema.Expr, x string) string {
	b := base(e)
	low, high := bounds(b)
	check := func(method string, to ident, low, high string) string {
		return "c." + method + "(" + convert(e, to, x) + ", " + low + ", " + high + ")"
	}
	switch b.Scalar {
	case schema.Int53:
		if b.Range == nil {
			return "c.Int53(" + convert(e, goInt64, x) + ")"
		}
		return check("Int", goInt64, lowest(low, "-"+maxInt53), highest(high, maxInt53))
	case schema.Int32, schema.Int64:
		return check("Int", goInt64, lowest(low, p.limit(low, "MinInt64")), highest(high, p.limit(high, "MaxInt64")))
	case schema.Uint32, schema.Uint64:
		return check("Uint", goUint64, lowest(low, "0"), highest(high, p.limit(high, "MaxUint64")))
	case schema.Float32, schema.Float64:
		return check("Float", scalarTypes[schema.Float64], p.floatBound(low, "-1"), p.floatBound(high, "1"))
	}
	return check("Duration", goDuration, p.durationBound(low, "MinInt64"), p.durationBound(high, "MaxInt64"))
}
