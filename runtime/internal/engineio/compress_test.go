package engineio_test

import (
	"compress/gzip"
	"compress/zlib"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// decoded returns the body of a response without its content coding.
func decoded(t testing.TB, resp *http.Response) string {
	t.Helper()
	var r io.Reader = resp.Body
	var err error
	switch resp.Header.Get("Content-Encoding") {
	case "gzip":
		r, err = gzip.NewReader(r)
	case "deflate":
		r, err = zlib.NewReader(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestHTTPCompression(t *testing.T) {
	long := strings.Repeat("x", 1023)
	tests := []struct {
		name   string
		accept string
		text   string
		want   string // Content-Encoding
	}{
		{"gzip", "gzip", long, "gzip"},
		{"gzip first of two", "deflate, gzip", long, "gzip"},
		{"as browsers ask", "gzip, deflate, br, zstd", long, "gzip"},
		{"deflate", "deflate", long, "deflate"},
		{"by weight", "gzip;q=0.5, deflate;q=0.8", long, "deflate"},
		{"refused", "gzip;q=0, deflate;q=0.000", long, ""},
		{"any", "*", long, "gzip"},
		{"any but one", "gzip;q=0, *;q=0.1", long, "deflate"},
		{"other case, spaces", "GZIP ; Q = 1 ", long, "gzip"},
		{"nothing we know", "br, identity", long, ""},
		{"malformed", "gzip;q=x, deflate;level=1, ;;;,", long, ""},
		{"not asked for", "", long, ""},
		{"small", "gzip", long[1:], ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, engineio.Options{}, nil)
				sid := e.openPolling(t)
				send(t, e.session(t), tt.text)
				resp := e.poll(t, sid, tt.accept)
				defer resp.Body.Close()
				if got := resp.Header.Get("Content-Encoding"); got != tt.want {
					t.Errorf("Content-Encoding = %q, want %q", got, tt.want)
				}
				if got := decoded(t, resp); got != "4"+tt.text {
					t.Errorf("body of %d bytes is %.20q…, want the message", len(got), got)
				}
				if resp.ContentLength < 0 || tt.want != "" && resp.ContentLength > 100 {
					t.Errorf("Content-Length = %d", resp.ContentLength)
				}
			})
		})
	}
}

// poll polls with an Accept-Encoding header, without net/http's own decoding.
func (e *engine) poll(t testing.TB, sid, accept string) *http.Response {
	t.Helper()
	e.client.Transport.(*http.Transport).DisableCompression = true
	req := e.request(t, "GET", polling(sid), "")
	if accept != "" {
		req.Header.Set("Accept-Encoding", accept)
	}
	resp, err := e.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	return resp
}

func TestWhatIsNotCompressed(t *testing.T) {
	text := []byte(strings.Repeat("x", 2000))
	plain, compressible := engineio.NewUncompressed(nil, text), engineio.NewMessage(nil, text)
	tests := []struct {
		name     string
		opts     engineio.Options
		messages []*engineio.Message
		want     string
	}{
		{"marked", engineio.Options{}, []*engineio.Message{plain}, ""},
		{"all marked", engineio.Options{}, []*engineio.Message{plain, plain}, ""},
		{"one is not marked", engineio.Options{}, []*engineio.Message{plain, compressible, plain}, "gzip"},
		{"turned off", engineio.Options{NoHTTPCompression: true}, []*engineio.Message{compressible}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, tt.opts, nil)
				sid := e.openPolling(t)
				r := e.session(t)
				for _, m := range tt.messages {
					r.session.Send(m, false)
				}
				resp := e.poll(t, sid, "gzip")
				defer resp.Body.Close()
				if got := resp.Header.Get("Content-Encoding"); got != tt.want {
					t.Errorf("Content-Encoding = %q, want %q", got, tt.want)
				}
				want := strings.Repeat("\x1e4"+string(text), len(tt.messages))[1:]
				if got := decoded(t, resp); got != want {
					t.Errorf("body of %d bytes, want %d", len(got), len(want))
				}
			})
		})
	}
}

// A message marked for peers of any form stays marked for those of others.
func TestMarkSurvivesTheForm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		got, _ := e.do(t, e.request(t, "GET", "EIO=4&transport=polling&b64=1", ""))
		m := engineio.NewUncompressed(nil, []byte("x"), make([]byte, 2000))
		e.session(t).session.Send(m, false)
		resp := e.poll(t, decodeOpen(t, got.Body).SID+"&b64=1", "gzip")
		resp.Body.Close()
		if got := resp.Header.Get("Content-Encoding"); got != "" {
			t.Errorf("Content-Encoding = %q, want none", got)
		}
	})
}

// Writers come back from their pool with nothing left of what they wrote.
func TestCompressedAnswersAreIndependent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		for i := range 4 {
			sid := e.openPolling(t)
			text := strings.Repeat(string(rune('a'+i)), 5000)
			send(t, e.session(t), text)
			resp := e.poll(t, sid, []string{"gzip", "deflate"}[i%2])
			if got := decoded(t, resp); got != "4"+text {
				t.Errorf("answer %d is %.20q… of %d bytes", i, got, len(got))
			}
			resp.Body.Close()
		}
	})
}
