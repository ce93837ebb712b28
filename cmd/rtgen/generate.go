package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"path/filepath"

	"github.com/rtgen/rtgen/generator"
	"github.com/rtgen/rtgen/generator/config"
	"github.com/rtgen/rtgen/schema"
)

var generateCommand = command{
	name: "generate",
	args: `rtgen generate [flags]
rtgen generate [flags] CONTRACT --go DIR --ts DIR`,
	summary: "write Go and TypeScript for contracts",
	help: `Without a CONTRACT it does what the nearest rtgen.yaml says, which it looks for
in the working folder and then upwards. With a CONTRACT, a *.rt.yaml file or a
folder with them, it needs no rtgen.yaml: --go and --ts say where to write.

Every run writes all files or, when something is wrong, none. Files that do not
change are not touched, and files of contracts that are gone are removed. Only
files that rtgen generated are ever replaced or removed; .rtgen.manifest in each
output folder lists them and belongs under version control like them.

The report goes to standard output: the files that were written or removed, or
what is wrong with the contracts. Paths are relative to the working folder.

What large contracts gave is kept in the user's cache folder, so that runs
without a change are quick. RTGEN_CACHE=off in the environment prevents it.
`,
	setup: func(a *app, flags *flag.FlagSet) func(context.Context, []string) error {
		g := &generate{app: a}
		flags.StringVar(&g.chdir, "C", "", "work in `DIR` instead of the working folder")
		flags.StringVar(&g.config, "config", "", "read `FILE` instead of the nearest rtgen.yaml")
		flags.StringVar(&g.goOut, "go", "", "write Go into `DIR` (with a CONTRACT)")
		flags.StringVar(&g.tsOut, "ts", "", "write TypeScript into `DIR` (with a CONTRACT)")
		flags.Func("target", "write this `LANG` only: go or ts", g.setTarget)
		flags.BoolVar(&g.check, "check", false, "write nothing; exit with 1 when files are not up to date")
		flags.BoolVar(&g.diff, "diff", false, "write nothing; print what would change as a unified diff")
		flags.Func("format", "print the report as `FORMAT`: text or json", g.setFormat)
		return g.run
	},
}

// A generate is one run of the command.
type generate struct {
	*app
	chdir        string
	config       string
	goOut, tsOut string
	target       config.Lang // "" means all
	check, diff  bool
	json         bool
}

func (g *generate) setTarget(lang string) error {
	for _, known := range config.Langs() {
		if lang == string(known) {
			g.target = known
			return nil
		}
	}
	return errors.New("want go or ts")
}

func (g *generate) setFormat(format string) error {
	switch format {
	case "text":
		g.json = false
	case "json":
		g.json = true
	default:
		return errors.New("want text or json")
	}
	return nil
}

// run reads, renders, compares and writes; the first step that finds problems
// is the last.
func (g *generate) run(ctx context.Context, args []string) error {
	if g.diff && g.json {
		return usageErrorf("--diff prints text; leave out --format json")
	}
	job, err := g.job(args)
	if err != nil {
		return g.refuse(err, exitUsage)
	}
	defer job.close()
	files, err := g.openCache().render(job)
	if err != nil {
		return g.refuse(g.locate(err, job.source.Name()), exitSchema)
	}
	plan, err := generator.NewPlan(job.outputs(files)...)
	if err != nil {
		return g.refuse(g.locate(conflicts(err), g.dir), exitIO)
	}
	if !g.check && !g.diff {
		if err := apply(ctx, plan); err != nil {
			return &exitError{exitIO, err}
		}
	}
	return g.report(plan)
}

// apply writes the files and says what an interruption means.
func apply(ctx context.Context, plan *generator.Plan) error {
	err := plan.Apply(ctx)
	if errors.Is(err, context.Canceled) {
		return errors.New("interrupted; nothing was written")
	}
	if err != nil {
		return fmt.Errorf("%w; nothing was written", err)
	}
	return nil
}

// refuse prints diagnostics as the report and ends the run with the code;
// other errors pass.
func (g *generate) refuse(err error, code int) error {
	problems, ok := errors.AsType[schema.Diagnostics](err)
	if !ok {
		return err
	}
	if err := g.printProblems(problems); err != nil {
		return &exitError{exitIO, err}
	}
	return &exitError{code, fmt.Errorf("%s; nothing was written", count(len(problems), "problem"))}
}

// count returns a number with its noun.
func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// locate makes the file names of diagnostics, which are relative to dir or
// absolute, relative to the working folder. Other errors pass.
func (g *generate) locate(err error, dir string) error {
	problems, ok := errors.AsType[schema.Diagnostics](err)
	if !ok {
		return err
	}
	rename := func(pos *schema.Position) { pos.File = g.rel(abs(dir, filepath.FromSlash(pos.File))) }
	for i := range problems {
		rename(&problems[i].Pos)
		rename(&problems[i].End)
		for j := range problems[i].Related {
			rename(&problems[i].Related[j].Pos)
		}
	}
	return problems
}

// conflicts writes what stands in the way of a plan as diagnostics. Other
// errors pass.
func conflicts(err error) error {
	conflict, ok := errors.AsType[*generator.ConflictError](err)
	if !ok {
		return err
	}
	var problems schema.Diagnostics
	for _, c := range conflict.Conflicts {
		pos := schema.Position{File: c.Path, Line: 1, Col: 1}
		problems = append(problems, schema.Diagnostic{
			Pos: pos, End: pos, Severity: schema.SeverityError, Rule: "OUTPUT_CONFLICT",
			Message: c.Reason, Help: []string{c.Help},
		})
	}
	return problems
}
