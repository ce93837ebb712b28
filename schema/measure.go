package schema

import (
	"math"
	"math/big"
	"regexp"
	"strings"
	"time"
)

// A measure says what a range counts.
type measure int

const (
	measureNone measure = iota
	measureCount
	measureBytes
	measureNumber
	measureDuration
)

// measureOf returns what a range of the type counts, and whether only whole
// numbers can be bounds.
func measureOf(e *Expr) (m measure, whole bool) {
	switch e.Kind {
	case ExprList, ExprMap:
		return measureCount, true
	case ExprScalar:
		switch e.Scalar {
		case String, URL, Email:
			return measureCount, true
		case Bytes, Base64:
			return measureBytes, true
		case Duration:
			return measureDuration, true
		case Float32, Float64:
			return measureNumber, false
		case Int32, Uint32, Int53, Int64, Uint64:
			return measureNumber, true
		}
	}
	return measureNone, false
}

// limits are the values of the scalars that are numbers.
var limits = map[Scalar]*Range{
	Int32:    integers(math.MinInt32, math.MaxInt32),
	Uint32:   integers(0, math.MaxUint32),
	Int53:    integers(-(1<<53 - 1), 1<<53-1),
	Int64:    integers(math.MinInt64, math.MaxInt64),
	Uint64:   {Min: new(big.Rat), Max: new(big.Rat).SetUint64(math.MaxUint64)},
	Duration: integers(-(1<<53 - 1), 1<<53-1),
	Float32:  {Min: new(big.Rat).SetFloat64(-math.MaxFloat32), Max: new(big.Rat).SetFloat64(math.MaxFloat32)},
	Float64:  {Min: new(big.Rat).SetFloat64(-math.MaxFloat64), Max: new(big.Rat).SetFloat64(math.MaxFloat64)},
}

func integers(low, high int64) *Range {
	return &Range{Min: new(big.Rat).SetInt64(low), Max: new(big.Rat).SetInt64(high)}
}

// counts are the lengths that every language can count to.
var counts = integers(0, 1<<53-1)

func (r *Range) contains(v *big.Rat) bool {
	return r == nil || (r.Min == nil || v.Cmp(r.Min) >= 0) && (r.Max == nil || v.Cmp(r.Max) <= 0)
}

var (
	wholePattern  = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,19})$`)
	numberPattern = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,39})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?$`)
	unitPattern   = regexp.MustCompile(`^(0|[1-9][0-9]{0,14})([A-Za-z]*)$`)
)

// parseNumber reads a number exactly. Its grammar is bounded, because the
// exponent of a literal can ask for gigabytes.
func parseNumber(s string, whole bool) (*big.Rat, bool) {
	if whole && !wholePattern.MatchString(s) || !numberPattern.MatchString(s) {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

var sizeUnits = map[string]int64{"B": 1, "KiB": 1 << 10, "MiB": 1 << 20}

// parseSize reads a number of bytes, such as 64KiB. It is at most 2^53.
func parseSize(s string) (int64, bool) { return parseUnits(s, sizeUnits) }

var durationUnits = map[string]int64{"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000}

// parseMillis reads a duration, such as 500ms or 2m, in milliseconds.
func parseMillis(s string) (int64, bool) { return parseUnits(s, durationUnits) }

func parseUnits(s string, units map[string]int64) (int64, bool) {
	m := unitPattern.FindStringSubmatch(s)
	if m == nil || units[m[2]] == 0 {
		return 0, false
	}
	var n int64
	for _, digit := range m[1] {
		n = 10*n + int64(digit-'0')
	}
	if n > (1<<53)/units[m[2]] {
		return 0, false
	}
	return n * units[m[2]], true
}

// maxTimeout is the longest delay that timers of browsers keep.
const maxTimeout = math.MaxInt32 * time.Millisecond

var ratePattern = regexp.MustCompile(`^([1-9][0-9]{0,8})/([1-9][0-9]{0,8})?(s|m|h)(?:\s+burst\s+([1-9][0-9]{0,8}))?$`)

// parseRate reads N/s, N/10s, N/m or N/h, with or without a burst.
func parseRate(s string) (*Rate, bool) {
	m := ratePattern.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		return nil, false
	}
	if m[2] == "" {
		m[2] = "1"
	}
	millis, ok := parseMillis(m[2] + m[3])
	if per := time.Duration(millis) * time.Millisecond; ok && per <= maxTimeout {
		r := &Rate{Events: atoi(m[1]), Per: per, Burst: atoi(m[1])}
		if m[4] != "" {
			r.Burst = atoi(m[4])
		}
		return r, true
	}
	return nil, false
}

// atoi reads digits that a pattern has found and bounded.
func atoi(digits string) int {
	n := 0
	for _, d := range digits {
		n = 10*n + int(d-'0')
	}
	return n
}
