package sioproto_test

import (
	"bytes"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// FuzzStream feeds a decoder the frames of a connection: lines are text
// messages, those that begin with a tilde are binary.
func FuzzStream(f *testing.F) {
	for _, sample := range samples {
		stream := []byte(sample.text)
		for _, b := range sample.packet.Attachments {
			stream = fmt.Appendf(stream, "\n~%s", b)
		}
		f.Add(stream)
	}
	for _, seed := range []string{
		"2{}", "2[]", "42[\"e\",1]xyz", "2[{\"toString\":\"foo\"}]", "2[\"connect\"]", "2-1[\"x\"]", "5[", "51-",
		"51-[\"e\",{\"_placeholder\":true,\"num\":5}]\n~x", "52-[\"e\"]\n2[\"x\"]", "~x", "0/a\n1/a,\n0/a,{}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, stream []byte) {
		var d sioproto.Decoder
		for frame := range bytes.SplitSeq(stream, []byte("\n")) {
			p, err := feed(&d, frame)
			if err != nil {
				if d.Pending() {
					t.Fatalf("%q: a packet is held after %v", frame, err)
				}
				return // the connection ends
			}
			if p != nil {
				checkAgain(t, p)
			}
		}
	})
}

func feed(d *sioproto.Decoder, frame []byte) (*sioproto.Packet, error) {
	if b, ok := bytes.CutPrefix(frame, []byte("~")); ok {
		return d.Binary(b)
	}
	return d.Text(frame)
}

// checkAgain wants p to be the same after it was written and read.
func checkAgain(t *testing.T, p *sioproto.Packet) {
	t.Helper()
	text := sioproto.Append(nil, p)
	again := decode(t, new(sioproto.Decoder), string(text), p.Attachments)
	if diff := cmp.Diff(p, again); diff != "" {
		t.Fatalf("%q (-first +again):\n%s", text, diff)
	}
}
