package golang

import (
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// emitEnum writes:
//
//	// <doc>
//	type <Name> string
//
//	// The values of <Name> that the contract knows.
//	const (
//		<Name><Value> <Name> = "<wire>"
//	)
//
// and the functions below. Numeric enums are of type int64.
func (c *contract) emitEnum(f *jen.File, t *schema.Type) {
	name := c.types[t]
	c.typeDoc(f, t)
	if t.Numeric {
		f.Type().Id(name).Int64()
	} else {
		f.Type().Id(name).String()
	}

	f.Line()
	comment(f, wrap("The values of "+name+" that the contract knows."))
	f.Const().DefsFunc(func(g *jen.Group) {
		for _, v := range t.Values {
			comment(g, v.Doc, sinceText(v.Since))
			deprecated(g, v.Deprecated, "", v.Doc != "" || v.Since != "")
			g.Id(valueName(name, v)).Id(name).Op("=").Add(enumLiteral(t, v))
		}
	})
	c.emitKnown(f, t)
	c.emitValues(f, t)
}

func enumLiteral(t *schema.Type, v *schema.EnumValue) jen.Code {
	if t.Numeric {
		return jen.Op(strconv.FormatInt(v.Number, 10))
	}
	return jen.Lit(v.Wire)
}

// emitKnown writes:
//
//	// Known tells whether the contract has v. A newer peer may know more values.
//	func (v <Name>) Known() bool {
//		switch v {
//		case <Name><Value>, …:
//			return true
//		}
//		return false
//	}
func (c *contract) emitKnown(f *jen.File, t *schema.Type) {
	name := c.types[t]
	f.Line()
	comment(f, "Known tells whether the contract has v. A newer peer may know more values.")
	method(f, "v", jen.Id(name), "Known").Bool().Block(
		jen.Switch(jen.Id("v")).Block(
			jen.Case(c.valueIDs(t)...).Block(jen.Return(jen.True())),
		),
		jen.Return(jen.False()),
	)
}

// emitValues writes:
//
//	// <Name>Values returns the values in the order of the contract.
//	func <Name>Values() []<Name> {
//		return []<Name>{<Name><Value>, …}
//	}
func (c *contract) emitValues(f *jen.File, t *schema.Type) {
	name := c.types[t]
	f.Line()
	comment(f, wrap(name+"Values returns the values in the order of the contract."))
	f.Func().Id(name + "Values").Params().Index().Id(name).Block(
		jen.Return(jen.Index().Id(name).Values(c.valueIDs(t)...)),
	)
}

func (c *contract) valueIDs(t *schema.Type) []jen.Code {
	var ids []jen.Code
	for _, v := range t.Values {
		ids = append(ids, jen.Id(valueName(c.types[t], v)))
	}
	return ids
}

func enumTexts(t *schema.Type) []string {
	var texts []string
	for _, v := range t.Values {
		if t.Numeric {
			texts = append(texts, strconv.FormatInt(v.Number, 10))
			continue
		}
		texts = append(texts, v.Wire)
	}
	return texts
}

// maxListed is how many values a message to a peer lists.
const maxListed = 20

// oneOf says which texts are allowed.
func oneOf(texts []string) string {
	if len(texts) > maxListed {
		texts = append(texts[:maxListed:maxListed], "…")
	}
	return "must be one of " + strings.Join(texts, ", ")
}
