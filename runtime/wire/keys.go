package wire

import (
	"maps"
	"slices"
)

// SortedKeys returns the keys of m in ascending order: maps are written and
// checked in an order that does not change.
func SortedKeys[M ~map[K]V, K ~string, V any](m M) []K {
	return slices.Sorted(maps.Keys(m))
}
