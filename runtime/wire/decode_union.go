package wire

import (
	"encoding/json"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

// Tag returns the string in the field name of the object at hand, without
// reading the object. The Object call for it, which has to come next, skips
// that field. When there is no such string, Tag adds an issue and returns "".
func (d *Decoder) Tag(name string) string {
	if d.scan.Peek() != '{' {
		d.Fail("must be an object")
		return ""
	}
	tag, message := d.findTag(name)
	if message != "" {
		d.failAt(name, message)
		return ""
	}
	d.tag, d.tagPos = name, d.scan.Pos()
	return tag
}

// findTag looks ahead with a copy of the scanner. A fault in the JSON will be
// found again by whoever reads the object.
func (d *Decoder) findTag(name string) (tag, message string) {
	ahead := d.scan
	ahead.Take('{')
	for first := true; ahead.More(first, '}'); first = false {
		key, escaped := ahead.Key()
		if escaped {
			key = jsontext.AppendUnescaped(nil, key)
		}
		if string(key) != name {
			ahead.Skip(jsontext.MaxDepth - len(d.stack) - 1)
			continue
		}
		if ahead.Peek() != '"' {
			return "", "must be a string"
		}
		raw, escaped := ahead.String()
		if escaped {
			raw = jsontext.AppendUnescaped(nil, raw)
		}
		return string(raw), ""
	}
	return "", "is required"
}

// UnknownVariant reads an object whose tag, in the field name, is none that the
// contract knows. With Options.Lenient it returns a copy of the object's text,
// otherwise it adds the issue message at the tag and returns nil. After a Tag
// that found none it returns nil too.
func (d *Decoder) UnknownVariant(name, message string) json.RawMessage {
	tagged := d.tag != "" && d.tagPos == d.scan.Pos()
	if tagged && d.opts.Lenient {
		return d.JSON()
	}
	if tagged {
		d.failAt(name, message)
	}
	d.Skip()
	return nil
}

// Mark returns the place of the value at hand for Rewind.
func (d *Decoder) Mark() int {
	d.scan.Peek()
	return d.scan.Pos()
}

// Rewind goes back to a value that has been read, within the same object or
// array. It is for a type that flattens a union and fields of its own: one pass
// reads the variant, the other one the fields and skips the rest.
func (d *Decoder) Rewind(mark int) { d.scan.Rewind(mark) }
