package engineio

import (
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"
)

// The opcodes of the frames a server sends, with the FIN bit set.
const (
	frameText   = 0x81
	frameBinary = 0x82
	frameClose  = 0x88
	framePong   = 0x8a
)

// A Message is a text and its attachments in the form they have on the wire.
// Any number of sessions share one, whatever their peers speak; what it holds
// leaves together, on either transport.
type Message struct {
	frames      []byte   // as WebSocket frames
	text        []byte   // the text packet, within frames
	attachments [][]byte // within frames

	form         form                     // what it is encoded for
	uncompressed bool                     // by the sender's wish
	single       bool                     // it goes to one session, once
	payload      atomic.Pointer[[]byte]   // as part of a polling payload, made when first needed
	made         atomic.Pointer[variants] // what else is made of it, when first needed
}

// NewMessage encodes a text, whose beginning is head, and attachments that follow it
// as binary messages. The slices are copied: the caller may use them again.
//
// The text must be valid UTF-8. It should not contain the byte 0x1E, which
// separates packets in polling payloads and is sent as U+FFFD there; JSON never
// contains it.
func NewMessage(head, text []byte, attachments ...[]byte) *Message {
	return new(Message).set(head, text, attachments)
}

// singles holds messages that have left.
var singles = sync.Pool{New: func() any { return new(Message) }}

// NewSingle is [NewMessage] for a message that is given to one session, once. It
// belongs to the session then: its memory is used again when it has left.
func NewSingle(head, text []byte, attachments ...[]byte) *Message {
	m := singles.Get().(*Message)
	m.single = true
	return m.set(head, text, attachments)
}

// maxKept is the largest message whose memory is used again, in bytes.
const maxKept = 16 << 10

// left is called when m has been written, or copied to be. Whoever calls it has no
// more to do with m.
func (m *Message) left() {
	if !m.single || cap(m.frames) > maxKept {
		return
	}
	*m = Message{frames: m.frames[:0], attachments: m.attachments[:0]}
	singles.Put(m)
}

// set encodes a text and attachments into m, which is empty.
func (m *Message) set(head, text []byte, attachments [][]byte) *Message {
	packet := 1 + len(head) + len(text)
	size := frameHeaderSize(packet) + packet
	for _, a := range attachments {
		size += frameHeaderSize(len(a)) + len(a)
	}
	m.frames = slices.Grow(m.frames, size)
	m.frames = appendFrameHeader(m.frames, frameText, packet)
	start := len(m.frames)
	m.frames = append(m.frames, '4')
	m.frames = append(append(m.frames, head...), text...)
	m.text = m.frames[start:len(m.frames):len(m.frames)]
	for _, a := range attachments {
		m.frames = appendFrameHeader(m.frames, frameBinary, len(a))
		start := len(m.frames)
		m.frames = append(m.frames, a...)
		m.attachments = append(m.attachments, m.frames[start:len(m.frames):len(m.frames)])
	}
	return m
}

// NewUncompressed is [NewMessage] for what would gain nothing by compression, or
// must not be compressed: it leaves as it is, unless it shares an answer with
// messages that are compressed.
func NewUncompressed(head, text []byte, attachments ...[]byte) *Message {
	m := NewMessage(head, text, attachments...)
	m.uncompressed = true
	return m
}

// newPacket returns a message that is the packet of one type character.
func newPacket(char byte, data string) *Message {
	m := &Message{frames: make([]byte, 0, frameHeaderSize(1+len(data))+1+len(data))}
	m.frames = appendFrameHeader(m.frames, frameText, 1+len(data))
	start := len(m.frames)
	m.frames = append(append(m.frames, char), data...)
	m.text = m.frames[start:]
	return m
}

// size is what the message counts for in a queue, in bytes.
func (m *Message) size() int { return len(m.frames) }

// frameHeaderSize returns the length of the header of a server's frame.
func frameHeaderSize(n int) int {
	switch {
	case n < 126:
		return 2
	case n < 1<<16:
		return 4
	default:
		return 10
	}
}

// appendFrameHeader appends the header of a frame with n bytes of data. Frames
// of servers are not masked (RFC 6455, 5.1).
func appendFrameHeader(dst []byte, op byte, n int) []byte {
	switch frameHeaderSize(n) {
	case 2:
		return append(dst, op, byte(n))
	case 4:
		return binary.BigEndian.AppendUint16(append(dst, op, 126), uint16(n))
	default:
		return binary.BigEndian.AppendUint64(append(dst, op, 127), uint64(n))
	}
}
