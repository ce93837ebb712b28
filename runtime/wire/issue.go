package wire

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	maxIssues  = 16 // a sender learns enough from these
	maxPathKey = 64 // bytes of a key in a path: keys may come from a stranger
)

// A Path leads to a part of a payload: names of fields and keys of maps are
// strings, positions in lists are ints. The empty path is the payload itself.
type Path []any

// String returns the path as in "lines[2].qty". A name that would not read well
// is quoted. The empty path is the empty string.
func (p Path) String() string {
	var b strings.Builder
	for _, step := range p {
		switch step := step.(type) {
		case int:
			b.WriteString("[" + strconv.Itoa(step) + "]")
		case string:
			if !isName(step) {
				b.WriteString("[" + strconv.QuoteToASCII(step) + "]")
				continue
			}
			if b.Len() > 0 {
				b.WriteByte('.')
			}
			b.WriteString(step)
		}
	}
	return b.String()
}

func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c != '_' && c != '-' && (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return s != ""
}

// MarshalJSON returns the path as an array, also when it is empty.
func (p Path) MarshalJSON() ([]byte, error) {
	if len(p) == 0 {
		return []byte("[]"), nil
	}
	return json.Marshal([]any(p))
}

// UnmarshalJSON reads what MarshalJSON writes.
func (p *Path) UnmarshalJSON(data []byte) error {
	var steps []any
	if err := json.Unmarshal(data, &steps); err != nil {
		return err
	}
	for i, step := range steps {
		if n, ok := step.(float64); ok {
			steps[i] = int(n)
		}
	}
	*p = steps
	return nil
}

// An Issue is one fault of a payload.
type Issue struct {
	// Path leads to the faulty part.
	Path Path `json:"path"`
	// Message says what is expected there, as in "must be a string".
	Message string `json:"message"`
}

// An Error says why a payload breaks its contract. It may be shown to the peer.
type Error struct {
	// Issues are the faults in the order in which they were found, the first 16
	// of them.
	Issues []Issue `json:"issues"`
}

// Error lists all issues.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("wire: invalid payload")
	for i, issue := range e.Issues {
		b.WriteString([]string{": ", "; "}[min(i, 1)])
		if len(issue.Path) > 0 {
			b.WriteString(issue.Path.String() + " ")
		}
		b.WriteString(issue.Message)
	}
	return b.String()
}

// issues collects the faults of one payload, those of the Decoder first.
type issues struct {
	list    []Issue
	decoded int // how many the Decoder found; the rest is the Checker's
}

// full lets callers save the work of building a path in vain.
func (l *issues) full() bool { return len(l.list) == maxIssues }

func (l *issues) add(issue Issue) {
	if !l.full() {
		l.list = append(l.list, issue)
	}
}

// sealDecoded says that the Decoder is done.
func (l *issues) sealDecoded() { l.decoded = len(l.list) }

// undecoded reports whether path lies at or under a part that could not be
// decoded. What is found there is a consequence and no fault of its own.
func (l *issues) undecoded(path Path) bool {
	for _, issue := range l.list[:l.decoded] {
		if hasPrefix(path, issue.Path) {
			return true
		}
	}
	return false
}

// undecodedWithin reports whether a part under path could not be decoded.
func (l *issues) undecodedWithin(path Path) bool {
	for _, issue := range l.list[:l.decoded] {
		if hasPrefix(issue.Path, path) {
			return true
		}
	}
	return false
}

func hasPrefix(path, prefix Path) bool {
	if len(path) < len(prefix) {
		return false
	}
	for i, step := range prefix {
		if path[i] != step {
			return false
		}
	}
	return true
}

// err returns the issues as an error, which keeps them.
func (l *issues) err() error {
	if len(l.list) == 0 {
		return nil
	}
	return &Error{Issues: l.list}
}

// clip returns s, or its beginning when it is long, as valid text.
func clip(s string) string {
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	if len(s) <= maxPathKey {
		return s
	}
	n := maxPathKey
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
