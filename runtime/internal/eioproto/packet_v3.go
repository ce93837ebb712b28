package eioproto

import (
	"encoding/base64"
	"fmt"
)

const (
	// messageByte begins the binary form of a message.
	messageByte = byte(Message - Open)
	// messageMark begins the text form of a binary message.
	messageMark = string(binaryMark) + string(Message)
)

// AppendPacketV3 appends the text form of p in version 3, which is another than
// that of [AppendPacket] for binary messages.
func AppendPacketV3(dst []byte, p Packet) []byte {
	if p.Binary && p.Type == Message {
		return base64.StdEncoding.AppendEncode(append(dst, messageMark...), p.Data)
	}
	return AppendPacket(dst, p)
}

// AppendBinaryV3 appends the binary form of a message in version 3, a binary
// WebSocket frame.
func AppendBinaryV3(dst, data []byte) []byte {
	return append(append(dst, messageByte), data...)
}

// DecodePacketV3 decodes the text form of a packet in version 3. Data of a text
// packet is a part of b; data of a binary message is a slice of its own.
func DecodePacketV3(b []byte) (Packet, error) {
	switch {
	case len(b) == 0:
		return Packet{}, ErrEmpty
	case b[0] != binaryMark:
		return decodeText(b)
	case len(b) == 1 || b[1] != byte(Message):
		return Packet{}, fmt.Errorf("%w in base64", ErrUnknownType)
	}
	data, err := decodeBase64(b[len(messageMark):])
	return Packet{Type: Message, Binary: true, Data: data}, err
}

// DecodeBinaryV3 decodes the binary form of a packet in version 3; only messages
// may have one. Data is a part of b.
func DecodeBinaryV3(b []byte) (Packet, error) {
	switch {
	case len(b) == 0:
		return Packet{}, ErrEmpty
	case b[0] != messageByte:
		return Packet{}, fmt.Errorf("%w %d in bytes", ErrUnknownType, b[0])
	}
	return Packet{Type: Message, Binary: true, Data: b[1:]}, nil
}
