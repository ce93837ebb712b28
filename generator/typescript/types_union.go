package typescript

import "github.com/rtgen/rtgen/schema"

// unionMembers are the variants of a union, each told apart by the tag, and one
// for those that are newer than the client.
func (c *contract) unionMembers(t *schema.Type) []doc {
	var members []doc
	for _, v := range t.Variants {
		members = append(members, c.variant(t, v))
	}
	if !t.Closed {
		fields := []doc{text(c.readonly() + key(t.Tag) + `: "$unknown"`), text(c.readonly() + rawName(t) + ": unknown")}
		members = append(members, objectType(fields))
	}
	if len(t.Fields) == 0 {
		return members
	}
	var common []doc
	for _, f := range t.Fields {
		common = append(common, c.field(f))
	}
	if len(members) == 1 {
		return []doc{concat(objectType(common), text(" & "), members[0])}
	}
	return []doc{concat(objectType(common), text(" & "), alternatives(members))}
}

// alternatives is "(A | B)", or a line for each member.
func alternatives(members []doc) doc {
	return grouped(
		text("("), nest(softLine, grouped(ifBreak(text("| "), text("")), join(concat(line, text("| ")), aligned(members)))),
		softLine, text(")"),
	)
}

// variant writes the named type of a variant written in place, or:
//
//	({ kind: "text" } & TextBody)
func (c *contract) variant(t *schema.Type, v *schema.Variant) doc {
	if v.Type.Name == "" {
		return text(c.types[v.Type])
	}
	tag := objectType([]doc{text(c.readonly() + key(t.Tag) + ": " + quote(v.Tag))})
	if len(v.Type.Fields) == 0 {
		return tag
	}
	return concat(text("("), tag, text(" & "+c.types[v.Type]+")"))
}

// rawName is the field of an unknown variant that has it as it came.
func rawName(t *schema.Type) string {
	if t.Tag == "raw" {
		return "raw_"
	}
	return "raw"
}

// errorUnion writes:
//
//	export type SendMessageError =
//	  | { code: "notMember"; message?: string | undefined }
//	  | { code: "slowMode"; message?: string | undefined; retryAfter: number };
func (c *contract) errorUnion(u errorUnion) string {
	d := &comment{}
	d.add(u.doc)
	var members []doc
	if len(u.errors) > 0 {
		d.gap()
	}
	for _, e := range u.errors {
		d.list(e.Wire, e.Doc)
		fields := []doc{text(c.readonly() + "code: " + quote(e.Wire)), text(c.readonly() + "message?: string | undefined")}
		if e.Data != nil {
			for _, f := range e.Data.Fields {
				fields = append(fields, c.field(f))
			}
		}
		members = append(members, objectType(fields))
	}
	if u.more != "" {
		members = append(members, text(u.more))
	}
	return d.String(0) + declareType(u.name, members)
}
