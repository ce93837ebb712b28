package generator

import (
	"maps"
	"slices"
	"strings"
)

// ManifestName is the file in each output folder that lists what rtgen wrote
// there. It belongs under version control with the files it lists: without it
// the files of contracts that are gone are not found.
const ManifestName = ".rtgen.manifest"

var manifestHeader = "#" + strings.TrimPrefix(Header, "//")

// A manifest maps the files of an output folder to the package they were made
// from, "" for the files that all packages share.
type manifest map[string]string

// parseManifest reads "path" or "path package" a line. It skips what it does
// not understand, the marks of a merge for example: the files below are
// checked before anything happens to them.
func parseManifest(text string) manifest {
	m := make(manifest)
	for line := range strings.Lines(text) {
		name, pkg, _ := strings.Cut(strings.TrimSpace(line), " ")
		if checkFileName(name) == nil {
			m[name] = pkg
		}
	}
	return m
}

// encode writes the manifest sorted by path; an empty one is no file.
func (m manifest) encode() []byte {
	if len(m) == 0 {
		return nil
	}
	var b strings.Builder
	b.WriteString(manifestHeader + "\n")
	for _, name := range slices.Sorted(maps.Keys(m)) {
		b.WriteString(strings.TrimSpace(name+" "+m[name]) + "\n")
	}
	return []byte(b.String())
}
