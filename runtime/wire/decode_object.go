package wire

const twice = "must not be given twice"

// Fields are the fields of an object. They are compared with what comes, so
// generated code has them in a variable that is never changed.
type Fields struct {
	_ struct{}

	// Names are the names on the wire, those of the required fields first.
	Names []string
	// Required is how many of Names have to come.
	Required int
	// Partial objects have other fields too, which somebody else reads.
	Partial bool
}

// find returns the index of the field called key, or -1. It looks at guess
// first: objects mostly come in the order in which they were declared.
func (f *Fields) find(key []byte, guess int) int {
	for i := guess; i < len(f.Names); i++ {
		if f.Names[i] == string(key) {
			return i
		}
	}
	for i := range min(guess, len(f.Names)) {
		if f.Names[i] == string(key) {
			return i
		}
	}
	return -1
}

// Object opens an object and steps to the first of its fields. It returns what
// [Decoder.Field] returns, and -1 when the value at hand is no object.
func (d *Decoder) Object(fields *Fields) int {
	if d.scan.Peek() != '{' {
		d.wrong("must be an object")
		return -1
	}
	tag := ""
	if d.tag != "" && d.tagPos == d.scan.Pos() {
		tag = d.tag
	}
	if !d.push('{', -1, fields) {
		return -1
	}
	d.stack[len(d.stack)-1].tag = tag
	return d.Field()
}

// Field steps to the next field of an object and returns its index in
// Fields.Names. Its value has to be read before the next call. At the end of the
// object Field returns -1. Fields that the contract does not know are skipped,
// those that come twice or not at all are issues: two readers could differ in
// which of two values counts.
func (d *Decoder) Field() int {
	f := &d.stack[len(d.stack)-1] // after a fault it may be another container
	i := f.guess
	if i < len(f.fields.Names) && f.tag == "" && d.scan.Member(f.count == 0, f.fields.Names[i]) {
		f.count++ // as most objects are written: as they were declared and without white space
	} else if i = d.search(f); i < 0 {
		return -1
	}
	f.field, f.guess = i, i+1
	if f.seen.note(i) {
		d.Fail(twice)
	}
	return i
}

// search is Field for an object that is written in any way.
func (d *Decoder) search(f *frame) int {
	for {
		if d.next() == nil {
			if d.scan.Err() == nil { // else f may be what was open when the text broke off
				d.require(f)
			}
			return -1
		}
		d.readKey(f)
		if d.scan.Err() != nil {
			return -1
		}
		if f.tag != "" && string(f.key) == f.tag {
			d.skipTag(f)
			continue
		}
		if i := f.fields.find(f.key, f.guess); i >= 0 {
			return i
		}
		d.skipUnknown(f)
	}
}

func (d *Decoder) skipTag(f *frame) {
	if f.tagged {
		d.Fail(twice)
	}
	f.tagged = true
	d.Skip()
}

func (d *Decoder) skipUnknown(f *frame) {
	if !f.fields.Partial {
		d.unknown++
		if d.opts.RejectUnknown {
			d.Fail("is not known")
		}
	}
	d.Skip()
}

// require adds an issue for each required field that has not come in an object
// that was closed.
func (d *Decoder) require(f *frame) {
	first := min(f.fields.Required, 64)
	if all := ^uint64(0) >> (64 - first); f.seen.first&all == all && first == f.fields.Required {
		return
	}
	for i := range f.fields.Required {
		if !f.seen.has(i) {
			d.failAt(f.fields.Names[i], "is required")
		}
	}
}

// noted are the fields that have come.
type noted struct {
	first uint64   // 64 of them
	more  []uint64 // the others, when there are so many
}

// note notes field i and tells whether it was noted before.
func (n *noted) note(i int) (before bool) {
	word, bit := &n.first, uint64(1)<<(i%64)
	if i >= 64 {
		word = n.word(i)
	}
	before = *word&bit != 0
	*word |= bit
	return before
}

func (n *noted) has(i int) bool { return *n.word(i)&(1<<(i%64)) != 0 }

func (n *noted) word(i int) *uint64 {
	if i < 64 {
		return &n.first
	}
	for len(n.more) < i/64 {
		n.more = append(n.more, 0)
	}
	return &n.more[i/64-1]
}
