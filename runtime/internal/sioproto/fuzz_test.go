package sioproto_test

import (
	"bytes"
	"fmt"
	"strings"
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
		"2", "abc", "2[null]", "2[[\"e\"]]", "2[true]", "2[\"newListener\"]", "2[\"__proto__\",{\"constructor\":1}]", "2[\"e\",NaN]",
		"2[\"e\",0x10]", "2[\"e\",012]", "2[\"e\",1,]", "2[\"e\"/**/]", "2[\"e\",\"\\x41\"]", "2[\"e\",\"\x00\"]", "2[\"e\"][\"f\"]",
		"2[\"e\",[[[[[[[[1]]]]]]]]]", "2[\"e\",1,2,3,4,5,6,7,8]", "21.5[\"e\"]", "20x10[\"e\"]", "29007199254740993[\"e\"]",
		"218446744073709551616[\"e\"]", "2 1[\"e\"]", "2\ufeff[\"e\"]", "2\u0661[\"e\"]", "3[\"x\"]", "39{}", "2[\"e\",1e400,-0,1e-400]",
		"2[\"e\",\"\\ud800\\u0000\\u001e\u2028\uffff\"]", "2[\"a\u001e42\"]", "2[\"e\",\"\xff\xfe\xed\xa0\x80\"]",
		"5-[", "5-1-", "51.5-", "5abc-", "51000000000-", "52147483648-", "5" + strings.Repeat("9", 22) + "-[\"e\"]", "51[\"e\"]",
		"50-[\"e\"]\n~x", "511-[\"e\"]", "51-/x,[\"e\",{\"_placeholder\":true,\"num\":0}]\n~x",
		"51-[\"e\",{\"_placeholder\":true,\"num\":-1}]", "51-[\"e\",{\"_placeholder\":true,\"num\":0.5}]",
		"51-[\"e\",{\"_placeholder\":true,\"num\":1e99}]", "51-[\"e\",{\"_placeholder\":true,\"num\":\"0\"}]",
		"51-[\"e\",{\"_placeholder\":true,\"num\":null}]", "2[\"e\",{\"_placeholder\":true,\"num\":0}]",
		"51-[\"e\",{\"_placeholder\":\"true\",\"num\":0}]\n~x",
		"51-[\"e\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":0}]\n~x",
		"61-0[{\"_placeholder\":true,\"num\":0}]\n~x\n~y", "0/AUTH", "0//auth", "0/a?token=secret,", "0[]", "0true", "0\"x\"", "4{\"message\":\"x\"}",
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
