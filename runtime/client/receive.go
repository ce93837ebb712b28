package client

import (
	"encoding/json"
	"errors"
	"math"

	"github.com/rtgen/rtgen/runtime/internal/inbox"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// offsetEvent is what rtgen's server sends to tell an offset and nothing else.
const offsetEvent = "rt:offset"

// errEarly ends a connection whose server sends too much before it lets the
// socket in.
var errEarly = errors.New("client: too many events before the answer to CONNECT")

// receive takes an event. While the inbox of the socket is full it blocks, and
// with it the server.
func (s *Socket) receive(l *link, p *sioproto.Packet) error {
	for {
		full, err := s.offer(l, p)
		if full == nil {
			return err
		}
		select {
		case <-full:
		case <-l.conn.Context().Done():
			return nil
		}
	}
}

// offer puts an event where it belongs. It returns a channel when it is to be
// offered again once that is closed.
func (s *Socket) offer(l *link, p *sioproto.Packet) (full <-chan struct{}, err error) {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	switch {
	case s.state == stateConnected:
		limit := inbox.Limit{Items: s.client.opts.ReceiveQueue, Bytes: int(s.client.opts.MaxPayload)}
		return s.accept(newEvent(p, s.visit), limit), nil
	case s.state == stateConnecting && s.asked == l && s.pid != "":
		return nil, s.keepEarly(p)
	}
	return nil, nil // it has left, or was not let in yet
}

// accept puts an event into the inbox, unless that is full, and notes its offset:
// what is in the inbox will be handled.
func (s *Socket) accept(w *work, limit inbox.Limit) (full <-chan struct{}) {
	if w.packet.Name != offsetEvent {
		start, full := s.inbox.Put(w, limit)
		if full != nil {
			return full
		}
		if start {
			s.client.tasks.Go(s.work)
		}
	}
	s.note(w)
	return nil
}

// noLimit is for what was within another limit before.
var noLimit = inbox.Limit{Items: math.MaxInt, Bytes: math.MaxInt}

func newEvent(p *sioproto.Packet, v *visit) *work {
	return &work{kind: workEvent, visit: v, packet: p}
}

// note remembers how far the server's events have come, which an event that can
// be sent again says in its last argument.
func (s *Socket) note(w *work) {
	if s.pid == "" || w.packet.HasID || len(w.packet.Args) == 0 {
		return
	}
	var offset string
	if last := w.packet.Args[len(w.packet.Args)-1]; last[0] == '"' && json.Unmarshal(last, &offset) == nil {
		s.offset = offset
	}
}

// maxEarly is how many events may come before the answer to CONNECT. Together
// they may have the size of the largest payload.
const maxEarly = 1 << 16

// keepEarly keeps an event until the socket is let in: what it has missed comes
// first.
func (s *Socket) keepEarly(p *sioproto.Packet) error {
	s.earlySize += p.Size()
	if len(s.early) == maxEarly || int64(s.earlySize) > s.client.opts.MaxPayload {
		return errEarly
	}
	s.early = append(s.early, p)
	return nil
}

func (s *Socket) takeEarly() []*sioproto.Packet {
	early := s.early
	s.early, s.earlySize = nil, 0
	return early
}
