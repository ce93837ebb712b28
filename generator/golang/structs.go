package golang

import (
	"strings"
	"unicode"

	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// emitStruct writes:
//
//	// <doc>
//	type <Name> struct {
//		// <doc>
//		<Field> <type> `json:"<wire>"`
//	}
func (c *contract) emitStruct(f *jen.File, t *schema.Type) {
	name := c.types[t]
	c.typeDoc(f, t)
	f.Type().Id(name).StructFunc(func(g *jen.Group) {
		for _, field := range t.Fields {
			c.emitField(g, field)
		}
	})
	c.emitLogValue(f, t)
}

func (c *contract) emitField(g *jen.Group, field *schema.Field) {
	comment(g, field.Doc, sinceText(field.Since), exampleText(field.Example))
	deprecated(g, field.Deprecated, "", field.Doc != "" || field.Since != "" || field.Example != nil)
	g.Id(c.fields[field]).Add(c.fieldType(field)).Tag(map[string]string{"json": jsonTag(field)})
}

// typeDoc writes the documentation of a type, or what it is when it has none.
func (c *contract) typeDoc(f *jen.File, t *schema.Type) {
	doc := t.Doc
	if doc == "" {
		doc = wrap(c.types[t] + " is " + c.what[t] + ".")
	}
	f.Line()
	comment(f, doc, sinceText(t.Since))
	deprecated(f, t.Deprecated, "", true)
}

func exampleText(l *schema.Literal) string {
	if l == nil {
		return ""
	}
	return "Example: " + l.Raw
}

// jsonTag returns the tag that makes encoding/json use the field's name on the
// wire. A name that a tag cannot hold takes the field out.
func jsonTag(f *schema.Field) string {
	if strings.ContainsFunc(f.Wire, notInTag) {
		return "-"
	}
	tag := f.Wire
	if f.Optional {
		tag += ",omitzero"
	}
	if b := base(f.Type); b.Scalar == schema.Int64 || b.Scalar == schema.Uint64 {
		tag += ",string"
	}
	if tag == "-" {
		return "-,"
	}
	return tag
}

// notInTag tells which characters encoding/json takes in no name, and the
// space, about which vet complains.
func notInTag(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~", r)
}
