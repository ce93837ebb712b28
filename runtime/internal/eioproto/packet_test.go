package eioproto_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

func TestPacketTextForm(t *testing.T) {
	tests := []struct {
		name   string
		packet eioproto.Packet
		text   string
	}{
		{"open", eioproto.Packet{Type: eioproto.Open, Data: []byte(`{"sid":"x"}`)}, `0{"sid":"x"}`},
		{"close", eioproto.Packet{Type: eioproto.Close}, "1"},
		{"ping", eioproto.Packet{Type: eioproto.Ping}, "2"},
		{"probe", eioproto.Packet{Type: eioproto.Ping, Data: []byte(eioproto.Probe)}, "2probe"},
		{"pong", eioproto.Packet{Type: eioproto.Pong}, "3"},
		{"message", eioproto.Packet{Type: eioproto.Message, Data: []byte("hello €")}, "4hello €"},
		{"empty message", eioproto.Packet{Type: eioproto.Message}, "4"},
		{"upgrade", eioproto.Packet{Type: eioproto.Upgrade}, "5"},
		{"noop", eioproto.Packet{Type: eioproto.Noop}, "6"},
		{"binary message", eioproto.Packet{Type: eioproto.Message, Binary: true, Data: []byte{1, 2, 3, 4}}, "bAQIDBA=="},
		{"empty binary message", eioproto.Packet{Type: eioproto.Message, Binary: true}, "b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(eioproto.AppendPacket(nil, tt.packet)); got != tt.text {
				t.Errorf("AppendPacket = %q, want %q", got, tt.text)
			}
			got, err := eioproto.DecodePacket([]byte(tt.text))
			if err != nil {
				t.Fatalf("DecodePacket(%q): %v", tt.text, err)
			}
			if diff := cmp.Diff(tt.packet, got, equateEmpty); diff != "" {
				t.Errorf("DecodePacket(%q) (-want +got):\n%s", tt.text, diff)
			}
		})
	}
}

func TestDecodePacketRefuses(t *testing.T) {
	tests := []struct {
		name, text string
		want       error
	}{
		{"empty", "", eioproto.ErrEmpty},
		{"P01 letters", "abc", eioproto.ErrUnknownType},
		{"P01 type 7", "7x", eioproto.ErrUnknownType},
		{"P01 type 9", "9", eioproto.ErrUnknownType},
		{"P01 character behind 9", ":", eioproto.ErrUnknownType},
		{"P01 character before 0", "/", eioproto.ErrUnknownType},
		{"P01 byte order mark", "\ufeff4hello", eioproto.ErrUnknownType},
		{"P10 bytes that are no UTF-8", "4\xff\xfe", eioproto.ErrUTF8},
		{"P10 surrogate", "4\xed\xa0\x80", eioproto.ErrUTF8},
		{"P10 beyond Unicode", "4\xf4\x90\x80\x80", eioproto.ErrUTF8},
		{"P10 in a pong", "3\xc0\xaf", eioproto.ErrUTF8},
		{"P16 padding alone", "b====", eioproto.ErrBase64},
		{"P16 URL alphabet", "bAQ-_", eioproto.ErrBase64},
		{"P16 line break", "bAQID\r\nBA==", eioproto.ErrBase64},
		{"P16 no padding", "bAQIDBA", eioproto.ErrBase64},
		{"P16 loose bits", "bAQIDBB==", eioproto.ErrBase64},
		{"P16 odd length", "b" + strings.Repeat("A", 100_001), eioproto.ErrBase64},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := eioproto.DecodePacket([]byte(tt.text)); !errors.Is(err, tt.want) {
				t.Errorf("error = %v, want %v", err, tt.want)
			}
		})
	}
}

func TestTypeString(t *testing.T) {
	got := []string{eioproto.Open.String(), eioproto.Noop.String(), eioproto.Type('x').String()}
	if diff := cmp.Diff([]string{"open", "noop", "Type(0x78)"}, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}
