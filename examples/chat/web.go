package main

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strings"

	rt "github.com/rtgen/rtgen/runtime"
)

// contentPolicy lets the page load and reach what this server offers and
// nothing else; pictures people send are shown from memory, as blob URLs.
var contentPolicy = strings.Join([]string{
	"default-src 'none'",
	"script-src 'self'",
	"style-src 'self'",
	"img-src 'self' blob: data:",
	"connect-src 'self'",
	"form-action 'self'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
}, "; ")

// openPage opens the folder of the bundled page. Nothing outside of it can be
// reached through the result, which the caller closes.
func openPage(dir string) (*os.Root, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("no page in %s: run `npm ci && npm run build` in the folder web", dir)
	}
	return root, nil
}

// routes returns everything the server answers.
func routes(srv *rt.Server, tokens *signer, page fs.FS) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", srv)
	mux.HandleFunc("POST /sign-in", tokens.signIn)
	mux.Handle("/", http.FileServerFS(page))
	// A page of another origin can neither sign in nor be told so.
	return withHeaders(http.NewCrossOriginProtection().Handler(mux))
}

// withHeaders adds what a browser needs to hear to keep the page safe.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentPolicy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Content-Type-Options", "nosniff")
		// The page has no version in its name: ask whether it is still the same.
		h.Set("Cache-Control", "no-cache")
		next.ServeHTTP(w, r)
	})
}
