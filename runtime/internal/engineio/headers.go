package engineio

import (
	"cmp"
	"errors"
	"net/http"
)

// decorate adds the user's headers to an answer of a session.
func (srv *Server) decorate(h http.Header, r *http.Request, first bool) {
	defer func() {
		if v := recover(); v != nil {
			logPanic(srv.log, "header hook", v)
		}
	}()
	if first && srv.opts.InitialHeaders != nil {
		srv.opts.InitialHeaders(h, r)
	}
	if srv.opts.Headers != nil {
		srv.opts.Headers(h, r)
	}
}

// setCookie gives the peer its session's id for whoever spreads connections over
// servers.
func (srv *Server) setCookie(w http.ResponseWriter, s *Session) {
	if srv.opts.Cookie != nil {
		c := *srv.opts.Cookie
		c.Value = s.id
		http.SetCookie(w, &c)
	}
}

// completeCookie returns a copy of c with what the reference server sets.
func completeCookie(c *http.Cookie) (*http.Cookie, error) {
	if c == nil {
		return nil, nil
	}
	full := *c
	full.Name = cmp.Or(full.Name, "io")
	full.Path = cmp.Or(full.Path, "/")
	full.SameSite = cmp.Or(full.SameSite, http.SameSiteLaxMode)
	full.HttpOnly = true
	full.Value = ""
	if c.Value != "" {
		return nil, errors.New("engineio: Cookie has a value")
	}
	return &full, full.Valid()
}
