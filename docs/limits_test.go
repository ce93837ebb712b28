package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestLimits compares limits.md with the comments of rt.Options: every limit is
// there, with its default.
func TestLimits(t *testing.T) {
	rows := strings.Split(read(t, "limits.md"), "\n")
	compared := 0
	for name, value := range optionDefaults(t) {
		if notLimits[name] {
			continue
		}
		inRow := regexp.MustCompile(`[.\x60]` + name + `\b[^|]*\|[^|]*\b` + regexp.QuoteMeta(value) + `\b`)
		if !slices.ContainsFunc(rows, inRow.MatchString) {
			t.Errorf("limits.md has no row that gives %s the default %s", name, value)
		}
		compared++
	}
	if compared < 20 {
		t.Errorf("only %d limits were compared", compared)
	}
}

// notLimits are times that bound nothing a client can make grow.
var notLimits = map[string]bool{
	"UpgradeTimeout": true, "WriteTimeout": true, "AckTimeout": true, "ShutdownSpread": true, "RecoveryWindow": true,
}

var (
	zeroMeans = regexp.MustCompile(`Zero means ([^;.]+)[;.]`)
	number    = regexp.MustCompile(`\d[\d,]*( ?MiB|s)?|no limit|that only`)
)

// optionDefaults reads what the fields of rt.Options say that zero means. Fields
// that share a comment have their values in order.
func optionDefaults(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../runtime/options.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	defaults := make(map[string]string)
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.TypeSpec)
		if !ok || spec.Name.Name != "Options" {
			return true
		}
		var values []string
		for _, field := range spec.Type.(*ast.StructType).Fields.List {
			if field.Doc != nil {
				values = nil
				comment := strings.Join(strings.Fields(field.Doc.Text()), " ")
				if m := zeroMeans.FindStringSubmatch(comment); m != nil {
					values = number.FindAllString(m[1], -1)
				}
			}
			for _, name := range field.Names {
				if len(values) == 0 {
					continue
				}
				defaults[name.Name] = asWritten(values[0])
				if len(values) > 1 {
					values = values[1:]
				}
			}
		}
		return false
	})
	return defaults
}

// asWritten returns a value as the page writes it.
func asWritten(value string) string {
	switch value {
	case "1,000,000":
		return "1 MB"
	case "no limit", "that only":
		return "none"
	}
	if seconds, ok := strings.CutSuffix(value, "s"); ok {
		return seconds + " s"
	}
	return value
}
