package wire

import (
	"fmt"
	"strconv"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

// A Checker finds the rules of a contract that a value breaks. Field, Index and
// MapKey step into a part of the value and Up steps out again; the other
// methods check the part at hand. Generated code calls them.
type Checker struct {
	steps   []step
	lenient bool // enum values may be unknown
	trusted bool // somebody else checks strings for UTF-8
	keys    bool // steps may hold keys of maps
	issues  issues
}

// A step is the name of a field, the key of a map or, when index is not
// negative, a position in a list.
type step struct {
	name  string
	index int
}

func (c *Checker) reset() {
	if c.keys {
		clear(c.steps[:cap(c.steps)]) // other names are constants
	}
	c.steps, c.issues = c.steps[:0], issues{}
	c.lenient, c.trusted, c.keys = false, false, false
}

// Field steps into a field.
//
//go:noinline
func (c *Checker) Field(name string) { c.steps = append(c.steps, step{name, -1}) }

// MapKey steps into an entry of a map.
//
//go:noinline
func (c *Checker) MapKey(key string) {
	c.keys = true
	c.steps = append(c.steps, step{key, -1})
}

// Index steps into an element of a list.
//
//go:noinline
func (c *Checker) Index(i int) { c.steps = append(c.steps, step{"", i}) }

// Up steps out of the field, entry or element.
//
//go:noinline
func (c *Checker) Up() { c.steps = c.steps[:len(c.steps)-1] }

func (c *Checker) path() Path {
	path := make(Path, len(c.steps))
	for i, s := range c.steps {
		if s.index < 0 {
			path[i] = clip(s.name)
		} else {
			path[i] = s.index
		}
	}
	return path
}

// Fail adds an issue for the part at hand, unless that part could not be
// decoded in the first place.
func (c *Checker) Fail(message string) {
	if c.issues.full() {
		return
	}
	if path := c.path(); !c.issues.undecoded(path) {
		c.issues.add(Issue{Path: path, Message: message})
	}
}

// TooDeep adds an issue and returns true when the part at hand is nested deeper
// than a payload may be. Types that contain themselves ask it before they step
// into their parts, so that a value in a circle ends.
func (c *Checker) TooDeep() bool {
	if len(c.steps) < jsontext.MaxDepth {
		return false
	}
	c.Fail("must not be nested deeper than " + strconv.Itoa(jsontext.MaxDepth) + " levels")
	return true
}

// Enum wants a value that the contract knows; message lists them. With
// Options.Lenient any value passes.
//
//go:noinline
func (c *Checker) Enum(known bool, message string) {
	if !known && !c.lenient {
		c.Fail(message)
	}
}

// Variants wants exactly one variant of a union to be set.
func (c *Checker) Variants(set int) {
	if set == 1 || c.issues.full() || c.issues.undecodedWithin(c.path()) {
		return
	}
	c.Fail("must have exactly one variant")
}

// Count wants a list or map of min to max items, negative for no limit.
func (c *Checker) Count(n, min, max int) {
	if n < min || max >= 0 && n > max {
		c.Fail("must have " + span(min, max, "item"))
	}
}

// Size wants min to max bytes, negative for no limit.
func (c *Checker) Size(n, min, max int) {
	if n < min || max >= 0 && n > max {
		c.Fail("must be " + span(min, max, "byte") + " long")
	}
}

// span says how many of a unit are wanted, as in "1 to 40 characters".
func span(min, max int, unit string) string {
	last, text := max, ""
	switch {
	case max < 0:
		last, text = min, fmt.Sprintf("at least %d %s", min, unit)
	case min == max:
		text = fmt.Sprintf("%d %s", min, unit)
	case min <= 0:
		text = fmt.Sprintf("at most %d %s", max, unit)
	default:
		text = fmt.Sprintf("%d to %d %s", min, max, unit)
	}
	if last == 1 {
		return text
	}
	return text + "s"
}
