package engineio_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// startReference runs the server of the npm package engine.io until the test ends
// and returns its URL.
func startReference(t *testing.T) string {
	t.Helper()
	cmd := exec.Command("node", "testdata/server.mjs")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	stdin, _ := cmd.StdinPipe()
	stdout, _ := cmd.StdoutPipe()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		cmd.Wait()
	})
	port, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("Node's server did not start, npm ci installs it: %v\n%s", err, &stderr)
	}
	return "http://127.0.0.1:" + strings.TrimSpace(port) + "/engine.io/"
}

// ask sends a request and returns status, content type and body of the answer.
func ask(t *testing.T, url, method, query, header, body string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url+"?"+query, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(header, "\n") {
		if name, value, ok := strings.Cut(line, ": "); ok {
			req.Header.Set(name, value)
		}
	}
	resp, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusSwitchingProtocols {
		return "101"
	}
	got, err := io.ReadAll(resp.Body)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Fatal(err)
	}
	return strings.TrimRight(fmt.Sprintf("%d %s %s", resp.StatusCode, resp.Header.Get("Content-Type"), got), " ")
}

// TestAnswersOfTheReference sends the requests of the protocol's table of refusals
// to our server and to Node's. SID in a query becomes the id of a session that is
// opened for it.
func TestAnswersOfTheReference(t *testing.T) {
	const (
		polls   = "EIO=4&transport=polling"
		sockets = "EIO=4&transport=websocket"
		upgrade = "Connection: Upgrade\nUpgrade: websocket\nSec-WebSocket-Version: 13\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="

		transport = `400 application/json {"code":0,"message":"Transport unknown"}`
		session   = `400 application/json {"code":1,"message":"Session ID unknown"}`
		method    = `400 application/json {"code":2,"message":"Bad handshake method"}`
		request   = `400 application/json {"code":3,"message":"Bad request"}`
		version   = `400 application/json {"code":5,"message":"Unsupported protocol version"}`
		ok        = "200 text/html ok"
		empty     = "400"
	)
	tests := []struct {
		name, method, query, header, body string // an empty method is GET
		want                              string
		node                              string // what Node answers if it is not the same
		ends                              bool   // the session
	}{
		{name: "no transport", query: "EIO=4", want: transport},
		{name: "unknown transport", query: "EIO=4&transport=__proto__", want: transport},
		{name: "webtransport", query: "EIO=4&transport=webtransport", want: transport},
		{name: "unknown session", query: polls + "&sid=__proto__", want: session},
		{name: "unknown session, POST", method: "POST", query: polls + "&sid=nope", want: session},
		{name: "handshake by POST", method: "POST", query: polls, want: method},
		{name: "handshake by PUT", method: "PUT", query: polls, want: method},
		{name: "handshake by HEAD", method: "HEAD", query: polls, want: "400 application/json"},
		{name: "handshake by OPTIONS", method: "OPTIONS", query: polls, want: method},
		{name: "WebSocket without upgrade", query: sockets, want: request},
		{name: "WebSocket without upgrade on a session", query: sockets + "&sid=SID", want: request},
		{name: "other version than the session", query: "EIO=3&transport=polling&sid=SID", want: request},
		{name: "version 3", query: "EIO=3&transport=polling", want: version},
		{name: "no version", query: "transport=polling", want: version},
		{name: "hook", query: polls, header: "X-Refuse: full", want: `403 application/json {"code":4,"message":"full"}`},
		{name: "hook before the version", query: "EIO=3&transport=polling", header: "X-Refuse: full", want: `403 application/json {"code":4,"message":"full"}`},
		{name: "hook not asked behind the method", method: "POST", query: polls, header: "X-Refuse: full", want: method},

		{name: "another method on a session", method: "PUT", query: polls + "&sid=SID", want: request, node: "500"},
		{name: "bytes", method: "POST", query: polls + "&sid=SID", header: "Content-Type: application/octet-stream", body: "4x", want: empty, ends: true},
		{name: "body at the limit", method: "POST", query: polls + "&sid=SID", body: "4" + strings.Repeat("x", 999), want: ok},
		{name: "body above the limit", method: "POST", query: polls + "&sid=SID", body: "4" + strings.Repeat("x", 1000), want: "413"},
		{name: "no packet", method: "POST", query: polls + "&sid=SID", body: "abc", want: ok, ends: true},
		{name: "empty body", method: "POST", query: polls + "&sid=SID", want: ok, ends: true},
		{name: "ping", method: "POST", query: polls + "&sid=SID", body: "2", want: ok, ends: true},
		{name: "probe", method: "POST", query: polls + "&sid=SID", body: "2probe", want: ok, ends: true},
		{name: "pong that nobody asked for", method: "POST", query: polls + "&sid=SID", body: "3", want: ok},
		{name: "open, upgrade and noop", method: "POST", query: polls + "&sid=SID", body: "0\x1e5\x1e6", want: ok},
		{name: "close", method: "POST", query: polls + "&sid=SID", body: "1", want: ok, ends: true},

		{name: "upgrade: unknown transport", query: "EIO=4&transport=x", header: upgrade, want: transport, node: "400 text/html Transport unknown"},
		{name: "upgrade: unknown session", query: sockets + "&sid=nope", header: upgrade, want: session, node: "400 text/html Session ID unknown"},
		{name: "upgrade: other version than the session", query: "EIO=3&transport=websocket&sid=SID", header: upgrade, want: request, node: "400 text/html Bad request"},
		{name: "upgrade: hook", query: sockets, header: upgrade + "\nX-Refuse: full", want: `403 application/json {"code":4,"message":"full"}`, node: "400 text/html full"},
		{name: "upgrade: version 3", query: "EIO=3&transport=websocket", header: upgrade, want: version, node: "101"},
		{name: "upgrade: polling", query: polls, header: upgrade, want: request, node: "101"},
		{name: "upgrade", query: sockets, header: upgrade, want: "101"},
		{name: "upgrade of a session", query: sockets + "&sid=SID", header: upgrade, want: "101"},
	}
	e := onLoopback(t, engineio.Options{MaxPayload: 1000, AllowRequest: func(r *http.Request) error {
		if why := r.Header.Get("X-Refuse"); why != "" {
			return &engineio.Forbidden{Message: why}
		}
		return nil
	}}, nil)
	servers := map[string]string{"ours": e.url, "Node's": startReference(t)}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for name, url := range servers {
				want := tt.want
				if name != "ours" && tt.node != "" {
					want = tt.node
				}
				query, sid := tt.query, ""
				if strings.Contains(query, "SID") {
					sid = openAt(t, url)
					query = strings.Replace(query, "SID", sid, 1)
				}
				got := ask(t, url, tt.method, query, tt.header, tt.body)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s answer (-want +got):\n%s", name, diff)
				}
				if sid == "" {
					continue
				}
				want = ok
				if tt.ends {
					want = session
				}
				if diff := cmp.Diff(want, ask(t, url, "POST", polls+"&sid="+sid, "", "4x")); diff != "" {
					t.Errorf("%s answer to what follows (-want +got):\n%s", name, diff)
				}
			}
		})
	}
}

// openAt opens a polling session on the server and returns its id.
func openAt(t *testing.T, url string) string {
	t.Helper()
	got := ask(t, url, "GET", "EIO=4&transport=polling", "", "")
	open, ok := strings.CutPrefix(got, "200 text/plain; charset=UTF-8 ")
	if !ok {
		t.Fatalf("handshake: %s", got)
	}
	return decodeOpen(t, open).SID
}
