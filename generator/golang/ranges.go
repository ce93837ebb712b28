package golang

import (
	"math"
	"math/big"
	"strconv"

	"github.com/dave/jennifer/jen"
	"github.com/rtgen/rtgen/schema"
)

// maxInt53 is the largest number that JavaScript counts to exactly.
const maxInt53 = 1<<53 - 1

// maxCount returns how many elements a list or map may have.
func maxCount(e *schema.Expr) int {
	if e.Range == nil || e.Range.Max == nil {
		return defaultCount
	}
	return clampInt(e.Range.Max)
}

// minCount returns how few characters, bytes or elements e may have.
func minCount(e *schema.Expr) int {
	if e.Range == nil || e.Range.Min == nil {
		return 0
	}
	return clampInt(e.Range.Min)
}

// maxLength returns how many characters or bytes e may have, -1 for any number.
func maxLength(e *schema.Expr) int {
	if e.Range == nil || e.Range.Max == nil {
		return -1
	}
	return clampInt(e.Range.Max)
}

// clampInt returns the whole number nearest to r that an int of 32 bits holds.
func clampInt(r *big.Rat) int {
	n := wholeDown(r)
	if !n.IsInt64() || n.Int64() > math.MaxInt32 {
		return math.MaxInt32
	}
	return int(max(n.Int64(), 0))
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

// whole writes a whole number, whatever its size.
func whole(n *big.Int) *jen.Statement {
	return jen.Op(n.String())
}

// intBound writes a bound of an integer, or open when r is nil.
func intBound(r *big.Rat, round func(*big.Rat) *big.Int, open *jen.Statement) *jen.Statement {
	if r == nil {
		return open
	}
	return whole(round(r))
}

// floatBound writes a bound of a float, or an infinity when r is nil.
func floatBound(r *big.Rat, sign int) *jen.Statement {
	if r == nil {
		return jen.Qual(mathPath, "Inf").Call(jen.Lit(sign))
	}
	return jen.Op(floatText(r))
}

// floatText returns the shortest text that is read as the float64 nearest to r.
func floatText(r *big.Rat) string {
	f, _ := r.Float64()
	return strconv.FormatFloat(f, 'g', -1, 64)
}

// durationBound writes a bound in milliseconds, or open when r is nil.
func durationBound(r *big.Rat, open *jen.Statement) *jen.Statement {
	if r == nil {
		return open
	}
	return millis(wholeDown(r))
}

// millis writes <n> * time.Millisecond.
func millis(n *big.Int) *jen.Statement {
	return whole(n).Op("*").Qual(timePath, "Millisecond")
}
