package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/rtgen/rtgen/internal/suggest"
)

// Exit codes.
const (
	exitOK      = 0
	exitDiffers = 1 // --check found files that are not up to date
	exitUsage   = 2 // the command line or rtgen.yaml is wrong
	exitSchema  = 3 // a contract is wrong
	exitIO      = 4 // a file cannot be read or written
)

// An app is one run of the program: what it was given by whoever calls it.
type app struct {
	dir            string // working folder, absolute
	getenv         func(string) string
	stdout, stderr io.Writer // report; progress and errors
}

// A command is what the first argument names.
type command struct {
	name    string
	args    string // behind the flags, as the help shows it
	summary string
	help    string
	// setup declares the flags and returns what runs after they were read.
	setup func(a *app, flags *flag.FlagSet) func(ctx context.Context, args []string) error
}

// commands returns all commands in the order of the help. "help" is not among
// them: it needs this list.
func commands() []command {
	return []command{generateCommand, initCommand, versionCommand}
}

// An exitError ends the run with a code. Without Err the report has said all.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func usageErrorf(format string, args ...any) error {
	return &exitError{exitUsage, fmt.Errorf(format, args...)}
}

// run executes a command line without the name of the program and returns the
// exit code.
func (a *app) run(ctx context.Context, args []string) int {
	err := a.dispatch(ctx, args)
	if err == nil {
		return exitOK
	}
	if text := err.Error(); text != "" {
		fmt.Fprintf(a.stderr, "rtgen: %s\n", clean(text))
	}
	if exit, ok := errors.AsType[*exitError](err); ok {
		return exit.code
	}
	return exitIO
}

// dispatch finds the command and runs it.
func (a *app) dispatch(ctx context.Context, args []string) error {
	if len(args) == 0 {
		a.help(a.stderr)
		return &exitError{code: exitUsage}
	}
	name, rest := args[0], args[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		return a.helpFor(rest)
	case "-version", "--version":
		name = versionCommand.name
	}
	c, err := find(name)
	if err != nil {
		return err
	}
	flags := newFlags(c)
	run := c.setup(a, flags)
	rest, err = parse(flags, rest)
	if errors.Is(err, flag.ErrHelp) {
		c.printHelp(a.stdout)
		return nil
	}
	if err != nil {
		return usageErrorf("%w; see: rtgen help %s", err, c.name)
	}
	return run(ctx, rest)
}

// find returns the command of that name.
func find(name string) (command, error) {
	names := []string{"help"}
	for _, c := range commands() {
		if c.name == name {
			return c, nil
		}
		names = append(names, c.name)
	}
	if near := suggest.Nearest(name, names); near != "" {
		return command{}, usageErrorf("unknown command %q (did you mean %q?); see: rtgen help", name, near)
	}
	return command{}, usageErrorf("unknown command %q; see: rtgen help", name)
}

func newFlags(c command) *flag.FlagSet {
	flags := flag.NewFlagSet(c.name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // errors are returned and printed once
	return flags
}

// parse reads flags wherever they stand and returns the other arguments.
func parse(flags *flag.FlagSet, args []string) (rest []string, err error) {
	for len(args) > 0 {
		if err := flags.Parse(args); err != nil {
			return nil, explain(flags, err)
		}
		read := len(args) - flags.NArg()
		if read > 0 && args[read-1] == "--" {
			return append(rest, flags.Args()...), nil
		}
		if args = flags.Args(); len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	return rest, nil
}

// explain writes flags in an error of package flag with two dashes, as our
// help does, and adds the flag that was probably meant.
func explain(flags *flag.FlagSet, err error) error {
	name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -")
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	if !unknown {
		return errors.New(singleDash.ReplaceAllString(err.Error(), "$1 --$2"))
	}
	var names []string
	flags.VisitAll(func(f *flag.Flag) {
		if len(f.Name) > 1 {
			names = append(names, f.Name)
		}
	})
	if near := suggest.Nearest(name, names); near != "" {
		return fmt.Errorf("unknown flag %s (did you mean %s?)", dashed(name), dashed(near))
	}
	return fmt.Errorf("unknown flag %s", dashed(name))
}

// singleDash is a long flag in an error of package flag.
var singleDash = regexp.MustCompile(`(for flag|argument:) -([a-z]{2,})`)

// dashed returns a flag as people write it.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// rel returns a path relative to the working folder, with slashes.
func (a *app) rel(name string) string {
	if rel, err := filepath.Rel(a.dir, name); err == nil {
		name = rel
	}
	return filepath.ToSlash(name)
}

// shown returns a path as text shows it: relative, and quoted when a terminal
// could obey it.
func (a *app) shown(name string) string {
	name = a.rel(name)
	if clean(name) != name || strings.Contains(name, "\n") {
		return strconv.Quote(name)
	}
	return name
}

// abs returns a path of the command line; relative ones start at dir.
func abs(dir, name string) string {
	if filepath.IsAbs(name) {
		return filepath.Clean(name)
	}
	return filepath.Join(dir, name)
}

// clean replaces what a terminal would obey.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || unicode.IsGraphic(r) {
			return r
		}
		return unicode.ReplacementChar
	}, text)
}
