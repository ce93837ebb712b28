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

// readArgs wants a JSON array with few enough elements, that of an event with a
// name in front that is not reserved, and notes what it holds.
func (d *Decoder) readArgs(p *Packet) error {
	if len(p.Data) == 0 || p.Data[0] != '[' {
		return ErrPayload
	}
	s := jsontext.NewScanner(p.Data)
	s.Take('[')
	more := s.More(true, ']')
	if p.Type == Event {
		if !more || s.Peek() != '"' {
			return ErrPayload
		}
		name := takeName(&s)
		if Reserved(name) {
			return ErrReservedName
		}
		p.Name = d.eventName(name)
		more = s.More(false, ']')
	}
	for ; more; more = s.More(false, ']') {
		if len(p.Args) == d.Limits.args() {
			return ErrTooManyArgs
		}
		s.Peek()
		start := s.Pos()
		s.Skip(d.Limits.depth())
		p.Args = append(p.Args, s.Since(start))
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

// keptName is the longest name that a Decoder holds on to, in bytes.
const keptName = 64

// eventName returns the name as a string, the one of the last event if it is the
// same: most events of a peer are of few kinds.
func (d *Decoder) eventName(name []byte) string {
	if string(name) == d.event {
		return d.event
	}
	if len(name) > keptName {
		return string(name)
	}
	d.event = string(name)
	return d.event
}
