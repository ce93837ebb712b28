package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

const intro = `rtgen compiles event contracts into typed Go server handlers and TypeScript
clients that talk Socket.IO.

Usage:

  rtgen <command> [flags] [arguments]

Commands:

`

const outro = `
Run "rtgen help <command>" for the flags of a command.

A first project:

  rtgen init          write a chat contract and rtgen.yaml
  rtgen generate      write the Go and TypeScript code for it

Exit codes:

  0  done                          3  a contract is wrong
  1  --check found differences     4  a file cannot be read or written
  2  the command line or rtgen.yaml is wrong
`

// help prints the overview.
func (a *app) help(w io.Writer) {
	var b strings.Builder
	b.WriteString(intro)
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-10s %s\n", c.name, c.summary)
	}
	fmt.Fprintf(&b, "  %-10s %s\n", "help", "explain a command")
	b.WriteString(outro)
	_, _ = io.WriteString(w, b.String())
}

// helpFor prints the overview, or explains one command.
func (a *app) helpFor(args []string) error {
	if len(args) == 0 || args[0] == "help" {
		a.help(a.stdout)
		return nil
	}
	c, err := find(args[0])
	if err != nil {
		return err
	}
	c.printHelp(a.stdout)
	return nil
}

// printHelp explains the command and its flags.
func (c command) printHelp(w io.Writer) {
	flags := newFlags(c)
	c.setup(&app{}, flags)
	var options strings.Builder
	flags.VisitAll(func(f *flag.Flag) {
		value, usage := flag.UnquoteUsage(f)
		fmt.Fprintf(&options, "  %-16s %s\n", strings.TrimSpace(dashed(f.Name)+" "+value), usage)
	})
	var b strings.Builder
	fmt.Fprintf(&b, "rtgen %s: %s\n\nUsage:\n\n%s\n", c.name, c.summary, indent(c.args))
	if options.Len() > 0 {
		fmt.Fprintf(&b, "\nFlags:\n\n%s", options.String())
	}
	fmt.Fprintf(&b, "\n%s", c.help)
	_, _ = io.WriteString(w, b.String())
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(text, "\n", "\n  ")
}
