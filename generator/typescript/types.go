package typescript

import (
	"github.com/rtgen/rtgen/schema"
)

// A typesView prints <package>.types.ts.
type typesView struct {
	Imports  string
	Sections []sectionView
}

type sectionView struct {
	Title string
	Types []string // declarations with their comments
}

func (c *contract) typesView() any {
	v := typesView{Imports: c.modules(importRuntime)}
	for _, s := range c.sections {
		view := sectionView{Title: s.title}
		for _, t := range s.types {
			view.Types = append(view.Types, c.declaration(t)...)
		}
		for _, e := range s.errs {
			view.Types = append(view.Types, c.errorUnion(e))
		}
		if len(view.Types) > 0 {
			v.Sections = append(v.Sections, view)
		}
	}
	return v
}

// declaration returns what declares t: an exported type and, for an enum, what
// goes with it.
func (c *contract) declaration(t *schema.Type) []string {
	name := c.types[t]
	if t.Kind == schema.KindEnum {
		return c.enum(t, name)
	}
	head := docOf(t.Doc, t.Since, t.Deprecated).String(0)
	switch t.Kind {
	case schema.KindUnion:
		return []string{head + declareType(name, c.unionMembers(t))}
	case schema.KindAlias:
		return []string{head + declareType(name, []doc{c.alias(t, name)})}
	}
	return []string{head + c.structure(t, name)}
}

// declareType writes:
//
//	export type <name> = A | B;
func declareType(name string, members []doc) string {
	left := text("export type " + name)
	if len(members) == 1 {
		return print(concat(assignment(left, members[0]), text(";")), 0)
	}
	return print(concat(left, text(" ="), typeUnion(members), text(";")), 0)
}

// structure writes:
//
//	export type <name> = {
//	  /** ... */
//	  id: UserID;
//	};
func (c *contract) structure(t *schema.Type, name string) string {
	var members []doc
	if v, ok := c.inline[t]; ok {
		members = append(members, text(c.readonly()+key(v.field)+": "+quote(v.value)))
	}
	for _, f := range t.Fields {
		members = append(members, concat(lines(c.fieldDoc(f)), c.field(f)))
	}
	if len(members) == 0 {
		return declareType(name, []doc{text("{ [field: string]: never }")})
	}
	body := concat(
		text("{"), nest(hardLine, join(concat(text(";"), hardLine), members)), text(";"), hardLine, text("}"),
	)
	return print(concat(assignment(text("export type "+name), body), text(";")), 0)
}

// fieldDoc is the comment of a field, with what a sender may leave out.
func (c *contract) fieldDoc(f *schema.Field) string {
	d := docOf(f.Doc, "", "")
	if f.Default != nil {
		d.tag("defaultValue", f.Default.Raw)
	}
	d.tags(f.Since, f.Deprecated)
	return d.String(2)
}

// field writes:
//
//	<name>?: T | null | undefined
func (c *contract) field(f *schema.Field) doc {
	name := c.readonly() + key(f.Wire)
	optional := f.Optional || f.Default != nil
	if optional {
		name += "?"
	}
	members := []doc{c.expr(f.Type)}
	if !isAny(f.Type) {
		if f.Nullable {
			members = append(members, text("null"))
		}
		if optional {
			members = append(members, text("undefined"))
		}
	}
	if f.Nullable && !optional && f.Type.Kind != schema.ExprList {
		return concat(text(name+": "), join(text(" | "), members)) // Prettier never breaks "T | null"
	}
	return concat(text(name+":"), typeUnion(members))
}

// isAny tells whether the type holds null and undefined already.
func isAny(e *schema.Expr) bool {
	if e.Kind == schema.ExprNamed && e.Named.Kind == schema.KindAlias {
		return isAny(e.Named.Base)
	}
	return e.Kind == schema.ExprScalar && e.Scalar == schema.JSON
}

func (c *contract) readonly() string {
	if c.options.Immutable {
		return "readonly "
	}
	return ""
}

// alias is what an alias stands for. Every string is a flavour of its own.
func (c *contract) alias(t *schema.Type, name string) doc {
	if t.Base.Kind == schema.ExprScalar && isText(t.Base.Scalar) {
		return typeArguments("rt.Flavor", "string", quote(name))
	}
	return c.expr(t.Base)
}

// expr is the type of an expression in the file of types.
func (c *contract) expr(e *schema.Expr) doc {
	switch e.Kind {
	case schema.ExprNamed:
		return text(c.types[e.Named])
	case schema.ExprList:
		elem := c.expr(e.Elem)
		if !c.options.Immutable {
			return concat(elem, text("[]"))
		}
		if e.Elem.Kind == schema.ExprList {
			elem = concat(text("("), elem, text(")"))
		}
		return concat(text("readonly "), elem, text("[]"))
	case schema.ExprMap:
		return objectType([]doc{concat(text(c.readonly()+"[key: string]: "), c.expr(e.Elem))})
	}
	return text(scalars[e.Scalar])
}

var scalars = map[schema.Scalar]string{
	schema.Bool: "boolean", schema.String: "string", schema.UUID: "string", schema.URL: "string",
	schema.Email: "string", schema.Date: "string", schema.Base64: "string",
	schema.Int32: "number", schema.Uint32: "number", schema.Int53: "number", schema.Float32: "number",
	schema.Float64: "number", schema.Duration: "number",
	schema.Int64: "rt.Int64", schema.Uint64: "rt.Int64", schema.Decimal: "rt.Decimal",
	schema.Timestamp: "rt.Timestamp", schema.Bytes: "rt.Bytes", schema.JSON: "unknown",
}

// isText tells whether a scalar is a string in TypeScript.
func isText(s schema.Scalar) bool {
	switch scalars[s] {
	case "string", "rt.Int64", "rt.Decimal", "rt.Timestamp":
		return true
	}
	return false
}
