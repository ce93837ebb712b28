package engineio_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// TestBitOfCompression sets RSV1 where RFC 7692 does not allow it, behind a
// message that is in order and in reads of different sizes.
func TestBitOfCompression(t *testing.T) { // W02
	text := func(s string) string { return string(deflateOf([]byte(s), 1)) }
	tests := []struct{ name, frames string }{
		{"continuation", frames(frame(0x41, text("4x")[:2]), frame(0xc0, text("4x")[2:]))},
		{"continuation of what is not compressed", frames(frame(0x01, "4x"), frame(0xc0, "y"))},
		{"ping", frames(frame(0xc9, "now"))},
		{"pong", frames(frame(0xca, ""))},
		{"close", frames(frame(0xc8, ""))},
		{"ping within a message", frames(frame(0x41, text("4x")[:2]), frame(0xc9, ""))},
		{"reserved opcode", frames(frame(0xc3, ""))},
		{"a bit more", frames(frame(0xe1, text("4x")))},
	}
	long := strings.Repeat("y", 70_000)
	inOrder := []struct{ name, frames string }{
		{"short", frames(frame(0x81, "4"+long[:10]))},
		{"middling", frames(frame(0xc1, text("4"+long[:200])), frame(0x81, "4"+long[:200]))},
		{"long", frames(frame(0x81, "4"+long), frame(0x89, "p"), frame(0xc2, text(long)))},
	}
	for _, tt := range tests {
		for _, before := range inOrder {
			for name, step := range map[string]int{"at once": 1 << 20, "byte by byte": 1} {
				if step == 1 && before.name == "long" {
					continue // takes its time
				}
				t.Run(tt.name+"/"+before.name+"/"+name, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) {
						e := inMemory(t, engineio.Options{PerMessageDeflate: true}, nil)
						ws, _, _ := e.deflating(t, "", "permessage-deflate")
						readText(t, ws)
						r := e.session(t)
						for bytes := before.frames + tt.frames + string(frame(0x81, "4late")); bytes != ""; {
							n := min(step, len(bytes))
							ws.NetConn().Write([]byte(bytes[:n]))
							bytes = bytes[n:]
							synctest.Wait()
						}
						r.awaitClosed(t)
						got := r.got()
						if len(got) < 2 || got[0].Data[0] != 'y' {
							t.Errorf("got %d calls, want the messages in order and the end", len(got))
						}
						if diff := cmp.Diff(received{"closed", "transport error"}, got[len(got)-1]); diff != "" {
							t.Errorf("receiver (-want +got):\n%.1000s", diff)
						}
						if _, _, err := ws.ReadMessage(); closeCode(err) != 1002 {
							t.Errorf("close: %v, want the code 1002", err)
						}
					})
				})
			}
		}
	}
}
