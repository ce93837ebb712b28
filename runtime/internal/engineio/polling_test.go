package engineio_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// get starts a poll and returns where its answer will come.
func (e *engine) get(t testing.TB, sid string) <-chan answer {
	c := make(chan answer, 1)
	req := e.request(t, "GET", polling(sid), "")
	go func() {
		got, _ := e.do(t, req)
		c <- got
	}()
	return c
}

func (e *engine) post(t testing.TB, sid, body string) answer {
	t.Helper()
	got, _ := e.do(t, e.request(t, "POST", polling(sid), body))
	return got
}

func send(t testing.TB, r *recorder, text string, attachments ...[]byte) {
	t.Helper()
	if err := r.session.Send(engineio.NewMessage(nil, []byte(text), attachments...), false); err != nil {
		t.Fatalf("Send(%.40q): %v", text, err)
	}
}

func expectAnswer(t testing.TB, what string, got answer, status int, body string) {
	t.Helper()
	if diff := cmp.Diff(answer{status, body}, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

const unknownSession = `{"code":1,"message":"Session ID unknown"}`

func TestPollingFlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		sid := e.openPolling(t)
		r := e.session(t)

		poll := e.get(t, sid)
		synctest.Wait() // it waits for something to say
		send(t, r, "one")
		expectAnswer(t, "waiting poll", <-poll, 200, "4one")

		send(t, r, "two", []byte{1, 2, 3, 4})
		send(t, r, "three")
		expectAnswer(t, "poll of what is queued", <-e.get(t, sid), 200, "4two\x1ebAQIDBA==\x1e4three")

		expectAnswer(t, "post", e.post(t, sid, "4hello\x1ebAQI=\x1e4"), 200, "ok")
		want := []received{{"text", "hello"}, {"binary", "\x01\x02"}, {"text", ""}}
		if diff := cmp.Diff(want, r.got()); diff != "" {
			t.Errorf("receiver (-want +got):\n%s", diff)
		}
		if got := r.session.Transport(); got != "polling" {
			t.Errorf("Transport = %q", got)
		}
		stats := engineio.Stats{MessagesIn: 3, BytesIn: 6 + 3 + 1, MessagesOut: 3, BytesOut: 6 + 6 + 6 + 8}
		if diff := cmp.Diff(stats, r.session.Stats()); diff != "" {
			t.Errorf("Stats (-want +got):\n%s", diff)
		}
	})
}

// TestPollingBodies posts bodies while a poll waits.
func TestPollingBodies(t *testing.T) {
	const closed, noop = "1", "6"
	closedFor := func(r engineio.Reason) received { return received{"closed", string(r)} }
	tests := []struct {
		name   string
		body   string
		status int
		want   []received
		poll   string // the answer of the waiting poll; "" means it goes on waiting
	}{
		{"ignored packets", "0\x1e5\x1e6\x1e3", 200, nil, ""},
		{"close packet", "1", 200, []received{closedFor(engineio.ReasonTransportClose)}, noop},
		{"P08 behind a close packet", "1\x1e4late", 200, []received{closedFor(engineio.ReasonTransportClose)}, noop},
		{"P01 letters", "abc", 200, []received{closedFor(engineio.ReasonParseError)}, closed},
		{"P01 no type", ":", 200, []received{closedFor(engineio.ReasonParseError)}, closed},
		{"P01 type 7", "7x", 200, []received{closedFor(engineio.ReasonParseError)}, closed},
		{"P01 byte order mark", "\ufeff4x", 200, []received{closedFor(engineio.ReasonParseError)}, closed},
		{"empty body", "", 200, []received{closedFor(engineio.ReasonParseError)}, closed},
		{"P08 behind an invalid packet", "4a\x1ex\x1e4b", 200, []received{{"text", "a"}, closedFor(engineio.ReasonParseError)}, closed},
		{"P02 flood of packets", strings.Repeat("4\x1e", 400) + "4", 200, []received{closedFor(engineio.ReasonParseError)}, closed},
		{"P03 exactly the limit", "4" + strings.Repeat("x", 999), 200, []received{{"text", strings.Repeat("x", 999)}}, ""},
		{"P03 one byte more", "4" + strings.Repeat("x", 1000), 413, nil, ""},
		{"P10 invalid UTF-8", "4\xff\xfe\xed\xa0\x80", 200, []received{closedFor(engineio.ReasonParseError)}, closed},
		{"P16 odd base64", "b====", 200, []received{closedFor(engineio.ReasonParseError)}, closed},
		{"ping from the client", "2", 200, []received{closedFor(engineio.ReasonTransportError)}, closed},
		{"probe over polling", "2probe", 200, []received{closedFor(engineio.ReasonTransportError)}, closed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, engineio.Options{MaxPayload: 1000, MaxPayloadPackets: 200}, nil)
				sid := e.openPolling(t)
				r := e.session(t)
				poll := e.get(t, sid)
				synctest.Wait()
				if got := e.post(t, sid, tt.body); got.Status != tt.status {
					t.Errorf("post: %+v, want status %d", got, tt.status)
				}
				synctest.Wait()
				if diff := cmp.Diff(tt.want, r.got()); diff != "" {
					t.Errorf("receiver (-want +got):\n%s", diff)
				}
				if tt.poll == "" {
					send(t, r, "alive")
					expectAnswer(t, "poll", <-poll, 200, "4alive")
					return
				}
				expectAnswer(t, "waiting poll", <-poll, 200, tt.poll)
				expectAnswer(t, "next poll", <-e.get(t, sid), 400, unknownSession)
			})
		})
	}
}

func TestPollingContentTypeOfBytesIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // P11
		e := inMemory(t, engineio.Options{}, nil)
		req := e.request(t, "POST", polling(e.openPolling(t)), "4x")
		req.Header.Set("Content-Type", "application/octet-stream")
		e.expect(t, req, 400, "")
		if got := e.session(t).awaitClosed(t); got != engineio.ReasonTransportError {
			t.Errorf("reason = %q", got)
		}
	})
}

func TestPollingOverlap(t *testing.T) {
	t.Run("P04 two GETs", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, engineio.Options{}, nil)
			sid := e.openPolling(t)
			first := e.get(t, sid)
			synctest.Wait()
			expectAnswer(t, "second", <-e.get(t, sid), 400, "")
			expectAnswer(t, "first", <-first, 200, "1")
			if got := e.session(t).awaitClosed(t); got != engineio.ReasonTransportError {
				t.Errorf("reason = %q", got)
			}
		})
	})
	t.Run("P05 two POSTs", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, engineio.Options{}, nil)
			sid := e.openPolling(t)
			body, feed := io.Pipe()
			first := make(chan answer, 1)
			go func() {
				req, _ := http.NewRequestWithContext(t.Context(), "POST", e.url+"?"+polling(sid), body)
				got, _ := e.do(t, req)
				first <- got
			}()
			io.WriteString(feed, "4never")
			synctest.Wait()
			start := time.Now()
			expectAnswer(t, "second", e.post(t, sid, "4x"), 400, "")
			expectAnswer(t, "first", <-first, 400, "")
			if took := time.Since(start); took != 0 {
				t.Errorf("P14 the rest of a body was waited for after the end of its session: %v", took)
			}
			feed.Close()
			r := e.session(t)
			r.awaitClosed(t)
			if diff := cmp.Diff([]received{{"closed", "transport error"}}, r.got()); diff != "" {
				t.Errorf("receiver (-want +got):\n%s", diff)
			}
		})
	})
}

// TestPollingBodyCutShort writes requests that end early on a connection of
// their own.
func TestPollingBodyCutShort(t *testing.T) {
	const chunked = "Transfer-Encoding: chunked\r\n\r\n"
	ended := []received{{"closed", "transport error"}}
	tests := []struct {
		name, head string
		status     string
		want       []received
	}{
		{"P06 shorter than announced", "Content-Length: 900\r\n\r\n4whole", "400", ended},
		{"P06 last chunk missing", chunked + "6\r\n4whole\r\n", "400", ended},
		{"H12 bad chunk size", chunked + "6\r\n4whole\r\nzz\r\n", "400", ended},
		{"H12 chunk size that overflows", chunked + "6\r\n4whole\r\nFFFFFFFFFFFFFFFFF\r\n", "400", ended},
		{"H12 line feed alone behind a chunk size", chunked + "6\r\n4whole\r\n0\n\r\n", "400", ended},
		{"P06 chunked beyond the limit", chunked + "7\r\n4whole\x1e\r\n3e8\r\n" + strings.Repeat("4", 1000) + "\r\n0\r\n\r\n", "413", nil},
		{"P03 chunked, exactly the limit", chunked + "3e8\r\n4" + strings.Repeat("x", 999) + "\r\n0\r\n\r\n", "200", []received{{"text", strings.Repeat("x", 999)}}},
		{"P03 chunked, one byte more", chunked + "3e9\r\n4" + strings.Repeat("x", 1000) + "\r\n0\r\n\r\n", "413", nil},
		{"P03 announced beyond the limit", "Content-Length: 4294967296\r\n\r\n4whole", "413", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, engineio.Options{MaxPayload: 1000}, nil)
				sid := e.openPolling(t)
				c, err := e.dial(t.Context(), "", "")
				if err != nil {
					t.Fatal(err)
				}
				defer c.Close()
				fmt.Fprintf(c, "POST /?%s HTTP/1.1\r\nHost: mem\r\n%s", polling(sid), tt.head)
				c.(interface{ CloseWrite() error }).CloseWrite()
				got, _ := io.ReadAll(c)
				<-time.After(time.Second) // net/http lingers before it closes
				if want := "HTTP/1.1 " + tt.status; !strings.HasPrefix(string(got), want) {
					t.Errorf("answer %q, want %s", got, want)
				}
				r := e.session(t)
				synctest.Wait()
				if diff := cmp.Diff(tt.want, r.got()); diff != "" {
					t.Errorf("receiver (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestPollingSlowBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // P14
		e := inMemory(t, engineio.Options{ReadTimeout: 10 * time.Second}, nil)
		sid := e.openPolling(t)
		c, err := e.dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		start := time.Now()
		fmt.Fprintf(c, "POST /?%s HTTP/1.1\r\nHost: mem\r\nContent-Length: 1000\r\n\r\n", polling(sid))
		stopped := make(chan struct{})
		go func() {
			defer close(stopped)
			for {
				if _, err := c.Write([]byte("4")); err != nil {
					return
				}
				time.Sleep(time.Second)
			}
		}()
		if got := e.session(t).awaitClosed(t); got != engineio.ReasonTransportError {
			t.Errorf("reason = %q", got)
		}
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("cut after %v, want 10s", took)
		}
		c.Close()
		<-stopped
	})
}

// cutPoll starts a poll and breaks it off when it waits.
func (e *engine) cutPoll(t testing.TB, sid string) {
	ctx, cancel := context.WithCancel(t.Context())
	req := e.request(t, "GET", polling(sid), "").WithContext(ctx)
	go e.client.Do(req)
	synctest.Wait()
	cancel()
}

// The packets of an answer that broke off are not lost in a session that lives
// on: it ends.
func TestPollingAnswerCutShort(t *testing.T) { // P07
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		sid := e.openPolling(t)
		r := e.session(t)
		c, err := e.dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "GET /?%s HTTP/1.1\r\nHost: mem\r\n\r\n", polling(sid))
		synctest.Wait()
		send(t, r, strings.Repeat("x", 4<<20))
		io.ReadFull(c, make([]byte, 1000))
		c.Close()
		if got := r.awaitClosed(t); got != engineio.ReasonTransportError {
			t.Errorf("reason = %q", got)
		}
		expectAnswer(t, "next poll", <-e.get(t, sid), 400, unknownSession)
	})
}

func TestPollingAbortedPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // P07
		e := inMemory(t, engineio.Options{}, nil)
		sid := e.openPolling(t)
		start := time.Now()
		e.cutPoll(t, sid)
		if got := e.session(t).awaitClosed(t); got != engineio.ReasonTransportError {
			t.Errorf("reason = %q", got)
		}
		if took := time.Since(start); took != 0 {
			t.Errorf("ended after %v, want at once", took)
		}
		expectAnswer(t, "next poll", <-e.get(t, sid), 400, unknownSession)
	})
}

// The kernel would take an answer for a peer that has closed its connection, so
// nothing may be written to it.
func TestPollingAbortedPollOverTCP(t *testing.T) { // P07
	e := onLoopback(t, engineio.Options{PingInterval: time.Second, PingTimeout: time.Second}, nil)
	sid := e.openPolling(t)
	c := e.dialTCP(t)
	fmt.Fprintf(c, "GET /engine.io/?%s HTTP/1.1\r\nHost: x\r\n\r\n", polling(sid))
	c.Close()
	if got := e.session(t).awaitClosed(t); got != engineio.ReasonTransportError {
		t.Errorf("reason = %q", got)
	}
}

// TestPollingAnswerNotRead is P15: the answer is larger than what the
// connection holds.
func TestPollingAnswerNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		sid := e.openPolling(t)
		r := e.session(t)
		send(t, r, strings.Repeat("x", 4<<20))
		c, err := e.dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		start := time.Now()
		fmt.Fprintf(c, "GET /?%s HTTP/1.1\r\nHost: mem\r\n\r\n", polling(sid))
		if got := r.awaitClosed(t); got != engineio.ReasonTransportError {
			t.Errorf("reason = %q", got)
		}
		if took := time.Since(start); took != 10*time.Second {
			t.Errorf("given up after %v, want 10s", took)
		}
	})
}

func TestPollingOrderlyClose(t *testing.T) {
	t.Run("poll waiting", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, engineio.Options{}, nil)
			sid := e.openPolling(t)
			r := e.session(t)
			poll := e.get(t, sid)
			synctest.Wait()
			r.session.Close(engineio.ReasonForcedClose)
			expectAnswer(t, "poll", <-poll, 200, "1")
			if got := r.awaitClosed(t); got != engineio.ReasonForcedClose || r.err != nil {
				t.Errorf("closed for %q, %v", got, r.err)
			}
		})
	})
	t.Run("packets first", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, engineio.Options{}, nil)
			sid := e.openPolling(t)
			r := e.session(t)
			send(t, r, "bye")
			r.session.Close(engineio.ReasonForcedClose)
			if err := r.session.Send(engineio.NewMessage(nil, []byte("late")), false); err != engineio.ErrClosed {
				t.Errorf("Send after Close: %v", err)
			}
			expectAnswer(t, "poll", <-e.get(t, sid), 200, "4bye")
			expectAnswer(t, "next poll", <-e.get(t, sid), 200, "1")
			r.awaitClosed(t)
		})
	})
	t.Run("no poll", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, engineio.Options{}, nil)
			e.openPolling(t)
			r := e.session(t)
			start := time.Now()
			r.session.Close(engineio.ReasonForcedClose)
			r.awaitClosed(t)
			if took := time.Since(start); took != 10*time.Second {
				t.Errorf("ended after %v, want 10s", took)
			}
		})
	})
}

// TestPollingNeighbourIsNotForged is P09: a separator inside a message must not
// make two packets of it.
func TestPollingNeighbourIsNotForged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		sid := e.openPolling(t)
		send(t, e.session(t), "a\x1e42[\"x\"]")
		expectAnswer(t, "poll", <-e.get(t, sid), 200, "4a\ufffd42[\"x\"]")
	})
}
