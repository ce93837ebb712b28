//go:build !race

// The race detector makes sync.Pool forget at random.

package wire_test

import (
	"testing"

	"github.com/rtgen/rtgen/runtime/wire"
)

func TestAppendAllocatesNothing(t *testing.T) {
	buf := make([]byte, 0, 256)
	got := testing.AllocsPerRun(100, func() {
		if _, _, err := wire.Append(buf, nil, &benchMessage); err != nil {
			t.Fatal(err)
		}
	})
	if got > 0 {
		t.Errorf("%v allocations, want none", got)
	}
}

func TestUnmarshalAllocatesStringsAndSlices(t *testing.T) {
	data, _, err := wire.Marshal(&benchMessage)
	if err != nil {
		t.Fatal(err)
	}
	got := testing.AllocsPerRun(100, func() {
		var m Message
		if err := wire.Unmarshal(data, nil, &m, wire.Options{}); err != nil {
			t.Fatal(err)
		}
	})
	const most = 5 + 1 + 1 // strings, the slice of tags, the message itself
	if got > most {
		t.Errorf("%v allocations, want at most %v", got, most)
	}
}
