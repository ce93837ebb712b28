package sioproto

import (
	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

// Reserved reports whether name is an event that the libraries themselves raise
// and that may therefore not be sent. Those of JavaScript refuse it too.
func Reserved[S string | []byte](name S) bool {
	switch string(name) {
	case "connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener":
		return true
	}
	return false
}

// checkArgs wants a JSON array with few enough elements; that of an event
// begins with a name that is not reserved.
func (d *Decoder) checkArgs(t Type, payload []byte) error {
	if len(payload) == 0 || payload[0] != '[' {
		return ErrPayload
	}
	s := jsontext.NewScanner(payload)
	s.Take('[')
	more := s.More(true, ']')
	if t == Event {
		if !more || s.Peek() != '"' {
			return ErrPayload
		}
		if Reserved(takeName(&s)) {
			return ErrReservedName
		}
		more = s.More(false, ']')
	}
	for n := 0; more; more = s.More(false, ']') {
		if n++; n > d.Limits.args() {
			return ErrTooManyArgs
		}
		s.Skip(d.Limits.depth())
	}
	s.End()
	return fault(s.Err())
}

// takeName takes a string and returns what it means.
func takeName(s *jsontext.Scanner) []byte {
	raw, escaped := s.String()
	if escaped {
		return jsontext.AppendUnescaped(nil, raw)
	}
	return raw
}

// SplitEvent returns the name and the arguments of the Data of an event. The
// arguments are parts of data.
func SplitEvent(data []byte) (name string, args [][]byte, err error) {
	s := jsontext.NewScanner(data)
	s.Take('[')
	if !s.More(true, ']') || s.Peek() != '"' {
		return "", nil, ErrPayload
	}
	name = string(takeName(&s))
	args, err = splitRest(&s, s.More(false, ']'))
	return name, args, err
}

// SplitArgs returns the elements of the Data of an ack, which are parts of
// data.
func SplitArgs(data []byte) ([][]byte, error) {
	s := jsontext.NewScanner(data)
	s.Take('[')
	return splitRest(&s, s.More(true, ']'))
}

// splitRest returns the elements up to the end of an array. A Decoder has
// limited their nesting already, maybe beyond our own default, hence the depth.
func splitRest(s *jsontext.Scanner, more bool) (args [][]byte, err error) {
	for ; more; more = s.More(false, ']') {
		s.Peek()
		start := s.Pos()
		s.Skip(maxSplitDepth)
		args = append(args, s.Since(start))
	}
	s.End()
	if err := fault(s.Err()); err != nil {
		return nil, err
	}
	return args, nil
}

// maxSplitDepth keeps the recursion finite for data that no Decoder has seen.
const maxSplitDepth = 10_000
