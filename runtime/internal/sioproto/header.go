package sioproto

import (
	"bytes"
	"math"
	"unicode/utf8"
)

// A Header is what stands in front of a packet's payload. Type is never
// BinaryEvent or BinaryAck: Attachments says how many are to follow.
type Header struct {
	Type        Type
	Attachments int
	Namespace   string
	ID          uint64
	HasID       bool
}

// header reads the header of the packet b and returns the payload behind it.
func (d *Decoder) header(b []byte) (h Header, payload []byte, err error) {
	if len(b) == 0 || b[0]-'0' > byte(BinaryAck) {
		return h, nil, ErrHeader
	}
	h.Type = Type(b[0] - '0')
	b = b[1:]
	if h.Type == BinaryEvent || h.Type == BinaryAck {
		h.Type -= BinaryEvent - Event
		if h.Attachments, b, err = d.attachmentCount(b); err != nil {
			return h, nil, err
		}
	}
	if h.Type == Connect && d.Queries {
		return d.connectQuery(h, b)
	}
	if h.Namespace, b, err = d.namespace(b); err != nil {
		return h, nil, err
	}
	if h.Type == Event || h.Type == Ack {
		h.ID, h.HasID, b, err = ackID(b)
	}
	return h, b, err
}

func (d *Decoder) attachmentCount(b []byte) (int, []byte, error) {
	n, digits, ok := decimal(b)
	if !ok || digits == 0 || digits == len(b) || b[digits] != '-' {
		return 0, nil, ErrAttachmentCount
	}
	if n == 0 || n > uint64(d.Limits.attachments()) {
		return 0, nil, ErrAttachmentCount
	}
	return int(n), b[digits+1:], nil
}

// namespace reads up to a comma, or to the end: official clients leave the
// comma out when nothing follows.
func (d *Decoder) namespace(b []byte) (name string, rest []byte, err error) {
	if len(b) == 0 || b[0] != '/' {
		return "/", b, nil
	}
	raw, rest, _ := bytes.Cut(b, []byte{','})
	name, err = d.name(raw)
	return name, rest, err
}

// name checks the name of a namespace.
func (d *Decoder) name(raw []byte) (string, error) {
	// The name may be echoed in an answer, where a record separator would
	// forge a packet of the polling transport.
	if len(raw) > d.Limits.namespace() || !utf8.Valid(raw) || bytes.IndexByte(raw, 0x1e) >= 0 {
		return "", ErrNamespace
	}
	if string(raw) != d.last {
		d.last = string(raw)
	}
	return d.last, nil
}

func ackID(b []byte) (id uint64, has bool, rest []byte, err error) {
	id, digits, ok := decimal(b)
	if !ok {
		return 0, false, nil, ErrID
	}
	return id, digits > 0, b[digits:], nil
}

// decimal reads the digits that b begins with. It stops, with ok false, where
// they do not fit a uint64.
func decimal(b []byte) (n uint64, digits int, ok bool) {
	for digits < len(b) && b[digits]-'0' <= 9 {
		c := uint64(b[digits] - '0')
		if n > (math.MaxUint64-c)/10 {
			return 0, digits, false
		}
		n = n*10 + c
		digits++
	}
	return n, digits, true
}
