package faulttest

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

const (
	get     = "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n"
	post    = "POST /socket.io/?EIO=4&transport=polling&sid=SID HTTP/1.1\r\nHost: x\r\n"
	upgrade = "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n" +
		"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
	// note is an event that must not be handled.
	note    = `42["note",1]`
	chunked = "Transfer-Encoding: chunked\r\n\r\n"
)

// TestHostileRequests sends bytes instead of HTTP requests. SID stands for the
// session of a stranger who is in the namespace.
func TestHostileRequests(t *testing.T) {
	tests := []struct {
		name, bytes string
		want        []int // statuses; 0 means that the connection is closed
	}{
		{"H05 raw byte in the query", "GET /socket.io/?EIO=4&transport=\x80 HTTP/1.1\r\nHost: x\r\n\r\n", []int{400}},
		{"H08 control bytes in the origin", get + "Origin: http://a\x01b\x1b[31m\r\n\r\n", []int{400}},
		{"H10 long request line", "GET /socket.io/?" + strings.Repeat("x", 2<<20) + " HTTP/1.1\r\n\r\n", []int{431, 0}},
		{"H10 long headers", get + strings.Repeat("a: "+strings.Repeat("x", 8_000)+"\r\n", 1_000) + "\r\n", []int{431, 0}},
		{"H10 many headers", get + headers(5_000) + "\r\n", []int{400, 431, 0}},
		{"H11 many headers before the upgrade", upgrade + headers(2_500) + "\r\n", []int{101, 400, 431, 0}},
		{"H12 two kinds of length", post + "Content-Length: 18\r\n" + chunked + "0\r\n\r\n\x1e" + note, []int{200, 400, 0}}, // the length is ignored
		{"H12 two lengths", post + "Content-Length: 12\r\nContent-Length: 3\r\n\r\n" + note, []int{400, 0}},
		{"H12 negative length", post + "Content-Length: -1\r\n\r\n" + note, []int{400, 0}},
		{"H12 space before the colon", post + "Transfer-Encoding : chunked\r\n\r\nc\r\n" + note + "\r\n0\r\n\r\n", []int{400, 0}},
		{"H12 chunk size zz", post + chunked + "zz\r\n" + note + "\r\n0\r\n\r\n", []int{400, 0}},
		{"H12 line feed alone behind a chunk size", post + chunked + "c\n" + note + "\r\n0\r\n\r\n", []int{400, 0}},
		{"H12 chunk size that overflows", post + chunked + "FFFFFFFFFFFFFFFFF\r\n" + note + "\r\n0\r\n\r\n", []int{400, 0}},
		{"H13 TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + strings.Repeat("\x00", 500), []int{400, 0}},
		{"H13 HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", []int{400, 404, 505, 0}},
		{"H13 no path", "GET\r\n\r\n", []int{400, 0}},
		{"H13 NULs", strings.Repeat("\x00", 1000), []int{400, 0}},
		{"H13 no host", "GET /socket.io/?EIO=4&transport=polling HTTP/1.1\r\n\r\n", []int{400}},
		{"H14 path out of the folder", "GET /socket.io/../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", []int{400, 404}},
		{"H14 the same, escaped", "GET /socket.io/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", []int{400, 404}},
		{"H17 compressed body", post + "Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00", []int{200, 400, 415}},
		{"H23 unknown expectation", get + "Expect: x\r\n\r\n", []int{417}},
		{"U01 handshake by POST", strings.Replace(upgrade, "GET", "POST", 1) + "\r\n", []int{400}},
		{"U02 names of object members as extensions", upgrade + "Sec-WebSocket-Extensions: constructor, ; =; ;;\r\n\r\n", []int{101, 400}},
		{"U02 300 offers", upgrade + "Sec-WebSocket-Extensions: " + strings.Repeat("permessage-deflate, ", 300) + "x\r\n\r\n", []int{101, 400}},
		{"U02 spaces in the protocol", upgrade + "Sec-WebSocket-Protocol: b" + strings.Repeat(" ", 12_000) + "\r\n\r\n", []int{101, 400}},
		{"U03 bad frame behind the handshake", upgrade + "\r\n\xf0\x80" + strings.Repeat("\xff", 300), []int{101, 0}},
		{"W01 unmasked frame behind the handshake", upgrade + "\r\n\x81\x0d4" + note, []int{101, 0}},
		{"S13 event behind the handshake", upgrade + "\r\n" + frame(0x81, note), []int{101, 0}},
		{"P03 length above the limit", post + "Content-Length: 4294967296\r\n\r\n" + note, []int{413}},
		{"P06 body that breaks off", post + "Content-Length: 4000\r\n\r\n" + note + "\x1e", []int{400, 0}},
		{"P06 chunks that break off", post + chunked + "c\r\n" + note + "\r\n", []int{400, 0}},
		{"P08 event behind a close", post + "Content-Length: 14\r\n\r\n1\x1e" + note, []int{200}},
		{"P08 event behind a bad packet", post + "Content-Length: 14\r\n\r\nx\x1e" + note, []int{200, 400}},
		{"P11 body of bytes", post + "Content-Type: application/octet-stream\r\nContent-Length: 12\r\n\r\n" + note, []int{400}},
	}
	f := newFortress(t, rt.Options{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bytes := tt.bytes
			if strings.Contains(bytes, "SID") {
				stranger := openPoller(t, f.address)
				if err := stranger.send("0"); err != nil {
					t.Fatal(err)
				}
				_, sid, _ := strings.Cut(stranger.url, "sid=")
				bytes = strings.Replace(bytes, "SID", sid, 1)
				defer stranger.do("POST", "1")
			}
			start := time.Now()
			if got, err := f.attack(bytes); err != nil || !slices.Contains(tt.want, got) {
				t.Errorf("status %d, %v, want one of %v", got, err, tt.want)
			}
			if took := time.Since(start); took > patience {
				t.Errorf("answered after %v", took)
			}
		})
		f.wantUnharmed()
	}
	f.wantRestored()
}

func headers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "a%d: 1\r\n", i)
	}
	return b.String()
}

// frame returns a masked frame whose mask is zero.
func frame(first byte, payload string) string {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	return string(append(b, 0, 0, 0, 0)) + payload
}

const (
	text = 0x81
	blob = 0x82
)

// TestHostileFrames sends bytes behind the handshake of a WebSocket that has
// joined the namespace. What follows the offence must not be handled.
func TestHostileFrames(t *testing.T) {
	event := frame(text, note)
	tests := []struct{ name, bytes string }{
		{"W01 no mask", "\x81\x0d4" + note},
		{"W02 reserved bits", frame(0xf1, note)},
		{"W02 unknown opcode", frame(0x83, note)},
		{"W02 long ping", frame(0x89, strings.Repeat("x", 126))},
		{"W02 continuation of nothing", frame(0x80, note)},
		{"W03 not UTF-8", frame(text, "42[\"note\",\"\xff\xfe\"]")},
		{"W04 length with the top bit", "\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00"},
		{"W04 length of 2^63-1", "\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x00\x00\x00\x00"},
		{"W05 length above the limit", "\x81\xff\x00\x00\x00\x00\x00\x40\x00\x00\x00\x00\x00\x00"},
		{"W06 fragments above the limit", frame(0x01, "4") + strings.Repeat(frame(0x00, strings.Repeat("x", 100_000)), 40)},
		{"W07 300,000 fragments of a byte", frame(0x01, "4") + strings.Repeat(frame(0x00, "x"), 300_000)},
		{"W07 300,000 empty fragments", frame(0x01, "4") + strings.Repeat(frame(0x00, ""), 300_000)},
		{"W08 close of a byte", frame(0x88, "x")},
		{"W08 close with a code of nobody", frame(0x88, "\x03\xe7")},
		{"W09 event behind a close", frame(0x88, "\x03\xe8")},
		{"W10 200,000 pings", strings.Repeat(frame(0x89, ""), 200_000) + frame(0x88, "")},
		{"W10 10,000 pongs", strings.Repeat(frame(0x8a, ""), 10_000) + frame(0x88, "")},
		{"W12 half a frame", event[:len(event)-1]},
		{"S01 no packet", frame(text, "4abc")},
		{"S02 a second value", frame(text, note+`"x"`)},
		{"S04 name of the protocol", frame(text, `42["disconnect","x"]`)},
		{"S06 490,000 lists", frame(text, `42["note",`+nested(490_000)+`]`)},
		{"S06 50,000 lists in an ack", frame(text, `430[`+nested(50_000)+`]`)},
		{"S06 50,000 lists in auth", frame(text, `40/x,{"a":`+nested(50_000)+`}`)},
		{"S07 480,000 arguments", frame(text, `42["note"`+strings.Repeat(",1", 480_000)+`]`)},
		{"S07 480,000 arguments of an ack", frame(text, `430[0`+strings.Repeat(",1", 480_000)+`]`)},
		{"S08 20,000 names", numbered(20_000, `42["%d"]`) + frame(0x88, "")},
		{"S08 90,000 keys", frame(text, `42["note",{"a":1`+keys(90_000)+`}]`) + frame(0x88, "")},
		{"S08 name of 900 KB", frame(text, `42["`+strings.Repeat("x", 900_000)+`"]`) + frame(0x88, "")},
		{"S09 id of 100,000 digits", frame(text, "42"+strings.Repeat("1", 100_000)+`["note",1]`)},
		{"S10 50,000 acks", strings.Repeat(frame(text, `439["x"]`), 50_000) + frame(0x88, "")},
		{"S12 a second CONNECT", frame(text, "40")},
		{"B01 22 digits of attachments", frame(text, `45`+strings.Repeat("9", 22)+`-["note"]`)},
		{"B02 1,000 attachments", frame(text, `451000-["note",`+placeholder+`]`)},
		{"B02 the last attachment never comes", frame(text, `4510-["note"`+placeholders(10)+`]`) + strings.Repeat(frame(blob, strings.Repeat("x", 900_000)), 9)},
		{"B03 bytes that nobody announced", frame(text, `450-["note"]`) + strings.Repeat(frame(blob, strings.Repeat("x", 500_000)), 20)},
		{"B04 attachments for a namespace not joined", frame(text, `4510-/x,["note"`+placeholders(10)+`]`) + strings.Repeat(frame(blob, strings.Repeat("x", 900_000)), 9)},
		{"B05 placeholder of nothing", frame(text, `451-["note",{"_placeholder":true,"num":5}]`) + frame(blob, "x")},
		{"B07 text before the attachment", frame(text, `451-["note",`+placeholder+`]`)},
		{"B08 an attachment many times", frame(text, `451-["note"`+strings.Repeat(","+placeholder, 3_000)+`]`) + frame(blob, strings.Repeat("x", 100_000))},
		{"N03 namespace of 900 KB", frame(text, "40/"+strings.Repeat("a", 900_000)+",")},
		{"N04 20,000 namespaces", numbered(20_000, "40/%d,")},
	}
	f := newFortress(t, rt.Options{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			stranger := openWebSocket(t, f.address)
			if err := stranger.send("0"); err != nil {
				t.Fatal(err)
			}
			conn := stranger.NetConn()
			conn.SetDeadline(time.Now().Add(30 * time.Second))
			sent := make(chan struct{})
			go func() { // the server may answer before it has read everything
				defer close(sent)
				io.WriteString(conn, tt.bytes+event)
				conn.(*net.TCPConn).CloseWrite()
			}()
			if err := awaitEnd(conn); err != nil {
				t.Error(err)
			}
			<-sent
		})
		f.wantUnharmed()
	}
	f.wantRestored()
}

const placeholder = `{"_placeholder":true,"num":0}`

func nested(depth int) string {
	return strings.Repeat("[", depth) + strings.Repeat("]", depth)
}

// numbered returns packets that differ in a number.
func numbered(n int, format string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(frame(text, fmt.Sprintf(format, i)))
	}
	return b.String()
}

// keys returns members of an object, placeholders elements of an array, behind
// another one.
func keys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"%d":1`, i)
	}
	return b.String()
}

func placeholders(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,{"_placeholder":true,"num":%d}`, i)
	}
	return b.String()
}

// TestHostileBodies sends request bodies to a polling session that has joined
// the namespace. What follows the offence must not be handled.
func TestHostileBodies(t *testing.T) {
	tests := []struct {
		name, body string
		status     int
	}{
		{"P01 no packet", "abc\x1e" + note, 200},
		{"P01 packet 7", "7x\x1e" + note, 200},
		{"P01 packet behind a byte order mark", "\ufeff" + note, 200},
		{"P02 500,000 empty packets", strings.Repeat("\x1e", 500_000) + note, 200},
		{"P02 400,000 messages", strings.Repeat("4\x1e", 400_000) + note, 200},
		{"P03 a byte above the limit", note + strings.Repeat("\x1e", 1_000_001-len(note)), 413},
		{"P10 not UTF-8", "42[\"note\",\"\xff\xfe\xed\xa0\x80\"]\x1e" + note, 200},
		{"P16 wrong padding", "b====\x1e" + note, 200},
		{"P16 letters of another base64", "bAQ-_\x1e" + note, 200},
		{"P16 100,001 letters", "b" + strings.Repeat("A", 100_001) + "\x1e" + note, 200},
		{"S01 no packet", "4abc\x1e" + note, 200},
		{"S13 event for another namespace", `42/x,["note",1]` + "\x1e" + note, 200},
		{"B01 attachments without a count", `45["note"]` + "\x1e" + note, 200},
	}
	f := newFortress(t, rt.Options{})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			stranger := openPoller(t, f.address)
			if err := stranger.send("0"); err != nil {
				t.Fatal(err)
			}
			if _, err := stranger.receive(); err != nil {
				t.Fatal(err)
			}
			req, err := http.NewRequestWithContext(t.Context(), "POST", stranger.url, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			res, err := stranger.client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != tt.status {
				t.Errorf("status %d, want %d", res.StatusCode, tt.status)
			}
			stranger.do("POST", "1") // leaves, if it has a session still
			stranger.do("GET", "")   // takes the goodbye, if there is one
		})
		f.wantUnharmed()
	}
	f.wantRestored()
}
