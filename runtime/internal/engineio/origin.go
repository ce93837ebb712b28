package engineio

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
)

const anyOrigin = "*"

// An origin is a parsed Origin header: scheme, host and port, compared whole.
type origin struct {
	scheme, host, port string
}

// parseOrigin takes "scheme://host[:port]" and nothing more.
func parseOrigin(s string) (origin, error) {
	u, err := url.Parse(s)
	if err != nil {
		return origin{}, errors.New("not a URL") // the error would repeat s
	}
	o := origin{scheme: u.Scheme, host: strings.ToLower(u.Hostname()), port: u.Port()}
	if o.scheme == "" || o.host == "" || u.User != nil || u.Path != "" || u.Opaque != "" ||
		u.RawQuery != "" || u.ForceQuery || strings.Contains(s, "#") {
		return origin{}, errors.New("not of the form scheme://host[:port]")
	}
	if o.port == "" {
		o.port = defaultPort(o.scheme)
	}
	return o, nil
}

func defaultPort(scheme string) string {
	switch scheme {
	case "http":
		return "80"
	case "https":
		return "443"
	}
	return ""
}

// An originPolicy says whose pages may connect.
type originPolicy struct {
	any         bool
	allowed     map[origin]bool
	credentials bool
}

func newOriginPolicy(opts *Options) (*originPolicy, error) {
	p := &originPolicy{allowed: make(map[origin]bool), credentials: opts.Credentials}
	var errs []error
	for _, s := range opts.Origins {
		if s == anyOrigin {
			p.any = true
			continue
		}
		o, err := parseOrigin(s)
		if err != nil {
			errs = append(errs, fmt.Errorf("engineio: origin %q: %w", s, err))
			continue
		}
		p.allowed[o] = true
	}
	return p, errors.Join(errs...)
}

// check reports whether r may be served, and whether it comes from another
// origin, which then needs CORS headers.
func (p *originPolicy) check(r *http.Request) (ok, cross bool) {
	values := r.Header["Origin"]
	if len(values) == 0 {
		return true, false
	}
	o, err := parseOrigin(values[0])
	if err != nil || len(values) > 1 {
		return p.any && len(values) == 1, true // "null" too is some origin
	}
	if sameOrigin(o, r) {
		return true, false
	}
	return p.any || p.allowed[o], true
}

// sameOrigin reports whether o is the server r was sent to. Behind a proxy that
// ends TLS the request's own scheme says nothing, so https is believed.
func sameOrigin(o origin, r *http.Request) bool {
	if o.scheme != "https" && (o.scheme != "http" || r.TLS != nil) {
		return false
	}
	host, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		host, port = strings.Trim(r.Host, "[]"), defaultPort(o.scheme)
	}
	return o.host == strings.ToLower(host) && o.port == port
}

// allow writes the headers that let a cross-origin page read the answer. The
// origin has been checked.
func (p *originPolicy) allow(h http.Header, r *http.Request) {
	if p.any {
		h.Set("Access-Control-Allow-Origin", anyOrigin)
		return
	}
	h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
	h.Add("Vary", "Origin")
	if p.credentials {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
}

// preflight answers the question a browser asks before a cross-origin request.
func (p *originPolicy) preflight(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Access-Control-Allow-Methods", "GET,POST")
	if asked := r.Header.Get("Access-Control-Request-Headers"); asked != "" {
		h.Set("Access-Control-Allow-Headers", asked)
		h.Add("Vary", "Access-Control-Request-Headers")
	}
	h.Set("Access-Control-Max-Age", "600")
	w.WriteHeader(http.StatusNoContent)
}
