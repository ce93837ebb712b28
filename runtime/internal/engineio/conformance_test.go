package engineio_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// The tests of this file cover what the Autobahn test suite asks of a WebSocket
// server: names begin with the numbers of its cases.

// An outcome is what became of a connection.
type outcome struct {
	Calls []received
	Pongs []string
	Close int // the code of the close frame; 0 means none came
}

// converse writes bytes behind a handshake and returns what the server makes of
// them.
func converse(t *testing.T, opts engineio.Options, bytes string) (got outcome) {
	t.Helper()
	e := inMemory(t, opts, nil)
	ws := e.openWebSocket(t)
	ws.SetPongHandler(func(data string) error {
		got.Pongs = append(got.Pongs, data)
		return nil
	})
	if _, err := io.WriteString(ws.NetConn(), bytes); err != nil {
		t.Fatal("Write:", err)
	}
	_, _, err := ws.ReadMessage()
	got.Close = closeCode(err)
	ws.Close()
	r := e.session(t)
	r.awaitClosed(t)
	got.Calls = r.got()
	return got
}

func TestConformance(t *testing.T) {
	const (
		text, data, cont, closes, ping, pong = 0x01, 0x02, 0x00, 0x88, 0x89, 0x8a

		fin, rsv1, rsv2, rsv3 = 0x80, 0x40, 0x20, 0x10
	)
	end := frame(closes, "")
	code := func(n int, reason string) []byte {
		return frame(closes, string(binary.BigEndian.AppendUint16(nil, uint16(n)))+reason)
	}
	type row struct {
		name   string
		frames string
		want   outcome
	}
	call := func(kind, data string) received { return received{kind, data} }
	closed := call("closed", "transport close")
	good := func(close int, calls ...received) outcome {
		return outcome{Calls: append(calls, closed), Close: close}
	}
	bad := func(close int, calls ...received) outcome {
		return outcome{Calls: append(calls, call("closed", "transport error")), Close: close}
	}
	x := call("text", "x")
	message := frame(fin|text, "4x")
	long := strings.Repeat("p", 125)
	tests := []row{
		{"2.1 ping without data", frames(frame(ping, ""), end), outcome{[]received{closed}, []string{""}, 1005}},
		{"2.4 ping with 125 bytes", frames(frame(ping, long), end), outcome{[]received{closed}, []string{long}, 1005}},
		{"2.3 ping with bytes that are no text", frames(frame(ping, "\x00\xff\xfe"), end), outcome{[]received{closed}, []string{"\x00\xff\xfe"}, 1005}},
		{"2.5 ping with 126 bytes", frames(frame(ping, long+"p"), message), bad(1002)},
		{"2.7 pong that nobody asked for", frames(frame(pong, ""), frame(pong, long), message, end), good(1005, x)},
		{"2.9 pong and ping", frames(frame(pong, "no"), frame(ping, "yes"), end), outcome{[]received{closed}, []string{"yes"}, 1005}},
		{"2.10 ten pings at once", frames(bytes.Repeat(frame(ping, "p"), 9), frame(ping, "last"), end), outcome{[]received{closed}, []string{"last"}, 1005}},

		{"5.1 ping in fragments", frames(frame(0x09, "a"), frame(fin|cont, "b")), bad(1002)},
		{"5.2 pong in fragments", frames(frame(0x0a, "a"), frame(fin|cont, "b")), bad(1002)},
		{"5.3 two fragments", frames(frame(text, "4a"), frame(fin|cont, "b"), end), good(1005, call("text", "ab"))},
		{"5.6 ping within a message", frames(frame(text, "4a"), frame(ping, "p"), frame(fin|cont, "b"), end), outcome{[]received{call("text", "ab"), closed}, []string{"p"}, 1005}},
		{"5.9 continuation of nothing", frames(frame(fin|cont, "a"), message), bad(1002)},
		{"5.12 unfinished continuation of nothing", frames(frame(cont, "a"), message), bad(1002)},
		{"5.15 continuation behind the end", frames(frame(text, "4a"), frame(fin|cont, "b"), frame(cont, "c"), message), bad(1002, call("text", "ab"))},
		{"5.18 text within a message", frames(frame(text, "4a"), frame(fin|text, "b")), bad(1002)},
		{"5.18 bytes within a message", frames(frame(data, "a"), frame(fin|data, "b")), bad(1002)},
		{"6.1 empty fragments", frames(frame(text, ""), frame(cont, "4x"), frame(fin|cont, ""), end), good(1005, x)},
		{"6.2 text of every length in fragments of a byte", frames(frame(text, "4"), frame(cont, "\xce"), frame(cont, "\xba"), frame(cont, "\xe2"), frame(cont, "\x82"), frame(cont, "\xac"), frame(cont, "\xf0"), frame(cont, "\x9f"), frame(cont, "\x98"), frame(fin|cont, "\x80"), end), good(1005, call("text", "κ€😀"))},

		{"7.1.2 two closes", frames(end, end), good(1005)},
		{"7.1.3 ping behind a close", frames(end, frame(ping, "p")), good(1005)},
		{"7.1.5 close within a message", frames(frame(text, "4a"), end, frame(fin|cont, "b")), good(1005)},
		{"7.3.2 close of 1 byte", frames(frame(closes, "x"), message), good(1005)}, // 1002 in the suite; gorilla takes it for none
		{"7.3.5 reason of 123 bytes", frames(code(1000, long[:123]), message), good(1000)},
		{"7.3.6 reason of 124 bytes", frames(code(1000, long[:124]), message), bad(1002)},
		{"7.5.1 reason that is no UTF-8", frames(code(1000, "\xce\xba\xe1\xbd\xb9\xed\xa0\x80"), message), bad(1002)},
	}
	for _, op := range []byte{0x3, 0x4, 0x5, 0x6, 0x7, 0xb, 0xc, 0xd, 0xe, 0xf} {
		tests = append(tests, row{fmt.Sprintf("4 opcode %x", op), frames(message, frame(fin|op, ""), message), bad(1002, x)})
	}
	for bits := 1; bits < 8; bits++ {
		for _, op := range []byte{text, data, ping, pong, closes} {
			first := fin | op | byte(bits)*rsv3
			tests = append(tests, row{fmt.Sprintf("3 first byte %x", first), frames(message, frame(first, "4"), message), bad(1002, x)})
		}
	}
	for _, n := range []int{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999} {
		tests = append(tests, row{fmt.Sprint("7.7 close code ", n), frames(code(n, "bye"), message), good(n)})
	}
	for _, n := range []int{0, 999, 1004, 1005, 1006, 1016, 1100, 2000, 2999, 5000, 65535} {
		tests = append(tests, row{fmt.Sprint("7.9 close code ", n), frames(code(n, "bye"), message), bad(1002)})
	}
	for _, s := range []string{"\x00", "\x7f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\ufffe", "\uffff", "\U00010000", "\U0001fffe", "\U0010ffff"} {
		tests = append(tests, row{fmt.Sprintf("6 text %+q", s), frames(frame(fin|text, "4"+s), end), good(1005, call("text", s))})
	}
	for _, s := range []string{
		"\x80", "\xbf", "\x80\xbf", "\xc0", "\xc1\xbf", "\xe0\x80\x80", "\xf0\x80\x80\x80", "\xf8\x88\x80\x80\x80", "\xfc\x84\x80\x80\x80\x80",
		"\xed\xa0\x80", "\xed\xbf\xbf", "\xed\xa0\x80\xed\xb0\x80", "\xf4\x90\x80\x80", "\xf7\xbf\xbf\xbf", "\xfe", "\xff", "κό\xe1\xbd", "a\xf0\x9f\x98",
	} {
		want := outcome{Calls: []received{call("closed", "parse error")}, Close: 1007}
		tests = append(tests, row{fmt.Sprintf("6 bytes %x", s), frames(frame(fin|text, "4"+s), message), want})
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if diff := cmp.Diff(tt.want, converse(t, engineio.Options{}, tt.frames)); diff != "" {
					t.Errorf("outcome (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestMessagesOfAllSizes is 1, 9, 10 and 12 of the suite: messages around each
// length that changes the header, in one frame and in many, in one write and in
// pieces, with and without compression, and back again.
func TestMessagesOfAllSizes(t *testing.T) {
	sizes := []int{0, 1, 124, 125, 126, 127, 128, 1023, 1024, 65_534, 65_535, 65_536, 300_000}
	shapes := []struct {
		name  string
		most  int // bytes of a frame
		piece int // bytes of a write
	}{
		{"one frame", 1 << 20, 1 << 20},
		{"frames of 1,300", 1300, 1 << 20},
		{"pieces of 997", 1 << 20, 997},
	}
	for _, offer := range []string{"", "permessage-deflate", "permessage-deflate; client_max_window_bits", "permessage-deflate; client_no_context_takeover; server_no_context_takeover"} {
		for _, shape := range shapes {
			t.Run(fmt.Sprintf("%q/%s", offer, shape.name), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					e := inMemory(t, engineio.Options{PerMessageDeflate: true}, echo)
					ws, _, _ := e.deflating(t, "", offer)
					readText(t, ws)
					for _, n := range sizes {
						text := strings.Repeat(`{"a":1},`, n/8+1)[:n]
						for _, kind := range []byte{websocket.TextMessage, websocket.BinaryMessage} {
							data := text
							if kind == websocket.TextMessage {
								data = "4" + text
							}
							go writePieces(ws, fragments(kind, data, offer != "", shape.most), shape.piece)
							if kind == websocket.BinaryMessage {
								readText(t, ws) // the text before an attachment
							}
							got, b, err := ws.ReadMessage()
							if err != nil || got != int(kind) || string(b) != data {
								t.Fatalf("%d bytes came back as %d of kind %d, %v", len(data), len(b), got, err)
							}
						}
					}
				})
			})
		}
	}
}

// fragments returns a message in frames of most bytes each.
func fragments(first byte, data string, compress bool, most int) []byte {
	if compress {
		data = string(deflateOf([]byte(data), 1))
		first |= 0x40
	}
	var b []byte
	for {
		part := data[:min(most, len(data))]
		if data = data[len(part):]; data == "" {
			return append(b, frame(0x80|first, part)...)
		}
		b = append(b, frame(first, part)...)
		first = 0
	}
}

func writePieces(ws *websocket.Conn, b []byte, size int) {
	for len(b) > 0 {
		n := min(size, len(b))
		ws.NetConn().Write(b[:n])
		b = b[n:]
	}
}
