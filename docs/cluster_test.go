package docs_test

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

// A cluster is two servers behind a proxy with a certificate.
type cluster struct {
	url     string // of the proxy
	cert    string // file with the certificate and its key
	roots   *x509.CertPool
	servers [2]*server
}

type server struct {
	name string
	rt   *rt.Server
	http *httptest.Server
}

func newCluster(t *testing.T, opts rt.Options) *cluster {
	t.Helper()
	opts.Logger = slog.New(slog.DiscardHandler)
	c := &cluster{url: "https://" + freeAddr(t), roots: x509.NewCertPool()}
	c.certify(t)
	for i, name := range []string{"one", "two"} {
		opts.InitialHeaders = func(h http.Header, _ *http.Request) { h.Set("X-Server", name) }
		srv, err := rt.NewServer(opts)
		if err != nil {
			t.Fatal(err)
		}
		ns := srv.Of("/")
		rt.OnWithAck(ns, rt.AckEvent[string, string]{Name: "where", Raw: true},
			func(context.Context, *rt.Socket, string) (string, error) { return name, nil })
		mux := http.NewServeMux()
		mux.Handle("/socket.io/", srv)
		mux.HandleFunc("/readyz", func(w http.ResponseWriter, _ *http.Request) {
			if !srv.Ready() {
				http.Error(w, "shutting down", http.StatusServiceUnavailable)
			}
		})
		s := &server{name: name, rt: srv, http: httptest.NewServer(mux)}
		t.Cleanup(func() {
			s.shutdown(t)
			s.http.CloseClientConnections() // the proxy's, which it keeps
			s.http.Close()
		})
		c.servers[i] = s
	}
	return c
}

// certify takes the certificate that httptest has for 127.0.0.1.
func (c *cluster) certify(t *testing.T) {
	t.Helper()
	ts := httptest.NewTLSServer(nil)
	defer ts.Close()
	cert := ts.TLS.Certificates[0]
	key, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	c.roots.AddCert(ts.Certificate())
	c.cert = writeFile(t, t.TempDir(), "cert.pem",
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}))+
			string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: key})))
}

// serve starts a proxy with its recipe, in which addresses and files are those of
// the test, and waits until it answers.
func (c *cluster) serve(t *testing.T, p proxy, change func(t *testing.T, recipe string) string) {
	t.Helper()
	recipe := fenced(t, "proxy.md", p.name)[0].text
	addr := strings.TrimPrefix(c.url, "https://")
	recipe = replace(t, recipe, p.listen, p.listenOn(addr))
	recipe = replace(t, recipe, "/etc/ssl/app.example.com.pem", c.cert)
	recipe = strings.ReplaceAll(recipe, "/etc/ssl/app.example.com.key", c.cert)
	recipe = replace(t, recipe, "10.0.0.11:8080", c.servers[0].http.Listener.Addr().String())
	recipe = replace(t, recipe, "10.0.0.12:8080", c.servers[1].http.Listener.Addr().String())
	if change != nil {
		recipe = change(t, recipe)
	}
	recipe = strings.ReplaceAll(recipe, "inter 2s", "inter 60s") // a slow test is no dead server
	p.start(t, recipe)
	await(t, addr)
}

// await waits until something listens on addr.
func await(t *testing.T, addr string) {
	t.Helper()
	retry := time.NewTicker(20 * time.Millisecond)
	defer retry.Stop()
	deadline := time.After(time.Minute)
	for {
		conn, err := net.Dial("tcp", addr)
		if err == nil {
			conn.Close()
			return
		}
		select {
		case <-retry.C:
		case <-deadline:
			t.Fatalf("the proxy does not start: %v", err)
		}
	}
}

// freeAddr returns an address that nobody listens on. The port is none of those
// that the system hands out by itself: other tests, at work meanwhile, get them.
func freeAddr(t *testing.T) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", 10_000+rand.IntN(20_000)))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}

// replace is strings.ReplaceAll for what must be there.
func replace(t *testing.T, s, old, now string) string {
	t.Helper()
	if !strings.Contains(s, old) {
		t.Fatalf("there is no %q in\n%s", old, s)
	}
	return strings.ReplaceAll(s, old, now)
}

func writeFile(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
