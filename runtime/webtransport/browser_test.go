package webtransport_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

// pages serves a page with the official client.
func pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/client.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, "../../node_modules/socket.io-client/dist/socket.io.js")
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write([]byte(`<!doctype html><title>WebTransport</title><link rel="icon" href="data:,"><script src="/client.js"></script>`))
	})
	return mux
}

// serveBrowser adds what the scenarios of testdata/browser.mjs talk to.
func serveBrowser(srv *rt.Server) {
	serveEcho(srv)
	ns := srv.Of("/")
	rt.OnWithAck(ns, rt.AckEvent[int, int]{Name: "count"}, func(_ context.Context, s *rt.Socket, _ int) (int, error) {
		n, _ := s.Data().(int)
		s.SetData(n + 1)
		return n, nil
	})
	rt.OnWithAck(ns, rt.AckEvent[rt.None, rt.None]{Name: "tellMe"}, func(ctx context.Context, s *rt.Socket, _ rt.None) (rt.None, error) {
		news := rt.Event[[]byte]{Name: "news"}
		return rt.None{}, errors.Join(rt.Emit(ctx, s, news, []byte{1, 2, 3}), rt.Emit(ctx, s, news, []byte{}))
	})
	rt.On(ns, rt.Event[rt.None]{Name: "kick"}, func(_ context.Context, s *rt.Socket, _ rt.None) error {
		s.Disconnect(true)
		return nil
	})
}

// TestOfficialClientInChromium has a page trust the test's certificate by its
// hash.
func TestOfficialClientInChromium(t *testing.T) {
	for _, part := range []string{"socket.io-client", "playwright-core"} {
		if _, err := os.Stat("../../node_modules/" + part); err != nil {
			t.Fatalf("a part of the test is missing, run npm ci: %v", err)
		}
	}
	records := make(chan rt.ConnectionRecord, 10)
	opts := rt.Options{
		PingInterval: time.Second,
		AllowRequest: func(r *http.Request) error {
			if strings.Contains(r.URL.Path, "banned") {
				return &rt.ConnectError{Message: "banned"}
			}
			return nil
		},
		Observer: &rt.Observer{ConnectionEnded: func(r rt.ConnectionRecord) { records <- r }},
	}
	s := newSite(t, opts, pages(), serveBrowser)
	hash := sha256.Sum256(s.certificate.Leaf.Raw)
	scenarios := []string{"direct", "upgrade", "heartbeat", "kicked", "refused"}
	args := []string{"testdata/browser.mjs", "http://" + s.address + "/", base64.StdEncoding.EncodeToString(hash[:])}
	cmd := exec.CommandContext(t.Context(), "node", append(args, scenarios...)...)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	if out, err := cmd.Output(); err != nil || string(out) != "passed\n" {
		t.Fatalf("%s: %v\n%s", out, err, &complaints)
	}
	var reasons []rt.Reason
	for range scenarios[1:] { // the last is refused
		select {
		case r := <-records:
			if r.Transport != "webtransport" {
				t.Errorf("record %+v", r)
			}
			reasons = append(reasons, r.Reason)
		case <-time.After(30 * time.Second):
			t.Fatalf("the connections have ended for %q, one has not", reasons)
		}
	}
	slices.Sort(reasons)
	want := []rt.Reason{
		rt.ReasonForcedClose, rt.ReasonTransportClose, rt.ReasonTransportClose, rt.ReasonTransportClose,
	}
	if diff := cmp.Diff(want, reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}
