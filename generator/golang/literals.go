package golang

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"github.com/rtgen/rtgen/schema"
)

// defaultValue returns the value of a field that did not come.
func (c *contract) defaultValue(p *printer, f *schema.Field) string {
	value := c.literal(p, f.Type, f.Default)
	return c.stored(p, f, value)
}

// stored returns a value of the type of a field in the way the field keeps it.
func (c *contract) stored(p *printer, f *schema.Field, value string) string {
	isRecord := record(f.Type) != nil
	switch store := storageOf(f); {
	case store == pointer && isRecord:
		return "&" + value
	case store == pointer:
		return "new(" + p.typ(c.typeOf(f.Type)) + "(" + value + "))"
	case store == option && isRecord:
		return p.use(rtPath, "Some") + "(&" + value + ")"
	case store == option:
		return p.use(rtPath, "Some") + "(" + p.typ(c.typeOf(f.Type)) + "(" + value + "))"
	}
	return value
}

// literal returns l as a constant, or else a composite, that is assignable to
// the Go type of e.
func (c *contract) literal(p *printer, e *schema.Expr, l *schema.Literal) string {
	b := base(e)
	switch v := l.Value.(type) {
	case *schema.EnumValue:
		return valueName(c.types[enum(e)], v)
	case bool:
		return strconv.FormatBool(v)
	case *big.Rat:
		return p.number(b, v)
	case string:
		return p.text(b, v)
	case json.RawMessage:
		return c.fromJSON(p, e, v)
	}
	return "nil"
}

// number returns a number as a literal of a scalar.
func (p *printer) number(e *schema.Expr, r *big.Rat) string {
	switch e.Scalar {
	case schema.Duration:
		return wholeDown(r).String() + " * " + p.use(timePath, "Millisecond")
	case schema.Decimal:
		return strconv.Quote(r.FloatString(e.Scale))
	case schema.Float32, schema.Float64:
		return floatText(r)
	}
	return wholeDown(r).String()
}

// text returns a string as a literal of a scalar that is written as one.
func (p *printer) text(e *schema.Expr, v string) string {
	switch e.Scalar {
	case schema.Timestamp:
		t, _ := time.Parse(time.RFC3339, v) // the schema has checked it
		return p.time(t.UTC())
	case schema.Int64, schema.Uint64:
		return v
	case schema.Bytes, schema.Base64:
		b, _ := base64.StdEncoding.DecodeString(v) // the schema has checked it
		return "[]byte(" + strconv.Quote(string(b)) + ")"
	}
	return strconv.Quote(v)
}

// time returns time.Date(2006, 1, 2, 15, 4, 5, 0, time.UTC).
func (p *printer) time(t time.Time) string {
	return fmt.Sprintf("%s(%d, %d, %d, %d, %d, %d, %d, %s)", p.use(timePath, "Date"),
		t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), p.use(timePath, "UTC"))
}
