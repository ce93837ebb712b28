package sioproto

import (
	"bytes"
	"errors"
	"sync"

	"github.com/rtgen/rtgen/runtime/internal/jsontext"
)

// Limits bound what one packet may hold. Zero means the default.
type Limits struct {
	_ struct{}

	// Attachments is how many a packet may have. Zero means 10.
	Attachments int
	// AttachmentBytes is the size of all attachments of a packet together.
	// Zero means 10 MiB.
	AttachmentBytes int
	// Args is how many arguments an event or ack may have. Zero means 64.
	Args int
	// Namespace is the length of a namespace's name in bytes. Zero means 512.
	Namespace int
	// Query is the length of the query behind a name in bytes. Zero means 16
	// KiB.
	Query int
	// Depth is how deeply arrays and objects may be nested within an argument.
	// Zero means [jsontext.MaxDepth].
	Depth int
}

func (l *Limits) attachments() int     { return orDefault(l.Attachments, 10) }
func (l *Limits) attachmentBytes() int { return orDefault(l.AttachmentBytes, 10<<20) }
func (l *Limits) args() int            { return orDefault(l.Args, 64) }
func (l *Limits) namespace() int       { return orDefault(l.Namespace, 512) }
func (l *Limits) query() int           { return orDefault(l.Query, 16<<10) }
func (l *Limits) depth() int           { return orDefault(l.Depth, jsontext.MaxDepth) }

func orDefault(n, zero int) int {
	if n == 0 {
		return zero
	}
	return n
}

// A Decoder turns the messages of one connection into packets. The zero value
// is ready; it is not for concurrent use. After an error it holds nothing of
// the packet, and the connection has to be closed.
type Decoder struct {
	// Limits bound each packet.
	Limits Limits
	// Accept, when set, is asked before a packet's payload is looked at and
	// anything of it is kept. Its error is returned as it is.
	Accept func(Header) error
	// Queries reads CONNECT as clients of Socket.IO 2 send it: without a
	// payload, but with a query behind the name of the namespace, which becomes
	// the payload as an object of strings.
	Queries bool

	pending *Packet // waits for the rest of its attachments
	due     int     // how many
	held    int     // bytes of the attachments that have come
	last    string  // the last namespace: most packets name the same one
	event   string  // the last event's name, if it is short
}

// Pending reports whether attachments of a packet are still to come.
func (d *Decoder) Pending() bool { return d.pending != nil }

// Text takes a text message. It returns the packet, or nil when attachments are
// to follow. The packet keeps no part of b.
func (d *Decoder) Text(b []byte) (*Packet, error) {
	if d.pending != nil {
		return nil, d.drop(ErrUnexpectedText)
	}
	h, payload, err := d.header(b)
	if err != nil {
		return nil, err
	}
	if d.Accept != nil {
		if err := d.Accept(h); err != nil {
			return nil, err
		}
	}
	p := newPacket(h, payload)
	if err := d.readPayload(p, h.Attachments); err != nil {
		return nil, err
	}
	if h.Attachments == 0 {
		return p, nil
	}
	p.Attachments = make([][]byte, 0, h.Attachments)
	d.pending, d.due, d.held = p, h.Attachments, 0
	return nil, nil
}

// packets holds those that were released: with room for a payload, and for the one
// argument that most packets have.
var packets = sync.Pool{New: func() any { return &Packet{Args: make([][]byte, 0, 1)} }}

// maxReleased is the largest payload whose memory is used again, in bytes.
const maxReleased = 16 << 10

// newPacket returns a packet with a copy of its payload.
func newPacket(h Header, payload []byte) *Packet {
	var p *Packet
	if h.Type == Event || h.Type == Ack {
		p = packets.Get().(*Packet)
	} else {
		p = new(Packet)
	}
	p.Type, p.Namespace, p.ID, p.HasID = h.Type, h.Namespace, h.ID, h.HasID
	p.Data = append(p.Data, payload...)
	return p
}

// Release lets the Decoder use the memory of p again, a packet that it has
// returned, apart from that of the attachments. Nobody has to release a packet;
// who does keeps no part of Data or Args.
func (p *Packet) Release() {
	if cap(p.Data) > maxReleased {
		return
	}
	clear(p.Args)
	*p = Packet{Data: p.Data[:0], Args: p.Args[:0]}
	packets.Put(p)
}

// Binary takes a binary message, an attachment of the packet at hand. It
// returns the packet with its last attachment, before that nil. The packet
// keeps no part of b.
func (d *Decoder) Binary(b []byte) (*Packet, error) {
	p := d.pending
	if p == nil {
		return nil, ErrUnexpectedBinary
	}
	if len(b) > d.Limits.attachmentBytes()-d.held {
		return nil, d.drop(ErrAttachmentBytes)
	}
	d.held += len(b)
	p.Attachments = append(p.Attachments, append([]byte{}, b...))
	if d.due--; d.due > 0 {
		return nil, nil
	}
	d.pending = nil
	return p, nil
}

func (d *Decoder) drop(err error) error {
	d.pending = nil
	return err
}

// readPayload refuses a payload that the packet's type does not allow.
func (d *Decoder) readPayload(p *Packet, attachments int) error {
	switch p.Type {
	case Disconnect:
		if len(p.Data) > 0 {
			return ErrPayload
		}
		return nil
	case Connect:
		if len(p.Data) == 0 {
			return nil
		}
		return d.checkValue(p.Data, '{')
	case ConnectError:
		return d.checkValue(p.Data, '{', '"')
	}
	if err := d.readArgs(p); err != nil {
		return err
	}
	if attachments == 0 {
		return nil // a placeholder is plain data here
	}
	return checkPlaceholders(p.Data, attachments)
}

// checkValue wants one JSON value that begins with one of the bytes of starts.
func (d *Decoder) checkValue(payload []byte, starts ...byte) error {
	if len(payload) == 0 || bytes.IndexByte(starts, payload[0]) < 0 {
		return ErrPayload
	}
	return fault(jsontext.Check(payload, d.Limits.depth()))
}

// checkPlaceholders wants every attachment to be used exactly once: what an
// encoder writes, and what cannot make much out of little.
func checkPlaceholders(payload []byte, attachments int) error {
	used := make([]bool, attachments)
	count := 0
	err := jsontext.Placeholders(payload, func(num uint64) error {
		if num >= uint64(attachments) || used[num] {
			return ErrPlaceholder
		}
		used[num] = true
		count++
		return nil
	})
	if err != nil || count != attachments {
		return ErrPlaceholder
	}
	return nil
}

func fault(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, jsontext.ErrDepth):
		return ErrDepth
	}
	return ErrPayload
}
