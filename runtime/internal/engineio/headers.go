package engineio

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
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

// sanitize does to headers what net/http does when it writes them, for answers that
// others write: bad names are left out, line breaks become spaces.
func sanitize(h http.Header) {
	for name, values := range h {
		switch {
		case !isToken(name):
			delete(h, name)
		case slices.ContainsFunc(values, func(v string) bool { return strings.ContainsAny(v, "\r\n") }):
			h[name] = make([]string, len(values)) // the old ones may be shared
			for i, v := range values {
				h[name][i] = lineBreaks.Replace(v)
			}
		}
	}
}

var lineBreaks = strings.NewReplacer("\r", " ", "\n", " ")

// isToken reports whether s can be the name of a header.
func isToken(s string) bool {
	const letters, digits = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789"
	return s != "" && strings.Trim(s, letters+digits+"!#$%&'*+-.^_`|~") == ""
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
