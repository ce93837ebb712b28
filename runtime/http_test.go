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
