package rt_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	rt "github.com/rtgen/rtgen/runtime"
)

// poller is a peer on the polling transport that polls only when a test says so.
type poller struct {
	t      *testing.T
	client *http.Client
	url    string
	sid    string
}

// poll opens a session.
func (w *world) poll() *poller {
	w.t.Helper()
	return w.pollAs("", nil)
}

// pollAs opens a session with more parameters in the URL of every request and
// with headers.
func (w *world) pollAs(query string, header http.Header) *poller {
	w.t.Helper()
	p := &poller{
		t:      w.t,
		client: &http.Client{Transport: withHeader{w.transport(), header}},
		url:    "http://mem/socket.io/?EIO=4&transport=polling" + query,
	}
	open := p.get()
	sid := regexp.MustCompile(`"sid":"([^"]+)"`).FindStringSubmatch(open)
	if sid == nil {
		w.t.Fatalf("the handshake was answered %s", open)
	}
	p.sid = sid[1]
	p.url += "&sid=" + p.sid
	return p
}

// withHeader sends headers with every request.
type withHeader struct {
	http.RoundTripper
	header http.Header
}

func (w withHeader) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	maps.Copy(r.Header, w.header)
	return w.RoundTripper.RoundTrip(r)
}

// join enters "/".
func (p *poller) join() {
	p.t.Helper()
	p.post("40")
	if got := p.get(); !strings.HasPrefix(got, `40{"sid":`) {
		p.t.Fatalf("CONNECT was answered %s", got)
	}
}

// get polls once and returns the body, or the status of what is no answer.
func (p *poller) get() string {
	p.t.Helper()
	res, err := p.client.Get(p.url)
	return p.body(res, err)
}

// getEncoding polls once and returns the Content-Encoding of the answer.
func (p *poller) getEncoding() string {
	p.t.Helper()
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.url, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip")
	res, err := p.client.Do(req)
	if err != nil {
		p.t.Fatal(err)
	}
	res.Body.Close()
	return res.Header.Get("Content-Encoding")
}

func (p *poller) post(packets string) {
	p.t.Helper()
	res, err := p.client.Post(p.url, "text/plain", strings.NewReader(packets))
	if got := p.body(res, err); got != "ok" {
		p.t.Fatalf("POST %s was answered %s", packets, got)
	}
}

func (p *poller) body(res *http.Response, err error) string {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Sprintf("%d %s", res.StatusCode, body)
	}
	return string(body)
}

// socketOf returns a socket that is carried by a transport.
func socketOf(t *testing.T, n *rt.Namespace, transport string) *rt.Socket {
	t.Helper()
	synctest.Wait()
	for s := range n.Sockets() {
		if s.Transport() == transport {
			return s
		}
	}
	t.Fatalf("no socket on %s", transport)
	return nil
}
