package engineio

import "net/http"

// newSession registers a session, or returns nil when the server is shutting
// down. The caller has the turn at its receiver.
func (srv *Server) newSession(t transport, r *http.Request, q *query) *Session {
	s := &Session{
		srv:       srv,
		id:        newID(),
		handshake: newHandshake(r),
		query:     r.URL.RawQuery,
		form:      q.form,
		leave:     q.leave,
		transport: t,
		turn:      make(chan struct{}, 1),
		done:      make(chan struct{}),
	}
	s.turn <- struct{}{}
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if srv.shutdown {
		return nil
	}
	srv.sessions[s.id] = s
	srv.tasks.add() // until finish
	return s
}

func (srv *Server) shuttingDown() bool {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	return srv.shutdown
}

// remove forgets a session that has ended.
func (srv *Server) remove(s *Session) {
	srv.mu.Lock()
	defer srv.mu.Unlock()
	delete(srv.sessions, s.id)
}

// begin attaches the receiver and starts the heartbeat. It reports false if
// accept panicked, which has ended the session. The caller has the turn.
func (s *Session) begin() (ok bool) {
	defer s.rescue("accept")
	s.receiver = s.srv.accept(s)
	s.startHeartbeat()
	return true
}
