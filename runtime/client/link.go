package client

import (
	"github.com/rtgen/rtgen/runtime/internal/engineclient"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// A link is one connection: it makes packets of what the server sends and hands
// them to the sockets of their namespaces, in order.
type link struct {
	client  *Client
	conn    *engineclient.Conn
	decoder sioproto.Decoder
}

func newLink(c *Client, conn *engineclient.Conn) *link {
	l := &link{client: c, conn: conn}
	l.decoder.Limits.AttachmentBytes = int(c.opts.MaxPayload)
	return l
}

// Text takes a text message.
func (l *link) Text(data []byte) error { return l.route(l.decoder.Text(data)) }

// Binary takes a binary message.
func (l *link) Binary(data []byte) error { return l.route(l.decoder.Binary(data)) }

// route hands a packet on. An error ends the connection.
func (l *link) route(p *sioproto.Packet, err error) error {
	if err != nil || p == nil { // attachments are due
		return err
	}
	l.client.mu.Lock()
	s := l.client.sockets[p.Namespace]
	l.client.mu.Unlock()
	if s == nil {
		return nil // the reference client leaves it alone too
	}
	switch p.Type {
	case sioproto.Connect:
		s.admitted(l, p.Data)
	case sioproto.ConnectError:
		s.refused(l, refusal(p.Data))
	case sioproto.Disconnect:
		s.dismissed(l)
	case sioproto.Event:
		return s.receive(l, p)
	case sioproto.Ack:
		if p.HasID {
			s.resolve(p.ID, reply{args: p.Args, attachments: p.Attachments})
		}
	}
	return nil
}

// send sends a packet of the client's own. When the connection has ended, the
// server needs none.
func (l *link) send(p *sioproto.Packet) error { return l.conn.Send(message(p)) }

// message returns a packet as it leaves. It may exceed what may wait: whoever
// has a limit asks before.
func message(p *sioproto.Packet) engineclient.Message {
	return engineclient.Message{Text: sioproto.Append(nil, p), Attachments: p.Attachments, Forced: true}
}
