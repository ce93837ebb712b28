package engineio

import (
	"slices"
	"sync"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// A form is how packets of one session look. The zero form is that of version 4
// of the protocol, for peers that take binary WebSocket messages.
type form uint8

const (
	// version3 is for peers that speak version 3.
	version3 form = 1 << iota
	// base64Only is for peers that take binary messages as text alone.
	base64Only
	// countForms is the number of forms.
	countForms = 1 << iota
)

// v3 reports whether peers of the form speak version 3.
func (f form) v3() bool { return f&version3 != 0 }

// variants are what else is made of one message.
type variants struct {
	// forms are the message in all forms but the first.
	forms [countForms]struct {
		once    sync.Once
		message *Message
	}
	deflated frames // what permessage-deflate makes of its frames
	streamed frames // it as frames of a stream
}

// frames are made when first needed.
type frames struct {
	once  sync.Once
	bytes []byte
}

// variants returns the message's, which are made when first needed.
func (m *Message) variants() *variants {
	if v := m.made.Load(); v != nil {
		return v
	}
	m.made.CompareAndSwap(nil, new(variants)) // others may be as fast
	return m.made.Load()
}

// in returns the message as peers of form f get it. It shares what is the same.
func (m *Message) in(f form) *Message {
	if f == 0 || len(m.attachments) == 0 && !f.v3() {
		return m
	}
	other := &m.variants().forms[f]
	other.once.Do(func() { other.message = m.encode(f) })
	return other.message
}

func (m *Message) encode(f form) *Message {
	other := &Message{frames: m.frames, text: m.text, attachments: m.attachments, form: f, uncompressed: m.uncompressed}
	if len(m.attachments) == 0 {
		return other
	}
	other.frames = slices.Clone(m.frames[:frameHeaderSize(len(m.text))+len(m.text)])
	for _, a := range m.attachments {
		other.frames = f.appendFrame(other.frames, a)
	}
	return other
}

// appendFrame appends an attachment as a WebSocket frame.
func (f form) appendFrame(dst, data []byte) []byte {
	packet, op := data, byte(frameBinary)
	switch {
	case f&base64Only != 0:
		packet, op = f.appendText(nil, eioproto.Packet{Type: eioproto.Message, Binary: true, Data: data}), frameText
	case f.v3():
		packet = eioproto.AppendBinaryV3(nil, data)
	}
	return append(appendFrameHeader(dst, op, len(packet)), packet...)
}

func (f form) appendText(dst []byte, p eioproto.Packet) []byte {
	if f.v3() {
		return eioproto.AppendPacketV3(dst, p)
	}
	return eioproto.AppendPacket(dst, p)
}

// decode decodes a message.
func (f form) decode(binary bool, b []byte) (eioproto.Packet, error) {
	switch {
	case !binary && f.v3():
		return eioproto.DecodePacketV3(b)
	case !binary:
		return eioproto.DecodePacket(b)
	case f.v3():
		return eioproto.DecodeBinaryV3(b)
	}
	return eioproto.Packet{Type: eioproto.Message, Binary: true, Data: b}, nil
}
