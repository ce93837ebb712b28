// Package load is the other end of the servers that are measured: as little of
// a Socket.IO client as can be, so that it disturbs them as little as it can.
package load

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// The first bytes of frames: the opcode with the FIN bit.
const (
	opText   = 0x81
	opBinary = 0x82
)

// mask is the key of every frame that is sent. It is not zero, because servers
// may skip the work then.
var mask = [4]byte{0x5a, 0x17, 0xc3, 0x88}

// Text returns the frame of a client that carries an Engine.IO packet.
func Text(packet string) []byte { return appendMasked(nil, opText, packet) }

// Binary returns the frame of a client that carries an attachment.
func Binary(data []byte) []byte { return appendMasked(nil, opBinary, string(data)) }

// ServerText returns the frame in which a server sends an Engine.IO packet.
func ServerText(packet string) []byte {
	return append(appendHeader(nil, opText, len(packet), 0), packet...)
}

// ServerBinary returns the frame in which a server sends an attachment.
func ServerBinary(data []byte) []byte {
	return append(appendHeader(nil, opBinary, len(data), 0), data...)
}

func appendMasked(dst []byte, op byte, payload string) []byte {
	dst = append(appendHeader(dst, op, len(payload), 0x80), mask[:]...)
	for i := range len(payload) {
		dst = append(dst, payload[i]^mask[i%4])
	}
	return dst
}

func appendHeader(dst []byte, op byte, n int, masked byte) []byte {
	if n < 126 {
		return append(dst, op, masked|byte(n))
	}
	return binary.BigEndian.AppendUint16(append(dst, op, masked|126), uint16(n))
}

// readFrame returns the payload of the next frame of a server, which has less
// than 64 KiB.
func readFrame(r *bufio.Reader) (string, error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return "", err
	}
	n := int(head[1])
	switch {
	case n == 126:
		var long [2]byte
		if _, err := io.ReadFull(r, long[:]); err != nil {
			return "", err
		}
		n = int(binary.BigEndian.Uint16(long[:]))
	case n > 126:
		return "", fmt.Errorf("unexpected frame: % x", head)
	}
	payload := make([]byte, n)
	_, err := io.ReadFull(r, payload)
	return string(payload), err
}
