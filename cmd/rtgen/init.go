package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// starters holds what init writes, a folder per template. A file whose name
// would be of use here already has ".txt" behind it.
//
//go:embed starter
var starters embed.FS

var initCommand = command{
	name:    "init",
	args:    "rtgen init [flags] [DIR]",
	summary: "write rtgen.yaml and a first contract",
	help: `Writes three files into DIR, which is the working folder unless given:

  rtgen.yaml            which contracts there are and what to make of them
  events/*.rt.yaml      a contract to begin with
  events/generate.go    lets "go generate" run rtgen

It never overwrites a file: when one is there already, nothing is written.
`,
	setup: func(a *app, flags *flag.FlagSet) func(context.Context, []string) error {
		template := flags.String("template", "chat", "begin with the contract `NAME`: chat or empty")
		return func(_ context.Context, args []string) error {
			if len(args) > 1 {
				return usageErrorf("init takes one folder")
			}
			return a.init(abs(a.dir, strings.Join(args, "")), *template)
		}
	},
}

const nextSteps = `
Next, in a Go module:

  rtgen generate
  go mod edit -tool github.com/rtgen/rtgen/cmd/rtgen    # for go generate
  go mod tidy

The TypeScript client needs socket.io-client 4: npm install socket.io-client
`

// init writes a template into a folder.
func (a *app) init(dir, template string) error {
	files, err := starter(template)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	err = errors.Join(writeNew(root, files), root.Close())
	if err != nil {
		return fmt.Errorf("%w; nothing was written", err)
	}
	for _, f := range files {
		fmt.Fprintf(a.stdout, "created  %s\n", a.shown(abs(dir, f.name)))
	}
	fmt.Fprint(a.stderr, nextSteps)
	return nil
}

// A starterFile is a file of a template, by its slash-separated name.
type starterFile struct {
	name    string
	content []byte
}

// starter returns the files of a template, sorted by name.
func starter(template string) ([]starterFile, error) {
	known, err := starters.ReadDir("starter")
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(known, func(e fs.DirEntry) bool { return e.Name() == template }) {
		return nil, usageErrorf("unknown template %q; want chat or empty", template)
	}
	top := path.Join("starter", template)
	var files []starterFile
	err = fs.WalkDir(starters, top, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := starters.ReadFile(name)
		name = strings.TrimSuffix(strings.TrimPrefix(name, top+"/"), ".txt")
		files = append(files, starterFile{name, content})
		return err
	})
	return files, err
}

// writeNew writes all files or none. Files that are there already are errors.
func writeNew(root *os.Root, files []starterFile) error {
	var errs []error
	for _, f := range files {
		if _, err := root.Lstat(f.name); err == nil {
			errs = append(errs, fmt.Errorf("%q is already there", f.name))
		}
	}
	if len(errs) > 0 {
		return errors.Join(errs...)
	}
	for i, f := range files {
		if err := writeOne(root, f); err != nil {
			for _, written := range files[:i] {
				err = errors.Join(err, root.Remove(written.name))
			}
			return err
		}
	}
	return nil
}

// writeOne writes a file that is not there yet, and the folders above it.
func writeOne(root *os.Root, f starterFile) error {
	if err := root.MkdirAll(path.Dir(f.name), 0o777); err != nil {
		return err
	}
	file, err := root.OpenFile(f.name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = file.Write(f.content)
	return errors.Join(err, file.Close())
}
