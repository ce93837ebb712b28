package typescript

import "strings"

// typeArguments is "name<a, b>". Prettier never breaks after the bracket of a
// lone argument.
func typeArguments(name string, arguments ...string) doc {
	if len(arguments) == 1 {
		return text(name + "<" + arguments[0] + ">")
	}
	return concat(text(name), grouped(
		text("<"), nest(softLine, join(concat(text(","), line), texts(arguments))), softLine, text(">"),
	))
}

// lines is source that is printed as it is: a comment that ends in a line
// break and the indentation of what follows.
func lines(s string) doc {
	return text(s)
}

func texts(items []string) []doc {
	docs := make([]doc, len(items))
	for i, s := range items {
		docs[i] = text(s)
	}
	return docs
}

// A parameter of a function type: "payload: t.Message".
type parameter struct{ name, typ string }

// functionType is "(a: A, b: B) => result".
func functionType(result doc, parameters ...parameter) doc {
	var list []doc
	for _, p := range parameters {
		list = append(list, text(p.name+": "+p.typ))
	}
	return functionOf(list, result)
}

// functionOf is functionType with parameters whose types can be broken.
func functionOf(parameters []doc, result doc) doc {
	if len(parameters) == 0 {
		return concat(text("() => "), result)
	}
	return grouped(
		text("("), nest(softLine, join(concat(text(","), line), parameters)),
		ifBreak(text(","), text("")), softLine, text(") => "), result,
	)
}

// typeUnion is what follows "type X =" or "field:": the members on the same
// line, on the next, or one on each.
func typeUnion(members []doc) doc {
	if len(members) == 1 {
		return concat(text(" "), members[0])
	}
	return grouped(nest(line, grouped(
		ifBreak(text("| "), text("")), join(concat(line, text("| ")), aligned(members)),
	)))
}

// aligned indents members of a union behind their bars.
func aligned(members []doc) []doc {
	docs := make([]doc, len(members))
	for i, m := range members {
		docs[i] = nest(m)
	}
	return docs
}

// objectType is "{ a: A; b: B }".
func objectType(members []doc) doc {
	return grouped(
		text("{"), nest(line, join(concat(text(";"), line), members)),
		ifBreak(text(";"), text("")), line, text("}"),
	)
}

// object is "{ a: 1, b: 2 }".
func object(properties []doc) doc {
	if len(properties) == 0 {
		return text("{}")
	}
	return grouped(
		text("{"), nest(line, join(concat(text(","), line), properties)),
		ifBreak(text(","), text("")), line, text("}"),
	)
}

// expanded is object with a line for each property.
func expanded(properties []doc) doc {
	return grouped(text("{"), nest(hardLine, join(concat(text(","), hardLine), properties)), text(","), hardLine, text("}"))
}

// array is "[a, b]".
func array(items []doc) doc {
	if len(items) == 0 {
		return text("[]")
	}
	return grouped(
		text("["), nest(softLine, join(concat(text(","), line), items)),
		ifBreak(text(","), text("")), softLine, text("]"),
	)
}

// pairs is an array of arrays. Prettier gives each a line of its own when
// there are several.
func pairs(items [][]doc) doc {
	var list []doc
	for _, item := range items {
		list = append(list, array(item))
	}
	if len(items) < 2 {
		return array(list)
	}
	return grouped(text("["), nest(hardLine, join(concat(text(","), hardLine), list)), text(","), hardLine, text("]"))
}

// numbers is an array of numbers, of which a line holds as many as fit.
func numbers(items []string, indent int) doc {
	lines := []doc{}
	row := ""
	for i, item := range items {
		if i < len(items)-1 {
			item += ","
		}
		switch {
		case row == "":
			row = item
		case indent+2+len(row)+1+len(item) <= lineWidth:
			row += " " + item
		default:
			lines = append(lines, text(row))
			row = item
		}
	}
	lines = append(lines, text(row))
	filled := concat(nest(softLine, join(softLine, lines)), text(","), softLine)
	return grouped(text("["), ifBreak(filled, text(strings.Join(items, ", "))), text("]"))
}

// assignment is "left = right": the right side goes to the next line when not
// even its beginning fits behind the equals sign.
func assignment(left, right doc) doc {
	return concat(grouped(left), text(" ="), follow(right))
}

// follow puts right behind an equals sign or colon.
func follow(right doc) doc {
	gap := grouped(nest(line))
	return concat(gap, indentIfBreak(gap.group, grouped(right)))
}

// constant is "left = right" for a right side that hardly can be broken: a
// call with one short argument.
func constant(left, right doc) doc {
	return concat(grouped(left), text(" ="), grouped(nest(line, right)))
}

// call is "name(a, b)".
func call(name string, arguments ...string) doc {
	return grouped(
		text(name+"("), nest(softLine, join(concat(text(","), line), texts(arguments))),
		ifBreak(text(","), text("")), softLine, text(")"),
	)
}

// typeArgument is "name<argument>" for an argument that has arguments itself.
func typeArgument(name string, argument doc) doc {
	return concat(text(name), grouped(text("<"), nest(softLine, argument), softLine, text(">")))
}

// heritage is "interface name extends A, B {".
func heritage(name string, bases ...string) doc {
	return grouped(
		text("export interface "+name),
		nest(line, text("extends"), grouped(nest(line, join(concat(text(","), line), texts(bases))))), text(" {"),
	)
}

// functionHead is "export function name(a: A): result {".
func functionHead(name string, result doc, parameters ...string) doc {
	if len(parameters) == 0 {
		return concat(text("export function "+name+"(): "), result, text(" {"))
	}
	return grouped(
		text("export function "+name+"("), nest(softLine, join(concat(text(","), line), texts(parameters))),
		ifBreak(text(","), text("")), softLine, text("): "), result, text(" {"),
	)
}

// stringProperty is `key: "value"`.
func stringProperty(key, value string) doc {
	return grouped(text(key+":"), nest(line, text(quote(value))))
}

// property is "key: value".
func property(key string, value doc) doc {
	return concat(text(key+": "), value)
}

func quotes(values []string) []doc {
	docs := make([]doc, len(values))
	for i, v := range values {
		docs[i] = text(quote(v))
	}
	return docs
}
