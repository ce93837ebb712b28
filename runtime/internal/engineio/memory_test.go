package engineio_test

import (
	"runtime"
	"testing"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// inUse returns the bytes of heap and stacks in use.
func inUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// TestIdleSessionsAreSmall is F09. What net/http holds for a request must not
// stay with the session: that alone is more than the limit.
func TestIdleSessionsAreSmall(t *testing.T) {
	const n, limit = 500, 14 << 10 // the client's ends included
	addr, _ := serveTCP(t, engineio.Options{}, false)
	rawWebSocket(t, addr)
	before := inUse()
	for range n {
		rawWebSocket(t, addr)
	}
	got := int(inUse()-before) / n
	t.Logf("%d bytes an idle session", got)
	if got > limit {
		t.Errorf("%d bytes an idle session, want at most %d", got, limit)
	}
}
