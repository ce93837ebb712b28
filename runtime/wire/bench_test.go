package wire_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/payload"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
	"github.com/rtgen/rtgen/runtime/wire"
)

// benchMessage is 156 bytes of JSON.
var benchMessage = Message{
	ID:   "01J9Z3VQ6T8RM",
	Seq:  123456789,
	At:   time.Date(2026, 3, 14, 15, 9, 26, 535e6, time.UTC),
	From: Author{ID: 4711, Name: "Ada Lovelace"},
	Tags: []string{"news", "urgent"},
	Text: "It is late",
}

func benchText(b *testing.B) []byte {
	b.Helper()
	text, _, err := wire.Marshal(&benchMessage)
	if err != nil {
		b.Fatal(err)
	}
	if len(text) != 156 {
		b.Fatalf("the payload has %d bytes, want 156", len(text))
	}
	return text
}

func BenchmarkEncode(b *testing.B) {
	buf := make([]byte, 0, 256)
	b.Run("wire", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := wire.Append(buf, nil, &benchMessage); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encodingjson", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := json.Marshal(&benchMessage); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	text := benchText(b)
	b.Run("wire", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var m Message
			if err := wire.Unmarshal(text, nil, &m, wire.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("encodingjson", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var m Message
			if err := json.Unmarshal(text, &m); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkPacket is a whole event that is read and sent back: the packet and
// its payload, in and out.
func BenchmarkPacket(b *testing.B) {
	const name = "message"
	text := append([]byte(`2["`+name+`",`), benchText(b)...)
	text = append(text, ']')
	b.Run("wire", func(b *testing.B) {
		b.ReportAllocs()
		var d sioproto.Decoder
		var data, out []byte
		answer := sioproto.Packet{Type: sioproto.Event}
		for b.Loop() {
			p, err := d.Text(text)
			if err != nil {
				b.Fatal(err)
			}
			var m Message
			if err = wire.Unmarshal(p.Args[0], nil, &m, wire.Options{}); err != nil {
				b.Fatal(err)
			}
			if data, _, err = payload.AppendEvent(data[:0], p.Name, &m); err != nil {
				b.Fatal(err)
			}
			p.Release()
			answer.Data = data
			out = sioproto.Append(out[:0], &answer)
		}
	})
	b.Run("encodingjson", func(b *testing.B) {
		b.ReportAllocs()
		var out []byte
		for b.Loop() {
			var args []json.RawMessage
			if err := json.Unmarshal(text[1:], &args); err != nil {
				b.Fatal(err)
			}
			var event string
			if err := json.Unmarshal(args[0], &event); err != nil {
				b.Fatal(err)
			}
			var m Message
			if err := json.Unmarshal(args[1], &m); err != nil {
				b.Fatal(err)
			}
			data, err := json.Marshal([]any{event, &m})
			if err != nil {
				b.Fatal(err)
			}
			out = append(append(out[:0], '2'), data...)
		}
	})
}
