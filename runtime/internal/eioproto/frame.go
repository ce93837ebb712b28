package eioproto

import (
	"encoding/binary"
	"fmt"
)

// MaxFrameHeader is the size of the longest header of a frame, in bytes.
const MaxFrameHeader = 9

// The lengths in the first byte of a header that say how long the rest is.
const (
	length16 = 126 // two bytes
	length64 = 127 // eight bytes
)

// binaryFrame marks the first byte of a frame of bytes.
const binaryFrame = 0x80

// A FrameHeader stands before each packet in a stream, as in WebTransport's.
type FrameHeader struct {
	// Binary says that the packet is a message of bytes, without a type. All
	// others are in their text form.
	Binary bool
	// Length is that of the packet in bytes, at least one.
	Length int64
}

// AppendFrame appends p as it stands in a stream. An empty message of bytes has
// no frame of its own, so it gets its text form.
func AppendFrame(dst []byte, p Packet) []byte {
	if p.Binary && p.Type == Message && len(p.Data) > 0 {
		return append(appendFrameHeader(dst, binaryFrame, len(p.Data)), p.Data...)
	}
	if !p.Binary {
		return AppendPacket(appendFrameHeader(dst, 0, 1+len(p.Data)), p)
	}
	text := AppendPacket(nil, p)
	return append(appendFrameHeader(dst, 0, len(text)), text...)
}

func appendFrameHeader(dst []byte, mark byte, n int) []byte {
	switch {
	case n < length16:
		return append(dst, mark|byte(n))
	case n < 1<<16:
		return binary.BigEndian.AppendUint16(append(dst, mark|length16), uint16(n))
	default:
		return binary.BigEndian.AppendUint64(append(dst, mark|length64), uint64(n))
	}
}

// FrameHeaderSize returns the size of a header that begins with the byte first.
func FrameHeaderSize(first byte) int {
	switch first &^ binaryFrame {
	case length16:
		return 3
	case length64:
		return MaxFrameHeader
	default:
		return 1
	}
}

// DecodeFrameHeader decodes a header, of which b holds exactly the bytes. A
// packet that is empty, or longer than limit bytes, is refused here, before
// anything is kept for it: the errors are [ErrEmpty] and [ErrLength].
func DecodeFrameHeader(b []byte, limit int64) (FrameHeader, error) {
	var n uint64
	switch {
	case len(b) == 0 || len(b) != FrameHeaderSize(b[0]):
		return FrameHeader{}, fmt.Errorf("%w: header of %d bytes", ErrLength, len(b))
	case len(b) == MaxFrameHeader:
		n = binary.BigEndian.Uint64(b[1:])
	case len(b) == 3:
		n = uint64(binary.BigEndian.Uint16(b[1:]))
	default:
		n = uint64(b[0] &^ binaryFrame)
	}
	switch {
	case n == 0:
		return FrameHeader{}, ErrEmpty
	case limit < 0 || n > uint64(limit):
		return FrameHeader{}, fmt.Errorf("%w: %d bytes, at most %d", ErrLength, n, limit)
	}
	return FrameHeader{Binary: b[0]&binaryFrame != 0, Length: int64(n)}, nil
}
