package syntax_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/schema/internal/syntax"
)

// docs lists the keys and items that have documentation, in document order.
func docs(n *syntax.Node) []string {
	if n == nil {
		return nil
	}
	var found []string
	add := func(n *syntax.Node) {
		if n.Doc != "" {
			found = append(found, fmt.Sprintf("%s: %q", n.Text, n.Doc))
		}
	}
	for _, e := range n.Entries {
		add(e.Key)
		found = append(found, docs(e.Value)...)
	}
	for _, item := range n.Items {
		add(item)
		found = append(found, docs(item)...)
	}
	return found
}

func TestDocs(t *testing.T) {
	tests := []struct {
		name, text string
		want       []string
	}{
		{"above", "## One.\na: x\n", []string{`a: "One."`}},
		{"beside", "a: x ## One.\n", []string{`a: "One."`}},
		{"above and beside", "## One.\n## Two.\na: x ## Three.\n", []string{`a: "One.\nTwo.\nThree."`}},
		{"private comments", "# private\na: x # private\n", nil},
		{"private comment between", "## One.\n# private\n## Two.\na: x\n", []string{`a: "One.\nTwo."`}},
		{"blank line between", "## Lost.\n\na: x\n", nil},
		{"end of a section", "a:\n  b: x\n## C.\nc: x\n", []string{`c: "C."`}},
		{"item", "a:\n  - x ## X.\n  ## Y.\n  - y\n", []string{`x: "X."`, `y: "Y."`}},
		{"braces belong to their key", "a: {b: x, c: y} ## A.\n", []string{`a: "A."`}},
		{"braces over lines", "a: {\n  b: x, ## B.\n  c: y}\n", []string{`b: "B."`}},
		{"hash in quotes", "a: \"x ## no\"\nb: 'it''s ## no' ## B.\n", []string{`b: "B."`}},
		{"apostrophe in text", "a: it's ## A.\n", []string{`a: "A."`}},
		{"hash within a word", "a: x## no\n", nil},
		{"heading in a block", "a: |\n  text\n  ## Heading\nb: x\n", nil},
		{"heading in a folded block of a list", "- >\n  ## Heading\n- x\n", nil},
		{"heading in quotes", "a: \"text\n  ## Heading\"\nb: x\n", nil},
		{"block with documentation", "a: | ## A.\n  text\n", []string{`a: "A."`}},
		{"after a block", "a: |\n  text\n## B.\nb: x\n", []string{`b: "B."`}},
		{"carriage returns", "## One.\r\na: x\r\n", []string{`a: "One."`}},
		{"more marks", "#### One.\na: x\n", []string{`a: "One."`}},
	}
	for _, test := range tests {
		file, problems := syntax.Parse("a.rt.yaml", []byte(test.text))
		if len(problems) > 0 {
			t.Errorf("%s: %+v", test.name, problems)
			continue
		}
		if diff := cmp.Diff(test.want, docs(file.Root)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestEnds(t *testing.T) {
	text := "é: plain # comment\nb: \"quoted \\\" é\" # comment\nc: [x, 'y'' z']\nd: several\n  lines\n"
	file, problems := syntax.Parse("a.rt.yaml", []byte(text))
	if len(problems) > 0 {
		t.Fatalf("%+v", problems)
	}
	want := []string{"1:1-2 é", "1:4-9 plain", "2:1-2 b", `2:4-17 quoted " é`, "3:1-2 c", "3:5-6 x", "3:8-15 y' z", "4:1-2 d", "4:4-11 several lines"}
	var got []string
	var walk func(n *syntax.Node)
	walk = func(n *syntax.Node) {
		if n.Kind == syntax.Scalar {
			got = append(got, fmt.Sprintf("%d:%d-%d %s", n.Pos.Line, n.Pos.Col, n.End.Col, n.Text))
		}
		for _, e := range n.Entries {
			walk(e.Key)
			walk(e.Value)
		}
		for _, item := range n.Items {
			walk(item)
		}
	}
	walk(file.Root)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestLocate has syntax errors whose line yaml.v3 does not tell, or tells
// wrongly.
func TestLocate(t *testing.T) {
	tests := []struct {
		name, text string
		want       syntax.Pos
	}{
		{"first line", "a: b: c\n", syntax.Pos{Line: 1, Col: 1}},
		{"indentation", "a:\n    b: x\n   c: y\nd: z\n", syntax.Pos{Line: 3, Col: 4}},
		{"indentation before comments", "a:\n    b: x\n   c: y\n" + strings.Repeat("# comment\n", 100), syntax.Pos{Line: 3, Col: 4}},
		{"tab", "a:\n\tb: x\n", syntax.Pos{Line: 2, Col: 2}},
		{"sigil", "a:\n  b: @x\n  c: y\n", syntax.Pos{Line: 2, Col: 3}},
		{"key in braces", "a:\n  b: {c?: d}\n", syntax.Pos{Line: 2, Col: 3}},
		{"key in braces over lines", "a: {\n  b: x,\n  c?: y,\n  d: z}\n", syntax.Pos{Line: 3, Col: 3}},
		{"item among keys", "a: x\n- y\n", syntax.Pos{Line: 2, Col: 1}},
		{"key among items", "a:\n  - x\n  y: z\n", syntax.Pos{Line: 3, Col: 3}},
		{"open quote", "a: x\nb: \"y\nc: z\n", syntax.Pos{Line: 2, Col: 1}},
		{"open quote on the first line", "a: 'x\n" + strings.Repeat("b: y\n", 100), syntax.Pos{Line: 1, Col: 1}},
		{"open quote far before the end", "a: x\nb: \"y\n" + strings.Repeat("c: z\n", 100), syntax.Pos{Line: 2, Col: 1}},
		{"open bracket", "a: x\nb: [y\nc: z\n", syntax.Pos{Line: 2, Col: 1}},
		{"open bracket at the end", "a: x\nb: [y\n\n", syntax.Pos{Line: 2, Col: 1}},
	}
	for _, test := range tests {
		_, problems := syntax.Parse("a.rt.yaml", []byte(test.text))
		if len(problems) != 1 || problems[0].Rule != "SYNTAX" || problems[0].Pos != test.want {
			t.Errorf("%s: %+v, want one SYNTAX at %v", test.name, problems, test.want)
		}
	}
}
