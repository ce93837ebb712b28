package rt_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	rt "github.com/rtgen/rtgen/runtime"
)

func newHTTP(t *testing.T, opts rt.Options) *httptest.Server {
	t.Helper()
	srv, err := rt.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	ts := httptest.NewServer(srv)
	t.Cleanup(func() {
		shutdown(t, srv)
		ts.Close()
	})
	return ts
}

func TestHeadersAndCookieAreSent(t *testing.T) {
	set := func(name string) func(http.Header, *http.Request) {
		return func(h http.Header, _ *http.Request) { h.Set(name, "yes") }
	}
	ts := newHTTP(t, rt.Options{InitialHeaders: set("X-First"), Headers: set("X-Every"), Cookie: &http.Cookie{Name: "node"}})
	res, err := http.Get(ts.URL + "/socket.io/?EIO=4&transport=polling")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	cookies := res.Cookies()
	if h := res.Header; h.Get("X-First") != "yes" || h.Get("X-Every") != "yes" || len(cookies) != 1 || cookies[0].Name != "node" {
		t.Errorf("headers %v, cookies %v; want X-First, X-Every and a cookie named node", h, cookies)
	}
}

// TestPaths asks for every path below those that the server is mounted on.
func TestPaths(t *testing.T) {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	serveEcho(srv, "/")
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", srv)
	mux.Handle("/chat/live", srv)
	mux.Handle("/chat/live/", srv)
	ts := httptest.NewServer(mux)
	defer ts.Close()
	defer shutdown(t, srv)
	for path, want := range map[string]int{
		"/socket.io/":       http.StatusOK,
		"/socket.io/below":  http.StatusOK,
		"/chat/live":        http.StatusOK,
		"/chat/live/":       http.StatusOK,
		"/chat/live/a/b/c/": http.StatusOK,
		"/chat/other":       http.StatusNotFound,
		"/":                 http.StatusNotFound,
	} {
		res, err := http.Get(ts.URL + path + "?EIO=4&transport=polling")
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: status %d, want %d", path, res.StatusCode, want)
		}
	}
	cmd := script(t, ts.URL, "mounted")
	finish(t, cmd, cmd.Run())
}

func TestOfficialClientIsToldWhyItIsForbidden(t *testing.T) {
	ts := newHTTP(t, rt.Options{AllowRequest: func(*http.Request) error {
		return &rt.ConnectError{Message: "banned"}
	}})
	cmd := script(t, ts.URL, "forbidden")
	finish(t, cmd, cmd.Run())
}

func TestAllowRequestTellsAConnectErrorOnly(t *testing.T) {
	tests := map[string]struct {
		err  error
		want string
	}{
		"connect error": {&rt.ConnectError{Message: "banned", Err: errors.New("secret")}, `{"code":4,"message":"banned"}`},
		"other error":   {errors.New("secret"), `{"code":4,"message":"Forbidden"}`},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			ts := newHTTP(t, rt.Options{AllowRequest: func(*http.Request) error { return tt.err }})
			res, err := http.Get(ts.URL + "/socket.io/?EIO=4&transport=polling")
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			body, _ := io.ReadAll(res.Body)
			if got := string(body); res.StatusCode != http.StatusForbidden || got != tt.want {
				t.Errorf("refused with %d %s, want 403 %s", res.StatusCode, got, tt.want)
			}
		})
	}
}
