package eioproto_test

import (
	"bytes"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// The frames are those of the reference, engine.io-parser 5.2.
func TestFrame(t *testing.T) {
	long := strings.Repeat("a", 199)
	longer := strings.Repeat("a", 69_999)
	tests := []struct {
		name   string
		packet eioproto.Packet
		frame  string
	}{
		{"open", eioproto.Packet{Type: eioproto.Open}, "\x010"},
		{"open of a session", eioproto.Packet{Type: eioproto.Open, Data: []byte(`{"sid":"abc"}`)}, "\x0e0{\"sid\":\"abc\"}"},
		{"probe", eioproto.Packet{Type: eioproto.Ping, Data: []byte("probe")}, "\x062probe"},
		{"text", text("€"), "\x044€"},
		{"binary", attachment("\x01\x02\x03"), "\x83\x01\x02\x03"},
		{"125 bytes", text(long[:124]), "\x7d4" + long[:124]},
		{"126 bytes", text(long[:125]), "\x7e\x00\x7e4" + long[:125]},
		{"200 bytes", text(long), "\x7e\x00\xc84" + long},
		{"65,535 bytes", attachment(longer[:65_535]), "\xfe\xff\xff" + longer[:65_535]},
		{"65,536 bytes", attachment(longer[:65_536]), "\xff\x00\x00\x00\x00\x00\x01\x00\x00" + longer[:65_536]},
		{"70,000 bytes", text(longer), "\x7f\x00\x00\x00\x00\x00\x01\x11\x704" + longer},
		{"empty binary as text", attachment(""), "\x01b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := eioproto.AppendFrame([]byte("before"), tt.packet)
			if diff := cmp.Diff("before"+tt.frame, string(got)); diff != "" {
				t.Errorf("AppendFrame (-want +got):\n%s", diff)
			}
			packet, rest, err := decodeFrame([]byte(tt.frame), math.MaxInt64)
			if err != nil || len(rest) > 0 {
				t.Fatalf("left %q, error %v", rest, err)
			}
			if diff := cmp.Diff(tt.packet, packet, equateEmpty); diff != "" {
				t.Errorf("decoded (-want +got):\n%s", diff)
			}
		})
	}
}

// decodeFrame decodes the frame at the beginning of b as a reader of a stream
// does.
func decodeFrame(b []byte, limit int64) (p eioproto.Packet, rest []byte, err error) {
	head := min(eioproto.FrameHeaderSize(b[0]), len(b))
	h, err := eioproto.DecodeFrameHeader(b[:head], limit)
	if err != nil {
		return p, b, err
	}
	if int64(len(b)-head) < h.Length {
		return p, b, errCut
	}
	data, rest := b[head:head+int(h.Length)], b[head+int(h.Length):]
	if h.Binary {
		return eioproto.Packet{Type: eioproto.Message, Binary: true, Data: data}, rest, nil
	}
	p, err = eioproto.DecodePacket(data)
	return p, rest, err
}

var errCut = errors.New("frame is cut short")

func TestFrameHeaderRefuses(t *testing.T) {
	tests := []struct {
		name, header string
		limit        int64
		want         error
	}{
		{"no bytes", "", 10, eioproto.ErrLength},
		{"cut", "\x7e\x01", 1000, eioproto.ErrLength},
		{"more than a header", "\x05a", 10, eioproto.ErrLength},
		{"empty text", "\x00", 10, eioproto.ErrEmpty},
		{"empty binary", "\x80", 10, eioproto.ErrEmpty},
		{"empty in 16 bits", "\x7e\x00\x00", 10, eioproto.ErrEmpty},
		{"empty in 64 bits", "\x7f\x00\x00\x00\x00\x00\x00\x00\x00", 10, eioproto.ErrEmpty},
		{"one too long", "\x0b", 10, eioproto.ErrLength},
		{"16 bits too long", "\x7e\xff\xff", 65_534, eioproto.ErrLength},
		{"32 bits too long", "\xff\x00\x00\x00\x01\x00\x00\x00\x00", 1 << 20, eioproto.ErrLength},
		{"largest signed", "\x7f\x7f\xff\xff\xff\xff\xff\xff\xff", math.MaxInt64 - 1, eioproto.ErrLength},
		{"negative if signed", "\x7f\x80\x00\x00\x00\x00\x00\x00\x01", math.MaxInt64, eioproto.ErrLength},
		{"largest", "\x7f\xff\xff\xff\xff\xff\xff\xff\xff", math.MaxInt64, eioproto.ErrLength},
		{"nothing is allowed", "\x01", 0, eioproto.ErrLength},
		{"less than nothing", "\x01", -1, eioproto.ErrLength},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if h, err := eioproto.DecodeFrameHeader([]byte(tt.header), tt.limit); !errors.Is(err, tt.want) {
				t.Errorf("%+v, error %v, want %v", h, err, tt.want)
			}
		})
	}
}

// FuzzFrames checks that what decodes also encodes, and that no length is
// believed beyond the limit.
func FuzzFrames(f *testing.F) {
	for _, seed := range []string{
		"\x010", "\x0e0{\"sid\":\"abc\"}", "\x062probe\x015", "\x044€", "\x83\x01\x02\x03\x014", "\x7e\x00\x054abcd",
		"\x7f\x00\x00\x00\x00\x00\x00\x00\x024a", "\x00", "\x80", "\xff\xff\xff\xff\xff\xff\xff\xff\xff", "\x01b", "\x05bAQI=",
	} {
		f.Add([]byte(seed))
	}
	const limit = 1 << 10
	f.Fuzz(func(t *testing.T, b []byte) {
		for len(b) > 0 {
			p, rest, err := decodeFrame(b, limit)
			if err != nil {
				return
			}
			if len(p.Data) > limit {
				t.Fatalf("a packet of %d bytes, limit %d", len(p.Data), limit)
			}
			again, left, err := decodeFrame(eioproto.AppendFrame(nil, p), 2*limit)
			if err != nil || len(left) > 0 {
				t.Fatalf("%+v encoded and decoded: left %q, error %v", p, left, err)
			}
			if again.Type != p.Type || again.Binary != p.Binary || !bytes.Equal(again.Data, p.Data) {
				t.Fatalf("%+v encoded and decoded is %+v", p, again)
			}
			b = rest
		}
	})
}
