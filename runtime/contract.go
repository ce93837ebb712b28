package rt

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

// A Contract says which version of which schema code was generated from.
type Contract struct {
	Name        string // the package, as in "chat"
	Version     string // as in "1.4.0"
	Fingerprint string // of everything that matters on the wire
}

// String returns name@version#fingerprint, the form in which peers name theirs.
func (c *Contract) String() string {
	return c.Name + "@" + c.Version + "#" + c.Fingerprint
}

// identityKey is the member of the auth object that names the peer's contract.
const identityKey = "rt:contract"

// takeIdentity returns auth without the member that names the contract, and
// the name.
func takeIdentity(auth []byte) (rest json.RawMessage, identity string) {
	rest, values := takeStrings(auth, identityKey)
	return rest, values[0]
}

// takeStrings returns an object, which may be nil, without the members of some
// names, and their values. A value that is missing or no string is empty.
func takeStrings(object []byte, names ...string) (rest json.RawMessage, values []string) {
	values = make([]string, len(names))
	if len(object) == 0 {
		return nil, values
	}
	rest = make([]byte, 0, len(object))
	rest = append(rest, '{')
	found := false
	s := jsontext.NewScanner(object)
	s.Take('{')
	for more := s.More(true, '}'); more; more = s.More(false, '}') {
		s.Peek()
		start := s.Pos()
		raw, escaped := s.Key()
		s.Peek()
		value := s.Pos()
		s.Skip(jsontext.MaxDepth)
		if i := slices.Index(names, string(raw)); i >= 0 && !escaped {
			found = true
			_ = json.Unmarshal(s.Since(value), &values[i])
			continue
		}
		if len(rest) > 1 {
			rest = append(rest, ',')
		}
		rest = append(rest, s.Since(start)...)
	}
	if !found {
		return object, values
	}
	return append(rest, '}'), values
}

// identify notes which contract the peer was generated from. Other versions are
// let in, since most changes are compatible, and logged once each.
func (s *Socket) identify(ctx context.Context, identity string) {
	if identity == "" {
		return
	}
	s.conn.identify(identity)
	if b := s.ns.binding(); b != nil && b.contract != nil && identity != b.contract.String() {
		s.log().mismatch(ctx, identity, b.contract)
	}
}
