package golang

import (
	"slices"

	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// defaultCount bounds lists and maps that the schema does not bound.
const defaultCount = 10_000

// An ident is the name of a Go type, with the path of its package unless it is
// predeclared.
type ident struct{ path, name string }

var (
	goString   = ident{"", "string"}
	goInt64    = ident{"", "int64"}
	goUint64   = ident{"", "uint64"}
	goBytes    = ident{"", "[]byte"}
	goTime     = ident{timePath, "Time"}
	goDuration = ident{timePath, "Duration"}
)

// scalarTypes holds the Go type of each scalar.
var scalarTypes = map[schema.Scalar]ident{
	schema.Bool:      {"", "bool"},
	schema.String:    goString,
	schema.Int32:     {"", "int32"},
	schema.Uint32:    {"", "uint32"},
	schema.Int53:     goInt64,
	schema.Int64:     goInt64,
	schema.Uint64:    goUint64,
	schema.Float32:   {"", "float32"},
	schema.Float64:   {"", "float64"},
	schema.Decimal:   {rtPath, "Decimal"},
	schema.Timestamp: goTime,
	schema.Date:      {rtPath, "Date"},
	schema.Duration:  goDuration,
	schema.UUID:      {rtPath, "UUID"},
	schema.URL:       goString,
	schema.Email:     goString,
	schema.Bytes:     goBytes,
	schema.Base64:    goBytes,
	schema.JSON:      {jsonPath, "RawMessage"},
}

// typeOf returns the parts of the Go type of e: names, and what stands between
// them.
func (c *contract) typeOf(e *schema.Expr) []ident {
	switch {
	case e.Kind == schema.ExprNamed:
		return []ident{{"", c.types[e.Named]}}
	case e.Kind == schema.ExprList:
		return append([]ident{{"", "[]"}}, c.typeOf(e.Elem)...)
	case e.Kind == schema.ExprMap && e.Key == nil:
		return append([]ident{{"", "map[string]"}}, c.typeOf(e.Elem)...)
	case e.Kind == schema.ExprMap:
		return slices.Concat([]ident{{"", "map["}}, c.typeOf(e.Key), []ident{{"", "]"}}, c.typeOf(e.Elem))
	}
	return []ident{scalarTypes[e.Scalar]}
}

// optOf returns what the rt.Opt of a field holds: of structs and unions a
// pointer, because they may contain themselves this way.
func (c *contract) optOf(f *schema.Field) []ident {
	if record(f.Type) != nil {
		return append([]ident{{"", "*"}}, c.typeOf(f.Type)...)
	}
	return c.typeOf(f.Type)
}

// fieldType writes the Go type of a field.
func (c *contract) fieldType(f *schema.Field) *jen.Statement {
	switch storageOf(f) {
	case pointer:
		return jen.Op("*").Add(typeCode(c.typeOf(f.Type)))
	case option:
		return jen.Qual(rtPath, "Opt").Types(typeCode(c.optOf(f)))
	}
	return typeCode(c.typeOf(f.Type))
}

// typeCode writes a type.
func typeCode(parts []ident) *jen.Statement {
	s := &jen.Statement{}
	for _, part := range parts {
		if part.path == "" {
			s.Op(part.name)
			continue
		}
		s.Qual(part.path, part.name)
	}
	return s
}

// base follows aliases to what e stands for.
func base(e *schema.Expr) *schema.Expr {
	for e.Kind == schema.ExprNamed && e.Named.Kind == schema.KindAlias {
		e = e.Named.Base
	}
	return e
}

// enum returns the enum that e stands for, or nil.
func enum(e *schema.Expr) *schema.Type {
	if b := base(e); b.Kind == schema.ExprNamed && b.Named.Kind == schema.KindEnum {
		return b.Named
	}
	return nil
}

// record returns the struct or union that e stands for, or nil.
func record(e *schema.Expr) *schema.Type {
	if b := base(e); b.Kind == schema.ExprNamed && b.Named.Kind != schema.KindEnum {
		return b.Named
	}
	return nil
}

// isNilable tells whether the Go type of e has a nil that can stand for absent
// or null, so that no pointer to it is needed.
func isNilable(e *schema.Expr) bool {
	switch b := base(e); b.Kind {
	case schema.ExprList, schema.ExprMap:
		return true
	case schema.ExprScalar:
		return b.Scalar == schema.Bytes || b.Scalar == schema.Base64 || b.Scalar == schema.JSON
	}
	return false
}

// A storage is the way in which a field keeps that it is absent or null.
type storage int

const (
	plain   storage = iota // it can be neither
	nilable                // nil
	pointer                // a nil pointer
	option                 // rt.Opt, for it can be either
)

func storageOf(f *schema.Field) storage {
	switch {
	case f.Optional && f.Nullable:
		return option
	case !f.Optional && !f.Nullable:
		return plain
	case isNilable(f.Type):
		return nilable
	}
	return pointer
}

// isOf tells whether a value with the Go type of e can be used where one of
// type t is wanted. Slices always can.
func isOf(e *schema.Expr, t ident) bool {
	switch {
	case isNilable(e):
		return true
	case e.Kind == schema.ExprNamed && (enum(e) != nil || !keepsMethods(e.Named)):
		return false
	}
	return scalarTypes[base(e).Scalar] == t
}

// convert returns x, which has the Go type of e, as a value of type to. Only
// predeclared types are asked for.
func convert(e *schema.Expr, to ident, x string) string {
	if isOf(e, to) {
		return x
	}
	return to.name + "(" + x + ")"
}
