package client_test

import (
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
)

func TestNewRefuses(t *testing.T) {
	const good = "https://app.example.com"
	tests := []struct {
		address string
		opts    client.Options
		want    []string
	}{
		{"app.example.com", client.Options{}, []string{`client: "app.example.com" is not the address of a server, as in https://app.example.com`}},
		{"ftp://app.example.com", client.Options{}, []string{`client: "ftp://app.example.com" is not the address of a server, as in https://app.example.com`}},
		{"https://", client.Options{}, []string{`client: "https://" is not the address of a server, as in https://app.example.com`}},
		{"http://a b", client.Options{}, []string{`client: parse "http://a b": invalid character " " in host name`}},
		{good + "/chat", client.Options{}, []string{`client: the address "https://app.example.com/chat" has a path: namespaces belong to Client.Of, the path of the server to Options.Path`}},
		{good, client.Options{Transports: []string{"polling", "pigeon", "polling"}}, []string{`client: transport "polling" is listed twice`, `client: unknown transport "pigeon"`}},
		{good, client.Options{Path: "socket.io"}, []string{`client: path "socket.io" does not begin with a slash`}},
		{good, client.Options{RandomizationFactor: 2, AckTimeout: -1, MaxPayload: -1}, []string{
			"client: AckTimeout is negative", "client: MaxPayload is negative", "client: RandomizationFactor is not between 0 and 1",
		}},
	}
	for _, tt := range tests {
		_, err := client.New(tt.address, tt.opts)
		if diff := cmp.Diff(strings.Join(tt.want, "\n"), fmt.Sprint(err)); diff != "" {
			t.Errorf("New(%q) (-want +got):\n%s", tt.address, diff)
		}
	}
}

// Every request has the path, the query, the headers and the cookies.
func TestRequests(t *testing.T) {
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			srv := newServer(t, rt.Options{})
			var requests, cookies atomic.Int64
			ts := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/events/" || r.URL.Query().Get("room") != "a b" || r.Header.Get("X-Team") != "blue" {
					t.Errorf("%s %s with the team %q", r.Method, r.URL, r.Header.Get("X-Team"))
				}
				if r.ContentLength < 0 || r.Method == http.MethodGet && r.ContentLength > 0 {
					t.Errorf("%s with a body of length %d", r.Method, r.ContentLength)
				}
				if requests.Add(1) > 1 {
					if c, err := r.Cookie("node"); err == nil && c.Value == "7" {
						cookies.Add(1)
					}
				}
				http.SetCookie(w, &http.Cookie{Name: "node", Value: "7", Path: "/"})
				srv.ServeHTTP(w, r)
			}))
			defer ts.Close()
			defer shutdown(t, srv)
			jar, err := cookiejar.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			opts := tt.opts
			opts.Path, opts.Query, opts.Header, opts.Jar = "/events/", url.Values{"room": {"a b"}}, http.Header{"X-Team": {"blue"}}, jar
			opts.TLS = &tls.Config{RootCAs: ts.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}
			c, err := client.New(ts.URL, opts)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			s := c.Of("/")
			mustConnect(t, s)
			for c.Transport() != tt.end {
				call(t, s, "1")
			}
			for peer := range srv.Of("/").Sockets() {
				if h := peer.Handshake(); h.Query.Get("room") != "a b" || !h.Secure {
					t.Errorf("handshake with the query %v, secure %v", h.Query, h.Secure)
				}
			}
			if requests.Load() != cookies.Load()+1 {
				t.Errorf("%d requests, %d of them with the cookie", requests.Load(), cookies.Load())
			}
		})
	}
}

// No request is larger than the server takes, however much waits.
func TestBatches(t *testing.T) {
	inWorld(t, rt.Options{MaxPayload: 1000}, func(t *testing.T, w *world) {
		w.down.Store(true)
		s := w.client(client.Options{NoUpgrade: true}).Of("/")
		got := observe(s)
		texts, blobs := collect(s, echo), collect(s, blob)
		go s.Connect(t.Context())
		synctest.Wait()
		for i := range 200 {
			emit(t, s, fmt.Sprintf(`"%0*d"`, 1+i*3, i))
			if err := client.Emit(t.Context(), s, blob, make([]byte, i*3)); err != nil {
				t.Fatal(err)
			}
		}
		w.down.Store(false)
		for i := range 200 {
			if got, want := string(next(t, texts)), fmt.Sprintf(`"%0*d"`, 1+i*3, i); got != want {
				t.Fatalf("event %d is %s", i, got)
			}
			if got := len(next(t, blobs)); got != i*3 {
				t.Fatalf("binary event %d has %d bytes", i, got)
			}
		}
		if len(got.disconnected) > 0 {
			t.Errorf("disconnected: %s", <-got.disconnected)
		}
	})
}

// A volatile event is dropped while a request is on its way, and never kept.
func TestVolatile(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		s := w.client(client.Options{NoUpgrade: true}).Of("/")
		texts := collect(s, echo)
		mustConnect(t, s)
		synctest.Wait()
		volatile := echo
		volatile.Volatile = true
		for i := range 100 {
			if err := client.Emit(t.Context(), s, volatile, json.RawMessage(fmt.Sprint(i))); err != nil {
				t.Fatal(err)
			}
		}
		emit(t, s, "100")
		time.Sleep(time.Minute)
		if n := len(texts); n < 2 || n > 100 {
			t.Errorf("%d of 101 events arrived, want some of them", n)
		}
		var last string
		for len(texts) > 0 {
			last = string(<-texts)
		}
		if last != "100" {
			t.Errorf("the last event is %s", last)
		}
	})
}
