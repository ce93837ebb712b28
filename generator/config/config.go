// Package config reads rtgen.yaml, which says where a project keeps its
// contracts and what shall be made of them.
package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/rtgen/rtgen/generator/golang"
	"github.com/rtgen/rtgen/generator/typescript"
)

// FileName is the name of the file.
const FileName = "rtgen.yaml"

// maxSize bounds the file in bytes.
const maxSize = 64 << 10

// A Config is what rtgen.yaml says.
type Config struct {
	Dir     string   // absolute folder of the file; what it names is relative to it
	Root    string   // absolute folder that no output may leave: the git root above Dir, or Dir
	Schemas []string // patterns for schema.Load, at least one
	Targets []Target // at least one
}

// A Target is one language to write, and where.
type Target struct {
	Lang Lang
	// Out is the output folder, slash-separated and relative to Root.
	Out string
	Go  golang.Options     // when Lang is Go
	TS  typescript.Options // when Lang is TS
}

// A Lang names a target language as rtgen.yaml and the command line do.
type Lang string

// The target languages.
const (
	Go Lang = "go"
	TS Lang = "ts"
)

// Langs lists the target languages.
func Langs() []Lang { return []Lang{Go, TS} }

// ErrNotFound says that there is no rtgen.yaml in a folder nor above it.
var ErrNotFound = errors.New("found no " + FileName)

// Find returns the path of the rtgen.yaml in dir or in the nearest folder
// above it. Without one the error is ErrNotFound.
func Find(dir string) (string, error) {
	found, err := above(dir, FileName)
	if err == nil && found == "" {
		err = ErrNotFound
	}
	return filepath.Join(found, FileName), err
}

// projectRoot returns the folder that contains everything of a project one of
// whose folders is dir: the root of its git repository, or dir itself.
func projectRoot(dir string) (string, error) {
	found, err := above(dir, ".git")
	if err == nil && found == "" {
		return dir, nil
	}
	return found, err
}

// above returns the folder that holds name, the nearest from dir upwards, or
// "" when none does.
func above(dir, name string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for {
		_, err := os.Lstat(filepath.Join(dir, name))
		if err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if !errors.Is(err, fs.ErrNotExist) || parent == dir {
			return "", ignoreMissing(err)
		}
		dir = parent
	}
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Load reads the file. When it is wrong the error is a schema.Diagnostics with
// all its problems, in which the file has the name given here; any other
// error says that it could not be read.
func Load(file string) (*Config, error) {
	data, err := read(file)
	if err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return nil, err
	}
	root, err := projectRoot(dir)
	if err != nil {
		return nil, err
	}
	p := &parser{file: file, dir: dir, root: root}
	c := p.parse(data)
	if len(p.problems) > 0 {
		p.problems.Sort()
		return nil, p.problems
	}
	return c, nil
}

func read(file string) (data []byte, err error) {
	info, err := os.Stat(file) // before opening it: a pipe would wait for a writer
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%q is not a regular file", file)
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return io.ReadAll(io.LimitReader(f, maxSize+1))
}
