//go:build unix

package engineio

import "sync"

// aheadSize is how much is read at once, in bytes.
const aheadSize = 4 << 10

// A readAhead lets a reader with a small buffer, which a connection can afford to
// keep while it is idle, read much at once: what there is no room for waits in a
// buffer that is held no longer than that. The reader owns it.
type readAhead struct {
	buf  *[aheadSize]byte // nil unless something waits, or is being read
	rest []byte           // of buf, what waits
}

var aheads = sync.Pool{New: func() any { return new([aheadSize]byte) }}

// into returns where to read to when p is asked for: p, unless it is small.
func (a *readAhead) into(p []byte) []byte {
	if len(p) >= aheadSize {
		return p
	}
	a.buf = aheads.Get().(*[aheadSize]byte)
	return a.buf[:]
}

// keep takes note that n bytes were read to where into(p) has said. It
// returns how many of them are in p.
func (a *readAhead) keep(p []byte, n int) int {
	if a.buf == nil {
		return n
	}
	a.rest = a.buf[:n]
	return a.take(p)
}

// take moves what waits to p, as far as there is room.
func (a *readAhead) take(p []byte) int {
	n := copy(p, a.rest)
	if a.rest = a.rest[n:]; len(a.rest) == 0 && a.buf != nil {
		aheads.Put(a.buf)
		*a = readAhead{}
	}
	return n
}

// buffered returns how many bytes wait.
func (a *readAhead) buffered() int { return len(a.rest) }
