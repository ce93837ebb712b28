package rt_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// groups are the rows of docs/reliability.md: a letter and how many there are.
var groups = []struct {
	letter string
	rows   int
}{
	{"H", 23}, {"P", 16}, {"U", 14}, {"W", 15}, {"S", 19}, {"B", 12}, {"N", 12}, {"F", 9}, {"D", 17}, {"O", 7},
}

// open are the rows that no test shows yet.
var open = []string{}

const reliabilityPage = "../docs/reliability.md"

// rowLine matches a row of the page: what comes before the tests, the id, and
// the tests.
var rowLine = regexp.MustCompile(`(?m)^(\| ([A-Z]\d\d) \|.*\| )(.*) \|$`)

// TestReliabilityPage keeps the page and the tests together: every row of the
// page names exactly the tests that mention it, and every row but the open ones
// has a test.
func TestReliabilityPage(t *testing.T) {
	tests := mentions(t)
	page, err := os.ReadFile(reliabilityPage)
	if err != nil {
		t.Fatal(err)
	}
	want := rowLine.ReplaceAllStringFunc(string(page), func(line string) string {
		row := rowLine.FindStringSubmatch(line)
		return row[1] + strings.Join(tests[row[2]], ", ") + " |"
	})
	if *update {
		if err := os.WriteFile(reliabilityPage, []byte(want), 0o666); err != nil {
			t.Fatal(err)
		}
		page = []byte(want)
	}
	if diff := cmp.Diff(strings.Split(want, "\n"), strings.Split(string(page), "\n")); diff != "" {
		t.Errorf("%s does not name the tests that mention its rows (-want +got), -update writes them:\n%s", reliabilityPage, diff)
	}
	checkRows(t, rowLine.FindAllStringSubmatch(want, -1))
}

// checkRows checks that the page has all rows and that the right ones have
// tests.
func checkRows(t *testing.T, rows [][]string) {
	t.Helper()
	var got, want []string
	for _, row := range rows {
		got = append(got, row[2])
		switch isOpen := slices.Contains(open, row[2]); {
		case isOpen && row[3] != "":
			t.Errorf("%s is said to be open and has the tests %s", row[2], row[3])
		case !isOpen && row[3] == "":
			t.Errorf("%s has no test", row[2])
		}
	}
	for id := range known() {
		want = append(want, id)
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows of %s (-want +got):\n%s", reliabilityPage, diff)
	}
}

func known() map[string]bool {
	ids := make(map[string]bool)
	for _, g := range groups {
		for i := range g.rows {
			ids[fmt.Sprintf("%s%02d", g.letter, i+1)] = true
		}
	}
	return ids
}

// mentions returns for every row the tests below this folder that mention it,
// as package.TestName.
func mentions(t *testing.T) map[string][]string {
	t.Helper()
	found := make(map[string][]string)
	folders := make(map[string]string)
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, "_test.go") || path == "reliability_test.go" {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, src, parser.ParseComments)
		if err != nil {
			return err
		}
		pkg := strings.TrimSuffix(file.Name.Name, "_test")
		if other, ok := folders[pkg]; ok && other != filepath.Dir(path) {
			t.Errorf("two packages are called %s", pkg)
		}
		folders[pkg] = filepath.Dir(path)
		for _, decl := range file.Decls {
			for _, id := range ids(fset, src, decl) {
				name, ok := testName(decl)
				if !ok {
					t.Errorf("%s: %s is mentioned outside of a test", fset.Position(decl.Pos()), id)
					continue
				}
				found[id] = append(found[id], pkg+"."+name)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tests := range found {
		slices.Sort(tests)
	}
	return found
}

var rowID = regexp.MustCompile(`\b[HPUWSBNFDO]\d\d\b`)

// ids returns the rows that a declaration mentions in its comments and strings.
func ids(fset *token.FileSet, src []byte, decl ast.Decl) []string {
	from, to := decl.Pos(), decl.End()
	if f, ok := decl.(*ast.FuncDecl); ok && f.Doc != nil {
		from = f.Doc.Pos()
	}
	all := known()
	set := make(map[string]bool)
	for _, id := range rowID.FindAllString(string(src[fset.Position(from).Offset:fset.Position(to).Offset]), -1) {
		if all[id] {
			set[id] = true
		}
	}
	return slices.Sorted(maps.Keys(set))
}

func testName(decl ast.Decl) (string, bool) {
	f, ok := decl.(*ast.FuncDecl)
	if !ok || f.Recv != nil {
		return "", false
	}
	name := f.Name.Name
	return name, strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz")
}
