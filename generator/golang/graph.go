package golang

import (
	"slices"

	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/schema"
)

// study finds out what the emitters ask about types besides their names: which
// are variants of unions, which can contain themselves, and what patterns are
// called.
func (c *contract) study() {
	all := c.allTypes()
	c.isVariant = map[*schema.Type]bool{}
	c.patterns = map[*schema.Expr]string{}
	c.patternsOf = map[*schema.Type][]*schema.Expr{}
	c.isRecursive = recursive(all)
	c.isSensitive = findSensitive(all)
	c.findDirections()
	for _, t := range all {
		for _, v := range t.Variants {
			c.isVariant[v.Type] = true
		}
		c.namePatterns(t)
		if c.isReceived[t] {
			c.declare(&c.scope, c.fieldsOf(t), "the fields of "+c.types[t], t.Pos)
		}
	}
}

// allTypes returns every type that is written: the declared ones, those
// written in place, and the keys of rooms.
func (c *contract) allTypes() []*schema.Type {
	all := slices.Clone(c.declared)
	for _, n := range c.namespaces {
		all = append(all, n.types...)
		for _, r := range n.rooms {
			all = append(all, r.Key)
		}
	}
	return all
}

// namePatterns names the regular expressions of t after the place where each
// is written: skuPattern for an alias, orderCustomerPattern for a field. An
// expression that two types share is written with the first.
func (c *contract) namePatterns(t *schema.Type) {
	for _, p := range patternsIn(t.Base) {
		c.namePattern(t, p.expr, p.place)
	}
	for _, f := range t.Fields {
		for _, p := range patternsIn(f.Type) {
			c.namePattern(t, p.expr, generator.GoExported(f.Name)+p.place)
		}
	}
}

func (c *contract) namePattern(t *schema.Type, e *schema.Expr, place string) {
	if _, ok := c.patterns[e]; ok {
		return
	}
	c.patterns[e] = lower(c.types[t]) + place + "Pattern"
	c.patternsOf[t] = append(c.patternsOf[t], e)
	c.declare(&c.scope, c.patterns[e], "a pattern of "+c.types[t], t.Pos)
}

// A placed pattern is an expression with a pattern, and where it stands in a
// larger one.
type placedPattern struct {
	expr  *schema.Expr
	place string
}

// patternsIn lists the patterns written in e, not those of the types it names.
func patternsIn(e *schema.Expr) []placedPattern {
	if e == nil {
		return nil
	}
	var list []placedPattern
	if e.Pattern != "" {
		list = append(list, placedPattern{e, ""})
	}
	for _, p := range patternsIn(e.Elem) {
		list = append(list, placedPattern{p.expr, "Elem" + p.place})
	}
	for _, p := range patternsIn(e.Key) {
		list = append(list, placedPattern{p.expr, "Key" + p.place})
	}
	return list
}

// recursive returns the types of which a value can contain another of the same
// type: those on a cycle of the graph of types, by Tarjan's algorithm.
func recursive(types []*schema.Type) map[*schema.Type]bool {
	g := cycles{index: map[*schema.Type]int{}, low: map[*schema.Type]int{}, open: map[*schema.Type]bool{}, found: map[*schema.Type]bool{}}
	for _, t := range types {
		if _, ok := g.index[t]; !ok {
			g.visit(t)
		}
	}
	return g.found
}

type cycles struct {
	index, low map[*schema.Type]int
	open       map[*schema.Type]bool
	stack      []*schema.Type
	found      map[*schema.Type]bool
}

func (g *cycles) visit(t *schema.Type) {
	g.index[t], g.low[t] = len(g.index), len(g.index)
	g.stack = append(g.stack, t)
	g.open[t] = true
	for _, next := range parts(t) {
		if _, ok := g.index[next]; !ok {
			g.visit(next)
			g.low[t] = min(g.low[t], g.low[next])
		} else if g.open[next] {
			g.low[t] = min(g.low[t], g.index[next])
		}
		g.found[t] = g.found[t] || next == t
	}
	if g.low[t] == g.index[t] {
		g.closeComponent(t)
	}
}

// closeComponent takes the types above t, and t, off the stack: they reach one
// another.
func (g *cycles) closeComponent(t *schema.Type) {
	i := slices.Index(g.stack, t)
	for _, member := range g.stack[i:] {
		g.open[member] = false
		g.found[member] = g.found[member] || len(g.stack)-i > 1
	}
	g.stack = g.stack[:i]
}

// parts returns the types that t mentions.
func parts(t *schema.Type) []*schema.Type {
	types := mentioned(nil, t.Base)
	for _, f := range t.Fields {
		types = mentioned(types, f.Type)
	}
	for _, v := range t.Variants {
		types = append(types, v.Type)
	}
	return types
}

func mentioned(types []*schema.Type, e *schema.Expr) []*schema.Type {
	if e == nil {
		return types
	}
	if e.Named != nil {
		types = append(types, e.Named)
	}
	return mentioned(mentioned(types, e.Elem), e.Key)
}
