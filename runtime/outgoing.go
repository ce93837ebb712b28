package rt

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
	"github.com/rtgen/rtgen/runtime/internal/jsontext"
	"github.com/rtgen/rtgen/runtime/internal/payload"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// outgoing is an event that has been encoded and can be sent to any number of
// sockets, of any namespace.
type outgoing struct {
	name         string
	data         []byte   // ["name",payload]
	attachments  [][]byte // parts of the payload
	volatile     bool
	uncompressed bool
}

var outgoings = sync.Pool{New: func() any { return new(outgoing) }}

// maxPooled is the largest event whose memory is used again, in bytes.
const maxPooled = 16 << 10

// newOutgoing encodes an event. Whoever has it releases it.
func newOutgoing(name string, msg any) (*outgoing, error) {
	p := outgoings.Get().(*outgoing)
	var err error
	if p.data, p.attachments, err = payload.AppendEvent(p.data[:0], name, msg); err != nil {
		p.release()
		return nil, err
	}
	p.name = name
	return p, nil
}

// release gives p back once its messages are made, which are copies.
func (p *outgoing) release() {
	if cap(p.data) <= maxPooled {
		*p = outgoing{data: p.data[:0]}
		outgoings.Put(p)
	}
}

// announce calls the OnAnyOutgoing hooks.
func (n *Namespace) announce(ctx context.Context, to Emitter, p *outgoing) {
	hooks := n.hooks.Load().outgoing
	if len(hooks) == 0 {
		return
	}
	args := p.args()
	for _, fn := range hooks {
		n.safely(ctx, p.name, func() { fn(ctx, to, p.name, args) })
	}
}

// args returns a copy of the payload, if there is one.
func (p *outgoing) args() []json.RawMessage {
	head := len(jsontext.AppendString([]byte{'['}, p.name))
	msg, ok := bytes.CutPrefix(p.data[head:len(p.data)-1], []byte{','})
	if !ok {
		return nil
	}
	return []json.RawMessage{bytes.Clone(msg)}
}

// clone returns a copy that needs no release.
func (p *outgoing) clone() *outgoing {
	c := new(outgoing)
	*c = *p
	c.data, c.attachments = bytes.Clone(p.data), payload.Clone(p.attachments)
	return c
}

// size is that of the event's text and its attachments, in bytes.
func (p *outgoing) size() int {
	n := len(p.data)
	for _, a := range p.attachments {
		n += len(a)
	}
	return n
}

// endsInText reports whether the last element, be it the name, is a string.
func (p *outgoing) endsInText() bool { return p.data[len(p.data)-2] == '"' }

// stamped returns the event as it leaves with an offset, which needs no
// escaping, as its last argument.
func (p *outgoing) stamped(namespace, offset string) *engineio.Message {
	end := len(p.data) - 1
	p.data = append(append(append(p.data[:end], `,"`...), offset...), `"]`...)
	m := p.message(namespace)
	p.data = append(p.data[:end], ']')
	return m
}

// message returns the event as it leaves for sockets of a namespace.
func (p *outgoing) message(namespace string) *engineio.Message {
	return p.shared(p.packet(namespace))
}

// question is message with the wish for an answer.
func (p *outgoing) question(namespace string, id uint64) *engineio.Message {
	packet := p.packet(namespace)
	packet.ID, packet.HasID = id, true
	return p.shared(packet)
}

func (p *outgoing) packet(namespace string) *sioproto.Packet {
	return &sioproto.Packet{
		Type: sioproto.Event, Namespace: namespace, Data: p.data, Attachments: p.attachments,
	}
}

func (p *outgoing) shared(packet *sioproto.Packet) *engineio.Message {
	var buf [headSize]byte
	head := sioproto.AppendHead(buf[:0], packet)
	if p.uncompressed {
		return engineio.NewUncompressed(head, packet.Data, packet.Attachments...)
	}
	return engineio.NewMessage(head, packet.Data, packet.Attachments...)
}

// headSize is enough for the head of most packets, in bytes.
const headSize = 64

// newMessage returns p as it leaves for one socket.
func newMessage(p *sioproto.Packet) *engineio.Message {
	var buf [headSize]byte
	return engineio.NewSingle(sioproto.AppendHead(buf[:0], p), p.Data, p.Attachments...)
}
