package engineio_test

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// TestOfficialClient runs the client of the npm package engine.io-client.
func TestOfficialClient(t *testing.T) { testOfficial(t, "4", "engine.io-client") }

// TestOfficialClientOfVersion3 runs the one that socket.io-client 2 has.
func TestOfficialClientOfVersion3(t *testing.T) { testOfficial(t, "3", "socket.io-client-2") }

func testOfficial(t *testing.T, version, pkg string) {
	if _, err := os.Stat("../../../node_modules/" + pkg); err != nil {
		t.Fatalf("the official client is missing, run npm ci in the repository's root: %v", err)
	}
	for _, transports := range []string{"polling", "websocket", "polling,websocket"} {
		for _, scenario := range []string{"text", "binary", "big", "order", "upgrade", "heartbeat", "serverClose"} {
			if scenario == "upgrade" && transports != "polling,websocket" {
				continue
			}
			t.Run(transports+"/"+scenario, func(t *testing.T) {
				t.Parallel()
				opts := engineio.Options{PingInterval: 200 * time.Millisecond, AllowEIO3: version == "3"}
				r := runOfficial(t, opts, version, transports, scenario)
				// A polling client that leaves posts a close packet and cuts its
				// poll; either may be seen first.
				want := []engineio.Reason{engineio.ReasonTransportClose, engineio.ReasonTransportError}
				switch {
				case scenario == "serverClose":
					want = []engineio.Reason{engineio.ReasonForcedClose}
				case transports != "polling":
					want = want[:1]
				}
				if got := r.awaitClosed(t); !slices.Contains(want, got) {
					t.Errorf("reason = %q (%v), want %q", got, r.err, want)
				}
			})
		}
	}
}

// runOfficial runs one scenario of testdata/client.mjs and returns its session.
func runOfficial(t *testing.T, opts engineio.Options, args ...string) *recorder {
	t.Helper()
	e := onLoopback(t, opts, echo)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	url := strings.TrimSuffix(e.url, "/engine.io/")
	cmd := exec.CommandContext(ctx, "node", append([]string{"testdata/client.mjs", url}, args...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return e.session(t)
}

// TestOfficialClientWithOptions runs the scenarios that need options on either
// side.
func TestOfficialClientWithOptions(t *testing.T) {
	for _, transports := range []string{"websocket", "polling,websocket"} {
		for scenario, opts := range map[string]engineio.Options{
			"deflate": {PerMessageDeflate: true},
			"base64":  {PerMessageDeflate: true},
		} {
			t.Run(transports+"/"+scenario, func(t *testing.T) {
				t.Parallel()
				r := runOfficial(t, opts, "4", transports, scenario)
				if got := r.awaitClosed(t); got != engineio.ReasonTransportClose {
					t.Errorf("reason = %q (%v)", got, r.err)
				}
			})
		}
	}
}

// echo makes a session send back what it gets.
func echo(r *recorder) {
	r.onText = func(s *engineio.Session, data []byte) {
		if string(data) == "close me" {
			s.Close(engineio.ReasonForcedClose)
			return
		}
		s.Send(engineio.NewMessage(nil, data), false)
	}
	r.onBinary = func(s *engineio.Session, data []byte) {
		s.Send(engineio.NewMessage(nil, []byte("attached"), data), false)
	}
}
