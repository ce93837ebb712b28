package schema

import (
	"math/big"
	"regexp"
	"strings"
)

// rangeOf reads "a..b" for the type it stands with; nil after a problem.
func (p *pkg) rangeOf(e *Expr, text string, at span) *Range {
	m, whole := measureOf(e)
	if m == measureNone {
		p.report(at, "RANGE_INVALID", "%s has no range", exprName(e)).
			help("ranges are for strings, bytes, durations, lists, maps, and numbers other than decimal")
		return nil
	}
	low, high, ok := strings.Cut(text, "..")
	low, high = strings.TrimSpace(low), strings.TrimSpace(high)
	if !ok || low == "" && high == "" {
		p.report(at, "RANGE_INVALID", "%s is no range", quoted(text)).
			help("%s", rangeHelp(text))
		return nil
	}
	r := new(Range)
	for _, bound := range []struct {
		text string
		into **big.Rat
	}{{low, &r.Min}, {high, &r.Max}} {
		if bound.text == "" {
			continue
		}
		v, problem := parseBound(e, m, whole, bound.text)
		if problem != "" {
			d := p.report(at, "RANGE_INVALID", "%s %s", quoted(bound.text), problem)
			if m == measureBytes {
				d.help("sizes are written 512B, 64KiB or 5MiB")
			}
			return nil
		}
		*bound.into = v
	}
	if r.Min != nil && r.Max != nil && r.Min.Cmp(r.Max) > 0 {
		p.report(at, "RANGE_INVALID", "the range is reversed").help("write (%s..%s)", high, low)
		return nil
	}
	return r
}

// rangeHelp shows how the ranges of other languages are written.
func rangeHelp(text string) string {
	if n := strings.TrimSpace(text); wholePattern.MatchString(n) {
		return "write (.." + n + ") for at most, (" + n + ".." + n + ") for exactly"
	}
	if m := boundsPattern.FindStringSubmatch(text); m != nil {
		return "write (" + m[1] + ".." + m[2] + ")"
	}
	return "write (1..64), (1..) or (..64)"
}

// boundsPattern is a range of two numbers as other languages write it.
var boundsPattern = regexp.MustCompile(`^\s*(-?[0-9]+)\s*[-,:]\s*(-?[0-9]+)\s*$`)

// parseBound reads one bound and checks that values of the type reach it.
func parseBound(e *Expr, m measure, whole bool, text string) (v *big.Rat, problem string) {
	inside := counts
	switch m {
	case measureBytes:
		size, ok := parseSize(text)
		if !ok {
			return nil, "is no size"
		}
		return new(big.Rat).SetInt64(size), ""
	case measureDuration:
		millis, ok := parseMillis(text)
		if !ok {
			return nil, "is no duration, such as 500ms, 5s, 2m or 1h"
		}
		return new(big.Rat).SetInt64(millis), ""
	case measureNumber:
		inside = limits[e.Scalar]
	}
	v, ok := parseNumber(text, whole)
	if !ok {
		if whole {
			return nil, "is no whole number"
		}
		return nil, "is no number"
	}
	if !inside.contains(v) {
		return nil, "is outside of " + exprName(e)
	}
	return v, ""
}
