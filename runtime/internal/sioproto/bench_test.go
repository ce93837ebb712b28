package sioproto_test

import (
	"testing"

	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// benchEvent has an argument of 156 bytes.
const benchEvent = `2/chat,12["message",{"id":"01J9Z3VQ6T8RM","seq":123456789,"at":"2026-03-14T15:09:26.535Z",` +
	`"from":{"id":4711,"name":"Ada Lovelace"},"tags":["news","urgent"],"text":"It is late"}]`

func BenchmarkDecode(b *testing.B) {
	text := []byte(benchEvent)
	var d sioproto.Decoder
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Text(text); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	p, err := new(sioproto.Decoder).Text([]byte(benchEvent))
	if err != nil {
		b.Fatal(err)
	}
	buf := make([]byte, 0, 256)
	b.ReportAllocs()
	for b.Loop() {
		buf = sioproto.Append(buf[:0], p)
	}
}
