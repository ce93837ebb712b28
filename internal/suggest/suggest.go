// Package suggest finds the name that a misspelt one most likely means.
package suggest

import "strings"

// longest bounds the names that are compared: longer ones are not typing
// mistakes, and comparing costs their product.
const longest = 64

// Nearest returns the candidate that name most likely means, or "" when none
// is near. Case does not count; of equals the first wins.
func Nearest(name string, candidates []string) string {
	if len(name) > longest {
		return ""
	}
	best, bestDistance := "", 1+max(1, min(3, len(name)/3))
	for _, c := range candidates {
		if len(c) > longest || abs(len(c)-len(name)) >= bestDistance {
			continue
		}
		if d := distance(strings.ToLower(name), strings.ToLower(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

func abs(n int) int { return max(n, -n) }

// distance is the number of letters to insert, remove, replace or swap with
// their neighbour to make b of a.
func distance(a, b string) int {
	var before, above []int
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		before, above, row = above, row, make([]int, len(b)+1)
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
