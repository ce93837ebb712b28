package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// cacheFrom is the size of contracts, in bytes, from which rendering takes
// longer than looking up what it gave the last time.
const cacheFrom = 32 << 10

// A cache keeps what the targets last made of the contracts of each large
// project: one file per project in the user's cache folder. It saves rendering
// and nothing else: what it holds is compared with the disk as if it had just
// been rendered.
type cache struct {
	dir string // "" means that there is no cache
}

// A cacheEntry is the content of one file of the cache.
type cacheEntry struct {
	Tool     digest            // of this program and the options
	Inputs   map[string]digest // what was read
	Rendered rendered
}

// openCache returns the cache of the user. RTGEN_CACHE=off turns it off; so
// does a user without a cache folder.
func (a *app) openCache() cache {
	if a.getenv("RTGEN_CACHE") == "off" {
		return cache{}
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return cache{}
	}
	return cache{filepath.Join(dir, "rtgen")}
}

// render returns what j.render returns. A cache that cannot be read or written
// makes it slower and has no other effect.
func (c cache) render(j *job) (rendered, error) {
	source := j.source.FS()
	if c.dir == "" {
		return j.render(source)
	}
	file := c.file(j)
	if entry, ok := load(file); ok && entry.fits(j, source) {
		return entry.Rendered, nil
	}
	seen := observe(source)
	files, err := j.render(seen)
	if err != nil || seen.size < cacheFrom {
		return files, err
	}
	if tool, err := j.tool(); err == nil {
		_ = store(file, cacheEntry{tool, seen.seen, files}) // the next run renders, then
	}
	return files, nil
}

// fits reports whether rendering would give the same again.
func (e cacheEntry) fits(j *job, source fs.FS) bool {
	tool, err := j.tool()
	return err == nil && tool == e.Tool && same(source, e.Inputs)
}

// file returns the name of the job's file.
func (c cache) file(j *job) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q", j.source.Name(), j.patterns)
	for _, t := range j.targets {
		fmt.Fprintf(h, " %q %q", t.root.Name(), t.config.Out)
	}
	return filepath.Join(c.dir, hex.EncodeToString(h.Sum(nil)[:16]))
}

// tool hashes what turns contracts into files: which contracts and targets,
// the options, and this very program, because builds that are not releases
// have no version that tells them apart.
func (j *job) tool() (d digest, err error) {
	h := sha256.New()
	fmt.Fprintf(h, "%q\n", j.patterns)
	for _, t := range j.targets {
		fmt.Fprintf(h, "%q %#v %#v\n", t.config.Lang, t.config.Go, t.config.TS)
	}
	name, err := os.Executable()
	if err != nil {
		return d, err
	}
	f, err := os.Open(name)
	if err != nil {
		return d, err
	}
	_, err = io.Copy(h, f)
	return sum(h), errors.Join(err, f.Close())
}

func load(file string) (entry cacheEntry, ok bool) {
	data, err := os.ReadFile(file)
	if err != nil {
		return entry, false
	}
	err = gob.NewDecoder(bytes.NewReader(data)).Decode(&entry)
	return entry, err == nil
}

// store replaces a file of the cache in one step.
func store(file string, entry cacheEntry) error {
	dir := filepath.Dir(file)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "new-*")
	if err != nil {
		return err
	}
	err = gob.NewEncoder(f).Encode(entry)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}
