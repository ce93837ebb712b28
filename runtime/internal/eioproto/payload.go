package eioproto

import (
	"bytes"
	"fmt"
	"iter"
)

// Separator stands between the packets of a payload.
const Separator = 0x1e

// AppendPayload appends packets with separators between them: the body of a
// polling request or answer. Text data must not contain [Separator].
func AppendPayload(dst []byte, packets ...Packet) []byte {
	for i, p := range packets {
		if i > 0 {
			dst = append(dst, Separator)
		}
		dst = AppendPacket(dst, p)
	}
	return dst
}

// DecodePayload yields the packets of a payload in order, decoded one by one as
// [DecodePacket] does. After an error nothing follows. A payload of more than
// limit packets yields nothing but an error that is [ErrTooMany].
func DecodePayload(b []byte, limit int) iter.Seq2[Packet, error] {
	return func(yield func(Packet, error) bool) {
		if n := bytes.Count(b, []byte{Separator}) + 1; n > limit {
			yield(Packet{}, fmt.Errorf("%w: %d, at most %d", ErrTooMany, n, limit))
			return
		}
		for more := true; more; {
			var element []byte
			element, b, more = bytes.Cut(b, []byte{Separator})
			p, err := DecodePacket(element)
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}
