package eioproto_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

func attachment(data string) eioproto.Packet {
	return eioproto.Packet{Type: eioproto.Message, Binary: true, Data: []byte(data)}
}

func TestPacketV3(t *testing.T) {
	tests := []struct {
		name   string
		packet eioproto.Packet
		text   string
	}{
		{"ping", eioproto.Packet{Type: eioproto.Ping}, "2"},
		{"message", text("hello €"), "4hello €"},
		{"binary message", attachment("\x01\x02\x03\x04"), "b4AQIDBA=="},
		{"empty binary message", attachment(""), "b4"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(eioproto.AppendPacketV3(nil, tt.packet)); got != tt.text {
				t.Errorf("AppendPacketV3 = %q, want %q", got, tt.text)
			}
			got, err := eioproto.DecodePacketV3([]byte(tt.text))
			if err != nil {
				t.Fatalf("DecodePacketV3(%q): %v", tt.text, err)
			}
			if diff := cmp.Diff(tt.packet, got, equateEmpty); diff != "" {
				t.Errorf("DecodePacketV3(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestDecodePacketV3Refuses(t *testing.T) {
	tests := []struct {
		name, text string
		want       error
	}{
		{"empty", "", eioproto.ErrEmpty},
		{"P01", "7x", eioproto.ErrUnknownType},
		{"P10", "4\xff", eioproto.ErrUTF8},
		{"base64 without a type", "b", eioproto.ErrUnknownType},
		{"base64 of version 4", "bAQIDBA==", eioproto.ErrUnknownType},
		{"ping in base64", "b2AQIDBA==", eioproto.ErrUnknownType},
		{"P16", "b4AQ-_", eioproto.ErrBase64},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := eioproto.DecodePacketV3([]byte(tt.text)); !errors.Is(err, tt.want) {
				t.Errorf("error = %v, want %v", err, tt.want)
			}
		})
	}
}

func TestBinaryV3(t *testing.T) {
	const frame = "\x04\x01\x02"
	if got := string(eioproto.AppendBinaryV3(nil, []byte{1, 2})); got != frame {
		t.Errorf("AppendBinaryV3 = %q, want %q", got, frame)
	}
	got, err := eioproto.DecodeBinaryV3([]byte(frame))
	if err != nil {
		t.Fatalf("DecodeBinaryV3(%q): %v", frame, err)
	}
	if diff := cmp.Diff(attachment("\x01\x02"), got); diff != "" {
		t.Errorf("DecodeBinaryV3(%q) (-want +got):\n%s", frame, diff)
	}
	for frame, want := range map[string]error{
		"":         eioproto.ErrEmpty,
		"\x02":     eioproto.ErrUnknownType, // a ping
		"4\x01":    eioproto.ErrUnknownType,
		"\xff\x01": eioproto.ErrUnknownType,
	} {
		if _, err := eioproto.DecodeBinaryV3([]byte(frame)); !errors.Is(err, want) {
			t.Errorf("DecodeBinaryV3(%q): error = %v, want %v", frame, err, want)
		}
	}
}
