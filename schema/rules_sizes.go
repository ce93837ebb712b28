package schema

import (
	"math/big"
	"slices"
)

// defaultMaxSize is what an event may have when it does not say more.
const defaultMaxSize = 1 << 20

// A blob is a field of bytes and the size it may have.
type blob struct {
	size  *big.Rat
	field *Field
}

// checkSizes reports bytes that may be larger than their event.
func (p *pkg) checkSizes() {
	largest := p.largestBlobs()
	for _, d := range p.events {
		e := d.event
		limit := e.MaxSize
		if limit == 0 && e.Direction == ClientToServer && d.keys["maxSize"] == nil {
			limit = defaultMaxSize
		}
		b, ok := largest[d.payload]
		if !ok || limit == 0 || b.size.Cmp(new(big.Rat).SetInt64(limit)) <= 0 {
			continue
		}
		at := d.keys["maxSize"]
		if at == nil {
			at = d.keyOf("payload")
		}
		d.file.report(at, "RANGE_INVALID", "field %s may be larger than the whole event", quoted(b.field.Name)).
			related(b.field.Pos, "declared here").
			help("raise maxSize, which is 1MiB when it is not written, above %s bytes", b.size.RatString())
	}
}

// largestBlobs finds for each type the largest bytes in it. Blobs are handed
// from the types that hold them to those types' users, the largest first, so
// that each type is visited once.
func (p *pkg) largestBlobs() map[*Type]blob {
	type holding struct {
		holder *Type
		blob   blob
	}
	users := make(map[*Type][]*Type)
	var blobs []holding
	for _, t := range p.allTypes {
		use := func(named *Type) { users[named] = append(users[named], t) }
		for _, f := range t.Fields {
			f.Type.named(use)
			if size := blobSize(under(innermost(f.Type))); size != nil {
				blobs = append(blobs, holding{t, blob{size, f}})
			}
		}
		for _, v := range t.Variants {
			if v.Type != nil {
				use(v.Type)
			}
		}
	}
	slices.SortStableFunc(blobs, func(a, b holding) int { return b.blob.size.Cmp(a.blob.size) })
	largest := make(map[*Type]blob)
	for _, h := range blobs {
		for queue := []*Type{h.holder}; len(queue) > 0; {
			t := queue[0]
			queue = queue[1:]
			if _, done := largest[t]; !done {
				largest[t] = h.blob
				queue = append(queue, users[t]...)
			}
		}
	}
	return largest
}

// innermost returns the type of the elements of lists and maps.
func innermost(e *Expr) *Expr {
	for e.Elem != nil {
		e = e.Elem
	}
	return e
}

// blobSize returns the size that a contract allows bytes to have, or nil.
func blobSize(e *Expr) *big.Rat {
	e = innermost(e)
	if e.Kind != ExprScalar || e.Scalar != Bytes || e.Range == nil {
		return nil
	}
	return e.Range.Max
}
