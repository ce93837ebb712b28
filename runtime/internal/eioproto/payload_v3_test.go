package eioproto_test

import (
	"errors"
	"iter"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// The payloads are those of the reference, engine.io 6.6 with allowEIO3.
func TestPayloadV3(t *testing.T) {
	tests := []struct {
		name         string
		packets      []eioproto.Packet
		text, binary string
	}{
		{"one", []eioproto.Packet{text("hello")}, "6:4hello", "\x00\x06\xff4hello"},
		{
			"two",
			[]eioproto.Packet{text(`2["a"]`), {Type: eioproto.Pong}},
			`7:42["a"]1:3`, "\x00\x07\xff42[\"a\"]\x00\x01\xff3",
		},
		{
			"lengths in UTF-16",
			[]eioproto.Packet{text("€"), text("😀é")},
			"2:4€4:4😀é", "\x00\x04\xff4€\x00\x07\xff4😀é",
		},
		{
			"binary",
			[]eioproto.Packet{text("x"), attachment("\x01\x02\x03\x04")},
			"2:4x10:b4AQIDBA==", "\x00\x02\xff4x\x01\x05\xff\x04\x01\x02\x03\x04",
		},
		{"empty binary", []eioproto.Packet{attachment("")}, "2:b4", "\x01\x01\xff\x04"},
		{
			"length with zeros",
			[]eioproto.Packet{text(strings.Repeat("a", 99))},
			"100:4" + strings.Repeat("a", 99), "\x00\x01\x00\x00\xff4" + strings.Repeat("a", 99),
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(eioproto.AppendPayloadV3(nil, tt.packets...)); got != tt.text {
				t.Errorf("AppendPayloadV3 = %q, want %q", got, tt.text)
			}
			if got := string(eioproto.AppendBinaryPayloadV3(nil, tt.packets...)); got != tt.binary {
				t.Errorf("AppendBinaryPayloadV3 = %q, want %q", got, tt.binary)
			}
			for payload, seq := range map[string]iter.Seq2[eioproto.Packet, error]{
				tt.text:   eioproto.DecodePayloadV3([]byte(tt.text), len(tt.packets)),
				tt.binary: eioproto.DecodeBinaryPayloadV3([]byte(tt.binary), len(tt.packets)),
			} {
				got, err := collect(seq)
				if err != nil {
					t.Fatalf("decoding %q: %v", payload, err)
				}
				if diff := cmp.Diff(tt.packets, got, equateEmpty); diff != "" {
					t.Errorf("decoding %q (-want +got):\n%s", payload, diff)
				}
			}
		})
	}
}

func TestDecodePayloadV3StopsAtTheFirstError(t *testing.T) {
	tests := []struct {
		name, payload string
		limit         int
		packets       []eioproto.Packet
		want          error
	}{
		{"empty body", "", 10, nil, eioproto.ErrEmpty},
		{"no length", ":4a", 10, nil, eioproto.ErrLength},
		{"no packet", "0:", 10, nil, eioproto.ErrLength},
		{"length alone", "12", 10, nil, eioproto.ErrLength},
		{"leading zero", "02:4a", 10, nil, eioproto.ErrLength},
		{"sign", "+2:4a", 10, nil, eioproto.ErrLength},
		{"exponent", "2e0:4a", 10, nil, eioproto.ErrLength},
		{"P06 longer than the body", "3:4a", 10, nil, eioproto.ErrLength},
		{"W04 beyond all numbers", strings.Repeat("9", 400) + ":4a", 10, nil, eioproto.ErrLength},
		{"W04 wraps to two", "18446744073709551618:4a", 10, nil, eioproto.ErrLength},
		{"shorter than the packet", "2:4ab", 10, []eioproto.Packet{text("a")}, eioproto.ErrLength},
		{"length in bytes", "4:4€", 10, nil, eioproto.ErrLength},
		{"ends within a character", "2:4😀", 10, nil, eioproto.ErrLength},
		{"P10 no UTF-8", "3:4\xff\xfe", 10, nil, eioproto.ErrUTF8},
		{"P10 cut character", "2:4\xe2\x82", 10, nil, eioproto.ErrUTF8},
		{"P08 behind an invalid packet", "2:4a1:x2:4b", 10, []eioproto.Packet{text("a")}, eioproto.ErrUnknownType},
		{"version 4", "4a\x1e4b", 10, nil, eioproto.ErrLength},
		{"P02 one packet too many", "2:4a2:4b", 1, []eioproto.Packet{text("a")}, eioproto.ErrTooMany},
		{"P02 as many as allowed", "2:4a2:4b", 2, []eioproto.Packet{text("a"), text("b")}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := collect(eioproto.DecodePayloadV3([]byte(tt.payload), tt.limit))
			if !errors.Is(err, tt.want) {
				t.Errorf("error = %v, want %v", err, tt.want)
			}
			if diff := cmp.Diff(tt.packets, got, equateEmpty); diff != "" {
				t.Errorf("packets (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodeBinaryPayloadV3StopsAtTheFirstError(t *testing.T) {
	tests := []struct {
		name, payload string
		limit         int
		packets       []eioproto.Packet
		want          error
	}{
		{"empty body", "", 10, nil, eioproto.ErrEmpty},
		{"kind alone", "\x00", 10, nil, eioproto.ErrLength},
		{"no length", "\x00\xff4a", 10, nil, eioproto.ErrLength},
		{"no packet", "\x00\x00\xff", 10, nil, eioproto.ErrLength},
		{"leading zero", "\x00\x00\x02\xff4a", 10, nil, eioproto.ErrLength},
		{"length in characters", "\x002\xff4a", 10, nil, eioproto.ErrLength},
		{"P06 longer than the body", "\x01\x09\xff\x04a", 10, nil, eioproto.ErrLength},
		{"W04 beyond all numbers", "\x01" + strings.Repeat("\x09", 400) + "\xff\x04a", 10, nil, eioproto.ErrLength},
		{"unknown kind", "\x02\x02\xff4a", 10, nil, eioproto.ErrUnknownType},
		{"base64 in bytes", "\x00\x06\xffb4AQI=", 10, nil, eioproto.ErrUnknownType},
		{"P10 no UTF-8", "\x00\x02\xff4\xff", 10, nil, eioproto.ErrUTF8},
		{"P08 behind an invalid packet", "\x00\x02\xff4a\x01\x01\xff\x02\x00\x02\xff4b", 10, []eioproto.Packet{text("a")}, eioproto.ErrUnknownType},
		{"P02 one packet too many", "\x00\x02\xff4a\x00\x02\xff4b", 1, []eioproto.Packet{text("a")}, eioproto.ErrTooMany},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := collect(eioproto.DecodeBinaryPayloadV3([]byte(tt.payload), tt.limit))
			if !errors.Is(err, tt.want) {
				t.Errorf("error = %v, want %v", err, tt.want)
			}
			if diff := cmp.Diff(tt.packets, got, equateEmpty); diff != "" {
				t.Errorf("packets (-want +got):\n%s", diff)
			}
		})
	}
}

func FuzzDecodePayloadV3(f *testing.F) {
	for _, seed := range []string{
		"6:4hello", `7:42["a"]1:3`, "2:4€4:4😀é", "2:4x10:b4AQIDBA==", "2:b4", "1:2", "6:2probe", "1:5", "1:6",
		"", ":", "0:", "02:4a", "3:4a", "18446744073709551618:4a", "2:4ab", "4:4€", "2:4😀", "3:4\xff\xfe", "1:x",
		"\x00\x06\xff4hello", "\x00\x02\xff4x\x01\x05\xff\x04\x01\x02\x03\x04", "\x01\x01\xff\x04", "\x00\x04\xff4€",
		"\x00", "\x00\xff", "\x00\x00\xff", "\x01\x09\xff\x04", "\x02\x02\xff4a", "\x00\x06\xffb4AQI=", "\x00\x02\xff4\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, payload []byte) {
		was := slices.Clone(payload)
		// There is one payload of either form for each list of packets.
		if packets, err := collect(eioproto.DecodePayloadV3(payload, 100)); err == nil {
			if got := eioproto.AppendPayloadV3(nil, packets...); string(got) != string(payload) {
				t.Errorf("decoded and encoded: %q, was %q", got, payload)
			}
		}
		if packets, err := collect(eioproto.DecodeBinaryPayloadV3(payload, 100)); err == nil {
			if got := eioproto.AppendBinaryPayloadV3(nil, packets...); string(got) != string(payload) {
				t.Errorf("decoded and encoded as bytes: %q, was %q", got, payload)
			}
		}
		if !slices.Equal(was, payload) {
			t.Errorf("decoding has changed %q to %q", was, payload)
		}
	})
}
