package rt_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

// heldBy returns the bytes that a server holds for each of n peers that have
// done the handshake and no more, with a header of a size.
func heldBy(t *testing.T, n, header int) int {
	t.Helper()
	srv, err := rt.NewServer(rt.Options{Logger: slog.New(slog.DiscardHandler), ShutdownSpread: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer shutdown(t, srv)
	shake := func(i int) {
		r := httptest.NewRequest("GET", "/socket.io/?EIO=4&transport=polling", nil)
		r.Header.Set("Cookie", fmt.Sprint(i, strings.Repeat("x", header)))
		answer := httptest.NewRecorder()
		srv.ServeHTTP(answer, r)
		if answer.Code != 200 {
			body, _ := io.ReadAll(answer.Body)
			t.Fatalf("handshake %d: %d %s", i, answer.Code, body)
		}
	}
	shake(-1) // fills pools
	before := heap()
	for i := range n {
		shake(i)
	}
	held := int(heap()-before) / n
	if got := srv.Len(); got != n+1 {
		t.Errorf("%d connections, want %d", got, n+1)
	}
	return held
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// F09: what docs/limits.md says that a stranger can make the server hold.
func TestStrangersAreSmall(t *testing.T) {
	const plain, largest, limit = 100, 15 << 10, 8 << 10
	for _, header := range []int{plain, largest} {
		held := heldBy(t, 500, header)
		t.Logf("%d bytes each with %d bytes of headers", held, header)
		if held > limit+header {
			t.Errorf("%d bytes each with %d bytes of headers, want at most %d", held, header, limit+header)
		}
	}
}
