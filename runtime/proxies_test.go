package rt_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

// F01: one address takes no more than its share, and gives it back.
func TestConnectionsPerAddress(t *testing.T) {
	opts := rt.Options{MaxConnectionsPerAddress: 2, AllowRequest: func(r *http.Request) error {
		if r.URL.Query().Has("banned") {
			return errors.New("banned")
		}
		return nil
	}}
	inWorld(t, opts, func(t *testing.T, w *world) {
		w.Of("/")
		status := func() int {
			synctest.Wait()
			return w.handshake()
		}
		for range 5 { // what is refused does not count
			res, err := (&http.Client{Transport: w.transport()}).Get("http://mem/socket.io/?EIO=4&transport=polling&banned")
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
		}
		first := w.connect("/")
		second := w.poll()
		second.join()
		ws := w.upgrade(second) // is the same connection
		if got := status(); got != http.StatusTooManyRequests {
			t.Errorf("a third connection is answered %d, want 429", got)
		}
		first.ws.Close()
		if got := status(); got != http.StatusOK {
			t.Errorf("after one has left, a handshake is answered %d, want 200", got)
		}
		ws.Close()
		<-time.After(time.Minute) // the handshake that nobody has followed up is over
		w.connect("/")
		w.connect("/").wantOpen()
	})
}

func TestHandshakesPerSecond(t *testing.T) {
	inWorld(t, rt.Options{HandshakesPerSecond: 3}, func(t *testing.T, w *world) {
		var got []int
		for range 4 {
			got = append(got, w.handshake())
		}
		<-time.After(time.Second)
		got = append(got, w.handshake())
		if diff := cmp.Diff([]int{200, 200, 200, 429, 200}, got); diff != "" {
			t.Errorf("status of the handshakes (-want +got):\n%s", diff)
		}
	})
}

// H22: with proxies that are trusted, the address is the one that they name.
func TestTrustedProxies(t *testing.T) {
	var seen []string
	srv, err := rt.NewServer(rt.Options{
		TrustedProxies: []string{"192.0.2.0/24"}, MaxConnectionsPerAddress: 1,
		Observer: &rt.Observer{
			ConnectionOpened: func(r rt.ConnectionRecord) { seen = append(seen, "opened "+r.RemoteAddr) },
			RequestRefused:   func(r rt.RefusalRecord) { seen = append(seen, r.Message+" "+r.RemoteAddr) },
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer shutdown(t, srv)
	shake := func(peer, client string) *http.Response {
		r := httptest.NewRequest("GET", "/socket.io/?EIO=4&transport=polling", nil)
		r.RemoteAddr = peer
		r.Header.Set("X-Forwarded-For", client)
		answer := httptest.NewRecorder()
		srv.ServeHTTP(answer, r)
		return answer.Result()
	}
	shake("192.0.2.1:1000", "198.51.100.1")
	refused := shake("192.0.2.2:1000", "1.2.3.4, 198.51.100.1")
	shake("192.0.2.1:1001", "198.51.100.2")
	shake("203.0.113.9:1", "198.51.100.1")
	shake("203.0.113.9:2", "198.51.100.3")

	want := []string{
		"opened 198.51.100.1", "Too many requests 198.51.100.1", "opened 198.51.100.2",
		"opened 203.0.113.9:1", "Too many requests 203.0.113.9:2",
	}
	if diff := cmp.Diff(want, seen); diff != "" {
		t.Errorf("addresses (-want +got):\n%s", diff)
	}
	if wait := refused.Header.Get("Retry-After"); refused.StatusCode != http.StatusTooManyRequests || wait != "10" {
		t.Errorf("refused with %s, Retry-After %q, want 429 and 10", refused.Status, wait)
	}
}

func TestProxiesThatAreNone(t *testing.T) {
	_, err := rt.NewServer(rt.Options{TrustedProxies: []string{"10.0.0.1", "loadbalancer"}, HandshakesPerSecond: -1})
	for _, part := range []string{"loadbalancer", "HandshakesPerSecond"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v, want one that names %s", err, part)
		}
	}
}
