package golang

import (
	"strconv"
	"time"

	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// emitEvent writes one of:
//
//	var <name>Event = rt.Event[*<Payload>]{
//		Name: "<wire>",
//		…
//	}
//
//	var <name>Event = rt.AckEvent[*<Payload>, *<Ack>]{
//		Name: "<wire>",
//		…
//	}
func (c *contract) emitEvent(f *jen.File, e *event) {
	kind, types := "Event", []jen.Code{c.payloadType(e.Payload)}
	if e.HasAck {
		kind, types = "AckEvent", append(types, c.payloadType(e.Ack))
	}
	f.Line()
	f.Var().Id(e.variable).Op("=").Qual(rtPath, kind).Types(types...).ValuesFunc(func(g *jen.Group) {
		set := func(field string, value jen.Code) {
			g.Line().Id(field).Op(":").Add(value)
		}
		set("Name", jen.Lit(e.Wire))
		c.eventLimits(e, set)
		if e.HasAck {
			c.ackSettings(e, set)
		}
		g.Line()
	})
}

func (c *contract) eventLimits(e *event, set func(string, jen.Code)) {
	if e.Volatile && !e.HasAck {
		set("Volatile", jen.True())
	}
	if e.Rate != nil {
		set("Rate", jen.Qual(rtPath, "Rate").Values(
			jen.Id("Events").Op(":").Lit(e.Rate.Events),
			jen.Id("Per").Op(":").Add(duration(e.Rate.Per)),
			jen.Id("Burst").Op(":").Lit(e.Rate.Burst),
		))
	}
	if e.MaxSize > 0 {
		set("MaxSize", size(e.MaxSize))
	}
	if e.RejectUnknownFields {
		set("RejectUnknownFields", jen.True())
	}
	if e.Deprecated != "" {
		set("Deprecated", jen.Lit(e.Deprecated))
	}
}

func (c *contract) ackSettings(e *event, set func(string, jen.Code)) {
	if e.Timeout > 0 {
		set("Timeout", duration(e.Timeout))
	}
	if len(e.Errors) > 0 {
		set("Errors", codes(e.Errors))
	}
	if e.Idempotent != nil {
		key := converted(e.Idempotent.Type, goString, jen.Id("m").Dot(c.fields[e.Idempotent]))
		set("IdempotencyKey", jen.Func().Params(jen.Id("m").Add(c.payloadType(e.Payload))).String().Block(
			jen.Return(key),
		))
	}
}

// payloadType writes the type of a payload or an ack's value. It is a pointer:
// for all pointers together the compiler makes one instance of a generic
// function.
func (c *contract) payloadType(t *schema.Type) *jen.Statement {
	if t == nil {
		return jen.Qual(rtPath, "None")
	}
	return jen.Op("*").Id(c.types[t])
}

// codes writes []string{"<code>", …}.
func codes(errors []*schema.Error) *jen.Statement {
	return jen.Index().String().ValuesFunc(func(g *jen.Group) {
		for _, e := range errors {
			g.Lit(e.Wire)
		}
	})
}

// duration writes d in the largest unit that divides it.
func duration(d time.Duration) *jen.Statement {
	for _, unit := range []struct {
		size time.Duration
		name string
	}{{time.Hour, "Hour"}, {time.Minute, "Minute"}, {time.Second, "Second"}, {time.Millisecond, "Millisecond"}} {
		if d%unit.size != 0 {
			continue
		}
		if d == unit.size {
			return jen.Qual(timePath, unit.name)
		}
		return jen.Lit(int(d/unit.size)).Op("*").Qual(timePath, unit.name)
	}
	return jen.Op(strconv.FormatInt(int64(d), 10))
}

// size writes a number of bytes as the contract does: 6 << 20 is 6 MiB.
func size(n int64) *jen.Statement {
	for _, shift := range []int{20, 10} {
		if n%(1<<shift) == 0 {
			return jen.Op(strconv.FormatInt(n>>shift, 10)).Op("<<").Lit(shift)
		}
	}
	return jen.Op(strconv.FormatInt(n, 10))
}
