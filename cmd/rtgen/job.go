package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/generator/config"
	"github.com/rtgen/rtgen/generator/golang"
	"github.com/rtgen/rtgen/generator/typescript"
)

// A job is what one run reads and writes.
type job struct {
	source   *os.Root // the folder with the contracts
	patterns []string // in source
	targets  []target
	complete bool // the contracts are all that the output folders are made from
	opened   []*os.Root
}

// A target is one language and where it goes.
type target struct {
	generator.Target
	config config.Target // Out is inside root
	root   *os.Root
}

// job turns the command line, and rtgen.yaml, into a job. The caller closes it.
func (g *generate) job(args []string) (*job, error) {
	single := g.goOut != "" || g.tsOut != ""
	switch {
	case len(args) > 1:
		return nil, usageErrorf("generate takes one contract; for several, write an rtgen.yaml: rtgen init")
	case len(args) == 1 && !single:
		return nil, usageErrorf("say where to write: rtgen generate %s --go DIR --ts DIR", args[0])
	case len(args) == 0 && single:
		return nil, usageErrorf("--go and --ts need a contract; without one, rtgen.yaml says where to write")
	case len(args) == 1 && g.config != "":
		return nil, usageErrorf("--config does not go with a contract on the command line")
	}
	j := &job{}
	base := abs(g.dir, g.chdir)
	var err error
	if single {
		err = g.fromContract(j, base, args[0])
	} else {
		err = g.fromConfig(j, base)
	}
	if err == nil && len(j.targets) == 0 {
		err = usageErrorf("there is no target %q to write", g.target)
	}
	if err != nil {
		return nil, errors.Join(err, j.close())
	}
	return j, nil
}

// fromConfig makes the job that an rtgen.yaml describes.
func (g *generate) fromConfig(j *job, base string) error {
	file := abs(base, g.config)
	if g.config == "" {
		found, err := config.Find(base)
		if errors.Is(err, config.ErrNotFound) {
			return usageErrorf("%w in %q nor above it; write one with: rtgen init", err, g.rel(base))
		}
		if err != nil {
			return err
		}
		file = found
	}
	c, err := config.Load(file)
	if err != nil {
		return g.locate(err, base)
	}
	j.patterns, j.complete = c.Schemas, true
	if j.source, err = j.open(c.Dir); err != nil {
		return err
	}
	root, err := j.open(c.Root)
	if err != nil {
		return err
	}
	for _, t := range c.Targets {
		if err := g.addTarget(j, t, root); err != nil {
			return err
		}
	}
	return nil
}

// fromContract makes the job of a command line that says everything itself.
func (g *generate) fromContract(j *job, base, contract string) error {
	file := abs(base, contract)
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	dir, pattern := filepath.Dir(file), filepath.Base(file)
	if info.IsDir() {
		dir, pattern = file, "."
	}
	j.patterns = []string{pattern}
	if j.source, err = j.open(dir); err != nil {
		return err
	}
	if g.goOut != "" {
		out := abs(base, g.goOut)
		name := g.goPackage(base, out)
		if name == "main" {
			return usageErrorf("%q is the folder of a program; write Go into a folder of its own", g.rel(out))
		}
		t := config.Target{Lang: config.Go, Go: golang.Options{Flat: true, Package: name}}
		if err := g.addFolder(j, t, out); err != nil {
			return err
		}
	}
	if g.tsOut != "" {
		return g.addFolder(j, config.Target{Lang: config.TS}, abs(base, g.tsOut))
	}
	return nil
}

// addFolder adds a target that writes into an absolute folder, which need not
// exist. Whoever typed it may choose any.
func (g *generate) addFolder(j *job, t config.Target, out string) error {
	root, below, err := j.openNearest(out)
	if err != nil {
		return err
	}
	t.Out = below
	return g.addTarget(j, t, root)
}

// addTarget adds a target unless --target names another language.
func (g *generate) addTarget(j *job, t config.Target, root *os.Root) error {
	if g.target != "" && g.target != t.Lang {
		return nil
	}
	var made generator.Target
	var err error
	if t.Lang == config.Go {
		made, err = golang.New(t.Go)
	} else {
		made, err = typescript.New(t.TS)
	}
	if err != nil {
		return &exitError{exitUsage, err}
	}
	j.targets = append(j.targets, target{made, t, root})
	return nil
}

// open opens a folder until the job is closed.
func (j *job) open(dir string) (*os.Root, error) {
	root, err := os.OpenRoot(dir)
	if err == nil {
		j.opened = append(j.opened, root)
	}
	return root, err
}

// openNearest opens a folder that need not exist: it returns the nearest one
// above it that does, and the way from there.
func (j *job) openNearest(dir string) (root *os.Root, below string, err error) {
	parent := dir
	for {
		_, err := os.Stat(parent)
		if !errors.Is(err, fs.ErrNotExist) || filepath.Dir(parent) == parent {
			break
		}
		parent = filepath.Dir(parent)
	}
	if root, err = j.open(parent); err != nil {
		return nil, "", err
	}
	below, err = filepath.Rel(parent, dir)
	return root, filepath.ToSlash(below), err
}

func (j *job) close() error {
	var errs []error
	for _, root := range slices.Backward(j.opened) {
		errs = append(errs, root.Close())
	}
	return errors.Join(errs...)
}
