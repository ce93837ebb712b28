package wire

import (
	"math"
	"strconv"
	"time"
)

// Int wants min to max. The ends of the range of int64 stand for no limit.
func (c *Checker) Int(v, min, max int64) {
	if v < min || v > max {
		c.Fail(between(min != math.MinInt64, max != math.MaxInt64,
			strconv.FormatInt(min, 10), strconv.FormatInt(max, 10)))
	}
}

// Uint wants min to max. The largest uint64 stands for no limit.
func (c *Checker) Uint(v, min, max uint64) {
	if v < min || v > max {
		c.Fail(between(min > 0, max != math.MaxUint64,
			strconv.FormatUint(min, 10), strconv.FormatUint(max, 10)))
	}
}

// Int53 wants a number that JavaScript can represent exactly.
//
//go:noinline
func (c *Checker) Int53(v int64) { c.Int(v, -maxInt53, maxInt53) }

// Float wants a finite number from min to max. Infinities stand for no limit.
func (c *Checker) Float(v, min, max float64) {
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		c.Fail("must be a finite number")
	case v < min || v > max:
		c.Fail(between(!math.IsInf(min, -1), !math.IsInf(max, 1),
			strconv.FormatFloat(min, 'g', -1, 64), strconv.FormatFloat(max, 'g', -1, 64)))
	}
}

// Duration wants min to max. The ends of the range of time.Duration stand for
// no limit.
func (c *Checker) Duration(d, min, max time.Duration) {
	if d < min || d > max {
		c.Fail(between(min != math.MinInt64, max != math.MaxInt64, min.String(), max.String()))
	}
}

// between says what range is wanted; at least one end has to have a limit.
func between(hasMin, hasMax bool, min, max string) string {
	switch {
	case !hasMax:
		return "must be at least " + min
	case !hasMin:
		return "must be at most " + max
	}
	return "must be between " + min + " and " + max
}
