package typescript

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/rtgen/rtgen/generator"
)

// Options are the settings of a TypeScript target. The zero Options write a
// client and nothing else.
type Options struct {
	_ struct{} // keyed literals only: fields may be added

	// Emit lists the optional files: "client", "checks", "mock" and "react".
	// None means "client".
	Emit []string
	// ImportExtension ends the names of imported files: "js", "ts" or "none".
	// "" means "js".
	ImportExtension string
	// Immutable makes fields, lists and maps of payloads readonly.
	Immutable bool
	// Header are comments that follow the first line of each file, as they are
	// to be written: every one begins with "//" or is a whole "/* */".
	Header []string

	// Target, Package, Timestamp, Int64, Optional and AckStyle are known by
	// name, so that asking for what this version does not do is refused
	// instead of ignored. "" means the only choice there is.
	Target, Package, Timestamp, Int64, Optional, AckStyle string
}

// Check returns everything that is wrong with o, or nil.
func (o Options) Check() error {
	var errs []error
	for _, name := range o.Emit {
		if !slices.Contains([]string{"client", "checks", "mock", "react"}, name) {
			errs = append(errs, fmt.Errorf("emit: %q is none of client, checks, mock and react", name))
		}
	}
	if !slices.Contains([]string{"", "js", "ts", "none"}, o.ImportExtension) {
		errs = append(errs, fmt.Errorf("importExtension: %q is none of js, ts and none", o.ImportExtension))
	}
	for _, l := range o.Header {
		if !isComment(l) {
			errs = append(errs, fmt.Errorf(`header: %q is neither a // comment nor a whole /* */ comment`, l))
		}
	}
	return errors.Join(append(errs, o.unsupported()...)...)
}

// unsupported refuses what is planned but not done.
func (o Options) unsupported() []error {
	var errs []error
	for _, s := range []struct{ name, value, only string }{
		{"target", o.Target, "ts"},
		{"package", o.Package, ""},
		{"timestamp", o.Timestamp, "string"},
		{"int64", o.Int64, "string"},
		{"optional", o.Optional, ""},
		{"ackStyle", o.AckStyle, "envelope"},
	} {
		switch {
		case s.value == "" || s.value == s.only:
		case s.only == "":
			errs = append(errs, fmt.Errorf("%s is not supported by this version of rtgen", s.name))
		default:
			errs = append(errs, fmt.Errorf("%s: %q is not supported by this version of rtgen, only %q is", s.name, s.value, s.only))
		}
	}
	return errs
}

func isComment(l string) bool {
	if strings.ContainsFunc(l, isLineBreak) {
		return false
	}
	block := len(l) >= len("/**/") && strings.HasPrefix(l, "/*") && strings.Index(l[2:], "*/") == len(l)-len("/**/")
	return strings.HasPrefix(l, "//") || block
}

func (o Options) emits(part string) bool {
	return slices.Contains(o.Emit, part) || part == "client" && len(o.Emit) == 0
}

// extension is what the names of imported files end with.
func (o Options) extension() string {
	switch o.ImportExtension {
	case "ts":
		return ".ts"
	case "none":
		return ""
	}
	return ".js"
}

// head is what every file begins with. The second line keeps Biome from
// putting its tabs in place of what Prettier agrees with.
func (o Options) head() string {
	lines := append([]string{generator.Header}, o.Header...)
	lines = append(lines, "// biome-ignore-all format: generated file")
	return strings.Join(lines, "\n") + "\n\n"
}
