package generator

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// An Output is a folder that rtgen writes to, and what it shall hold.
type Output struct {
	// Root confines everything that is read and written. It must have been
	// opened by an absolute name.
	Root *os.Root
	// Dir is the folder, slash-separated and relative to Root; "." is Root
	// itself. It is made when it does not exist.
	Dir string
	// Packages holds the wanted files by the package they were made from; the
	// files that all packages share stand under "".
	Packages map[string][]File
	// Complete says that Packages is all the folder shall hold. When false,
	// files that were generated earlier from other packages stay.
	Complete bool
}

// An Action is what happens to one file.
type Action string

// The actions.
const (
	Unchanged Action = "unchanged"
	Created   Action = "created"
	Changed   Action = "changed"
	Removed   Action = "removed"
)

// A FileChange says what a plan does with one file. Old is nil when the file
// is created, New is nil when it is removed.
type FileChange struct {
	Path   string // absolute, in the system's notation
	Action Action
	Old    []byte
	New    []byte

	root *os.Root
	name string // path inside root
	info fs.FileInfo
}

// A Plan is the difference between what is wanted and what is on the disk.
type Plan struct {
	// Files has every file of all outputs, manifests included, sorted by path.
	Files []FileChange
}

// NewPlan compares the outputs with the disk. It writes nothing. A file in
// the way that rtgen did not write, a symbolic link among them, makes a
// *ConflictError that names all of them.
func NewPlan(outputs ...Output) (*Plan, error) {
	p := &planner{owners: make(map[string]string)}
	for _, out := range outputs {
		if err := p.addOutput(out); err != nil {
			return nil, err
		}
	}
	if len(p.conflicts) > 0 {
		slices.SortFunc(p.conflicts, func(a, b Conflict) int { return cmp.Compare(a.Path, b.Path) })
		return nil, &ConflictError{Conflicts: p.conflicts}
	}
	slices.SortFunc(p.files, func(a, b FileChange) int { return cmp.Compare(a.Path, b.Path) })
	return &Plan{Files: p.files}, nil
}

// UpToDate reports whether the disk holds exactly what is wanted.
func (p *Plan) UpToDate() bool {
	return !slices.ContainsFunc(p.Files, func(f FileChange) bool { return f.Action != Unchanged })
}

// A Conflict is a file that rtgen may not replace.
type Conflict struct {
	Path   string // absolute, in the system's notation
	Reason string
	Help   string
}

// A ConflictError lists what stands in the way of a plan.
type ConflictError struct {
	Conflicts []Conflict // sorted by path
}

// Error returns the conflicts, one a line.
func (e *ConflictError) Error() string {
	lines := make([]string, len(e.Conflicts))
	for i, c := range e.Conflicts {
		lines[i] = fmt.Sprintf("%q: %s", c.Path, c.Reason)
	}
	return strings.Join(lines, "\n")
}

// A planner collects what a plan will do.
type planner struct {
	files     []FileChange
	conflicts []Conflict
	owners    map[string]string // lower-case absolute path to the path as wanted
}

// addOutput plans one folder: its files, what became stale, its manifest.
func (p *planner) addOutput(out Output) error {
	content, info, err := p.readOwned(out, ManifestName, manifestHeader)
	if err != nil {
		return err
	}
	old, next := parseManifest(string(content)), make(manifest)
	for _, pkg := range slices.Sorted(maps.Keys(out.Packages)) {
		for _, f := range out.Packages[pkg] {
			if err := p.addWanted(out, old, next, pkg, f); err != nil {
				return err
			}
		}
	}
	if err := p.addStale(out, old, next); err != nil {
		return err
	}
	if len(next) > 0 || info != nil {
		p.add(out, FileChange{Old: content, New: next.encode(), name: ManifestName, info: info})
	}
	return nil
}

// keeps reports whether files generated earlier from pkg stay although this
// run does not want them. Shared files stay: the packages that stay use them.
func (out Output) keeps(pkg string) bool {
	_, here := out.Packages[pkg]
	return !out.Complete && (pkg == "" || !here)
}

// addWanted plans one generated file and records it in next.
func (p *planner) addWanted(out Output, old, next manifest, pkg string, f File) error {
	if err := checkFileName(f.Path); err != nil {
		return err
	}
	if owner, ok := old[f.Path]; ok && owner != pkg && out.keeps(owner) {
		p.conflict(out, f.Path, fmt.Sprintf("this file was generated from package %q", owner), helpElsewhere)
		return nil
	}
	next[f.Path] = pkg
	p.claim(out, f.Path)
	content, info, err := p.readOwned(out, f.Path, Header)
	if err != nil {
		return err
	}
	p.add(out, FileChange{Old: content, New: f.Content, name: f.Path, info: info})
	return nil
}

// addStale removes what an earlier run wrote and this one does not want.
// Files that stay are recorded in next.
func (p *planner) addStale(out Output, old, next manifest) error {
	for name, pkg := range old {
		if _, wanted := next[name]; wanted {
			continue
		}
		content, info, err := readRegular(out, name)
		if _, foreign := errors.AsType[*foreignError](err); foreign {
			continue // no longer ours to remove
		}
		if err != nil {
			return err
		}
		switch {
		case info == nil || !startsWithLine(content, Header): // gone, or somebody's own by now
		case out.keeps(pkg):
			p.claim(out, name)
			next[name] = pkg
		default:
			p.add(out, FileChange{Old: content, name: name, info: info})
		}
	}
	return nil
}

// add completes a change and appends it.
func (p *planner) add(out Output, c FileChange) {
	c.Path = out.abs(c.name)
	c.root = out.Root
	c.name = path.Join(out.Dir, c.name)
	switch {
	case c.info == nil:
		c.Action = Created
	case c.New == nil:
		c.Action = Removed
	case bytes.Equal(c.Old, c.New):
		c.Action = Unchanged
	default:
		c.Action = Changed
	}
	p.files = append(p.files, c)
}

// claim notes that a file has its owner. Two names that differ in case only
// are one file on many disks.
func (p *planner) claim(out Output, name string) {
	abs := out.abs(name)
	key := strings.ToLower(abs)
	other, taken := p.owners[key]
	switch {
	case !taken:
		p.owners[key] = abs
	case other == abs:
		p.conflict(out, name, "two targets write this file", "give each target a folder of its own")
	default:
		p.conflict(out, name, fmt.Sprintf("this name differs from %q in upper and lower case only", filepath.Base(other)),
			"rename one of the two in the contracts")
	}
}

func (p *planner) conflict(out Output, name, reason, help string) {
	p.conflicts = append(p.conflicts, Conflict{Path: out.abs(name), Reason: reason, Help: help})
}

// abs returns the name of an output's file in the system's notation.
func (out Output) abs(name string) string {
	return filepath.Join(out.Root.Name(), filepath.FromSlash(out.Dir), filepath.FromSlash(name))
}
