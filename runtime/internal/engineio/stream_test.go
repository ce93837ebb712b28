package engineio_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
	"github.com/rtgen/rtgen/runtime/internal/engineio"
	"github.com/rtgen/rtgen/runtime/internal/memnet"
)

// streaming is a server that serves streams as well.
func streaming(opts engineio.Options) engineio.Options {
	opts.Transports = []string{"polling", "websocket", "webtransport"}
	return opts
}

// A streamPeer is the client's end of a stream.
type streamPeer struct {
	*memnet.Conn
	in     *bufio.Reader
	served chan struct{} // closed when ServeStream has returned
}

// stream asks for a stream with the query behind "EIO=4&transport=webtransport".
// It is nil if the answer is a refusal.
func (e *engine) stream(t testing.TB, query string, header http.Header) (*streamPeer, answer) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "https://mem/engine.io/?EIO=4&transport=webtransport"+query, nil)
	r.Method = http.MethodConnect
	if header != nil {
		r.Header = header
	}
	w := httptest.NewRecorder()
	here, there := memnet.Pipe(memnet.DefaultBuffer)
	p := &streamPeer{Conn: here, in: bufio.NewReader(here), served: make(chan struct{})}
	accepted := make(chan struct{})
	go func() {
		defer close(p.served)
		e.ServeStream(w, r, func(context.Context) (net.Conn, error) {
			close(accepted)
			return there, nil
		})
	}()
	select {
	case <-accepted:
		t.Cleanup(func() { p.Close(); <-p.served })
		return p, answer{}
	case <-p.served:
		return nil, answer{w.Code, w.Body.String()}
	}
}

// openStream begins a session on a stream.
func (e *engine) openStream(t testing.TB) *streamPeer {
	t.Helper()
	p, refused := e.stream(t, "", nil)
	if p == nil {
		t.Fatalf("refused: %v", refused)
	}
	p.write(t, "\x010")
	if got := decodeOpen(t, p.read(t)); len(got.Upgrades) > 0 {
		t.Errorf("upgrades %q", got.Upgrades)
	}
	return p
}

// write writes raw bytes.
func (p *streamPeer) write(t testing.TB, bytes string) {
	t.Helper()
	if _, err := io.WriteString(p, bytes); err != nil {
		t.Fatal("write:", err)
	}
}

// read returns the next packet, a binary one behind "binary:".
func (p *streamPeer) read(t testing.TB) string {
	t.Helper()
	s, err := p.next()
	if err != nil {
		t.Fatal("read:", err)
	}
	return s
}

func (p *streamPeer) next() (string, error) {
	first, err := p.in.Peek(1)
	if err != nil {
		return "", err
	}
	head := make([]byte, eioproto.FrameHeaderSize(first[0]))
	if _, err := io.ReadFull(p.in, head); err != nil {
		return "", err
	}
	h, err := eioproto.DecodeFrameHeader(head, 10<<20)
	if err != nil {
		return "", err
	}
	data := make([]byte, h.Length)
	if _, err := io.ReadFull(p.in, data); err != nil {
		return "", err
	}
	if h.Binary {
		return "binary:" + string(data), nil
	}
	return string(data), nil
}

// end reads until the stream ends and returns the packets before that.
func (p *streamPeer) end() (packets []string) {
	for {
		packet, err := p.next()
		if err != nil {
			return packets
		}
		packets = append(packets, packet)
	}
}

// textFrame returns a text packet as a frame.
func textFrame(packet string) string {
	return string(eioproto.AppendFrame(nil, eioproto.Packet{Type: eioproto.Type(packet[0]), Data: []byte(packet[1:])}))
}

func TestStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, streaming(engineio.Options{}), nil)
		p := e.openStream(t)
		r := e.session(t)
		if got := r.session.Transport(); got != "webtransport" {
			t.Errorf("Transport = %q", got)
		}
		if h := r.session.Handshake(); !h.Secure || h.Query.Get("EIO") != "4" || h.Host != "mem" {
			t.Errorf("Handshake = %+v", h)
		}
		long := strings.Repeat("€", 30_000)
		p.write(t, textFrame("4hello")+"\x83\x01\x02\x03"+textFrame("4"+long)+"\x05bAQI="+"\x044€")
		want := []received{{"text", "hello"}, {"binary", "\x01\x02\x03"}, {"text", long}, {"binary", "\x01\x02"}, {"text", "€"}}
		if diff := cmp.Diff(want, r.await(t, len(want))); diff != "" {
			t.Errorf("receiver (-want +got):\n%s", diff)
		}
		send(t, r, "down", []byte{1, 2}, nil, []byte(long))
		send(t, r, long)
		for _, want := range []string{"4down", "binary:\x01\x02", "b", "binary:" + long, "4" + long} {
			if got := p.read(t); got != want {
				t.Errorf("packet %.20q of %d bytes, want %.20q", got, len(got), want)
			}
		}
		p.Close()
		if got := r.awaitClosed(t); got != engineio.ReasonTransportClose {
			t.Errorf("reason = %q", got)
		}
		if got, want := r.session.Stats().Cause, (engineio.Cause{By: engineio.PartyPeer, Layer: engineio.LayerTransport}); got != want {
			t.Errorf("cause = %v, want %v", got, want)
		}
		<-p.served
	})
}

func TestStreamRefused(t *testing.T) {
	down := newEngine(t, streaming(engineio.Options{}), nil)
	down.shutdown(t)
	tests := []struct {
		name   string
		engine *engine
		query  string
		header http.Header
		want   answer
	}{
		{"not asked for", newEngine(t, engineio.Options{}, nil), "", nil, answer{400, `{"code":0,"message":"Transport unknown"}`}},
		{"H07 origin", newEngine(t, streaming(engineio.Options{}), nil), "", http.Header{"Origin": {"https://evil.example"}}, answer{403, `{"code":4,"message":"Forbidden"}`}},
		{"version", newEngine(t, streaming(engineio.Options{AllowEIO3: true}), nil), "&EIO=3", nil, answer{400, `{"code":5,"message":"Unsupported protocol version"}`}},
		{"H03 session", newEngine(t, streaming(engineio.Options{}), nil), "&sid=nope", nil, answer{400, `{"code":1,"message":"Session ID unknown"}`}},
		{"large", newEngine(t, streaming(engineio.Options{}), nil), "&x=" + strings.Repeat("x", 17<<10), nil, answer{431, `{"code":3,"message":"Request headers too large"}`}},
		{"shutdown", down, "", nil, answer{503, `{"code":3,"message":"Server shutting down"}`}},
		{"hook", newEngine(t, streaming(engineio.Options{AllowRequest: func(*http.Request) error {
			return &engineio.Forbidden{Message: "no"}
		}}), nil), "", nil, answer{403, `{"code":4,"message":"no"}`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, got := tt.engine.stream(t, tt.query, tt.header)
			if p != nil {
				t.Fatal("the stream is accepted")
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

func TestStreamFromAllowedOrigin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, streaming(engineio.Options{Origins: []string{"https://app.example.com"}}), nil)
		for _, origin := range []string{"https://app.example.com", "https://mem"} {
			if p, refused := e.stream(t, "", http.Header{"Origin": {origin}}); p == nil {
				t.Errorf("%s is refused: %v", origin, refused)
			}
		}
	})
}

// TestStreamBeginnings shows what becomes of streams that do not begin with an
// open packet, or with one that names no session to be moved.
func TestStreamBeginnings(t *testing.T) {
	const limit = 10 * time.Second
	tests := []struct {
		name  string
		query string // SID stands for that of a session that polls
		bytes string
		want  time.Duration // until the stream is closed
	}{
		{"silence", "", "", limit},
		{"half a header", "", "\x7e\x00", limit},
		{"half a packet", "", "\x05", limit},
		{"message", "", "\x064hello", 0},
		{"binary", "", "\x82\x01\x02", 0},
		{"empty", "", "\x00", 0},
		{"empty binary", "", "\x80", 0},
		{"long", "", "\x7e\x00\x410{}", 0},
		{"lying length", "", "\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 0},
		{"unknown type", "", "\x01x", 0},
		{"no JSON", "", "\x04{sid", 0},
		{"no sid", "", "\x030{}", 0},
		{"unknown sid", "", textFrame(`0{"sid":"nope"}`), 0},
		{"sid that is no string", "", textFrame(`0{"sid":1}`), 0},
		{"new session, but the request names one", "&sid=SID", "\x010", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, streaming(engineio.Options{}), nil)
				sid := e.openPolling(t)
				p, refused := e.stream(t, strings.Replace(tt.query, "SID", sid, 1), nil)
				if p == nil {
					t.Fatalf("refused: %v", refused)
				}
				start := time.Now()
				p.write(t, tt.bytes)
				if diff := cmp.Diff([]string{"1"}, p.end()); diff != "" {
					t.Errorf("answer (-want +got):\n%s", diff)
				}
				if took := time.Since(start); took != tt.want {
					t.Errorf("closed after %v, want %v", took, tt.want)
				}
				<-p.served
				if n := e.Len(); n != 1 {
					t.Errorf("%d sessions, want the one that polls", n)
				}
				expectAnswer(t, "post of a bystander", e.post(t, sid, "4x"), 200, "ok")
			})
		})
	}
}

func TestStreamThatIsNotAccepted(t *testing.T) {
	e := newEngine(t, streaming(engineio.Options{}), nil)
	r := httptest.NewRequest(http.MethodConnect, "https://mem/engine.io/?EIO=4", nil)
	e.ServeStream(httptest.NewRecorder(), r, func(ctx context.Context) (net.Conn, error) {
		deadline, ok := ctx.Deadline()
		if left := time.Until(deadline); !ok || left > 10*time.Second {
			t.Errorf("the context ends in %v, %t", left, ok)
		}
		return nil, errors.New("no stream came")
	})
	if n := e.Len(); n != 0 {
		t.Errorf("%d sessions", n)
	}
}

// TestStreamFaults writes raw bytes behind the handshake and looks at what the
// session makes of them.
func TestStreamFaults(t *testing.T) {
	hello := textFrame("4hello")
	x := func(n int) string { return strings.Repeat("x", n) }
	closed := func(reason engineio.Reason) received { return received{"closed", string(reason)} }
	parseError := closed(engineio.ReasonParseError)
	gone := closed(engineio.ReasonTransportClose)
	tests := []struct {
		name  string
		bytes string
		want  []received
		bye   []string
	}{
		{"end", hello, []received{{"text", "hello"}, gone}, nil},
		{"end in a header", hello + "\x7e\x00", []received{{"text", "hello"}, gone}, nil},
		{"end in a packet", hello + "\x064hel", []received{{"text", "hello"}, gone}, nil},
		{"close packet", "\x011" + hello, []received{gone}, []string{"1"}},
		{"nothing but heartbeats and the like", "\x010\x013\x015\x016" + hello, []received{{"text", "hello"}, gone}, nil},
		{"empty", "\x00" + hello, []received{parseError}, []string{"1"}},
		{"empty binary", "\x80" + hello, []received{parseError}, []string{"1"}},
		{"unknown packet", "\x03abc" + hello, []received{parseError}, []string{"1"}},
		{"bad base64", "\x05b====" + hello, []received{parseError}, []string{"1"}},
		{"bytes that are no UTF-8", "\x034\xff\xfe" + hello, []received{parseError}, []string{"1"}},
		{"ping from the client", "\x012" + hello, []received{closed(engineio.ReasonTransportError)}, []string{"1"}},
		{"exactly the limit", textFrame("4" + x(999)), []received{{"text", x(999)}, gone}, nil},
		{"one byte more", textFrame("4"+x(1000)) + hello, []received{parseError}, []string{"1"}},
		{"claimed 2^64-1", "\x7f\xff\xff\xff\xff\xff\xff\xff\xff" + hello, []received{parseError}, []string{"1"}},
		{"claimed 2^63", "\xff\x80\x00\x00\x00\x00\x00\x00\x00" + hello, []received{parseError}, []string{"1"}},
		{"claimed 4 GiB", "\x7f\x00\x00\x00\x01\x00\x00\x00\x00" + hello, []received{parseError}, []string{"1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, streaming(engineio.Options{MaxPayload: 1000}), nil)
				bystander := e.openStream(t)
				other := e.session(t)
				p := e.openStream(t)
				r := e.session(t)
				p.write(t, tt.bytes)
				p.CloseWrite()
				if diff := cmp.Diff(tt.bye, p.end()); diff != "" {
					t.Errorf("answer (-want +got):\n%s", diff)
				}
				r.awaitClosed(t)
				if diff := cmp.Diff(tt.want, r.got()); diff != "" {
					t.Errorf("receiver (-want +got):\n%s", diff)
				}
				send(t, other, "served")
				if got := bystander.read(t); got != "4served" {
					t.Errorf("bystander got %q", got)
				}
			})
		})
	}
}

func TestStreamMessageInPieces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, streaming(engineio.Options{ReadTimeout: 5 * time.Second}), nil)
		p := e.openStream(t)
		r := e.session(t)
		for _, b := range []byte(textFrame("4hello")) {
			p.write(t, string(b))
			<-time.After(500 * time.Millisecond)
		}
		start := time.Now()
		p.write(t, "\x104")
		go func() {
			for {
				select {
				case <-p.served:
					return
				case <-time.After(time.Second):
					p.Conn.Write([]byte("x"))
				}
			}
		}()
		r.awaitClosed(t)
		if took := time.Since(start); took < 5*time.Second || took > 8*time.Second {
			t.Errorf("given up after %v, want 5s from the third read on", took)
		}
		want := []received{{"text", "hello"}, {"closed", string(engineio.ReasonTransportError)}}
		if diff := cmp.Diff(want, r.got()); diff != "" {
			t.Errorf("receiver (-want +got):\n%s", diff)
		}
	})
}

func TestStreamHeartbeat(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, streaming(engineio.Options{}), nil)
		start := time.Now()
		p := e.openStream(t)
		r := e.session(t)
		for range 2 {
			if got := p.read(t); got != "2" {
				t.Fatalf("packet %q, want a ping", got)
			}
			p.write(t, "\x013")
		}
		if got := time.Since(start); got != 50*time.Second {
			t.Errorf("second ping after %v, want 50s", got)
		}
		expectPingTimeout(t, r, start, 95*time.Second)
		if diff := cmp.Diff([]string{"2", "1"}, p.end()); diff != "" {
			t.Errorf("last packets (-want +got):\n%s", diff)
		}
	})
}

func TestStreamCloses(t *testing.T) {
	t.Run("peer that reads on", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, streaming(engineio.Options{}), nil)
			p := e.openStream(t)
			r := e.session(t)
			start := time.Now()
			send(t, r, "last")
			r.session.Close(engineio.ReasonForcedClose)
			if diff := cmp.Diff([]string{"4last", "1"}, p.end()); diff != "" {
				t.Errorf("packets (-want +got):\n%s", diff)
			}
			if got := r.awaitClosed(t); got != engineio.ReasonForcedClose || r.err != nil {
				t.Errorf("closed for %q, %v", got, r.err)
			}
			if took := time.Since(start); took != 500*time.Millisecond {
				t.Errorf("closed after %v, want 500ms", took)
			}
		})
	})
	t.Run("peer that closes", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, streaming(engineio.Options{}), nil)
			p := e.openStream(t)
			r := e.session(t)
			start := time.Now()
			r.session.Close(engineio.ReasonForcedClose)
			p.end()
			p.Close()
			if got := r.awaitClosed(t); got != engineio.ReasonForcedClose || r.err != nil {
				t.Errorf("closed for %q, %v", got, r.err)
			}
			if took := time.Since(start); took != 0 {
				t.Errorf("closed after %v, want at once", took)
			}
		})
	})
	t.Run("peer that does not read", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, streaming(engineio.Options{}), nil)
			e.openStream(t)
			r := e.session(t)
			start := time.Now()
			send(t, r, strings.Repeat("x", 300_000))
			r.session.Close(engineio.ReasonForcedClose)
			if got := r.awaitClosed(t); got != engineio.ReasonForcedClose {
				t.Errorf("closed for %q", got)
			}
			if took := time.Since(start); took != 10*time.Second {
				t.Errorf("closed after %v, want 10s", took)
			}
		})
	})
}

// TestStreamPeerThatDoesNotRead leaves a message half written.
func TestStreamPeerThatDoesNotRead(t *testing.T) {
	tests := []struct {
		name     string
		messages int
		want     engineio.Reason
		took     time.Duration
	}{
		{"write deadline", 1, engineio.ReasonTransportError, 10 * time.Second},
		{"full queue", 10, engineio.ReasonSlowConsumer, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, streaming(engineio.Options{}), nil)
				e.openStream(t)
				r := e.session(t)
				start := time.Now()
				for range tt.messages {
					r.session.Send(engineio.NewMessage(nil, make([]byte, 300_000)), false)
					synctest.Wait()
				}
				if got := r.awaitClosed(t); got != tt.want {
					t.Errorf("reason = %q, want %q", got, tt.want)
				}
				if took := time.Since(start); took != tt.took {
					t.Errorf("given up after %v, want %v", took, tt.took)
				}
			})
		})
	}
}

// TestBroadcastToAllTransports sends one message to every kind of peer.
func TestBroadcastToAllTransports(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, streaming(engineio.Options{PerMessageDeflate: true}), nil)
		stream, ws, polling := e.openStream(t), e.openWebSocket(t), e.openPolling(t)
		m := engineio.NewMessage(nil, []byte("hi"), []byte{1, 2}, nil)
		for range 3 {
			e.session(t).session.Send(m, false)
		}
		got := []string{stream.read(t), stream.read(t), stream.read(t)}
		if diff := cmp.Diff([]string{"4hi", "binary:\x01\x02", "b"}, got); diff != "" {
			t.Errorf("stream (-want +got):\n%s", diff)
		}
		got = []string{readText(t, ws), readText(t, ws), readText(t, ws)}
		if diff := cmp.Diff([]string{"4hi", "\x01\x02", ""}, got); diff != "" {
			t.Errorf("WebSocket (-want +got):\n%s", diff)
		}
		expectAnswer(t, "poll", <-e.get(t, polling), 200, "4hi\x1ebAQI=\x1eb")
	})
}

func TestPanicOnStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // O01
		e := inMemory(t, streaming(engineio.Options{}), func(r *recorder) {
			r.onText = func(*engineio.Session, []byte) { panic("at the disco") }
		})
		p := e.openStream(t)
		p.write(t, textFrame("4x")+textFrame("4late"))
		r := e.session(t)
		if got := r.awaitClosed(t); got != engineio.ReasonForcedClose {
			t.Errorf("closed for %q", got)
		}
		<-p.served
	})
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, streaming(engineio.Options{}), func(*recorder) { panic("no") })
		p, _ := e.stream(t, "", nil)
		p.write(t, "\x010")
		p.end()
		<-p.served
		if n := e.Len(); n != 0 {
			t.Errorf("%d sessions", n)
		}
	})
}
