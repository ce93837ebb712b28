package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	rt "github.com/rtgen/rtgen/runtime"
)

// newRoutes returns what the server answers, with a page of one file.
func newRoutes(t *testing.T) http.Handler {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "index.html"), []byte("<!doctype html>the page"), 0o600); err != nil {
		t.Fatal(err)
	}
	page, err := openPage(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = page.Close() })
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = srv.Shutdown(context.WithoutCancel(t.Context())) })
	return routes(srv, newSigner(), page.FS())
}

func TestPageComesWithItsHeaders(t *testing.T) {
	w := httptest.NewRecorder()
	newRoutes(t).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "the page") {
		t.Fatalf("GET / = %d %q", w.Code, w.Body)
	}
	for header, want := range map[string]string{
		"Content-Security-Policy": "script-src 'self'",
		"X-Content-Type-Options":  "nosniff",
		"Referrer-Policy":         "no-referrer",
		"Cache-Control":           "no-cache",
	} {
		if got := w.Header().Get(header); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q in it", header, got, want)
		}
	}
	if policy := w.Header().Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") {
		t.Errorf("the policy allows what is unsafe: %q", policy)
	}
}

func TestRoutesRefuse(t *testing.T) {
	routes := newRoutes(t)
	tests := []struct {
		name   string
		method string
		target string
		origin string
		want   int
	}{
		{"a file outside of the folder", http.MethodGet, "/../web.go", "", http.StatusNotFound},
		{"a file that is not there", http.MethodGet, "/none.js", "", http.StatusNotFound},
		{"reading the sign-in", http.MethodGet, "/sign-in", "", http.StatusNotFound},
		{"signing in from another site", http.MethodPost, "/sign-in", "https://evil.example", http.StatusForbidden},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest(tt.method, "/", strings.NewReader(`{"name":"Ada"}`))
			r.URL.Path = tt.target
			if tt.origin != "" {
				r.Header.Set("Origin", tt.origin)
			}
			w := httptest.NewRecorder()
			routes.ServeHTTP(w, r)
			if w.Code == http.StatusTemporaryRedirect || w.Code == http.StatusMovedPermanently {
				// The mux cleans the path: follow once.
				r.URL.Path = w.Header().Get("Location")
				w = httptest.NewRecorder()
				routes.ServeHTTP(w, r)
			}
			if w.Code != tt.want {
				t.Errorf("status = %d, want %d", w.Code, tt.want)
			}
		})
	}
}
