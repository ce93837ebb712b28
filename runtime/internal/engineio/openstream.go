package engineio

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

var (
	errNotOpen  = errors.New("the stream does not begin with an open packet that fits its request")
	errTakeOver = errors.New("the session cannot be moved to the stream")
	errShutdown = errors.New("the server is shutting down")
)

// ServeStream serves a peer whose packets are frames in one stream of bytes, as
// in WebTransport, and returns when the stream has ended. The peer says first
// whether it begins a session or moves one from polling to the stream.
//
// ServeStream answers the request if it refuses it. Otherwise it calls accept,
// which answers it and returns the stream, or an error after which there is
// nothing to do. The context ends with the time that the peer has for all of that.
// An io.EOF from the stream means that the peer has closed it; Close ends both
// directions and may be called while others read and write.
func (srv *Server) ServeStream(w http.ResponseWriter, r *http.Request, accept func(context.Context) (net.Conn, error)) {
	q := parseQuery(r)
	if e := srv.checkStream(r, &q); e != nil {
		srv.refuse(w, r, e)
		return
	}
	if !q.hasSID && !srv.admit(w, r, &q) {
		return
	}
	srv.decorate(w.Header(), r, !q.hasSID)
	sanitize(w.Header())
	deadline := time.Now().Add(srv.opts.UpgradeTimeout)
	ctx, cancel := context.WithDeadline(r.Context(), deadline)
	defer cancel()
	c, err := accept(ctx)
	if err != nil {
		q.abandon()
		srv.log.Debug("engineio: no stream", "cause", err)
		return
	}
	t := srv.newStream(c)
	c.SetReadDeadline(deadline)
	sid, err := t.readOpen()
	begins := err == nil && sid == "" && !q.hasSID // otherwise AllowRequest was not asked
	if !begins {
		q.abandon()
	}
	switch {
	case begins:
		err = t.openSession(r, &q)
	case err == nil && sid != "":
		err = t.takeOver(sid, deadline)
	case err == nil:
		err = errNotOpen
	}
	if err != nil {
		srv.log.Debug("engineio: stream refused", "cause", err)
		t.conn.goodbye(closePacket)
		c.Close()
	}
}

// checkStream returns what is wrong with the request for a stream, or nil.
func (srv *Server) checkStream(r *http.Request, q *query) *refusal {
	ok, _ := srv.origins.check(r)
	switch {
	case !ok:
		return errOrigin
	case !slices.Contains(srv.opts.Transports, transportWebTransport):
		return errTransport
	case q.hasVersion && q.form.v3():
		return errVersion
	case q.hasSID && srv.find(q.sid) == nil:
		return errSession
	case q.hasSID:
		return nil
	case tooLarge(r):
		return errTooLarge
	case srv.shuttingDown():
		return errUnavailable
	}
	return nil
}

// readOpen reads the packet that begins a stream. The result is the session that
// the peer wants to move to it, empty for a new one.
func (t *stream) readOpen() (sid string, err error) {
	t.setLimit(probeLimit)
	binary, buf, err := t.readMessage()
	if err != nil {
		return "", err
	}
	defer free(&inputs, buf)
	p, err := form(0).decode(binary, *buf)
	switch {
	case err != nil:
		return "", err
	case p.Type != eioproto.Open:
		return "", errNotOpen
	case len(p.Data) == 0:
		return "", nil
	}
	return eioproto.DecodeSID(p.Data)
}

// openSession begins a session on the stream and serves it.
func (t *stream) openSession(r *http.Request, q *query) error {
	srv := t.conn.srv
	q.form = 0
	s := srv.newSession(&t.duplex, r, q)
	if s == nil { // shut down meanwhile
		q.abandon()
		return errShutdown
	}
	t.session = s
	t.conn.send(srv.openMessage(s, nil), false, false)
	if !s.begin() {
		s.yield()
		return nil
	}
	t.conn.Conn.SetReadDeadline(time.Time{})
	t.conn.start()
	srv.tasks.run(t.run)
	return nil
}

// takeOver moves a session from polling to the stream and serves it there.
func (t *stream) takeOver(sid string, deadline time.Time) error {
	srv := t.conn.srv
	s := srv.find(sid)
	if s == nil || s.form.v3() || !srv.opts.upgradesTo(transportWebTransport) || !s.admitProbe() {
		return errTakeOver
	}
	defer srv.tasks.done()
	s.attach(&t.duplex)
	srv.tasks.run(func() { t.probe(deadline) })
	return nil
}
