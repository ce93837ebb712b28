package engineio_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// A swallower is a Receiver without a memory.
type swallower struct {
	session *engineio.Session
	echo    bool
}

func (r *swallower) Text(data []byte) {
	if r.echo {
		r.session.Send(engineio.NewMessage(nil, data), false)
	}
}
func (*swallower) Binary([]byte)                 {}
func (*swallower) Closed(engineio.Reason, error) {}

// serveTCP serves an engine whose receivers keep nothing and returns the address
// to dial and the sessions accepted.
func serveTCP(b testing.TB, opts engineio.Options, echo bool) (addr string, sessions chan *engineio.Session) {
	sessions = make(chan *engineio.Session, 100_000)
	opts.Logger = quiet()
	srv, err := engineio.NewServer(opts, func(s *engineio.Session) engineio.Receiver {
		sessions <- s
		return &swallower{s, echo}
	})
	if err != nil {
		b.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	hs := &http.Server{Handler: srv}
	go hs.Serve(l)
	b.Cleanup(func() {
		hs.Close()
		srv.Shutdown(context.Background())
	})
	return l.Addr().String(), sessions
}

// rawWebSocket does the handshake and reads up to the end of the open packet,
// so that the client costs as little as it can.
func rawWebSocket(b testing.TB, addr string) net.Conn {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Close() })
	io.WriteString(c, "GET /?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	var got []byte
	for buf := make([]byte, 1024); !bytes.Contains(got, []byte("maxPayload")); {
		n, err := c.Read(buf)
		if err != nil {
			b.Fatal(err)
		}
		got = append(got, buf[:n]...)
	}
	return c
}

// BenchmarkSendToMany sends one message to 1,000 sessions an operation.
func BenchmarkSendToMany(b *testing.B) {
	addr, accepted := serveTCP(b, engineio.Options{}, false)
	sessions := make([]*engineio.Session, 1000)
	for i := range sessions {
		c := rawWebSocket(b, addr)
		sessions[i] = <-accepted
		go io.Copy(io.Discard, c)
	}
	text := []byte(strings.Repeat("x", 150))
	for name, burst := range map[string]int{"one": 1, "burst of ten": 10} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for range burst {
					m := engineio.NewMessage(nil, text)
					for _, s := range sessions {
						if burst == 1 {
							s.Send(m, false)
						} else {
							s.Enqueue(m, false)
						}
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*burst*len(sessions)), "ns/delivery")
		})
	}
}

// BenchmarkEcho sends a message of 150 bytes and waits for it.
func BenchmarkEcho(b *testing.B) {
	for name, burst := range map[string]int{"one": 1, "burst of 16": 16} {
		b.Run(name, func(b *testing.B) {
			addr, _ := serveTCP(b, engineio.Options{}, true)
			c := rawWebSocket(b, addr)
			out := bytes.Repeat(frame(0x81, "4"+strings.Repeat("x", 149)), burst)
			in := make([]byte, burst*(4+150))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Write(out); err != nil {
					b.Fatal(err)
				}
				if _, err := io.ReadFull(c, in); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*burst), "ns/echo")
		})
	}
}
