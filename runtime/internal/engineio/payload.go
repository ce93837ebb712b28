package engineio

import (
	"bytes"
	"iter"
	"slices"
	"unicode/utf8"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// polling returns the message as a part of a polling payload.
func (m *Message) polling() []byte {
	if !m.form.v3() && len(m.attachments) == 0 && bytes.IndexByte(m.text, eioproto.Separator) < 0 {
		return m.text
	}
	if made := m.payload.Load(); made != nil {
		return *made
	}
	payload := m.form.appendPayload(nil, m.packets())
	m.payload.CompareAndSwap(nil, &payload) // others may have been as fast
	return *m.payload.Load()
}

// packets returns the packets that the message consists of.
func (m *Message) packets() []eioproto.Packet {
	packets := make([]eioproto.Packet, 0, 1+len(m.attachments))
	packets = append(packets, eioproto.Packet{Type: eioproto.Type(m.text[0]), Data: m.text[1:]})
	for _, a := range m.attachments {
		packets = append(packets, eioproto.Packet{Type: eioproto.Message, Binary: true, Data: a})
	}
	return packets
}

// appendPayload appends packets as a part of a polling payload of text.
func (f form) appendPayload(dst []byte, packets []eioproto.Packet) []byte {
	if f.v3() {
		return eioproto.AppendPayloadV3(dst, packets...)
	}
	// A separator within would forge a packet. JSON has none.
	packets[0].Data = bytes.ReplaceAll(packets[0].Data, []byte{eioproto.Separator}, []byte(string(utf8.RuneError)))
	return eioproto.AppendPayload(dst, packets...)
}

// join returns messages as the body of an answer, and whether that is binary. All
// of them are in form f.
func (f form) join(messages []*Message) (body []byte, binary bool) {
	switch {
	case f == version3 && slices.ContainsFunc(messages, (*Message).attached):
		for _, m := range messages {
			body = eioproto.AppendBinaryPayloadV3(body, m.packets()...)
		}
		return body, true
	case len(messages) == 1:
		return messages[0].polling(), false
	}
	size := len(messages)
	for _, m := range messages {
		size += len(m.polling())
	}
	body = make([]byte, 0, size)
	for i, m := range messages {
		if i > 0 && !f.v3() {
			body = append(body, eioproto.Separator)
		}
		body = append(body, m.polling()...)
	}
	return body, false
}

func (m *Message) attached() bool { return len(m.attachments) > 0 }

// decodePayload decodes the body of a polling request.
func (f form) decodePayload(b []byte, binary bool, limit int) iter.Seq2[eioproto.Packet, error] {
	switch {
	case binary:
		return eioproto.DecodeBinaryPayloadV3(b, limit)
	case f.v3():
		return eioproto.DecodePayloadV3(b, limit)
	}
	return eioproto.DecodePayload(b, limit)
}
