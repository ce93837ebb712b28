package client

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineclient"
	"github.com/rtgen/rtgen/runtime/internal/guard"
	"github.com/rtgen/rtgen/runtime/internal/jsontext"
	"github.com/rtgen/rtgen/runtime/internal/payload"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// enter begins to enter the namespace on a connection. The caller holds the
// client's lock.
func (s *Socket) enter(l *link) {
	if s.asked == l {
		return // an answer is due: it left and came back meanwhile
	}
	s.asked = l
	if s.client.opts.Auth == nil {
		s.ask(l, nil)
		return
	}
	s.client.tasks.Go(func() { s.authenticate(l) })
}

// authenticate asks for the auth, again and again, until it can be sent or is
// not needed any more.
func (s *Socket) authenticate(l *link) {
	for failed := 1; s.authenticated(l, failed); failed++ {
		l.sleep(s.client.opts.backoff(failed))
	}
}

// authenticated asks for the auth once. It reports whether to do so again, when
// that fails for the failed-th time.
func (s *Socket) authenticated(l *link, failed int) (again bool) {
	c := s.client
	auth, err := s.auth(l)
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case s.asked != l:
		return false
	case !s.active():
		s.asked = nil
		return false
	case err == nil:
		s.ask(l, auth)
		return false
	}
	s.queue(&work{kind: workFailed, err: err})
	most := c.opts.ReconnectionAttempts
	if c.opts.NoReconnection || most > 0 && failed > most {
		s.asked = nil
		s.end(err)
		return false
	}
	return true
}

// sleep waits, unless the connection ends.
func (l *link) sleep(d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-l.conn.Context().Done():
	}
}

var errAuth = errors.New("client: auth is not a JSON object")

// auth returns the JSON of what Options.Auth returns.
func (s *Socket) auth(l *link) (text []byte, err error) {
	ctx, cancel := context.WithTimeout(l.conn.Context(), s.client.opts.ConnectTimeout)
	defer cancel()
	stop := context.AfterFunc(s.client.trying, cancel)
	defer stop()
	defer guard.Recover(&err)
	var v any
	err = guard.Apart(func() (err error) {
		v, err = s.client.opts.Auth(ctx, s.name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("client: auth: %w", err)
	}
	if payload.IsNil(v) {
		return nil, nil
	}
	text, attachments, err := payload.Append(nil, nil, v)
	if err != nil {
		return nil, fmt.Errorf("client: auth: %w", err)
	}
	if len(attachments) > 0 || text[0] != '{' {
		return nil, errAuth
	}
	return text, nil
}

// ask sends CONNECT, whose answer has its time. The caller holds the client's
// lock.
func (s *Socket) ask(l *link, auth []byte) {
	s.expiry = time.AfterFunc(s.client.opts.ConnectTimeout, l.expire)
	err := l.send(&sioproto.Packet{Type: sioproto.Connect, Namespace: s.name, Data: s.withState(auth)})
	if errors.Is(err, engineclient.ErrTooLarge) { // when the connection has ended, its reader says so
		err = s.sendError(err)
		s.unask()
		s.queue(&work{kind: workFailed, err: err})
		s.end(err)
	}
}

// withState adds to auth what the server needs to recover the socket's state.
func (s *Socket) withState(auth []byte) []byte {
	if s.pid == "" || s.offset == "" {
		return auth
	}
	text := jsontext.AppendString([]byte(`{"pid":`), s.pid)
	text = jsontext.AppendString(append(text, `,"offset":`...), s.offset)
	if auth == nil {
		return append(text, '}')
	}
	return jsontext.AppendMembers(text, auth)
}
