package main

import (
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/schema"
)

// A rendered holds the files of each target by the package they are made from;
// those that all packages share stand under "".
type rendered []map[string][]generator.File

// render loads the contracts from source and returns what each target makes of
// them. When a contract is wrong the error is a schema.Diagnostics.
func (j *job) render(source fs.FS) (rendered, error) {
	models, err := schema.Load(source, j.patterns...)
	if err != nil {
		return nil, err
	}
	all := make(rendered, len(j.targets))
	problems := make([]schema.Diagnostics, len(j.targets))
	var wg sync.WaitGroup
	for i, t := range j.targets {
		wg.Go(func() { all[i], problems[i] = t.render(models) })
	}
	wg.Wait()
	if merged := merge(problems); len(merged) > 0 {
		addSources(source, merged)
		return nil, merged
	}
	return all, nil
}

// render returns the files of one target.
func (t target) render(models []*schema.Model) (map[string][]generator.File, schema.Diagnostics) {
	files := make(map[string][]generator.File)
	if shared := t.Shared(); len(shared) > 0 {
		files[""] = shared
	}
	var problems schema.Diagnostics
	for _, m := range models {
		made, found := t.Generate(m)
		files[m.Package] = made
		problems = append(problems, found...)
	}
	return files, problems
}

// outputs says where the files of each target go.
func (j *job) outputs(all rendered) []generator.Output {
	outputs := make([]generator.Output, len(j.targets))
	for i, t := range j.targets {
		outputs[i] = generator.Output{Root: t.root, Dir: t.config.Out, Packages: all[i], Complete: j.complete}
	}
	return outputs
}

// merge sorts the problems of all targets. What two targets say in the same
// words is said once.
func merge(lists []schema.Diagnostics) schema.Diagnostics {
	all := slices.Concat(lists...)
	all.Sort()
	return slices.CompactFunc(all, func(a, b schema.Diagnostic) bool {
		return a.Pos == b.Pos && a.Rule == b.Rule && a.Message == b.Message
	})
}

// addSources adds the lines that diagnostics point at. Targets, which see
// only models, leave them out.
func addSources(source fs.FS, problems schema.Diagnostics) {
	lines := make(map[string][]string)
	for i, d := range problems {
		name := d.Pos.File
		if _, ok := lines[name]; !ok {
			text, _ := fs.ReadFile(source, name) // without the line the message still says where
			lines[name] = strings.Split(string(text), "\n")
		}
		if n := d.Pos.Line; 0 < n && n <= len(lines[name]) {
			problems[i].Source = strings.TrimSuffix(lines[name][n-1], "\r")
		}
	}
}
