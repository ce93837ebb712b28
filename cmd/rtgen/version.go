package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
)

var versionCommand = command{
	name:    "version",
	args:    "rtgen version",
	summary: "print the version of rtgen",
	help: `Prints the version of the module, the commit it was built from when that is
known, and the Go version and platform.
`,
	setup: func(a *app, _ *flag.FlagSet) func(context.Context, []string) error {
		return func(_ context.Context, args []string) error {
			if len(args) > 0 {
				return usageErrorf("version takes no arguments")
			}
			info, _ := debug.ReadBuildInfo()
			_, err := io.WriteString(a.stdout, describe(info)+"\n")
			return err
		}
	},
}

// describe returns one line about a build. Nil means that the build knows
// nothing of itself.
func describe(info *debug.BuildInfo) string {
	text := "rtgen "
	if info == nil || info.Main.Version == "" {
		text += "(devel)"
	} else {
		text += info.Main.Version
	}
	if info != nil {
		text += describeCommit(info.Settings)
	}
	return fmt.Sprintf("%s %s %s/%s", text, runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// describeCommit returns " (commit …)" for what version control said.
func describeCommit(settings []debug.BuildSetting) string {
	known := make(map[string]string)
	for _, s := range settings {
		known[s.Key] = s.Value
	}
	revision := known["vcs.revision"]
	if revision == "" {
		return ""
	}
	text := " (commit " + revision[:min(12, len(revision))]
	if known["vcs.time"] != "" {
		text += ", " + known["vcs.time"]
	}
	if known["vcs.modified"] == "true" {
		text += ", modified"
	}
	return text + ")"
}
