package golang

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

// maxParameters is how many fields the data of an error may have for its
// constructor to take them one by one.
const maxParameters = 4

// emitError writes one of:
//
//	// Err<Name> returns the error "<code>": <doc>
//	func Err<Name>() error {
//		return &rt.Error{Code: "<code>", Message: "<message>"}
//	}
//
//	func Err<Name>(<field> <type>, …) error {
//		return &rt.Error{Code: "<code>", Message: "<message>", Data: &<Name>Data{<Field>: <field>, …}}
//	}
//
//	func Err<Name>(data *<Type>) error {
//		return &rt.Error{Code: "<code>", Message: "<message>", Data: data}
//	}
func (c *contract) emitError(f *jen.File, e *errorNames) {
	f.Line()
	comment(f, wrap(e.function+" returns the error "+quote(e.Wire)+"."), e.Doc, retryText(e.Retryable))
	var params, data []jen.Code
	switch {
	case e.Data == nil:
	case e.Data.Name != "" || len(e.Data.Fields) > maxParameters:
		params = []jen.Code{jen.Id("data").Op("*").Id(c.types[e.Data])}
		data = []jen.Code{jen.Id("Data").Op(":").Id("data")}
	default:
		names := c.parameters(e.Data.Fields)
		var fields []jen.Code
		for i, field := range e.Data.Fields {
			params = append(params, jen.Id(names[i]).Add(c.fieldType(field)))
			fields = append(fields, jen.Id(c.fields[field]).Op(":").Id(names[i]))
		}
		data = []jen.Code{jen.Id("Data").Op(":").Op("&").Id(c.types[e.Data]).Values(fields...)}
	}
	values := append([]jen.Code{
		jen.Id("Code").Op(":").Lit(e.Wire),
		jen.Id("Message").Op(":").Lit(message(e)),
	}, data...)
	f.Func().Id(e.function).Params(params...).Error().Block(
		jen.Return(jen.Op("&").Qual(rtPath, "Error").Values(values...)),
	)
}

func retryText(retryable bool) string {
	if retryable {
		return "Trying again later can succeed."
	}
	return ""
}

// message returns what people read: the first paragraph of the documentation
// in one line, or else the code.
func message(e *errorNames) string {
	var words []string
	for _, line := range docLines(e.Doc) {
		if line == "" {
			break
		}
		words = append(words, line)
	}
	if len(words) == 0 {
		return e.Wire
	}
	return strings.Join(words, " ")
}
