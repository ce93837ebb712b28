package client_test

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
)

// The user and password of an address are sent over both transports.
func TestUserOfTheAddress(t *testing.T) {
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				srv := serveHTTP(t, func(rw http.ResponseWriter, r *http.Request) {
					if user, password, _ := r.BasicAuth(); user != "ada" || password != "p w" {
						t.Errorf("%s from %q with the password %q", r.Method, user, password)
					}
					w.Server.ServeHTTP(rw, r)
				})
				opts := tt.opts
				opts.DialContext, opts.Proxy, opts.NoReconnection = srv.dial, noProxy, true
				c, err := client.New("http://ada:p%20w@mem", opts)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(c.Close)
				mustConnect(t, c.Of("/"))
				synctest.Wait() // an upgrade
				if c.Transport() != tt.end {
					t.Errorf("over %s, want %s", c.Transport(), tt.end)
				}
			})
		})
	}
}

// Redirects are refused at once: a POST could become a GET on the way, and lose
// its body.
func TestRedirects(t *testing.T) {
	for _, status := range []int{http.StatusMovedPermanently, http.StatusTemporaryRedirect} {
		for _, transport := range []string{"polling", "websocket"} {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				srv := serveHTTP(t, func(rw http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/socket.io/" {
						http.Redirect(rw, r, "/moved/?"+r.URL.RawQuery, status)
						return
					}
					w.Server.ServeHTTP(rw, r)
				})
				s := w.client(client.Options{Transports: []string{transport}, DialContext: srv.dial, NoReconnection: true}).Of("/")
				want := fmt.Sprintf("client: %s: engineclient: the server answered %d %s", transport, status, http.StatusText(status))
				if err := s.Connect(t.Context()); err == nil || err.Error() != want {
					t.Errorf("Connect: %v, want %s", err, want)
				}
			})
		}
	}
}

// A name that no packet can carry fails alone, and not the connection of the
// others.
func TestNamesOfNamespaces(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		c := w.client(client.Options{})
		s := c.Of("/")
		got := observe(s)
		mustConnect(t, s)
		for _, name := range []string{"/a,b", "/a\x1e41", "/\xff"} {
			err := c.Of(name).Connect(t.Context())
			if want := fmt.Sprintf("client: %q cannot be the name of a namespace", name); err == nil || err.Error() != want {
				t.Errorf("Connect: %v, want %s", err, want)
			}
		}
		if err := c.Of("/ä b/{c}").Connect(t.Context()); err == nil || err.Error() != "Invalid namespace" {
			t.Errorf("Connect to what the server does not have: %v", err)
		}
		synctest.Wait()
		if len(got.disconnected) > 0 {
			t.Errorf("disconnected: %s", <-got.disconnected)
		}
	})
}
