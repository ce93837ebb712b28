package schema

import (
	"maps"
	"slices"

	"github.com/rtgen/rtgen/internal/suggest"
)

// unsupportedKeys are known only to be refused by name.
var unsupportedKeys = set("import", "args", "params", "presence", "streams", "serverToServer")

// names returns the keys that may be written, sorted.
func (t keyTable) names() []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(t)), func(key string) bool { return unsupportedKeys[key] })
}

// Comparing names costs the product of their lengths, so what one package may
// spend on suggestions is bounded: nobody reads the thousandth.
const (
	suggestionWork = 10_000_000 // letters compared
	listingWork    = 50         // what it costs to list a candidate, in the same measure
	shortestName   = 3          // of shorter ones any other is near
	longestName    = 64
)

// nearest returns the candidate a misspelt name most likely means, or "". The
// candidates are asked for only when there is something left to spend.
func (p *pkg) nearest(name string, names func() []string) string {
	if p.suggested > suggestionWork || len(name) < shortestName || len(name) > longestName {
		return ""
	}
	candidates := names()
	p.suggested += len(candidates) * (listingWork + len(name)*len(name))
	return suggest.Nearest(name, candidates)
}
