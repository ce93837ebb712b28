package webtransport_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"
	wt "github.com/quic-go/webtransport-go"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/internal/eioproto"
	"github.com/rtgen/rtgen/runtime/webtransport"
)

// newCertificate returns a certificate that browsers take by its hash: for an
// elliptic curve and at most two weeks.
func newCertificate(t testing.TB) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Now().Add(-time.Hour),
		NotAfter:     time.Now().Add(10 * 24 * time.Hour),
		DNSNames:     []string{"localhost"},
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// quiet is a logger whose records nobody reads.
func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// A site is an rt.Server on TCP and, under the same number, on UDP.
type site struct {
	*rt.Server
	address     string // host and port
	certificate tls.Certificate
	wt          *webtransport.Server
}

// newSite serves until the test ends. Prepare sees the rt.Server first. What is
// beside the path of Socket.IO is served by pages, which may be nil.
func newSite(t testing.TB, opts rt.Options, pages http.Handler, prepare func(*rt.Server)) *site {
	t.Helper()
	tcp, udp := listenOnBoth(t)
	address := tcp.Addr().String()
	opts.Transports = []string{"polling", "websocket", "webtransport"}
	opts.Origins = []string{"http://" + address} // of the pages; WebTransport is always secure
	opts.Logger = quiet()
	srv, err := rt.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	if prepare != nil {
		prepare(srv)
	}
	s := &site{Server: srv, address: address, certificate: newCertificate(t)}
	config := &tls.Config{Certificates: []tls.Certificate{s.certificate}}
	s.wt, err = webtransport.NewServer(srv, webtransport.Options{TLSConfig: config, Logger: quiet()})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", srv)
	if pages != nil {
		mux.Handle("/", pages)
	}
	hs := &http.Server{Handler: mux}
	go hs.Serve(tcp)
	served := make(chan error, 1)
	go func() { served <- s.wt.Serve(udp) }()
	t.Cleanup(func() {
		s.shutdown(t)
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Errorf("Serve: %v", err)
		}
		udp.Close()
		hs.Close()
	})
	return s
}

// listenOnBoth finds a port that is free for TCP and UDP.
func listenOnBoth(t testing.TB) (net.Listener, net.PacketConn) {
	t.Helper()
	for range 10 {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		udp, err := net.ListenPacket("udp", tcp.Addr().String())
		if err == nil {
			return tcp, udp
		}
		tcp.Close()
	}
	t.Fatal("no port is free for TCP and UDP")
	return nil, nil
}

func (s *site) shutdown(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := s.Shutdown(ctx); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if err := s.wt.Shutdown(ctx); err != nil {
		t.Errorf("Shutdown of WebTransport: %v", err)
	}
}

// A peer is a client with one stream.
type peer struct {
	session *wt.Session
	stream  *wt.Stream
	in      *bufio.Reader
}

// dial asks for a session with the query behind "EIO=4&transport=webtransport".
func (s *site) dial(t testing.TB, query string, header http.Header) (*wt.Session, *http.Response, error) {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(s.certificate.Leaf)
	client := &wt.Transport{
		TLSClientConfig: &tls.Config{RootCAs: roots, NextProtos: []string{http3.NextProtoH3}},
		QUICConfig:      &quic.Config{EnableDatagrams: true, EnableStreamResetPartialDelivery: true},
	}
	t.Cleanup(func() { client.Close() })
	url := "https://" + s.address + "/socket.io/?EIO=4&transport=webtransport" + query
	resp, session, err := client.Dial(t.Context(), url, header)
	if err == nil {
		t.Cleanup(func() { session.CloseWithError(0, "") })
	}
	return session, resp, err
}

// connect opens the stream of a new session, and nothing more.
func (s *site) connect(t testing.TB, query string) *peer {
	t.Helper()
	session, _, err := s.dial(t, query, nil)
	if err != nil {
		t.Fatal("dial:", err)
	}
	stream, err := session.OpenStream()
	if err != nil {
		t.Fatal("OpenStream:", err)
	}
	stream.SetReadDeadline(time.Now().Add(time.Minute))
	return &peer{session, stream, bufio.NewReader(stream)}
}

// enter opens a session and enters the namespace "/".
func (s *site) enter(t testing.TB) *peer {
	t.Helper()
	p := s.connect(t, "")
	p.write(t, "\x010")
	p.open(t)
	p.write(t, text("40"))
	p.expect(t, `40{"sid":"`)
	return p
}

// open reads the open packet.
func (p *peer) open(t testing.TB) eioproto.Handshake {
	t.Helper()
	packet := p.read(t)
	h, err := eioproto.DecodeHandshake([]byte(packet[1:]))
	if err != nil || packet[0] != '0' {
		t.Fatalf("first packet %q: %v", packet, err)
	}
	return h
}

func (p *peer) write(t testing.TB, bytes string) {
	t.Helper()
	if _, err := io.WriteString(p.stream, bytes); err != nil {
		t.Fatal("write:", err)
	}
}

// text returns a text packet as a frame.
func text(packet string) string {
	return string(eioproto.AppendFrame(nil, eioproto.Packet{Type: eioproto.Type(packet[0]), Data: []byte(packet[1:])}))
}

// binary returns a message of bytes as a frame.
func binary(data string) string {
	return string(eioproto.AppendFrame(nil, eioproto.Packet{Type: eioproto.Message, Binary: true, Data: []byte(data)}))
}

// read returns the next packet, a binary one behind "binary:".
func (p *peer) read(t testing.TB) string {
	t.Helper()
	packet, err := p.next()
	if err != nil {
		t.Fatal("read:", err)
	}
	return packet
}

// expect reads packets that begin so.
func (p *peer) expect(t testing.TB, beginnings ...string) {
	t.Helper()
	for _, want := range beginnings {
		if got := p.read(t); len(got) < len(want) || got[:len(want)] != want {
			t.Fatalf("packet %.60q, want %.60q", got, want)
		}
	}
}

func (p *peer) next() (string, error) {
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

// ended waits until the server has closed the session and returns the packets
// before that.
func (p *peer) ended(t testing.TB) (packets []string) {
	t.Helper()
	for {
		packet, err := p.next()
		if err != nil {
			break
		}
		packets = append(packets, packet)
	}
	select {
	case <-p.session.Context().Done():
	case <-time.After(20 * time.Second):
		t.Error("the session does not end")
	}
	return packets
}
