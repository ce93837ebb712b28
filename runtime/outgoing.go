package rt

import (
	"encoding/json"
	"sync"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
	"github.com/rtgen/rtgen/runtime/internal/jsontext"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
	"github.com/rtgen/rtgen/runtime/wire"
)

// outgoing is an event that has been encoded and can be sent to any number of
// sockets, of any namespace.
type outgoing struct {
	data        []byte // ["name",payload]
	attachments [][]byte
	volatile    bool
}

var outgoings = sync.Pool{New: func() any { return new(outgoing) }}

// newOutgoing encodes an event. Whoever has it releases it.
func newOutgoing(name string, msg any) (*outgoing, error) {
	if isNil(msg) {
		return nil, errNoPayload
	}
	p := outgoings.Get().(*outgoing)
	p.data = jsontext.AppendString(append(p.data[:0], '['), name)
	if !isNone(msg) {
		var err error
		p.data, p.attachments, err = appendValue(append(p.data, ','), nil, msg)
		if err != nil {
			p.release()
			return nil, err
		}
	}
	p.data = append(p.data, ']')
	return p, nil
}

// release gives p back once its messages are made, which are copies.
func (p *outgoing) release() {
	if cap(p.data) <= maxScratch {
		*p = outgoing{data: p.data[:0]}
		outgoings.Put(p)
	}
}

// message returns the event as it leaves for sockets of a namespace.
func (p *outgoing) message(namespace string) *engineio.Message {
	return newMessage(&sioproto.Packet{
		Type: sioproto.Event, Namespace: namespace, Data: p.data, Attachments: p.attachments,
	})
}

// question returns the event as it leaves with the wish for an answer.
func (p *outgoing) question(namespace string, id uint64) *engineio.Message {
	return newMessage(&sioproto.Packet{
		Type: sioproto.Event, Namespace: namespace, ID: id, HasID: true, Data: p.data, Attachments: p.attachments,
	})
}

// appendValue appends the JSON text of what v points to.
func appendValue(dst []byte, attachments [][]byte, v any) ([]byte, [][]byte, error) {
	switch p := v.(type) {
	case *[]byte:
		v = *p
	case *json.RawMessage:
		v = *p
	}
	return wire.Append(dst, attachments, v)
}

// scratch holds buffers for packets, which engineio copies. Large ones are left
// to the collector.
var scratch = sync.Pool{New: func() any { return new([]byte) }}

const maxScratch = 16 << 10

func newMessage(p *sioproto.Packet) *engineio.Message {
	buf := scratch.Get().(*[]byte)
	text := sioproto.Append((*buf)[:0], p)
	m := engineio.NewMessage(text, p.Attachments...)
	if cap(text) <= maxScratch {
		*buf = text
		scratch.Put(buf)
	}
	return m
}
