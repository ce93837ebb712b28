package engineio

import (
	"net/http"
	"time"
)

// serveUpgrade lets a WebSocket probe take over from polling. A second one, or
// one that comes too late, gets its handshake and is closed.
func (s *Session) serveUpgrade(w http.ResponseWriter, r *http.Request) {
	if !s.admitProbe() {
		s.srv.refuseWebSocket(w, r)
		return
	}
	t, err := s.srv.acceptWebSocket(w, r, false)
	if err != nil {
		s.probeFailed()
		s.srv.tasks.done()
		return
	}
	s.attach(t)
	// The count taken by admitProbe goes to the reader.
	s.srv.tasks.start(func() {
		defer s.srv.tasks.done()
		t.probe(time.Now().Add(s.srv.opts.UpgradeTimeout))
	})
}

// attach makes t the probe that was admitted.
func (s *Session) attach(t *duplex) {
	t.session = s
	t.conn.start()
	s.mu.Lock()
	live := s.state != ended
	if live {
		s.probe = t
	}
	s.mu.Unlock()
	if !live {
		t.conn.Conn.Close() // its reader sees it
	}
}

// admitProbe reports whether a connection may probe now. It counts as a task
// from here on.
func (s *Session) admitProbe() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, polls := s.transport.(*polling)
	if s.state != opened || !polls || s.probing {
		return false
	}
	s.probing = true
	s.srv.tasks.add()
	return true
}

// probed is called when the probe has sent its ping.
func (s *Session) probed() {
	if p, ok := s.polling(); ok {
		p.release(true)
	}
}

// probeFailed leaves the session on polling, open for another probe.
func (s *Session) probeFailed() {
	s.mu.Lock()
	s.probe, s.probing = nil, false
	p, polls := s.transport.(*polling)
	s.mu.Unlock()
	if polls {
		p.release(false)
	}
}

// upgrade makes t the session's transport, behind whatever a POST still
// handles, and gives it the turn at the receiver. A session that is closing goes
// on to close there. It reports false if the session has ended.
func (s *Session) upgrade(t *duplex) bool {
	s.turn <- struct{}{}
	s.mu.Lock()
	p, polls := s.transport.(*polling)
	if s.state == ended || !polls {
		s.mu.Unlock()
		s.yield()
		return false
	}
	// Senders that find the polling transport gone wait for s.mu, so what was
	// queued there leaves first.
	t.conn.adopt(p.move())
	s.transport = t
	s.probe = nil
	closes := s.state == closing
	s.mu.Unlock()
	if closes {
		t.close()
	} else {
		t.conn.flush()
	}
	s.tellUpgraded()
	return true
}

// tellUpgraded calls the hook. It has the turn, so it comes before what arrives
// on the new transport.
func (s *Session) tellUpgraded() {
	if s.srv.opts.Upgraded != nil {
		defer s.rescue("Upgraded")
		s.srv.opts.Upgraded(s)
	}
}

// polling returns the transport of a session that polls.
func (s *Session) polling() (*polling, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, ok := s.transport.(*polling)
	return p, ok
}
