package schema

import (
	"maps"
	"slices"
	"strings"
)

func (t keyTable) names() []string { return slices.Sorted(maps.Keys(t)) }

// Comparing names costs the product of their lengths, so what one package may
// spend on suggestions is bounded: nobody reads the thousandth.
const (
	longestSuggested = 64
	suggestionWork   = 10_000_000 // letters compared
	listingWork      = 50         // what it costs to list a candidate, in the same measure
)

// nearest returns the candidate a misspelt name most likely means, or "". The
// candidates are asked for only when there is something left to spend.
func (p *pkg) nearest(name string, names func() []string) string {
	if len(name) > longestSuggested || p.suggested > suggestionWork {
		return ""
	}
	candidates := names()
	p.suggested += listingWork * len(candidates)
	best, bestDistance := "", 1+max(1, min(3, len(name)/3))
	for _, c := range candidates {
		if len(c) > longestSuggested || max(len(c)-len(name), len(name)-len(c)) >= bestDistance {
			continue
		}
		p.suggested += (len(c) + 1) * (len(name) + 1)
		if p.suggested > suggestionWork {
			break
		}
		if d := distance(strings.ToLower(name), strings.ToLower(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// distance is the number of letters to insert, remove, replace or swap with
// their neighbour to make b of a; neither is longer than longestSuggested.
func distance(a, b string) int {
	var rows [3][longestSuggested + 1]int
	before, above, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, above, row = above, row, before
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(above[j]+1, row[j-1]+1, above[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
	}
	return row[len(b)]
}
