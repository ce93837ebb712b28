package schema

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"slices"
	"strconv"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// fingerprint returns twelve hexadecimal digits that stand for all of a
// contract that the two ends of a connection can notice: namespaces, events,
// errors and fields by their names on the wire, the shape of what they carry,
// and the constraints a server checks. Documentation, positions, the order of
// declarations, names of types and what only generated code sees make no
// difference.
func fingerprint(m *Model) string {
	var contract shape
	p := &fingerprinter{index: make(map[*Type]int)}
	for _, ns := range m.Namespaces {
		p.namespace(&contract, ns)
	}
	for i := 0; i < len(p.types); i++ {
		p.shapes = append(p.shapes, p.shapeOf(p.types[i]))
	}
	sum := contract.sum(p.refine())
	return hex.EncodeToString(sum[:6])
}

// A digest stands for a shape.
type digest = [sha256.Size]byte

// A shape describes a type or a contract: its own text, and the types it
// refers to in the order of the text.
type shape struct {
	text []byte
	refs []int
}

func (s *shape) word(kind byte, text string) {
	s.text = strconv.AppendQuote(append(s.text, kind), text)
}

func (s *shape) number(kind byte, n int64) {
	s.text = strconv.AppendInt(append(s.text, kind), n, 10)
}

func (s *shape) flag(kind byte, on bool) {
	if on {
		s.text = append(s.text, kind)
	}
}

// sum hashes a shape with digests in the place of its references.
func (s *shape) sum(digests []digest) digest {
	text := slices.Clone(s.text)
	for _, ref := range s.refs {
		text = append(text, digests[ref][:]...)
	}
	return sha256.Sum256(text)
}

// A fingerprinter gives every type that is reached a number.
type fingerprinter struct {
	index  map[*Type]int
	types  []*Type
	shapes []shape
}

// refine returns a digest for each type. Types may refer to each other in
// circles, so the digests start from the types alone and take in one level
// more in each round, until no two types that looked alike differ any more.
// Data is never nested deeper than syntax.MaxDepth, so a difference below that
// cannot be noticed.
func (p *fingerprinter) refine() []digest {
	digests := make([]digest, len(p.types))
	known := 0
	for range syntax.MaxDepth {
		next := make([]digest, len(p.types))
		different := make(map[digest]struct{})
		for i := range p.shapes {
			next[i] = p.shapes[i].sum(digests)
			different[next[i]] = struct{}{}
		}
		digests = next
		if len(different) == known {
			break
		}
		known = len(different)
	}
	return digests
}

func (p *fingerprinter) namespace(s *shape, ns *Namespace) {
	s.word('N', ns.Path)
	p.ref(s, ns.Auth)
	p.errors(s, ns.ConnectErrors)
	for _, r := range sorted(ns.Rooms, func(r *Room) string { return r.Name }) {
		if r.Join == nil {
			continue // only the server knows it
		}
		s.word('R', r.Name)
		p.ref(s, r.Key)
		p.ref(s, r.Join.Ack)
		p.errors(s, r.Join.Errors)
	}
	for _, events := range [][]*Event{ns.ClientToServer, ns.ServerToClient} {
		s.text = append(s.text, '/')
		for _, e := range sorted(events, func(e *Event) string { return e.Wire }) {
			p.event(s, e)
		}
	}
}

func (p *fingerprinter) event(s *shape, e *Event) {
	s.word('E', e.Wire)
	p.ref(s, e.Payload)
	s.flag('a', e.HasAck)
	p.ref(s, e.Ack)
	p.errors(s, e.Errors)
	if e.Rate != nil {
		s.number('r', int64(e.Rate.Events))
		s.number('p', e.Rate.Per.Milliseconds())
		s.number('b', int64(e.Rate.Burst))
	}
	s.number('m', e.MaxSize)
	s.flag('u', e.RejectUnknownFields)
}

func (p *fingerprinter) errors(s *shape, errors []*Error) {
	for _, e := range sorted(errors, func(e *Error) string { return e.Wire }) {
		s.word('!', e.Wire)
		p.ref(s, e.Data)
	}
}

// ref notes a reference to a type; nil is a shape of its own.
func (p *fingerprinter) ref(s *shape, t *Type) {
	if t == nil {
		s.text = append(s.text, '-')
		return
	}
	i, ok := p.index[t]
	if !ok {
		i = len(p.types)
		p.index[t] = i
		p.types = append(p.types, t)
	}
	s.text = append(s.text, '*')
	s.refs = append(s.refs, i)
}

func (p *fingerprinter) shapeOf(t *Type) (s shape) {
	s.number('K', int64(t.Kind))
	for _, f := range sorted(t.Fields, func(f *Field) string { return f.Wire }) {
		s.word('f', f.Wire)
		s.flag('?', f.Optional || f.Default != nil)
		s.flag('0', f.Nullable)
		p.expr(&s, f.Type)
	}
	if t.Kind == KindUnion {
		s.word('t', t.Tag)
	}
	for _, v := range sorted(t.Variants, func(v *Variant) string { return v.Tag }) {
		s.word('v', v.Tag)
		p.ref(&s, v.Type)
	}
	values := slices.Clone(t.Values)
	slices.SortFunc(values, func(a, b *EnumValue) int {
		return cmp.Or(cmp.Compare(a.Wire, b.Wire), cmp.Compare(a.Number, b.Number))
	})
	for _, v := range values {
		s.word('e', v.Wire)
		s.number('#', v.Number)
	}
	return s
}

// expr describes a use of a type; aliases are what they stand for.
func (p *fingerprinter) expr(s *shape, e *Expr) {
	e = under(e)
	s.number('k', int64(e.Kind))
	switch e.Kind {
	case ExprScalar:
		s.word('s', string(e.Scalar))
	case ExprNamed:
		p.ref(s, e.Named)
	case ExprMap:
		if e.Key != nil {
			p.expr(s, e.Key)
		}
		fallthrough
	case ExprList:
		p.expr(s, e.Elem)
	}
	if e.Range != nil {
		s.word('<', bound(e.Range.Min))
		s.word('>', bound(e.Range.Max))
	}
	s.word('~', e.Pattern)
	s.number('d', int64(e.Precision))
	s.number('.', int64(e.Scale))
}

func bound(v *big.Rat) string {
	if v == nil {
		return ""
	}
	return v.RatString()
}

// sorted returns a copy of a slice, sorted by a key of its elements.
func sorted[T any](s []T, key func(T) string) []T {
	return slices.SortedFunc(slices.Values(s), func(a, b T) int { return cmp.Compare(key(a), key(b)) })
}
