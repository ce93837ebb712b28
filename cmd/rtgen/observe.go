package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"sync"
)

// A digest is a hash of what was read.
type digest [sha256.Size]byte

func sum(h hash.Hash) (d digest) {
	h.Sum(d[:0])
	return d
}

// An observer is a file system that remembers what is read from it.
type observer struct {
	fsys fs.FS

	mu   sync.Mutex
	seen map[string]digest // of files their content, of folders their listing
	size int64             // bytes read from files
}

func observe(fsys fs.FS) *observer {
	return &observer{fsys: fsys, seen: make(map[string]digest)}
}

// Open opens a file. It counts as read with what was read of it, once it is
// closed.
func (o *observer) Open(name string) (fs.File, error) {
	f, err := o.fsys.Open(name)
	if err != nil {
		return nil, err
	}
	return &observedFile{File: f, name: name, by: o, hash: sha256.New()}, nil
}

// ReadDir lists a folder.
func (o *observer) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(o.fsys, name)
	if err == nil {
		o.note(name, digestListing(entries), 0)
	}
	return entries, err
}

// Stat reads nothing.
func (o *observer) Stat(name string) (fs.FileInfo, error) {
	return fs.Stat(o.fsys, name)
}

func (o *observer) note(name string, d digest, size int64) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.seen[name] = d
	o.size += size
}

// An observedFile hashes what is read from it.
type observedFile struct {
	fs.File
	name string
	by   *observer
	hash hash.Hash
	size int64
}

func (f *observedFile) Read(p []byte) (int, error) {
	n, err := f.File.Read(p)
	f.hash.Write(p[:n])
	f.size += int64(n)
	return n, err
}

func (f *observedFile) Close() error {
	f.by.note(f.name, sum(f.hash), f.size)
	return f.File.Close()
}

// same reports whether reading everything in seen would give the same again.
func same(fsys fs.FS, seen map[string]digest) bool {
	for name, before := range seen {
		if now, err := digestOf(fsys, name); err != nil || now != before {
			return false
		}
	}
	return true
}

// digestOf reads a file or a folder.
func digestOf(fsys fs.FS, name string) (d digest, err error) {
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return d, err
	}
	if info.IsDir() {
		entries, err := fs.ReadDir(fsys, name)
		return digestListing(entries), err
	}
	if !info.Mode().IsRegular() {
		return d, fmt.Errorf("%q is not a regular file", name)
	}
	f, err := fsys.Open(name)
	if err != nil {
		return d, err
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return sum(h), errors.Join(err, f.Close())
}

func digestListing(entries []fs.DirEntry) digest {
	h := sha256.New()
	for _, e := range entries {
		fmt.Fprintf(h, "%q %t\n", e.Name(), e.IsDir())
	}
	return sum(h)
}
