package engineio

// newSession registers a session, unless the server is shutting down. The
// caller has the turn at its receiver.
func (srv *Server) newSession(t transport, h Handshake, f form) (*Session, bool) {
	s := &Session{
		srv:       srv,
		id:        newID(),
		handshake: h,
		form:      f,
		transport: t,
		turn:      make(chan struct{}, 1),
		done:      make(chan struct{}),
	}
	s.turn <- struct{}{}
	srv.mu.Lock()
	defer srv.mu.Unlock()
	if srv.shutdown {
		return nil, false
	}
	srv.sessions[s.id] = s
	srv.tasks.add() // until finish
	return s, true
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
