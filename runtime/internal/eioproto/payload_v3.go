package eioproto

import (
	"encoding/base64"
	"fmt"
	"iter"
	"strconv"
	"unicode/utf8"
)

// The bytes around the length of a packet in a payload.
const (
	endOfLength       = ':'  // in a payload of text
	endOfLengthBinary = 0xff // in a payload of bytes
	textElement       = 0
	binaryElement     = 1
)

// AppendPayloadV3 appends packets as a payload of text in version 3. Text data
// must be valid UTF-8.
func AppendPayloadV3(dst []byte, packets ...Packet) []byte {
	for _, p := range packets {
		n := 1 + utf16Len(p.Data)
		if p.Binary && p.Type == Message {
			n = len(messageMark) + base64.StdEncoding.EncodedLen(len(p.Data))
		}
		dst = append(strconv.AppendInt(dst, int64(n), 10), endOfLength)
		dst = AppendPacketV3(dst, p)
	}
	return dst
}

// AppendBinaryPayloadV3 appends packets as a payload of bytes in version 3, the
// form for peers that take binary messages without base64.
func AppendBinaryPayloadV3(dst []byte, packets ...Packet) []byte {
	for _, p := range packets {
		binary := p.Binary && p.Type == Message
		kind := byte(textElement)
		if binary {
			kind = binaryElement
		}
		dst = append(dst, kind)
		digits := len(dst)
		dst = strconv.AppendInt(dst, int64(1+len(p.Data)), 10)
		for i := range dst[digits:] {
			dst[digits+i] -= '0'
		}
		dst = append(dst, endOfLengthBinary)
		if binary {
			dst = AppendBinaryV3(dst, p.Data)
		} else {
			dst = AppendPacket(dst, p)
		}
	}
	return dst
}

// DecodePayloadV3 yields the packets of a payload of text in version 3, decoded
// as [DecodePacketV3] does. After an error nothing follows; the packet behind
// the limit is an error that is [ErrTooMany].
func DecodePayloadV3(b []byte, limit int) iter.Seq2[Packet, error] {
	return decodeElements(b, limit, func(b []byte) (Packet, []byte, error) {
		n, b, err := cutLength(b, '0', endOfLength)
		if err != nil {
			return Packet{}, nil, err
		}
		if n, err = utf16Index(b, n); err != nil {
			return Packet{}, nil, err
		}
		p, err := DecodePacketV3(b[:n])
		return p, b[n:], err
	})
}

// DecodeBinaryPayloadV3 yields the packets of a payload of bytes in version 3,
// with errors as those of [DecodePayloadV3]. Data is a part of b.
func DecodeBinaryPayloadV3(b []byte, limit int) iter.Seq2[Packet, error] {
	return decodeElements(b, limit, func(b []byte) (Packet, []byte, error) {
		kind := b[0]
		n, b, err := cutLength(b[1:], 0, endOfLengthBinary)
		if err != nil {
			return Packet{}, nil, err
		}
		var p Packet
		switch kind {
		case textElement:
			p, err = decodeText(b[:n])
		case binaryElement:
			p, err = DecodeBinaryV3(b[:n])
		default:
			err = fmt.Errorf("%w: element %d", ErrUnknownType, kind)
		}
		return p, b[n:], err
	})
}

// decodeElements yields what next takes from the beginning of b until nothing is
// left.
func decodeElements(b []byte, limit int, next func([]byte) (Packet, []byte, error)) iter.Seq2[Packet, error] {
	return func(yield func(Packet, error) bool) {
		if len(b) == 0 {
			yield(Packet{}, ErrEmpty)
			return
		}
		for n := 0; len(b) > 0; n++ {
			if n == limit {
				yield(Packet{}, fmt.Errorf("%w: more than %d", ErrTooMany, limit))
				return
			}
			var p Packet
			var err error
			p, b, err = next(b)
			if !yield(p, err) || err != nil {
				return
			}
		}
	}
}

// cutLength reads a length of at least one from the beginning of b, whose digits
// count from zero up to end. Nothing is longer than the bytes behind it.
func cutLength(b []byte, zero, end byte) (n int, rest []byte, err error) {
	for i, c := range b {
		digit := c - zero
		switch {
		case c == end && n > 0 && n <= len(b)-i-1:
			return n, b[i+1:], nil
		case digit > 9, digit == 0 && n == 0, n > len(b):
			return 0, nil, ErrLength
		}
		n = n*10 + int(digit)
	}
	return 0, nil, ErrLength
}

// utf16Len returns the number of UTF-16 code units in which JavaScript holds a
// text.
func utf16Len(text []byte) int {
	n := utf8.RuneCount(text)
	for _, c := range text {
		if c >= 0xf0 { // begins a character of two
			n++
		}
	}
	return n
}

// utf16Index returns how many bytes the first n UTF-16 code units of b take.
func utf16Index(b []byte, n int) (int, error) {
	i := 0
	for n > 0 && i < len(b) {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size == 1 {
			return 0, ErrUTF8
		}
		i += size
		n--
		if r > 0xffff {
			n--
		}
	}
	if n != 0 {
		return 0, ErrLength
	}
	return i, nil
}
