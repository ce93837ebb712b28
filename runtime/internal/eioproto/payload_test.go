package eioproto_test

import (
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

var equateEmpty = cmpopts.EquateEmpty()

func text(data string) eioproto.Packet {
	return eioproto.Packet{Type: eioproto.Message, Data: []byte(data)}
}

// decode returns the packets of a payload up to its first error.
func decode(payload string, limit int) ([]eioproto.Packet, error) {
	return collect(eioproto.DecodePayload([]byte(payload), limit))
}

// collect returns packets up to the first error.
func collect(seq iter.Seq2[eioproto.Packet, error]) (packets []eioproto.Packet, err error) {
	for p, err := range seq {
		if err != nil {
			return packets, err
		}
		packets = append(packets, p)
	}
	return packets, nil
}

func TestPayload(t *testing.T) {
	packets := []eioproto.Packet{
		text("hello"),
		{Type: eioproto.Message, Binary: true, Data: []byte{1, 2, 3, 4}},
		{Type: eioproto.Pong},
	}
	const want = "4hello\x1ebAQIDBA==\x1e3"
	if got := string(eioproto.AppendPayload(nil, packets...)); got != want {
		t.Errorf("AppendPayload = %q, want %q", got, want)
	}
	got, err := decode(want, 3)
	if err != nil {
		t.Fatalf("DecodePayload(%q): %v", want, err)
	}
	if diff := cmp.Diff(packets, got, equateEmpty); diff != "" {
		t.Errorf("DecodePayload(%q) (-want +got):\n%s", want, diff)
	}
}

func TestDecodePayloadStopsAtTheFirstError(t *testing.T) {
	tests := []struct {
		name, payload string
		limit         int
		packets       []eioproto.Packet
		want          error
	}{
		{"empty body", "", 10, nil, eioproto.ErrEmpty},
		{"leading separator", "\x1e4a", 10, nil, eioproto.ErrEmpty},
		{"trailing separator", "4a\x1e", 10, []eioproto.Packet{text("a")}, eioproto.ErrEmpty},
		{"P08 behind an invalid packet", "4a\x1ex\x1e4b", 10, []eioproto.Packet{text("a")}, eioproto.ErrUnknownType},
		{"P02 separators alone", strings.Repeat("\x1e", 500_000), 1000, nil, eioproto.ErrTooMany},
		{"P02 one packet too many", "4a\x1e4b\x1e4c", 2, nil, eioproto.ErrTooMany},
		{"P02 as many as allowed", "4a\x1e4b", 2, []eioproto.Packet{text("a"), text("b")}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := decode(tt.payload, tt.limit)
			if !errors.Is(err, tt.want) {
				t.Errorf("error = %v, want %v", err, tt.want)
			}
			if diff := cmp.Diff(tt.packets, got, equateEmpty); diff != "" {
				t.Errorf("packets (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzDecodePayload(f *testing.F) {
	for _, seed := range []string{
		"4hello\x1ebAQIDBA==", "0{\"sid\":\"Cl-t9bS98ZDDPQ_bAAAB\"}\x1e4zz", "1", "2", "2probe", "3probe", "4", "5", "6",
		"", "\x1e", "abc", "7x", ":", "\ufeff4a", "4a\x1ex\x1e42[\"e\"]", "1\x1e42[\"e\"]", strings.Repeat("\x1e", 100),
		"4\xff\xfe\xed\xa0\x80", "b====", "bAQ-_", "bAQID\nBA==", "4a\u001e42[\"x\"]", "b", "bAQI=",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		packets, err := decode(string(payload), 100)
		if err != nil {
			return
		}
		// There is one payload for each list of packets.
		if got := eioproto.AppendPayload(nil, packets...); string(got) != string(payload) {
			t.Errorf("decoded and encoded: %q, was %q", got, payload)
		}
	})
}
