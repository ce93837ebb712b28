package schema

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// A Severity tells how much a Diagnostic matters.
type Severity string

// The severities.
const (
	SeverityError   Severity = "error"
	SeverityWarning Severity = "warning"
)

// A Diagnostic says where a contract is wrong and what to do about it.
type Diagnostic struct {
	Pos      Position
	End      Position // the place after the last character; never before Pos
	Severity Severity
	Rule     string // stable id, such as TYPE_UNKNOWN
	Message  string // lower case, names in double quotes, no full stop
	Help     []string
	Related  []Related

	// Source is the line Pos is on, as written.
	Source string
}

// Related is another place that has to do with a Diagnostic.
type Related struct {
	Pos     Position
	Message string
}

// Diagnostics are the problems of one run, sorted by file, line and column.
// As an error they read as their text form; see Print.
type Diagnostics []Diagnostic

// Error returns what Print prints.
func (d Diagnostics) Error() string {
	var b strings.Builder
	_ = d.Print(&b) // a Builder does not fail
	return strings.TrimSuffix(b.String(), "\n")
}

// Sort puts d in the order of Diagnostics; whoever merges those of several
// sources calls it.
func (d Diagnostics) Sort() {
	slices.SortStableFunc(d, func(a, b Diagnostic) int {
		return cmp.Or(
			comparePositions(a.Pos, b.Pos),
			cmp.Compare(a.Rule, b.Rule),
			cmp.Compare(a.Message, b.Message),
		)
	})
}

func comparePositions(a, b Position) int {
	return cmp.Or(
		cmp.Compare(a.File, b.File),
		cmp.Compare(a.Line, b.Line),
		cmp.Compare(a.Col, b.Col),
	)
}

// MarshalJSON writes the form tools read: file, line, col, endLine, endCol,
// severity, rule, message, help and related.
func (d Diagnostic) MarshalJSON() ([]byte, error) {
	type related struct {
		File    string `json:"file"`
		Line    int    `json:"line"`
		Col     int    `json:"col"`
		Message string `json:"message"`
	}
	places := make([]related, 0, len(d.Related))
	for _, r := range d.Related {
		places = append(places, related{r.Pos.File, r.Pos.Line, r.Pos.Col, r.Message})
	}
	help := d.Help
	if help == nil {
		help = []string{}
	}
	return json.Marshal(struct {
		File     string    `json:"file"`
		Line     int       `json:"line"`
		Col      int       `json:"col"`
		EndLine  int       `json:"endLine"`
		EndCol   int       `json:"endCol"`
		Severity Severity  `json:"severity"`
		Rule     string    `json:"rule"`
		Message  string    `json:"message"`
		Help     []string  `json:"help"`
		Related  []related `json:"related"`
	}{d.Pos.File, d.Pos.Line, d.Pos.Col, d.End.Line, d.End.Col, d.Severity, d.Rule, d.Message, help, places})
}

// String returns file:line:col, quoted where a terminal could obey it.
func (p Position) String() string {
	return fmt.Sprintf("%s:%d:%d", printable(p.File), p.Line, p.Col)
}
