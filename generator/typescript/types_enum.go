package typescript

import (
	"strings"

	"github.com/rtgen/rtgen/schema"
)

// enum writes:
//
//	export type Availability = "online" | "away" | rt.Unrecognized;
//	export const availabilityValues: readonly rt.Known<Availability>[] = [...];
//	export function isKnownAvailability(value: unknown): value is rt.Known<Availability> {...}
func (c *contract) enum(t *schema.Type, name string) []string {
	var members []doc
	var literals []string
	for _, v := range t.Values {
		literals = append(literals, enumLiteral(t, v))
	}
	members = texts(literals)
	known := name
	if !t.Closed {
		members = append(members, text(unrecognized(t)))
		known = "rt.Known<" + name + ">"
	}
	values := array(texts(literals))
	if t.Numeric {
		values = numbers(literals, 0)
	}
	list := assignment(text("export const "+valuesName(name)+": readonly "+known+"[]"), values)
	declarations := []string{
		enumDoc(t).String(0) + declareType(name, members),
		"/** Every known `" + name + "`, in the order of the contract: for menus. */\n" + print(concat(list, text(";")), 0),
	}
	if t.Numeric {
		declarations = append(declarations, enumNames(t, name))
	}
	if !t.Closed {
		declarations = append(declarations, enumGuard(name, known))
	}
	return declarations
}

func enumLiteral(t *schema.Type, v *schema.EnumValue) string {
	if t.Numeric {
		return integer(v.Number)
	}
	return quote(v.Wire)
}

func unrecognized(t *schema.Type) string {
	if t.Numeric {
		return "rt.Unrecognized<number>"
	}
	return "rt.Unrecognized"
}

// enumDoc is the comment of an enum, in which its values are listed: editors
// show no comments of union members.
func enumDoc(t *schema.Type) *comment {
	d := docOf(t.Doc, "", "")
	told := t.Numeric
	for _, v := range t.Values {
		told = told || v.Doc != "" || v.Deprecated != ""
	}
	if told {
		d.gap()
		for _, v := range t.Values {
			d.list(strings.Trim(enumLiteral(t, v), `"'`), valueDoc(t, v))
		}
	}
	d.tags(t.Since, t.Deprecated)
	return d
}

func valueDoc(t *schema.Type, v *schema.EnumValue) string {
	var parts []string
	if t.Numeric {
		parts = append(parts, v.Name)
	}
	if v.Doc != "" {
		parts = append(parts, v.Doc)
	}
	if v.Deprecated != "" {
		parts = append(parts, "Deprecated: "+v.Deprecated)
	}
	return strings.Join(parts, ". ")
}

// enumNames writes:
//
//	export const Priority: { readonly low: 1; readonly high: 2 } = {
//	  low: 1,
//	  high: 2,
//	};
func enumNames(t *schema.Type, name string) string {
	var types, values []doc
	for _, v := range t.Values {
		types = append(types, text("readonly "+v.Name+": "+integer(v.Number)))
		values = append(values, text(v.Name+": "+integer(v.Number)))
	}
	return "/** The values of `" + name + "` by name. */\n" + print(concat(
		text("export const "+name+": "), objectType(types), text(" = "), expanded(values), text(";"),
	), 0)
}

// enumGuard writes the function that narrows to the known values.
func enumGuard(name, known string) string {
	head := grouped(
		text("export function "+guardName(name)+"("), nest(softLine, text("value: unknown")), ifBreak(text(","), text("")),
		softLine, text("): value is "+known+" {"),
	)
	return "/** Tells whether this client knows the value. */\n" + print(concat(
		head, nest(hardLine, constant(text("const known: readonly unknown[]"), text(valuesName(name))), text(";"),
			hardLine, text("return known.includes(value);")), hardLine, text("}"),
	), 0)
}
