package rt_test

import (
	"context"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

// TestLegacyOfficialClient runs the npm package socket.io-client 2.5.
func TestLegacyOfficialClient(t *testing.T) {
	for _, scenario := range []string{
		"polling", "websocket", "upgrade", "namespaces", "query", "acks", "binary", "kicked", "mixed",
	} {
		testLegacy(t, scenario, scenario, legacyOptions)
	}
	beating := legacyOptions
	beating.PingInterval, beating.PingTimeout = 100*time.Millisecond, 10*time.Second
	testLegacy(t, "heartbeat", "heartbeat", beating)
	deflating := legacyOptions
	deflating.PerMessageDeflate = true
	testLegacy(t, "compressed", "binary", deflating)
}

func testLegacy(t *testing.T, name, scenario string, opts rt.Options) {
	needLegacyClient(t)
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		srv := newOfficial(t, opts)
		show := rt.AckEvent[[]byte, rt.None]{Name: "show"}
		rt.OnWithAck(srv.Of("/"), show, func(ctx context.Context, s *rt.Socket, b []byte) (rt.None, error) {
			return rt.None{}, rt.Emit(ctx, s.To("room"), rt.Event[[]byte]{Name: "shown"}, b)
		})
		ts := httptest.NewServer(srv)
		defer ts.Close()
		defer shutdown(t, srv)
		cmd := scriptOf(t, "client2.mjs", ts.URL, scenario)
		finish(t, cmd, cmd.Run())
	})
}

func TestLegacyOfficialClientLeaves(t *testing.T) {
	needLegacyClient(t)
	testLeaving(t, "client2.mjs", legacyOptions)
}

func TestLegacyOfficialClientComesBack(t *testing.T) {
	needLegacyClient(t)
	testComingBack(t, "client2.mjs", legacyOptions)
}

func needLegacyClient(t *testing.T) {
	t.Helper()
	if _, err := os.Stat("../node_modules/socket.io-client-2"); err != nil {
		t.Fatalf("the client of Socket.IO 2 is missing, run npm ci: %v", err)
	}
}
