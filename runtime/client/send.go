package client

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/internal/engineclient"
	"github.com/rtgen/rtgen/runtime/internal/payload"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// held is an event that waits until the socket is connected.
type held struct {
	message engineclient.Message
	size    int
	id      uint64 // of the answer that is awaited
	hasID   bool
}

func (s *Socket) emit(ctx context.Context, name string, msg any, volatile bool) error {
	p, err := s.event(name, msg)
	if err != nil {
		return err
	}
	if s.client.opts.Retries > 0 && !volatile {
		_, err := s.insist(ctx, p, s.client.opts.AckTimeout)
		return err
	}
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	return s.send(p, volatile)
}

// event returns the packet of an event.
func (s *Socket) event(name string, msg any) (*sioproto.Packet, error) {
	data, attachments, err := payload.AppendEvent(nil, name, msg)
	return &sioproto.Packet{
		Type: sioproto.Event, Namespace: s.name, Data: data, Attachments: payload.Clone(attachments),
	}, err
}

// send sends an event, or keeps it until the socket is connected. The caller
// holds the client's lock.
func (s *Socket) send(p *sioproto.Packet, volatile bool) error {
	if !s.active() {
		return rt.ErrClosed
	}
	m := message(p)
	m.Volatile, m.Forced = volatile, false
	if s.state == stateConnected {
		err := s.client.link.conn.Send(m)
		if !errors.Is(err, engineclient.ErrClosed) { // which the socket will be told of
			return s.sendError(err)
		}
	}
	if volatile {
		return nil
	}
	return s.hold(m, p)
}

// sendError returns what the error of the engine means to a program.
func (s *Socket) sendError(err error) error {
	switch {
	case errors.Is(err, engineclient.ErrDropped):
		return nil
	case errors.Is(err, engineclient.ErrFull):
		return errBufferFull
	case errors.Is(err, engineclient.ErrTooLarge):
		return fmt.Errorf("%w: the server does not take messages of this size", rt.ErrLimit)
	}
	return err
}

var errBufferFull = fmt.Errorf("%w: too much waits to be sent", rt.ErrLimit)

func (s *Socket) hold(m engineclient.Message, p *sioproto.Packet) error {
	opts := &s.client.opts
	if len(s.held) >= opts.BufferEvents || s.heldSize+p.Size() > opts.BufferBytes {
		return errBufferFull
	}
	m.Forced = true
	s.held = append(s.held, held{message: m, size: p.Size(), id: p.ID, hasID: p.HasID})
	s.heldSize += p.Size()
	return nil
}

// flush sends what was kept. The caller holds the client's lock.
func (s *Socket) flush(l *link) {
	kept := s.held
	s.held, s.heldSize = nil, 0
	for i, h := range kept {
		err := l.conn.Send(h.message)
		if errors.Is(err, engineclient.ErrClosed) { // until the next connection
			s.held = kept[i:]
			for _, h := range s.held {
				s.heldSize += h.size
			}
			return
		}
		if err = s.sendError(err); err == nil {
			continue
		}
		if h.hasID {
			s.settle(h.id, reply{err: err})
		} else {
			s.queue(&work{kind: workDropped, err: err}) // logged there: a log may call the socket
		}
	}
}

// unhold forgets an event that was kept, when nobody waits for its answer any
// more.
func (s *Socket) unhold(id uint64) {
	s.held = slices.DeleteFunc(s.held, func(h held) bool {
		if h.hasID && h.id == id {
			s.heldSize -= h.size
			return true
		}
		return false
	})
}

// reply sends an answer to the visit that the event belongs to: another one's
// server knows nothing of it. While too much waits to be sent it blocks, and with
// it the handlers.
func (s *Socket) reply(v *visit, p *sioproto.Packet) {
	m := message(p)
	m.Forced = false
	for {
		conn, err := s.sendTo(v, m)
		switch {
		case errors.Is(err, engineclient.ErrFull):
			conn.Wait()
			continue
		case errors.Is(err, engineclient.ErrTooLarge):
			s.log(slog.LevelWarn, "answer dropped", slog.Any("error", err))
		}
		return
	}
}

// sendTo sends to the server of a visit, unless that is over.
func (s *Socket) sendTo(v *visit, m engineclient.Message) (*engineclient.Conn, error) {
	s.client.mu.Lock()
	defer s.client.mu.Unlock()
	if s.visit != v {
		return nil, nil
	}
	conn := s.client.link.conn
	return conn, conn.Send(m)
}

// timeoutOr returns how long the answer to q is awaited.
func (q *question) timeoutOr(other time.Duration) time.Duration {
	if q.timeout != 0 {
		return q.timeout
	}
	return other
}
