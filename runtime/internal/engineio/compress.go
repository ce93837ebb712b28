package engineio

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// compressFrom is the size of the smallest answer or message that is worth
// compressing, in bytes.
const compressFrom = 1024

// A coding is a content coding of HTTP. Its writers are large, so they are
// pooled, and held only while an answer is compressed, not while it is written.
type coding struct {
	name    string
	writers sync.Pool
}

type resetWriter interface {
	io.WriteCloser
	Reset(io.Writer)
}

// codings are what answers may be compressed with, the preferred first. Better
// levels than the fastest gain little on JSON and take several times as long.
var codings = [...]*coding{
	{name: "gzip", writers: sync.Pool{New: func() any {
		w, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed) // the level is valid
		return w
	}}},
	{name: "deflate", writers: sync.Pool{New: func() any {
		w, _ := zlib.NewWriterLevel(nil, zlib.BestSpeed)
		return w
	}}},
}

// compress appends the coded form of p to dst.
func (c *coding) compress(dst *bytes.Buffer, p []byte) {
	w := c.writers.Get().(resetWriter)
	w.Reset(dst)
	w.Write(p) // a buffer takes everything
	w.Close()
	w.Reset(nil)
	c.writers.Put(w)
}

// codingFor returns how an answer to r of so many bytes is coded, or nil.
func (srv *Server) codingFor(r *http.Request, messages []*Message, size int) *coding {
	worthwhile := func(m *Message) bool { return !m.uncompressed }
	if srv.opts.NoHTTPCompression || size < compressFrom || !slices.ContainsFunc(messages, worthwhile) {
		return nil
	}
	var best *coding
	quality := 0.0
	for _, c := range codings {
		if q := acceptance(r.Header["Accept-Encoding"], c.name); q > quality {
			best, quality = c, q
		}
	}
	return best
}

// acceptance returns the weight that Accept-Encoding gives a coding, zero if the
// peer does not take it (RFC 9110, 12.5.3).
func acceptance(header []string, coding string) float64 {
	others := 0.0
	for _, line := range header {
		for element := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(element, ";")
			switch name = strings.TrimSpace(name); {
			case strings.EqualFold(name, coding):
				return weight(params)
			case name == "*":
				others = weight(params)
			}
		}
	}
	return others
}

// weight returns what a q parameter says; what is none accepts nothing.
func weight(params string) float64 {
	params = strings.TrimSpace(params)
	if params == "" {
		return 1
	}
	name, value, _ := strings.Cut(params, "=")
	q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if !strings.EqualFold(strings.TrimSpace(name), "q") || err != nil {
		return 0
	}
	return q
}
