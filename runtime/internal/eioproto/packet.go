package eioproto

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"unicode/utf8"
)

// A Type says what a packet is for.
type Type byte

// The packet types, as the characters they are on the wire.
const (
	Open    Type = '0' // the server's handshake
	Close   Type = '1' // the end of the session
	Ping    Type = '2' // the server's heartbeat, or the client's probe
	Pong    Type = '3' // the answer to a ping
	Message Type = '4' // what the session is for
	Upgrade Type = '5' // the client has moved to this transport
	Noop    Type = '6' // ends a poll
)

var typeNames = [...]string{"open", "close", "ping", "pong", "message", "upgrade", "noop"}

// String returns the name of the type.
func (t Type) String() string {
	if t.valid() {
		return typeNames[t-Open]
	}
	return fmt.Sprintf("Type(%#02x)", byte(t))
}

func (t Type) valid() bool { return t >= Open && t <= Noop }

// Probe is the data of the ping that tests a new transport, and of its pong.
const Probe = "probe"

// A Packet is one unit of the protocol.
type Packet struct {
	Type Type
	// Binary marks a message of bytes. All other packets are text.
	Binary bool
	Data   []byte
}

// The errors of decoding. They are wrapped with what was found.
var (
	ErrEmpty       = errors.New("eioproto: empty packet")
	ErrUnknownType = errors.New("eioproto: unknown packet type")
	ErrUTF8        = errors.New("eioproto: text is not valid UTF-8")
	ErrBase64      = errors.New("eioproto: invalid base64")
	ErrTooMany     = errors.New("eioproto: too many packets in one payload")
	ErrLength      = errors.New("eioproto: invalid length of a packet")
)

// binaryMark begins the text form of a binary message.
const binaryMark = 'b'

// AppendPacket appends the text form of p. Only messages may be binary; the
// mark of any other packet is ignored.
func AppendPacket(dst []byte, p Packet) []byte {
	if p.Binary && p.Type == Message {
		return base64.StdEncoding.AppendEncode(append(dst, binaryMark), p.Data)
	}
	return append(append(dst, byte(p.Type)), p.Data...)
}

// DecodePacket decodes the text form of a packet. Data of a text packet is a
// part of b; data of a binary message is a slice of its own.
func DecodePacket(b []byte) (Packet, error) {
	if len(b) == 0 {
		return Packet{}, ErrEmpty
	}
	if b[0] == binaryMark {
		data, err := decodeBase64(b[1:])
		return Packet{Type: Message, Binary: true, Data: data}, err
	}
	return decodeText(b)
}

// decodeText decodes the text form of a packet that is not binary. It must not
// be empty.
func decodeText(b []byte) (Packet, error) {
	p := Packet{Type: Type(b[0]), Data: b[1:]}
	if !p.Type.valid() {
		return Packet{}, fmt.Errorf("%w %q", ErrUnknownType, b[0])
	}
	if !utf8.Valid(p.Data) {
		return Packet{}, ErrUTF8
	}
	return p, nil
}

var strictBase64 = base64.StdEncoding.Strict()

// decodeBase64 takes standard base64 with padding and nothing else: there is
// one text for each sequence of bytes.
func decodeBase64(b []byte) ([]byte, error) {
	if bytes.ContainsAny(b, "\r\n") { // encoding/base64 would skip them
		return nil, fmt.Errorf("%w: line break", ErrBase64)
	}
	data := make([]byte, strictBase64.DecodedLen(len(b)))
	n, err := strictBase64.Decode(data, b)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBase64, err)
	}
	return data[:n], nil
}
