package main

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/rogpeppe/go-internal/diff"

	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/schema"
)

// A jsonReport is the report in the form that tools read.
type jsonReport struct {
	Files       []jsonFile         `json:"files"`
	Diagnostics schema.Diagnostics `json:"diagnostics"`
}

type jsonFile struct {
	Path   string           `json:"path"`
	Action generator.Action `json:"action"`
}

func (a *app) printJSON(r jsonReport) error {
	enc := json.NewEncoder(a.stdout)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(r)
}

// printProblems prints what keeps a run from writing.
func (g *generate) printProblems(problems schema.Diagnostics) error {
	if g.json {
		return g.printJSON(jsonReport{Files: []jsonFile{}, Diagnostics: problems})
	}
	return problems.Print(g.stdout)
}

// report prints what was done or, with --check and --diff, what is to be done.
func (g *generate) report(plan *generator.Plan) error {
	if err := g.printPlan(plan); err != nil {
		return &exitError{exitIO, err}
	}
	n := make(map[generator.Action]int)
	for _, f := range plan.Files {
		n[f.Action]++
	}
	written := n[generator.Created] + n[generator.Changed]
	switch {
	case plan.UpToDate():
		fmt.Fprintf(g.stderr, "rtgen: %s up to date\n", count(len(plan.Files), "file"))
	case g.check:
		return &exitError{exitDiffers, fmt.Errorf(`%s not up to date; run "rtgen generate"`, count(written+n[generator.Removed], "file"))}
	case g.diff:
		fmt.Fprintf(g.stderr, "rtgen: %s would change; nothing was written\n", count(written+n[generator.Removed], "file"))
	default:
		fmt.Fprintf(g.stderr, "rtgen: %s written, %d removed, %d unchanged\n", count(written, "file"), n[generator.Removed], n[generator.Unchanged])
	}
	return nil
}

// printPlan prints the report proper.
func (g *generate) printPlan(plan *generator.Plan) error {
	if g.json {
		r := jsonReport{Files: []jsonFile{}, Diagnostics: schema.Diagnostics{}}
		for _, f := range plan.Files {
			r.Files = append(r.Files, jsonFile{g.rel(f.Path), f.Action})
		}
		return g.printJSON(r)
	}
	var b bytes.Buffer
	for _, f := range plan.Files {
		switch {
		case f.Action == generator.Unchanged:
		case g.diff:
			b.Write(g.fileDiff(f))
		case g.check:
			fmt.Fprintf(&b, "would be %s  %s\n", f.Action, g.shown(f.Path))
		default:
			fmt.Fprintf(&b, "%s  %s\n", f.Action, g.shown(f.Path))
		}
	}
	_, err := g.stdout.Write(b.Bytes())
	return err
}

// fileDiff returns the unified diff of one file, as "git apply" and "patch -p1"
// read it.
func (g *generate) fileDiff(f generator.FileChange) []byte {
	name := g.shown(f.Path)
	before, after := "a/"+name, "b/"+name
	switch f.Action {
	case generator.Created:
		before = "/dev/null"
	case generator.Removed:
		after = "/dev/null"
	}
	return diff.Diff(before, f.Old, after, f.New)
}
