package memnet

import (
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// DefaultBuffer is what a connection made by [Listener.Dial] holds in each
// direction before a write waits for the reader, in bytes.
const DefaultBuffer = 64 << 10

// A Conn is one end of a connection. It implements net.Conn, and CloseWrite as
// *net.TCPConn does.
type Conn struct {
	in, out *stream
}

// Pipe returns the two ends of a connection that holds up to buffer bytes in
// each direction.
func Pipe(buffer int) (a, b *Conn) {
	ab, ba := newStream(buffer), newStream(buffer)
	return &Conn{in: ba, out: ab}, &Conn{in: ab, out: ba}
}

// Read reads what has arrived, or waits for it. After the peer has closed, the
// error is io.EOF.
func (c *Conn) Read(p []byte) (int, error) {
	n, err := c.in.read(p)
	return n, opError("read", err)
}

// Write waits until all of p is in the buffer. When the peer has closed, the
// error is syscall.EPIPE.
func (c *Conn) Write(p []byte) (int, error) {
	n, err := c.out.write(p)
	return n, opError("write", err)
}

// Close closes both directions. What was written before can still be read.
func (c *Conn) Close() error {
	c.out.closeWrite()
	c.in.closeRead()
	return nil
}

// CloseWrite ends the outgoing direction: the peer reads io.EOF.
func (c *Conn) CloseWrite() error {
	c.out.closeWrite()
	return nil
}

// LocalAddr and RemoteAddr return an address that says "mem".
func (c *Conn) LocalAddr() net.Addr  { return addr{} }
func (c *Conn) RemoteAddr() net.Addr { return addr{} }

// SetDeadline sets both deadlines.
func (c *Conn) SetDeadline(t time.Time) error {
	c.in.reader.set(c.in, t)
	c.out.writer.set(c.out, t)
	return nil
}

// SetReadDeadline bounds present and future reads. Zero means no bound.
func (c *Conn) SetReadDeadline(t time.Time) error {
	c.in.reader.set(c.in, t)
	return nil
}

// SetWriteDeadline bounds present and future writes. Zero means no bound.
func (c *Conn) SetWriteDeadline(t time.Time) error {
	c.out.writer.set(c.out, t)
	return nil
}

// opError dresses err as package net does, so that it is a net.Error.
func opError(op string, err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	return &net.OpError{Op: op, Net: "mem", Source: addr{}, Addr: addr{}, Err: err}
}

// A stream is one direction of a connection.
type stream struct {
	mu             sync.Mutex
	changed        *sync.Cond
	buf            []byte // read up to start
	start          int
	limit          int
	noMore         bool // the writer has closed
	nobody         bool // the reader has closed
	reader, writer deadline
}

func newStream(limit int) *stream {
	s := &stream{limit: limit}
	s.changed = sync.NewCond(&s.mu)
	return s
}

func (s *stream) read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.nobody:
			return 0, net.ErrClosed
		case s.reader.passed:
			return 0, os.ErrDeadlineExceeded
		case s.start < len(s.buf):
			n := copy(p, s.buf[s.start:])
			s.start += n
			s.changed.Broadcast()
			return n, nil
		case s.noMore:
			return 0, io.EOF
		case len(p) == 0:
			return 0, nil
		}
		s.changed.Wait()
	}
}

func (s *stream) write(p []byte) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.noMore:
			return n, net.ErrClosed
		case s.nobody:
			return n, syscall.EPIPE
		case s.writer.passed:
			return n, os.ErrDeadlineExceeded
		case len(p) == 0:
			return n, nil
		}
		if took := s.fill(p); took > 0 {
			p, n = p[took:], n+took
			s.changed.Broadcast()
			continue
		}
		s.changed.Wait()
	}
}

// fill takes of p what there is room for.
func (s *stream) fill(p []byte) int {
	if s.start > 0 && (s.start == len(s.buf) || len(s.buf) == s.limit) {
		s.buf = append(s.buf[:0], s.buf[s.start:]...)
		s.start = 0
	}
	p = p[:min(len(p), s.limit-len(s.buf))]
	s.buf = append(s.buf, p...)
	return len(p)
}

func (s *stream) closeWrite() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noMore = true
	s.writer.stop()
	s.changed.Broadcast()
}

func (s *stream) closeRead() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nobody = true
	s.reader.stop()
	s.changed.Broadcast()
}

// A deadline belongs to the reader or the writer of a stream and is guarded by
// the stream's lock.
type deadline struct {
	passed bool
	timer  *time.Timer
}

// set moves the deadline of s to t.
func (d *deadline) set(s *stream, t time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.stop()
	d.passed = false
	if t.IsZero() {
		return
	}
	wait := time.Until(t)
	if wait <= 0 {
		d.passed = true
		s.changed.Broadcast()
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(wait, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if d.timer == timer { // not moved meanwhile
			d.passed = true
			s.changed.Broadcast()
		}
	})
	d.timer = timer
}

// stop ends the timer. The caller holds the stream's lock.
func (d *deadline) stop() {
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
}
