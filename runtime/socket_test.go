package rt_test

import (
	"context"
	"errors"
	"regexp"
	"testing"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

func TestSocketKnowsItsPeer(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		p := w.dial()
		id := p.join("/")
		s := onlySocket(t, n)
		if s.ID() != id || !regexp.MustCompile(`^[A-Za-z0-9_-]{20}$`).MatchString(string(id)) {
			t.Errorf("id = %s, the peer was told %s", s.ID(), id)
		}
		h := s.Handshake()
		if h.Query.Get("EIO") != "4" || h.Host != "mem" || h.Secure || h.RemoteAddr == "" || time.Since(h.Time) != 0 {
			t.Errorf("handshake = %+v", h)
		}
		if s.Transport() != "websocket" || s.Namespace() != n || s.Auth() != nil || s.Data() != nil {
			t.Errorf("transport %s, namespace %s, auth %s, data %v", s.Transport(), s.Namespace().Name(), s.Auth(), s.Data())
		}
		s.SetData(7)
		if s.Data() != 7 {
			t.Errorf("data = %v, want 7", s.Data())
		}
	})
}

func TestBindWithoutAuth(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		for path, answer := range map[string]error{"/open": nil, "/shut": rt.ErrUnimplemented} {
			connect := func(context.Context, *rt.Socket) error { return answer }
			_, err := rt.Bind(w.Server, rt.NamespaceSpec{Path: path}, path, func(s *rt.Socket) *rt.Socket { return s },
				func(string) []rt.Binding { return []rt.Binding{rt.BindConnect(connect)} })
			if err != nil {
				t.Fatal(err)
			}
		}
		p := w.connect("/open")
		p.send("0/shut,")
		p.want(`4/shut,{"message":"internal error"}`)
		p.send(`2/open,0["nope"]`)
		p.want(`3/open,0[{"ok":false,"error":{"code":"unknownEvent","message":"unknown event"}}]`)
	})
}

func TestErrorsTellTheirCause(t *testing.T) {
	cause := errors.New("disk full")
	tests := []struct {
		err  error
		want string
	}{
		{&rt.ConnectError{Message: "no"}, "no"},
		{&rt.ConnectError{Message: "no", Err: cause}, "no: disk full"},
		{&rt.Error{Code: "busy"}, "busy"},
		{&rt.Error{Code: "busy", Message: "later", Err: cause}, "busy: later: disk full"},
	}
	for _, tt := range tests {
		if tt.err.Error() != tt.want {
			t.Errorf("Error() = %q, want %q", tt.err, tt.want)
		}
		if wraps := errors.Unwrap(tt.err) != nil; wraps != errors.Is(tt.err, cause) {
			t.Errorf("%q: wraps %t, is its cause %t", tt.err, wraps, errors.Is(tt.err, cause))
		}
	}
}
