//go:build unix

package engineio

import (
	"io"
	"net"
	"syscall"
)

// readBufferSize is that of gorilla, in bytes, which a connection keeps while it is
// idle. A control frame has to fit; all else is read ahead.
const readBufferSize = 128

// A rawConn reads and writes a connection without waiting for it, which
// net.Conn cannot. One read and one write may go on at the same time. The
// functions given to syscall.RawConn are made once and take their arguments
// from the fields, so that no call allocates.
type rawConn struct {
	conn syscall.RawConn
	park func() // called before a read waits

	out      []byte
	wrote    int
	outErr   error
	tryWrite func(fd uintptr) bool

	in      []byte
	got     int
	inErr   error
	tryRead func(fd uintptr) bool
	readAhead
}

// newRawConn returns nil unless c is a socket and nothing else: a wrapper may
// expose the socket below it, but its bytes are not the socket's.
func newRawConn(c net.Conn, park func()) *rawConn {
	var conn syscall.RawConn
	var err error
	switch c := c.(type) {
	case *net.TCPConn:
		conn, err = c.SyscallConn()
	case *net.UnixConn:
		conn, err = c.SyscallConn()
	default:
		return nil
	}
	if err != nil {
		return nil
	}
	r := &rawConn{conn: conn, park: park}
	r.tryWrite, r.tryRead = r.writeFD, r.readFD
	return r
}

// write hands p to the kernel as far as it takes it at once.
func (r *rawConn) write(p []byte) (int, error) {
	r.out, r.wrote, r.outErr = p, 0, nil
	err := r.conn.Write(r.tryWrite)
	r.out = nil
	if err == nil {
		err = r.outErr
	}
	return r.wrote, err
}

func (r *rawConn) writeFD(fd uintptr) bool {
	for r.wrote < len(r.out) {
		n, err := syscall.Write(int(fd), r.out[r.wrote:])
		switch err {
		case nil:
			r.wrote += n
		case syscall.EINTR:
		case syscall.EAGAIN:
			return true
		default:
			r.outErr = err
			return true
		}
	}
	return true
}

// read is net.Conn's Read, but calls park when nothing has arrived, just before
// it waits. What a small p has no room for is kept ahead.
func (r *rawConn) read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	r.in, r.got, r.inErr = p, 0, nil
	err := r.conn.Read(r.tryRead)
	r.in = nil
	switch {
	case err != nil:
		return 0, err
	case r.inErr != nil:
		return 0, r.inErr
	case r.got == 0:
		return 0, io.EOF
	}
	return r.got, nil
}

func (r *rawConn) readFD(fd uintptr) bool {
	into := r.into(r.in)
	for {
		n, err := syscall.Read(int(fd), into)
		if err == syscall.EINTR {
			continue
		}
		r.got = r.keep(r.in, max(n, 0)) // it is -1 after an error
		switch err {
		case nil:
		case syscall.EAGAIN:
			r.park()
			return false
		default:
			r.inErr = err
		}
		return true
	}
}
