package golang

import (
	"math"
	"math/big"
	"strconv"

	"github.com/rtgen/rtgen/schema"
)

// maxInt53 is the largest number that JavaScript counts to exactly.
const maxInt53 = "9007199254740991"

// minCount returns how few characters, bytes or elements e may have.
func minCount(e *schema.Expr) int {
	if low, _ := bounds(e); low != nil {
		return clampInt(low)
	}
	return 0
}

// maxCount returns how many elements a list or map may have.
func maxCount(e *schema.Expr) int {
	if _, high := bounds(e); high != nil {
		return clampInt(high)
	}
	return defaultCount
}

// maxLength returns how many characters or bytes e may have, -1 for any number.
func maxLength(e *schema.Expr) int {
	if _, high := bounds(e); high != nil {
		return clampInt(high)
	}
	return -1
}

func bounds(e *schema.Expr) (low, high *big.Rat) {
	if e.Range == nil {
		return nil, nil
	}
	return e.Range.Min, e.Range.Max
}

// clampInt returns the whole number nearest to r that an int of 32 bits holds.
func clampInt(r *big.Rat) int {
	n := wholeDown(r)
	if !n.IsInt64() || n.Int64() > math.MaxInt32 {
		return math.MaxInt32
	}
	return int(max(n.Int64(), 0))
}

// lowest and highest return a bound of an integer, or open when there is none.
func lowest(r *big.Rat, open string) string {
	if r == nil {
		return open
	}
	return wholeUp(r).String()
}

func highest(r *big.Rat, open string) string {
	if r == nil {
		return open
	}
	return wholeDown(r).String()
}

// wholeUp and wholeDown round to a whole number.
func wholeUp(r *big.Rat) *big.Int {
	n := wholeDown(r)
	if !r.IsInt() {
		n.Add(n, big.NewInt(1))
	}
	return n
}

func wholeDown(r *big.Rat) *big.Int {
	return new(big.Int).Div(r.Num(), r.Denom())
}

// limit returns a constant of package math, which it imports only when there is
// no bound to take its place.
func (p *printer) limit(r *big.Rat, name string) string {
	if r != nil {
		return ""
	}
	return p.use(mathPath, name)
}

// floatBound returns a bound of a float, or an infinity when r is nil.
func (p *printer) floatBound(r *big.Rat, sign string) string {
	if r == nil {
		return p.use(mathPath, "Inf") + "(" + sign + ")"
	}
	return floatText(r)
}

// floatText returns the shortest text that is read as the float64 nearest to r.
func floatText(r *big.Rat) string {
	f, _ := r.Float64()
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// durationBound returns a bound in milliseconds, or a limit of package math
// when r is nil.
func (p *printer) durationBound(r *big.Rat, limit string) string {
	if r == nil {
		return p.use(mathPath, limit)
	}
	return wholeDown(r).String() + "*" + p.use(timePath, "Millisecond")
}
