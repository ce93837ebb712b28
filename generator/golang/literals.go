package golang

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"slices"
	"time"

	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// defaultValue writes the value of a field that did not come.
func (c *contract) defaultValue(f *schema.Field) jen.Code {
	value := c.literal(f.Type, f.Default)
	switch storageOf(f) {
	case pointer:
		return jen.New(c.goType(f.Type).Call(value))
	case option:
		return jen.Qual(rtPath, "Some").Call(c.goType(f.Type).Call(value))
	}
	return value
}

// literal writes l as a constant, or else a composite, that is assignable to
// the Go type of e.
func (c *contract) literal(e *schema.Expr, l *schema.Literal) *jen.Statement {
	b := base(e)
	switch v := l.Value.(type) {
	case *schema.EnumValue:
		return jen.Id(valueName(c.types[enum(e)], v))
	case bool:
		return jen.Lit(v)
	case *big.Rat:
		return number(b.Scalar, l.Raw, v)
	case string:
		return text(b.Scalar, v)
	case json.RawMessage:
		return c.composite(e, v)
	}
	return jen.Nil()
}

// number writes a number for a scalar.
func number(s schema.Scalar, written string, r *big.Rat) *jen.Statement {
	switch s {
	case schema.Duration:
		return millis(wholeDown(r))
	case schema.Decimal:
		return jen.Lit(written)
	case schema.Float32, schema.Float64:
		return jen.Op(floatText(r))
	case schema.JSON:
		return rawMessage(written)
	}
	return whole(wholeDown(r))
}

// text writes a string for a scalar that is written as one.
func text(s schema.Scalar, v string) *jen.Statement {
	switch s {
	case schema.Timestamp:
		if t, err := time.Parse(time.RFC3339Nano, v); err == nil {
			return timeLiteral(t.UTC())
		}
	case schema.Duration:
		if d, err := time.ParseDuration(v); err == nil {
			return millis(big.NewInt(d.Milliseconds()))
		}
	case schema.Int64, schema.Uint64:
		return jen.Op(v)
	case schema.Base64:
		if b, err := base64.StdEncoding.DecodeString(v); err == nil {
			return jen.Index().Byte().Call(jen.Lit(string(b)))
		}
	case schema.Bytes:
		return jen.Index().Byte().Call(jen.Lit(v))
	case schema.JSON:
		quoted, _ := json.Marshal(v) // a string always has a JSON form
		return rawMessage(string(quoted))
	}
	return jen.Lit(v)
}

// timeLiteral writes time.Date(2006, 1, 2, 15, 4, 5, 0, time.UTC).
func timeLiteral(t time.Time) *jen.Statement {
	return jen.Qual(timePath, "Date").Call(
		jen.Lit(t.Year()), jen.Lit(int(t.Month())), jen.Lit(t.Day()),
		jen.Lit(t.Hour()), jen.Lit(t.Minute()), jen.Lit(t.Second()), jen.Lit(t.Nanosecond()),
		jen.Qual(timePath, "UTC"),
	)
}

func rawMessage(text string) *jen.Statement {
	return jen.Qual(jsonPath, "RawMessage").Call(raw(text))
}

// composite writes a list or map of scalars given as JSON; of the scalar json
// it writes the text.
func (c *contract) composite(e *schema.Expr, text json.RawMessage) *jen.Statement {
	b := base(e)
	switch b.Kind {
	case schema.ExprList:
		var elems []json.RawMessage
		_ = json.Unmarshal(text, &elems) // the schema has checked it
		return c.goType(e).ValuesFunc(func(g *jen.Group) {
			for _, elem := range elems {
				g.Add(c.literal(b.Elem, c.parsed(b.Elem, elem)))
			}
		})
	case schema.ExprMap:
		var entries map[string]json.RawMessage
		_ = json.Unmarshal(text, &entries) // the schema has checked it
		values := jen.Dict{}
		for k, elem := range entries {
			values[jen.Lit(k)] = c.literal(b.Elem, c.parsed(b.Elem, elem))
		}
		return c.goType(e).Values(values)
	}
	return rawMessage(string(text))
}

// parsed returns a JSON text as the literal of a value of e.
func (c *contract) parsed(e *schema.Expr, text json.RawMessage) *schema.Literal {
	l := &schema.Literal{Raw: string(text), Value: text}
	if base(e).Scalar == schema.JSON {
		return l
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	_ = d.Decode(&v) // the schema has checked it
	switch v := v.(type) {
	case bool, string:
		l.Value = v
	case json.Number:
		r, _ := new(big.Rat).SetString(v.String())
		l.Value = r
	}
	if t := enum(e); t != nil {
		l.Value = enumValue(t, v)
	}
	return l
}

// enumValue returns the value that has v on the wire.
func enumValue(t *schema.Type, v any) *schema.EnumValue {
	i := slices.IndexFunc(t.Values, func(have *schema.EnumValue) bool {
		if n, ok := v.(json.Number); ok {
			return t.Numeric && n.String() == big.NewInt(have.Number).String()
		}
		return !t.Numeric && v == have.Wire
	})
	return t.Values[i]
}
