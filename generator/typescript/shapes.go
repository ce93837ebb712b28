package typescript

import "github.com/rtgen/rtgen/schema"

// shapes finds the types that have to be made ready after they are received:
// those that hold binary data or a union that may have grown.
type shapes struct {
	contract *contract
	needed   map[*schema.Type]bool
	order    []*schema.Type // with a shape of their own, needed ones first
	place    map[*schema.Type]int
}

func newShapes(c *contract) *shapes {
	return &shapes{contract: c, needed: map[*schema.Type]bool{}, place: map[*schema.Type]int{}}
}

// collect decides which types need a shape and in which order they are
// declared, so that only types that contain themselves are looked up late.
func (s *shapes) collect() {
	for grown := true; grown; {
		grown = false
		for _, sec := range s.contract.sections {
			for _, t := range sec.types {
				if !s.needed[t] && s.holds(t) {
					s.needed[t] = true
					grown = true
				}
			}
		}
	}
	for _, n := range s.contract.namespaces {
		for _, t := range n.receivedTypes() {
			s.visit(t)
		}
	}
}

// receivedTypes are those that a client reads from the wire.
func (n *namespace) receivedTypes() []*schema.Type {
	var types []*schema.Type
	for _, e := range n.sent {
		types = append(types, e.Ack)
		types = append(types, errorData(e.Errors)...)
	}
	for _, e := range n.received {
		types = append(types, e.Payload)
	}
	for _, r := range n.rooms {
		types = append(types, r.Join.Ack)
		types = append(types, errorData(r.Join.Errors)...)
	}
	return types
}

// errorData returns the types of the data of errors, nil where there is none.
func errorData(errs []*schema.Error) []*schema.Type {
	types := make([]*schema.Type, len(errs))
	for i, e := range errs {
		types[i] = e.Data
	}
	return types
}

// holds tells whether t needs a shape, as far as its parts are known.
func (s *shapes) holds(t *schema.Type) bool {
	if t.Kind == schema.KindUnion && !t.Closed {
		return true
	}
	for _, e := range parts(t) {
		if s.exprNeeds(e) {
			return true
		}
	}
	for _, v := range t.Variants {
		if s.needed[v.Type] {
			return true
		}
	}
	return false
}

// parts are the expressions a type is made of, variants aside.
func parts(t *schema.Type) []*schema.Expr {
	if t.Kind == schema.KindAlias {
		return []*schema.Expr{t.Base}
	}
	exprs := make([]*schema.Expr, len(t.Fields))
	for i, f := range t.Fields {
		exprs[i] = f.Type
	}
	return exprs
}

func (s *shapes) exprNeeds(e *schema.Expr) bool {
	switch e.Kind {
	case schema.ExprNamed:
		return s.needed[e.Named]
	case schema.ExprList, schema.ExprMap:
		return s.exprNeeds(e.Elem)
	}
	return e.Scalar == schema.Bytes
}

// visit puts what t needs in front of t.
func (s *shapes) visit(t *schema.Type) {
	if t == nil || !s.needed[t] || s.place[t] != 0 {
		return
	}
	s.place[t] = -1 // being visited: who needs it meanwhile comes before it
	for _, e := range parts(t) {
		for e.Kind == schema.ExprList || e.Kind == schema.ExprMap {
			e = e.Elem
		}
		if e.Kind == schema.ExprNamed {
			s.visit(e.Named)
		}
	}
	for _, v := range t.Variants {
		s.visit(v.Type)
	}
	s.order = append(s.order, t)
	s.place[t] = len(s.order)
}

// A shapesView prints <package>.shapes.ts.
type shapesView struct {
	Imports string
	Shapes  []string
}

func (c *contract) shapesView() any {
	v := shapesView{Imports: c.modules(importRuntime)}
	for _, t := range c.shapes.order {
		left := text("export const " + c.shapeName(t) + ": rt.Shape")
		v.Shapes = append(v.Shapes, print(concat(assignment(left, c.shapes.of(t)), text(";")), 0))
	}
	return v
}

func (c *contract) shapeName(t *schema.Type) string { return lowerFirst(c.types[t]) + "Shape" }

// of is the shape of a type.
func (s *shapes) of(t *schema.Type) doc {
	var fields [][]doc
	for _, f := range t.Fields {
		if s.exprNeeds(f.Type) {
			fields = append(fields, []doc{text(quote(f.Wire)), s.expr(t, f.Type)})
		}
	}
	switch t.Kind {
	case schema.KindAlias:
		return s.expr(t, t.Base)
	case schema.KindUnion:
		return s.union(t)
	}
	return expanded([]doc{property("fields", pairs(fields))})
}

func (s *shapes) union(t *schema.Type) doc {
	var variants [][]doc
	for _, v := range t.Variants {
		variant := []doc{text(quote(v.Tag))}
		if s.needed[v.Type] {
			variant = append(variant, s.reference(t, v.Type))
		}
		variants = append(variants, variant)
	}
	properties := []doc{stringProperty("tag", t.Tag), property("variants", variantPairs(variants))}
	if len(t.Fields) > 0 {
		var keep []string
		for _, f := range t.Fields {
			keep = append(keep, f.Wire)
		}
		properties = append(properties, property("keep", array(quotes(keep))))
	}
	if t.Closed {
		properties = append(properties, text("closed: true"))
	}
	return expanded(properties)
}

// variantPairs is pairs for arrays of which some have one element: then
// Prettier breaks lines only where it has to.
func variantPairs(items [][]doc) doc {
	for _, item := range items {
		if len(item) < 2 {
			var list []doc
			for _, i := range items {
				list = append(list, array(i))
			}
			return array(list)
		}
	}
	return pairs(items)
}

// expr is the shape of a part of the type from.
func (s *shapes) expr(from *schema.Type, e *schema.Expr) doc {
	switch e.Kind {
	case schema.ExprNamed:
		return s.reference(from, e.Named)
	case schema.ExprList:
		return object([]doc{property("list", s.expr(from, e.Elem))})
	case schema.ExprMap:
		return object([]doc{property("map", s.expr(from, e.Elem))})
	}
	return text(`"bytes"`)
}

// reference names the shape of t, late when it is declared after from.
func (s *shapes) reference(from, t *schema.Type) doc {
	name := s.contract.shapeName(t)
	if s.place[t] >= s.place[from] {
		name = "() => " + name
	}
	return text(name)
}
