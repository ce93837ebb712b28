package webtransport_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/webtransport"
)

// serveEcho answers "echo" with the argument, and with the bytes doubled.
func serveEcho(srv *rt.Server) {
	ns := srv.Of("/")
	rt.OnWithAck(ns, rt.AckEvent[string, string]{Name: "echo"}, func(_ context.Context, _ *rt.Socket, s string) (string, error) { return s, nil })
	rt.OnWithAck(ns, rt.AckEvent[[]byte, []byte]{Name: "double"}, func(_ context.Context, _ *rt.Socket, b []byte) ([]byte, error) {
		return append(b, b...), nil
	})
	rt.OnWithAck(ns, rt.AckEvent[rt.None, string]{Name: "transport"}, func(_ context.Context, s *rt.Socket, _ rt.None) (string, error) {
		return s.Transport(), nil
	})
}

// answer returns the packet that answers an event.
func answer(id int, data string) string {
	return fmt.Sprintf(`43%d[{"ok":true,"data":%s}]`, id, data)
}

func TestSession(t *testing.T) {
	s := newSite(t, rt.Options{}, nil, serveEcho)
	p := s.connect(t, "")
	p.write(t, "\x010")
	if h := p.open(t); len(h.SID) != 20 || len(h.Upgrades) > 0 || h.PingInterval != 25*time.Second {
		t.Errorf("handshake %+v", h)
	}
	long := strings.Repeat("€", 100_000)
	p.write(t, text("40")+text(`421["transport"]`)+text(`422["echo","`+long+`"]`)+text(`451-3["double",{"_placeholder":true,"num":0}]`)+binary("\x01\x02"))
	p.expect(t, `40{"sid":"`, answer(1, `"webtransport"`), answer(2, `"`+long+`"`), `461-3[{"ok":true,"data":{"_placeholder":true,"num":0}}]`, "binary:\x01\x02\x01\x02")
}

func TestUpgradeFromPolling(t *testing.T) {
	s := newSite(t, rt.Options{}, nil, serveEcho)
	polls := "http://" + s.address + "/socket.io/?EIO=4&transport=polling"
	open := get(t, polls)
	if !strings.Contains(open, `"upgrades":["websocket","webtransport"]`) {
		t.Errorf("open packet %s", open)
	}
	_, sid, _ := strings.Cut(open, `"sid":"`)
	sid, _, _ = strings.Cut(sid, `"`)
	post(t, polls+"&sid="+sid, "40")
	if got := get(t, polls+"&sid="+sid); !strings.HasPrefix(got, `40{"sid":"`) {
		t.Errorf("answer to CONNECT %q", got)
	}
	p := s.connect(t, "&sid="+sid)
	p.write(t, text(`0{"sid":"`+sid+`"}`)+text("2probe"))
	p.expect(t, "3probe")
	if got := get(t, polls+"&sid="+sid); got != "6" {
		t.Errorf("poll during the upgrade %q", got)
	}
	p.write(t, text("5")+text(`421["transport"]`))
	p.expect(t, answer(1, `"webtransport"`))
}

func get(t testing.TB, url string) string {
	t.Helper()
	resp, err := http.Get(url)
	return body(t, resp, err)
}

func post(t testing.TB, url, data string) {
	t.Helper()
	resp, err := http.Post(url, "text/plain", strings.NewReader(data))
	if got := body(t, resp, err); got != "ok" {
		t.Errorf("POST is answered %q", got)
	}
}

func body(t testing.TB, resp *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	http.DefaultClient.CloseIdleConnections()
	return string(b)
}

func TestRefusals(t *testing.T) {
	refuse := func(*http.Request) error { return &rt.ConnectError{Message: "no"} }
	tests := []struct {
		name   string
		opts   rt.Options
		query  string
		header http.Header
		want   int
	}{
		{"H07 origin", rt.Options{}, "", http.Header{"Origin": {"https://evil.example"}}, 403},
		{"hook", rt.Options{AllowRequest: refuse}, "", nil, 403},
		{"unknown session", rt.Options{}, "&sid=nope", nil, 400},
		{"version", rt.Options{}, "&EIO=3", nil, 400},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			refused := make(chan rt.RefusalRecord, 1)
			tt.opts.Observer = &rt.Observer{RequestRefused: func(r rt.RefusalRecord) { refused <- r }}
			s := newSite(t, tt.opts, nil, nil)
			_, resp, err := s.dial(t, tt.query, tt.header)
			if err == nil || resp == nil || resp.StatusCode != tt.want {
				t.Fatalf("response %v, error %v, want the status %d", resp, err, tt.want)
			}
			if r := <-refused; !strings.HasPrefix(r.RemoteAddr, "127.0.0.1:") {
				t.Errorf("RemoteAddr %q", r.RemoteAddr)
			}
		})
	}
}

// TestEnds has peers do what ends their connections, beside one that stays.
func TestEnds(t *testing.T) {
	records := make(chan rt.ConnectionRecord, 10)
	opts := rt.Options{
		MaxPayload: 1000, PingInterval: 300 * time.Millisecond, PingTimeout: 2 * time.Second, // a busy bystander answers in time
		Observer: &rt.Observer{ConnectionEnded: func(r rt.ConnectionRecord) { records <- r }},
	}
	s := newSite(t, opts, nil, serveEcho)
	bystander := s.enter(t)
	left := make(chan struct{})
	go func() {
		defer close(left)
		for {
			packet, err := bystander.next()
			if err != nil {
				return
			}
			if packet == "2" {
				io.WriteString(bystander.stream, text("3"))
			}
		}
	}()
	tests := []struct {
		name   string
		offend func(t *testing.T, p *peer)
		want   rt.Reason
	}{
		{"session closed", func(_ *testing.T, p *peer) { p.session.CloseWithError(7, "bye") }, rt.ReasonTransportClose},
		{"stream closed", func(_ *testing.T, p *peer) { p.stream.Close() }, rt.ReasonTransportClose},
		{"stream reset", func(_ *testing.T, p *peer) { p.stream.CancelWrite(1) }, rt.ReasonTransportClose},
		{"reading refused", func(_ *testing.T, p *peer) { p.stream.CancelRead(1) }, rt.ReasonTransportError},
		{"close packet", func(t *testing.T, p *peer) { p.write(t, text("1")) }, rt.ReasonTransportClose},
		{"empty frame", func(t *testing.T, p *peer) { p.write(t, "\x00") }, rt.ReasonParseError},
		{"long frame", func(t *testing.T, p *peer) { p.write(t, text("4"+strings.Repeat("x", 1000))) }, rt.ReasonParseError},
		{"lying length", func(t *testing.T, p *peer) { p.write(t, "\xff\xff\xff\xff\xff\xff\xff\xff\xff") }, rt.ReasonParseError},
		{"silence", func(*testing.T, *peer) {}, rt.ReasonPingTimeout},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := s.enter(t)
			tt.offend(t, p)
			select {
			case r := <-records:
				if r.Reason != tt.want || r.Transport != "webtransport" {
					t.Errorf("record %+v, want the reason %q", r, tt.want)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("the connection does not end")
			}
			p.ended(t)
		})
	}
	if got := s.Len(); got != 1 {
		t.Errorf("%d connections, want that of the bystander", got)
	}
	bystander.session.CloseWithError(0, "")
	<-left
}

func TestSilenceBeforeOpen(t *testing.T) {
	s := newSite(t, rt.Options{UpgradeTimeout: 200 * time.Millisecond}, nil, nil)
	t.Run("no stream", func(t *testing.T) {
		session, _, err := s.dial(t, "", nil)
		if err != nil {
			t.Fatal(err)
		}
		select {
		case <-session.Context().Done():
		case <-time.After(10 * time.Second):
			t.Error("the session does not end")
		}
	})
	t.Run("no packet", func(t *testing.T) {
		p := s.connect(t, "")
		p.write(t, "\x05")
		p.ended(t)
	})
	if got := s.Len(); got != 0 {
		t.Errorf("%d connections", got)
	}
}

func TestSecondStream(t *testing.T) {
	s := newSite(t, rt.Options{}, nil, serveEcho)
	p := s.enter(t)
	for range 40 { // more than may be open at a time
		second, err := p.session.OpenStreamSync(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		second.SetReadDeadline(time.Now().Add(10 * time.Second))
		io.WriteString(second, "\x010")
		if n, err := second.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Fatalf("read %d bytes, error %v, want it reset", n, err)
		}
		second.CancelWrite(0)
	}
	p.write(t, text(`421["echo","still here"]`))
	p.expect(t, answer(1, `"still here"`))
	if got := s.Len(); got != 1 {
		t.Errorf("%d connections, want 1", got)
	}
}

func TestBroadcast(t *testing.T) {
	s := newSite(t, rt.Options{}, nil, serveEcho)
	a, b := s.enter(t), s.enter(t)
	polls := "http://" + s.address + "/socket.io/?EIO=4&transport=polling"
	_, sid, _ := strings.Cut(get(t, polls), `"sid":"`)
	sid, _, _ = strings.Cut(sid, `"`)
	post(t, polls+"&sid="+sid, "40")
	get(t, polls+"&sid="+sid)
	if err := rt.Emit(t.Context(), s.Of("/").Everyone(), rt.Event[[]byte]{Name: "news"}, []byte{1, 2}); err != nil {
		t.Fatal(err)
	}
	header := a.read(t)
	if got := b.read(t); got != header || !strings.HasPrefix(got, `451-["news",`) {
		t.Errorf("packets %q and %q", header, got)
	}
	a.expect(t, "binary:\x01\x02")
	b.expect(t, "binary:\x01\x02")
	if got := get(t, polls+"&sid="+sid); got != header+"\x1ebAQI=" {
		t.Errorf("poll %q", got)
	}
}

// TestLastPackets shows that what is sent before a close arrives.
func TestLastPackets(t *testing.T) {
	s := newSite(t, rt.Options{}, nil, func(srv *rt.Server) {
		rt.On(srv.Of("/"), rt.Event[rt.None]{Name: "kick"}, func(_ context.Context, s *rt.Socket, _ rt.None) error {
			s.Disconnect(true)
			return nil
		})
	})
	p := s.enter(t)
	p.write(t, text(`42["kick"]`))
	if diff := cmp.Diff([]string{"41", "1"}, p.ended(t)); diff != "" {
		t.Errorf("packets (-want +got):\n%s", diff)
	}
}

func TestShutdown(t *testing.T) {
	s := newSite(t, rt.Options{}, nil, serveEcho)
	p := s.enter(t)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.shutdown(t)
	}()
	if diff := cmp.Diff([]string{"1"}, p.ended(t)); diff != "" {
		t.Errorf("packets (-want +got):\n%s", diff)
	}
	<-done
}

func TestShutdownGivesUpWithItsContext(t *testing.T) {
	s := newSite(t, rt.Options{}, nil, serveEcho)
	p := s.enter(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := s.wt.Shutdown(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Shutdown: %v", err)
	}
	p.ended(t)
	if _, _, err := s.dial(t, "", nil); err == nil {
		t.Error("a session begins after the shutdown")
	}
}

func TestNewServerRefuses(t *testing.T) {
	tests := []struct {
		name string
		opts webtransport.Options
		want string
	}{
		{"nothing", webtransport.Options{}, "webtransport: Options.TLSConfig is missing"},
		{
			"two problems",
			webtransport.Options{TLSConfig: new(tls.Config), Path: "socket.io"},
			"webtransport: Options.TLSConfig has no certificate\nwebtransport: Options.Path does not begin with a slash",
		},
	}
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := webtransport.NewServer(srv, tt.opts)
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}
