package engineio_test

import (
	"bytes"
	"compress/flate"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// deflating dials with an offer of extensions and counts what it reads.
func (e *engine) deflating(t testing.TB, query, offer string) (ws *websocket.Conn, extensions string, read func() int) {
	t.Helper()
	c := new(countingConn)
	d := websocket.Dialer{EnableCompression: offer != "", NetDial: func(network, addr string) (net.Conn, error) {
		conn, err := e.dial(t.Context(), network, addr)
		c.Conn, c.offer = conn, offer
		return c, err
	}}
	ws, resp, err := d.DialContext(t.Context(), strings.Replace(e.url, "http", "ws", 1)+"?EIO=4&transport=websocket"+query, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ws.Close() })
	return ws, resp.Header.Get("Sec-WebSocket-Extensions"), c.total
}

// A countingConn puts another offer of extensions into the handshake than
// gorilla makes.
type countingConn struct {
	net.Conn
	offer string
	mu    sync.Mutex
	n     int
}

func (c *countingConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n += n
	return n, err
}

func (c *countingConn) Write(p []byte) (int, error) {
	const gorillas = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
	if _, err := c.Conn.Write(bytes.Replace(p, []byte(gorillas), []byte(c.offer), 1)); err != nil {
		return 0, err
	}
	return len(p), nil
}

func (c *countingConn) total() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

const deflateAnswer = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"

func TestDeflateNegotiation(t *testing.T) {
	on := engineio.Options{PerMessageDeflate: true}
	tests := []struct {
		name  string
		opts  engineio.Options
		offer string
		want  string
	}{
		{"W11 off by default", engineio.Options{}, "permessage-deflate", ""},
		{"not offered", on, "", ""},
		{"plain", on, "permessage-deflate", deflateAnswer},
		{"as browsers offer it", on, "permessage-deflate; client_max_window_bits", deflateAnswer},
		{"the second of two", on, "permessage-deflate; server_max_window_bits=10, permessage-deflate", deflateAnswer},
		{"a smaller window is wanted", on, "permessage-deflate; server_max_window_bits=10", ""},
		{"unknown parameter", on, "permessage-deflate; x", ""},
		{"unknown parameter with a value", on, "permessage-deflate; x=1", ""},
		{"no parameter", on, "permessage-deflate;", ""},
		{"everything that has no value", on, "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits", deflateAnswer},
		{"the client's smallest window", on, "permessage-deflate; client_max_window_bits=8", deflateAnswer},
		{"the client's largest window", on, "permessage-deflate;client_max_window_bits = 15", deflateAnswer},
		{"a quoted value", on, `permessage-deflate; client_max_window_bits="10"`, deflateAnswer},
		{"a window that is too small", on, "permessage-deflate; client_max_window_bits=7", ""},
		{"a window that is too large", on, "permessage-deflate; client_max_window_bits=16", ""},
		{"a window with a leading zero", on, "permessage-deflate; client_max_window_bits=08", ""},
		{"a window that is no number", on, "permessage-deflate; client_max_window_bits=x", ""},
		{"a window without a value", on, "permessage-deflate; client_max_window_bits=", ""},
		{"a window half quoted", on, `permessage-deflate; client_max_window_bits="10`, ""},
		{"a window twice", on, "permessage-deflate; client_max_window_bits=10; client_max_window_bits=10", ""},
		{"a parameter twice", on, "permessage-deflate; server_no_context_takeover; server_no_context_takeover", ""},
		{"a value where none may stand", on, "permessage-deflate; server_no_context_takeover=1", ""},
		{"an empty value where none may stand", on, "permessage-deflate; client_no_context_takeover=", ""},
		{"a good one behind a bad one", on, "permessage-deflate; client_max_window_bits=7, permessage-deflate; client_max_window_bits", deflateAnswer},
		{"within a quoted string", on, `x; y="z, permessage-deflate, z"`, ""},
		{"another extension", on, "x-webkit-deflate-frame", ""},
		{"U02 names of object members", on, "constructor", ""},
		{"U02 no tokens", on, "; =; ;;", ""},
		{"U02 behind what is no token", on, "; =; ;;, permessage-deflate", deflateAnswer},
		{"U02 300 offers", on, strings.Repeat("permessage-deflate; x=1, ", 300) + "permessage-deflate", deflateAnswer},
	}
	long := strings.Repeat("x", 5000)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, tt.opts, nil)
				ws, got, read := e.deflating(t, "", tt.offer)
				if got != tt.want {
					t.Errorf("Sec-WebSocket-Extensions = %q, want %q", got, tt.want)
				}
				readText(t, ws)
				before := read()
				send(t, e.session(t), long)
				if got := readText(t, ws); got != "4"+long {
					t.Errorf("message of %d bytes", len(got))
				}
				if compressed := read()-before < 200; compressed != (tt.want != "") {
					t.Errorf("the message took %d bytes, extensions %q", read()-before, got)
				}
			})
		})
	}
}

// TestDeflatedMessages sends messages of all kinds to peers with and without
// compression at once.
func TestDeflatedMessages(t *testing.T) {
	noise := make([]byte, 3000) // random, so there is nothing to gain
	rand.Read(noise)
	zeros := make([]byte, 3000)
	messages := []struct {
		text        string
		attachments [][]byte
		most        int // bytes with compression; 0: as without
	}{
		{text: "short"},
		{text: strings.Repeat("x", 1022)},
		{text: strings.Repeat("x", 1023), most: 100},
		{text: strings.Repeat("€", 100_000), most: 10_000},
		{text: "noise", attachments: [][]byte{noise}},
		{text: "zeros", attachments: [][]byte{zeros, []byte("short"), zeros}, most: 200},
		{text: hex.EncodeToString(noise), attachments: [][]byte{noise}, most: 9000 - 1000},
	}
	run := func(t *testing.T, e *engine) {
		var peers []*websocket.Conn
		var read []func() int
		var sessions []*engineio.Session
		for _, offer := range []string{"", "permessage-deflate", "permessage-deflate"} {
			ws, _, n := e.deflating(t, "", offer)
			readText(t, ws)
			peers, read = append(peers, ws), append(read, n)
			sessions = append(sessions, e.session(t).session)
		}
		for i, msg := range messages {
			m := engineio.NewMessage(nil, []byte(msg.text), msg.attachments...)
			before := make([]int, len(peers))
			for p := range peers {
				before[p] = read[p]()
				if err := sessions[p].Send(m, false); err != nil {
					t.Fatal(err)
				}
			}
			want := append([]string{"4" + msg.text}, toStrings(msg.attachments)...)
			for p, ws := range peers {
				var got []string
				for range want {
					got = append(got, readText(t, ws))
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("message %d to peer %d (-want +got):\n%.1000s", i, p, diff)
				}
				n := read[p]() - before[p]
				if plain := read[0]() - before[0]; p == 0 || msg.most == 0 {
					if n != plain {
						t.Errorf("message %d to peer %d took %d bytes, want %d", i, p, n, plain)
					}
				} else if n > msg.most {
					t.Errorf("message %d to peer %d took %d bytes, want at most %d", i, p, n, msg.most)
				}
			}
		}
	}
	t.Run("memory", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) { run(t, inMemory(t, engineio.Options{PerMessageDeflate: true}, nil)) })
	})
	t.Run("tcp", func(t *testing.T) {
		e := onLoopback(t, engineio.Options{PerMessageDeflate: true}, nil)
		e.dial = new(net.Dialer).DialContext
		run(t, e)
	})
}

func toStrings(list [][]byte) (texts []string) {
	for _, b := range list {
		texts = append(texts, string(b))
	}
	return texts
}

// What waited for a poll is compressed when a WebSocket takes over.
func TestDeflateAfterUpgrade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{PerMessageDeflate: true}, nil)
		sid := e.openPolling(t)
		long := strings.Repeat("x", 5000)
		ws, _, read := e.deflating(t, "&sid="+sid, "permessage-deflate")
		writeText(t, ws, "2probe")
		readText(t, ws)
		before := read()
		send(t, e.session(t), long)
		writeText(t, ws, "5")
		if got := readText(t, ws); got != "4"+long {
			t.Errorf("message of %d bytes", len(got))
		}
		if n := read() - before; n > 200 {
			t.Errorf("the message took %d bytes", n)
		}
	})
}

// deflateOf returns n times chunk as one compressed stream.
func deflateOf(chunk []byte, n int) []byte {
	var b bytes.Buffer
	w, _ := flate.NewWriter(&b, flate.BestCompression)
	w.Write(chunk)
	w.Flush()
	return bytes.TrimSuffix(bytes.Repeat(b.Bytes(), n), []byte("\x00\x00\xff\xff"))
}

func TestDeflatedInput(t *testing.T) {
	text := func(s string) []byte { return deflateOf([]byte(s), 1) }
	exactly := "4" + strings.Repeat("x", 9_999)
	tests := []struct {
		name   string
		frames string
		want   received
		code   int
	}{
		{"text", frames(frame(0xc1, string(text("4hello"))), frame(0x88, "")), received{"text", "hello"}, 1005},
		{"binary", frames(frame(0xc2, string(text("\x01\x02"))), frame(0x88, "")), received{"binary", "\x01\x02"}, 1005},
		{"plain", frames(frame(0x81, "4hello"), frame(0x88, "")), received{"text", "hello"}, 1005},
		{"in fragments", frames(frame(0x41, string(text("4hello")[:3])), frame(0x80, string(text("4hello")[3:])), frame(0x88, "")), received{"text", "hello"}, 1005},
		{"W06 exactly the limit", frames(frame(0xc1, string(text(exactly))), frame(0x88, "")), received{"text", exactly[1:]}, 1005},
		{"W06 one byte more", frames(frame(0xc1, string(text(exactly+"x")))), received{"closed", "transport error"}, 1009},
		{"W03 invalid UTF-8", frames(frame(0xc1, string(text("4\xff")))), received{"closed", "parse error"}, 1007},
		{"not deflate", frames(frame(0xc1, "\xff\xff\xff")), received{"closed", "transport error"}, 1002},
		{"ends too early", frames(frame(0xc1, string(text("4hello")[:3]))), received{"closed", "transport error"}, 1002},
		{"an empty message", frames(frame(0xc1, "\x00")), received{"closed", "parse error"}, 1005},
		{"in stored blocks", frames(frame(0xc1, "\x00\x06\x00\xf9\xff4hello\x00"), frame(0x88, "")), received{"text", "hello"}, 1005},
		{"a block that says it is the last", frames(frame(0xc1, "\x01\x06\x00\xf9\xff4hello"), frame(0x81, "4x"), frame(0x88, "")), received{"text", "hello"}, 1005},
		{"a ping within", frames(frame(0x41, string(text("4hello")[:3])), frame(0x89, "p"), frame(0x80, string(text("4hello")[3:])), frame(0x88, "")), received{"text", "hello"}, 1005},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, engineio.Options{PerMessageDeflate: true, MaxPayload: 10_000}, nil)
				ws, _, _ := e.deflating(t, "", "permessage-deflate")
				readText(t, ws)
				io.WriteString(ws.NetConn(), tt.frames)
				r := e.session(t)
				r.awaitClosed(t)
				if diff := cmp.Diff(tt.want, r.got()[0]); diff != "" {
					t.Errorf("receiver (-want +got):\n%.1000s", diff)
				}
				_, _, err := ws.ReadMessage()
				if got := closeCode(err); got != tt.code {
					t.Errorf("close code = %d (%v), want %d", got, err, tt.code)
				}
			})
		})
	}
}

// TestDecompressionBomb is W11: 500 MB from 500 KB, to a session that nobody has
// let in anywhere yet, and to a probe.
func TestDecompressionBomb(t *testing.T) {
	bomb := frame(0xc1, string(deflateOf(make([]byte, 1<<20), 500)))
	if len(bomb) > 1_000_000 {
		t.Fatalf("the bomb is larger than MaxPayload: %d bytes", len(bomb))
	}
	const most = 16 << 20 // what is allocated in all, the client's part included
	run := func(name string, query func(e *engine) string) {
		t.Run(name, func(t *testing.T) {
			e := onLoopback(t, engineio.Options{PerMessageDeflate: true}, nil)
			e.dial = new(net.Dialer).DialContext
			ws, _, _ := e.deflating(t, query(e), "permessage-deflate")
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			go ws.NetConn().Write(bomb)
			for {
				if _, _, err := ws.ReadMessage(); err != nil {
					break
				}
			}
			runtime.ReadMemStats(&after)
			if got := after.TotalAlloc - before.TotalAlloc; got > most {
				t.Errorf("a bomb cost %d bytes, want at most %d", got, most)
			}
		})
	}
	run("session", func(*engine) string { return "" })
	run("probe", func(e *engine) string { return "&sid=" + e.openPolling(t) })
}

// BenchmarkDeflatedBroadcast shows that a message is compressed once.
func BenchmarkDeflatedBroadcast(b *testing.B) {
	for _, peers := range []int{1, 50} {
		b.Run(fmt.Sprint(peers), func(b *testing.B) {
			e := onLoopback(b, engineio.Options{PerMessageDeflate: true}, nil)
			e.dial = new(net.Dialer).DialContext
			var sessions []*engineio.Session
			for range peers {
				ws, _, _ := e.deflating(b, "", "permessage-deflate")
				go io.Copy(io.Discard, ws.NetConn())
				sessions = append(sessions, e.session(b).session)
			}
			text := []byte(strings.Repeat(`{"user":"anna","text":"hello"},`, 1000))
			for b.Loop() {
				m := engineio.NewMessage(nil, text)
				for _, s := range sessions {
					s.Send(m, false)
				}
			}
		})
	}
}
