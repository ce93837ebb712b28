package docs_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

// A proxy is a recipe of proxy.md with what the tests do to it.
type proxy struct {
	name   string
	start  func(t *testing.T, recipe string)
	listen string // what of the recipe says on which port it listens
	// noWebSockets is to stand behind a line of the recipe.
	line, noWebSockets string
}

// listenOn returns p.listen for another address.
func (p *proxy) listenOn(addr string) string {
	command, _, _ := strings.Cut(p.listen, " ")
	return command + " " + addr + " ssl"
}

var proxies = []proxy{
	{
		name: "nginx", start: startNginx, listen: "listen 443 ssl",
		line: "    location /socket.io/ {\n", noWebSockets: "        if ($http_upgrade) { return 403; }",
	},
	{
		name: "haproxy", start: startHAProxy, listen: "bind :443 ssl",
		line: "    option forwardfor\n", noWebSockets: "    http-request deny if { hdr(upgrade) -m found }",
	},
}

// TestProxies runs the official client through each recipe to two servers.
func TestProxies(t *testing.T) {
	for _, p := range proxies {
		for _, test := range []struct {
			scenario string
			change   func(t *testing.T, recipe string) string
		}{
			{scenario: "transports"},
			{scenario: "blocked", change: func(t *testing.T, recipe string) string {
				return replace(t, recipe, p.line, p.line+p.noWebSockets+"\n")
			}},
			{scenario: "idle", change: func(t *testing.T, recipe string) string {
				return replace(t, recipe, "60s", "5s")
			}},
		} {
			t.Run(p.name+"/"+test.scenario, func(t *testing.T) {
				t.Parallel()
				c := newCluster(t, rt.Options{PingInterval: time.Second})
				c.serve(t, p, test.change)
				cmd := c.script(t, test.scenario)
				if err := cmd.Run(); err != nil {
					t.Fatalf("%v\n%s", err, cmd.Stderr)
				}
			})
		}
	}
}

// TestProxiesFindAnotherServer shuts down the server that a client is on.
func TestProxiesFindAnotherServer(t *testing.T) {
	for _, p := range proxies {
		for _, transport := range []string{"polling", "websocket"} {
			t.Run(p.name+"/"+transport, func(t *testing.T) {
				t.Parallel()
				c := newCluster(t, rt.Options{})
				c.serve(t, p, nil)
				cmd := c.script(t, "restart", transport)
				out, err := cmd.StdoutPipe()
				if err != nil {
					t.Fatal(err)
				}
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				first, err := bufio.NewReader(out).ReadString('\n')
				if err != nil {
					t.Fatalf("%v\n%s", err, cmd.Stderr)
				}
				c.shutdown(t, strings.TrimSpace(first))
				rest, err := io.ReadAll(out)
				if err := cmd.Wait(); err != nil {
					t.Fatalf("%v\n%s", err, cmd.Stderr)
				}
				if second := string(rest); err != nil || second == "" || second == first {
					t.Errorf("the client was on %q and then on %q: %v", first, second, err)
				}
			})
		}
	}
}

// TestProxiesLeaveAServer has a cookie for a server that refuses handshakes.
func TestProxiesLeaveAServer(t *testing.T) {
	for _, p := range proxies {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			c := newCluster(t, rt.Options{})
			c.serve(t, p, nil)
			resp := c.handshake(t, "http/1.1", make(http.Header))
			header := make(http.Header)
			for _, cookie := range resp.Cookies() {
				header.Add("Cookie", cookie.Name+"="+cookie.Value)
			}
			first := resp.Header.Get("X-Server")
			if got := c.handshake(t, "http/1.1", header).Header.Get("X-Server"); got != first || first == "" {
				t.Errorf("on %q with the cookie of %q", got, first)
			}
			c.shutdown(t, first)
			resp = c.handshake(t, "http/1.1", header)
			if second := resp.Header.Get("X-Server"); second == first || second == "" {
				t.Errorf("status %d and on %q, want the other server than %q", resp.StatusCode, second, first)
			}
		})
	}
}

// TestProxiedRequests is what servers know of clients behind a proxy: the origin of
// their page, and their address in spite of what they say themselves.
func TestProxiedRequests(t *testing.T) {
	type answer struct {
		Status  int
		Proto   string
		Address string
	}
	const elsewhere = "https://elsewhere.example.com"
	for _, p := range proxies {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			addresses := make(chan string, 1)
			c := newCluster(t, rt.Options{
				TrustedProxies: []string{"127.0.0.1"},
				Observer: &rt.Observer{
					ConnectionOpened: func(r rt.ConnectionRecord) { addresses <- r.RemoteAddr },
					RequestRefused:   func(r rt.RefusalRecord) { addresses <- r.RemoteAddr },
				},
			})
			c.serve(t, p, nil)
			for _, test := range []struct {
				origin, proto string
				want          answer
			}{
				{c.url, "h2", answer{http.StatusOK, "HTTP/2.0", clientAddress}},
				{c.url, "http/1.1", answer{http.StatusOK, "HTTP/1.1", clientAddress}},
				{elsewhere, "h2", answer{http.StatusForbidden, "HTTP/2.0", clientAddress}},
				{elsewhere, "http/1.1", answer{http.StatusForbidden, "HTTP/1.1", clientAddress}},
			} {
				resp := c.handshake(t, test.proto, http.Header{"Origin": {test.origin}, "X-Forwarded-For": {"192.0.2.1"}})
				if diff := cmp.Diff(test.want, answer{resp.StatusCode, resp.Proto, <-addresses}); diff != "" {
					t.Errorf("%s from %s (-want +got):\n%s", test.proto, test.origin, diff)
				}
			}
		})
	}
}

// clientAddress is not that of the proxies.
const clientAddress = "127.0.0.2"

// handshake begins a session over the proxy.
func (c *cluster) handshake(t *testing.T, proto string, header http.Header) *http.Response {
	t.Helper()
	transport := &http.Transport{
		DialContext:     (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(clientAddress)}}).DialContext,
		TLSClientConfig: &tls.Config{RootCAs: c.roots},
		Protocols:       new(http.Protocols),
	}
	transport.Protocols.SetHTTP1(proto == "http/1.1")
	transport.Protocols.SetHTTP2(proto == "h2")
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.url+"/socket.io/?EIO=4&transport=polling", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header = header
	resp, err := transport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

func startNginx(t *testing.T, recipe string) {
	dir := t.TempDir()
	config := "daemon off; master_process off; pid nginx.pid; events {}\nhttp {\naccess_log off;\n"
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		config += kind + "_temp_path " + kind + ";\n"
	}
	start(t, dir, "nginx", "-e", "stderr", "-p", dir, "-c", writeFile(t, dir, "nginx.conf", config+recipe+"}\n"))
}

func startHAProxy(t *testing.T, recipe string) {
	dir := t.TempDir()
	start(t, dir, "haproxy", "-db", "-q", "-f", writeFile(t, dir, "haproxy.cfg", "global\n    maxconn 1000\n"+recipe))
}

// start runs a proxy until the test ends.
func start(t *testing.T, dir, name string, args ...string) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		path = "/usr/sbin/" + name // where Debian has it, and not in everybody's PATH
	}
	cmd := exec.Command(path, args...)
	output := new(bytes.Buffer)
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, output, output
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s is needed, make deps installs it: %v", name, err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
		if t.Failed() {
			t.Logf("%s says:\n%s", name, output)
		}
	})
}

// script makes the command that runs a scenario of testdata/client.mjs.
func (c *cluster) script(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", append([]string{"testdata/client.mjs", c.url}, args...)...)
	cmd.Env = append(cmd.Environ(), "NODE_EXTRA_CA_CERTS="+c.cert)
	cmd.Stderr = new(bytes.Buffer)
	return cmd
}

// shutdown shuts the server of a name down. It goes on refusing handshakes.
func (c *cluster) shutdown(t *testing.T, name string) {
	t.Helper()
	for _, s := range c.servers {
		if s.name == name {
			s.shutdown(t)
			return
		}
	}
	t.Errorf("there is no server %q", name)
}

func (s *server) shutdown(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := s.rt.Shutdown(ctx); err != nil {
		t.Errorf("%s: %v", s.name, err)
	}
}
