package faultnet

import (
	"errors"
	"io"
	"math"
	"net"
)

// A flow is one direction of a link.
type flow struct {
	link      *link
	from      io.Reader
	to        *net.TCPConn
	direction Direction
	passed    int // bytes
}

// run passes bytes on until the sender has finished or the link was cut.
func (w *flow) run() {
	buf := make([]byte, 32<<10)
	for {
		n, err := w.from.Read(buf)
		if n > 0 && !w.pass(buf[:n]) {
			w.link.reset()
			return
		}
		if err == nil {
			continue
		}
		if _, ok := w.link.await(); ok && errors.Is(err, io.EOF) {
			w.to.CloseWrite()
			return
		}
		w.link.reset()
		return
	}
}

// pass writes data to the other side, in pieces as the faults say. It is false
// when the link is to be cut.
func (w *flow) pass(data []byte) bool {
	f, _ := w.link.proxy.faults(w.link)
	if !w.link.pause(f.latency()) {
		return false
	}
	for len(data) > 0 {
		f, ok := w.link.await()
		if !ok {
			return false
		}
		n, wait := f.piece(min(len(data), w.room(f)))
		if n <= 0 || !w.write(f, data[:n]) || !w.link.pause(wait) {
			return false
		}
		data = data[n:]
	}
	f, _ = w.link.proxy.faults(w.link)
	return w.room(f) > 0
}

// room returns how many bytes may pass before the link is cut.
func (w *flow) room(f Faults) int {
	if f.CutAfter <= 0 || w.direction == Up {
		return math.MaxInt
	}
	return f.CutAfter - w.passed
}

// write sends bytes to the other side, or drops them when that was told that
// there are no more.
func (w *flow) write(f Faults, data []byte) bool {
	f.damage(data, w.passed)
	w.passed += len(data)
	if _, err := w.to.Write(data); err != nil {
		return w.link.hasFinished(w.direction)
	}
	return true
}
