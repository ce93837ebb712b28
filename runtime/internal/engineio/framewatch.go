package engineio

import "errors"

var errCompressedBit = errors.New("the bit of compression is set where it must not be")

// A frameWatch follows a peer's frames through what is read. Once
// permessage-deflate is agreed on, gorilla takes the bit that says "compressed"
// in any frame; it belongs to the first of a message alone (RFC 7692, 6). All
// else gorilla checks itself.
type frameWatch struct {
	part   headPart
	digits int    // bytes of a long length that are still to come
	length uint64 // of the payload and the mask before it, as far as it is known
}

// A headPart is what the next byte is part of.
type headPart uint8

const (
	headFirst headPart = iota
	headLength
	headLongLength
	headPayload
)

// maskSize is the length of a mask, which every frame of a peer has.
const maskSize = 4

// check returns how many bytes of p stand before a frame that must not be
// compressed but says it is: len(p) if there is none.
func (w *frameWatch) check(p []byte) int {
	for i := 0; i < len(p); i++ {
		switch c := p[i]; w.part {
		case headFirst:
			if c&frameCompressed != 0 && !beginsMessage(c) {
				return i
			}
			w.part = headLength
		case headLength:
			w.begin(c & 0x7f)
		case headLongLength:
			w.length = w.length<<8 | uint64(c)
			if w.digits--; w.digits == 0 {
				w.part, w.length = headPayload, w.length+maskSize
			}
		case headPayload:
			n := min(w.length, uint64(len(p)-i))
			i += int(n) - 1
			if w.length -= n; w.length == 0 {
				w.part = headFirst
			}
		}
	}
	return len(p)
}

// begin takes the length in the second byte of a frame.
func (w *frameWatch) begin(length byte) {
	switch length {
	case 126:
		w.part, w.digits, w.length = headLongLength, 2, 0
	case 127:
		w.part, w.digits, w.length = headLongLength, 8, 0
	default:
		w.part, w.length = headPayload, uint64(length)+maskSize
	}
}

// beginsMessage reports whether the first byte of a frame is that of a text or
// binary frame.
func beginsMessage(c byte) bool {
	op := c & 0x0f
	return op == frameText&0x0f || op == frameBinary&0x0f
}
