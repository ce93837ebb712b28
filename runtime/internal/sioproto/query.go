package sioproto

import (
	"bytes"
	"net/url"
	"strings"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

// connectQuery reads what follows the type of a CONNECT when the decoder takes
// queries. The query is returned as the payload.
func (d *Decoder) connectQuery(h Header, b []byte) (Header, []byte, error) {
	h.Namespace = "/"
	if len(b) == 0 {
		return h, nil, nil
	}
	b, rest, _ := bytes.Cut(b, []byte{','})
	if !bytes.HasPrefix(b, []byte{'/'}) || len(rest) > 0 {
		return h, nil, ErrPayload
	}
	path, query, found := bytes.Cut(b, []byte{'?'})
	if len(query) > d.Limits.query() {
		return h, nil, ErrNamespace
	}
	var err error
	if h.Namespace, err = d.name(path); err != nil || !found {
		return h, nil, err
	}
	return h, appendQuery(nil, string(query)), nil
}

// appendQuery appends the parameters of a query as an object of strings. Of a
// parameter that is given twice the last counts, as for the reference.
func appendQuery(dst []byte, query string) []byte {
	values := make(map[string]string)
	var names []string // in the order of their first appearance
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		name = unescape(name)
		if _, known := values[name]; !known {
			names = append(names, name)
		}
		values[name] = unescape(value)
	}
	dst = append(dst, '{')
	for i, name := range names {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(jsontext.AppendString(dst, name), ':')
		dst = jsontext.AppendString(dst, values[name])
	}
	return append(dst, '}')
}

// unescape returns what a part of a query means. What is not escaped properly
// stays as it is.
func unescape(s string) string {
	if meant, err := url.QueryUnescape(s); err == nil {
		return meant
	}
	return s
}
