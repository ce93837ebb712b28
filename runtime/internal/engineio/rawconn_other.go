//go:build !unix

package engineio

import "net"

// readBufferSize is that of gorilla, in bytes, which a connection keeps while it is
// idle.
const readBufferSize = 512

// A rawConn is not to be had on this system: every connection is written by a
// goroutine while there is something to write.
type rawConn struct{}

func newRawConn(net.Conn, func()) *rawConn { return nil }

func (*rawConn) write([]byte) (int, error) { panic("unreachable: newRawConn returns nil") }

func (*rawConn) read([]byte) (int, error) { panic("unreachable: newRawConn returns nil") }

func (*rawConn) buffered() int { panic("unreachable: newRawConn returns nil") }

func (*rawConn) take([]byte) int { panic("unreachable: newRawConn returns nil") }
