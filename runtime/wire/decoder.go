package wire

import (
	"errors"
	"slices"
	"strconv"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

// A Decoder reads one payload. Each of its methods reads the value at hand. A
// value of the wrong kind is an issue at its path; it is skipped, and zero is
// returned. After a fault in the JSON itself all methods return zero and loops
// end. Generated code calls them.
type Decoder struct {
	scan        jsontext.Scanner
	attachments [][]byte
	opts        Options
	unknown     int
	stack       []frame // the open objects and arrays
	keyed       bool    // frames may hold parts of the payload
	tag         string  // of the object at tagPos, see Tag
	tagPos      int
	scratch     []byte
	check       Checker
}

// A frame is an open object or array.
type frame struct {
	open   byte   // '{' or '['
	count  int    // members or elements begun
	max    int    // of them, negative for no limit
	field  int    // of fields.Names, the one at hand; negative when key tells it
	key    []byte // of the member at hand
	tag    string // of a union: the member to skip
	tagged bool   // whether it has come
	fields *Fields
	seen   noted
	guess  int // of fields.Names, the one that is likely to come next
}

// noFields are those of a map or an array.
var noFields Fields

func (d *Decoder) reset(data []byte, attachments [][]byte, opts Options) {
	d.scan = jsontext.NewScanner(data)
	d.attachments, d.opts = attachments, opts
	d.check.lenient, d.check.trusted = opts.Lenient, true
}

// release lets go of everything that belongs to the payload.
func (d *Decoder) release() {
	if d.keyed {
		clear(d.stack[:cap(d.stack)])
	}
	d.stack, d.keyed = d.stack[:0], false
	if cap(d.scratch) > maxScratch {
		d.scratch = nil
	}
	d.scan, d.attachments = jsontext.Scanner{}, nil
	d.opts, d.unknown = Options{}, 0
	d.tag, d.tagPos = "", 0
	d.check.reset()
	decoders.Put(d)
}

// end wants the end of the data. It returns false when the text as a whole is
// faulty; then that is the only issue.
func (d *Decoder) end() bool {
	if d.scan.End() {
		return true
	}
	message := "must be valid JSON"
	if errors.Is(d.scan.Err(), jsontext.ErrDepth) {
		message = "must not be nested deeper than " + strconv.Itoa(jsontext.MaxDepth) + " levels"
	}
	d.check.issues.list = []Issue{{Path: Path{}, Message: message}}
	return false
}

// path returns the path of the value at hand, or of the one that was read last.
func (d *Decoder) path() Path {
	path := make(Path, 0, len(d.stack)+1)
	for i := range d.stack {
		switch f := &d.stack[i]; {
		case f.count == 0:
		case f.open == '{' && f.field >= 0:
			path = append(path, clip(f.fields.Names[f.field]))
		case f.open == '{':
			path = append(path, clip(string(f.key)))
		default:
			path = append(path, f.count-1)
		}
	}
	return path
}

// Fail adds an issue at the path of the value that was read last. It reads
// nothing.
//
//go:noinline
func (d *Decoder) Fail(message string) { d.failAt("", message) }

// failAt adds an issue at the path or, unless name is empty, at that member.
func (d *Decoder) failAt(name, message string) {
	if d.scan.Err() != nil || d.check.issues.full() {
		return
	}
	path := d.path()
	if name != "" {
		path = append(path, name)
	}
	d.check.issues.add(Issue{Path: path, Message: message})
}

// wrong adds an issue for the value at hand and skips it.
func (d *Decoder) wrong(message string) {
	d.Fail(message)
	d.Skip()
}

// Skip reads a value of any kind and drops it.
//
//go:noinline
func (d *Decoder) Skip() { d.scan.Skip(jsontext.MaxDepth - len(d.stack)) }

// Null reports whether the value at hand is null, and reads it then.
func (d *Decoder) Null() bool {
	return d.scan.Peek() == 'n' && d.scan.Literal("null")
}

// Map opens an object with at most max entries, negative for any number. When
// it returns true, NextEntry follows until that returns false.
func (d *Decoder) Map(max int) bool {
	if d.scan.Peek() != '{' {
		d.wrong("must be an object")
		return false
	}
	return d.push('{', max, &noFields)
}

// Array opens an array with at most max elements, negative for any number. When
// it returns true, NextElem follows until that returns false.
func (d *Decoder) Array(max int) bool {
	if d.scan.Peek() != '[' {
		d.wrong("must be an array")
		return false
	}
	return d.push('[', max, &noFields)
}

func (d *Decoder) push(open byte, max int, fields *Fields) bool {
	n := len(d.stack)
	if n == jsontext.MaxDepth {
		d.scan.Fail(jsontext.ErrDepth)
		return false
	}
	d.scan.Take(open)
	if n == cap(d.stack) {
		d.stack = slices.Grow(d.stack, 1)
	}
	d.stack = d.stack[:n+1]
	f := &d.stack[n]
	f.open, f.max, f.fields = open, max, fields
	f.count, f.field, f.guess = 0, -1, 0
	f.tag, f.tagged, f.seen = "", false, noted{}
	return true
}

// next steps to the next member or element of the open container. At its end it
// closes it and returns false.
func (d *Decoder) next() *frame {
	if d.scan.Err() != nil {
		return nil
	}
	f := &d.stack[len(d.stack)-1]
	if !d.scan.More(f.count == 0, f.open+2) {
		d.stack = d.stack[:len(d.stack)-1]
		return nil
	}
	if f.count == f.max {
		d.skipRest(*f)
		return nil
	}
	f.count++
	return f
}

// skipRest closes a container that holds more than it may.
func (d *Decoder) skipRest(f frame) {
	for more := true; more; more = d.scan.More(false, f.open+2) {
		if f.open == '{' {
			d.scan.Key()
		}
		d.Skip()
	}
	d.stack = d.stack[:len(d.stack)-1]
	d.Fail("must have " + span(0, f.max, "item"))
}

// NextElem steps to the next element of an array.
//
//go:noinline
func (d *Decoder) NextElem() bool { return d.next() != nil }

// NextEntry steps to the next entry of a map. Its value has to be read before
// the next call.
//
//go:noinline
func (d *Decoder) NextEntry() bool {
	f := d.next()
	if f == nil {
		return false
	}
	d.readKey(f)
	return d.scan.Err() == nil
}

func (d *Decoder) readKey(f *frame) {
	key, escaped := d.scan.Key()
	if escaped {
		key = jsontext.AppendUnescaped(nil, key)
	}
	f.key, f.field = key, -1
	d.keyed = true
}

// MapKey returns the key of the entry at hand.
//
//go:noinline
func (d *Decoder) MapKey() string { return string(d.stack[len(d.stack)-1].key) }
