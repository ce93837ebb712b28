package rt

import (
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strings"
	"sync"
	"weak"
)

// family is a pattern with the namespaces that it stands for. It does not keep
// them alive: one is there as long as somebody holds it, be it a socket or the
// application, so that there are never two of one path.
type family struct {
	pattern pattern
	burden  burden // of the children's recoveries

	mu       sync.RWMutex
	children map[string]weak.Pointer[Namespace]
}

func newFamily(srv *Server, p pattern) *family {
	f := &family{pattern: p, children: make(map[string]weak.Pointer[Namespace])}
	f.burden.family, f.burden.tasks = f, &srv.tasks
	f.burden.window, f.burden.max = srv.opts.RecoveryWindow, 2*int64(srv.opts.RecoveryBytes)
	return f
}

// child returns the namespace of a path that the pattern of n matches.
func (n *Namespace) child(path string) *Namespace {
	f := n.family
	f.mu.Lock()
	defer f.mu.Unlock()
	if c := f.children[path].Value(); c != nil {
		return c
	}
	c := &Namespace{setup: n.setup, server: n.server, name: path, rooms: newMemory(fewShards), parent: n}
	c.recovery = newRecovery(c)
	ref := weak.Make(c)
	f.children[path] = ref
	runtime.AddCleanup(c, f.forget, lost{path, ref})
	return c
}

// lost is a namespace that nobody holds any more.
type lost struct {
	path string
	ref  weak.Pointer[Namespace]
}

// forget drops a namespace, unless there is a new one of the path already.
func (f *family) forget(l lost) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.children[l.path] == l.ref {
		delete(f.children, l.path)
	}
}

func (f *family) list() []*Namespace {
	f.mu.RLock()
	defer f.mu.RUnlock()
	list := make([]*Namespace, 0, len(f.children))
	for _, ref := range f.children {
		if c := ref.Value(); c != nil {
			list = append(list, c)
		}
	}
	return list
}

// each yields the namespaces that n stands for: itself, or for a pattern its
// children.
func (n *Namespace) each() iter.Seq[*Namespace] {
	return func(yield func(*Namespace) bool) {
		if n.family == nil {
			yield(n)
			return
		}
		for _, c := range n.family.list() {
			if !yield(c) {
				return
			}
		}
	}
}

// families are the patterns of a server, the more specific ones first.
type families []*Namespace

// find returns the namespace of a path, or nil.
func (list families) find(path string) *Namespace {
	if strings.ContainsAny(path, braces) {
		return nil
	}
	for _, n := range list {
		if n.family.pattern.matches(path) {
			return n.child(path)
		}
	}
	return nil
}

// of returns the namespace of a pattern, which it makes when it is new.
func (list *families) of(srv *Server, path string) (*Namespace, error) {
	p, err := parsePattern(path)
	if err != nil {
		return nil, err
	}
	i, found := slices.BinarySearchFunc(*list, p, func(n *Namespace, p pattern) int { return n.family.pattern.compare(p) })
	if found {
		n := (*list)[i]
		if n.name != path {
			return nil, fmt.Errorf("rt: the namespaces %s and %s differ only in the names of parameters", path, n.name)
		}
		return n, nil
	}
	n := newNamespace(srv, path)
	n.family = newFamily(srv, p)
	*list = slices.Insert(*list, i, n)
	return n, nil
}
