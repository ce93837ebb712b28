package eioproto_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

func TestHandshake(t *testing.T) {
	h := eioproto.Handshake{
		SID:          "Cl-t9bS98ZDDPQ_bAAAB",
		Upgrades:     []string{"websocket"},
		PingInterval: 25 * time.Second,
		PingTimeout:  20 * time.Second,
		MaxPayload:   1_000_000,
	}
	const want = `0{"sid":"Cl-t9bS98ZDDPQ_bAAAB","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`
	packet := h.OpenPacket()
	if got := string(eioproto.AppendPacket(nil, packet)); got != want {
		t.Errorf("open packet\n got %s\nwant %s", got, want)
	}
	got, err := eioproto.DecodeHandshake(packet.Data)
	if err != nil {
		t.Fatalf("DecodeHandshake(%s): %v", packet.Data, err)
	}
	if diff := cmp.Diff(h, got); diff != "" {
		t.Errorf("DecodeHandshake (-want +got):\n%s", diff)
	}
}

func TestHandshakeWithoutUpgrades(t *testing.T) {
	h := eioproto.Handshake{SID: "x", PingInterval: time.Second, PingTimeout: time.Second, MaxPayload: 1}
	const want = `{"sid":"x","upgrades":[],"pingInterval":1000,"pingTimeout":1000,"maxPayload":1}`
	if got := string(h.OpenPacket().Data); got != want {
		t.Errorf("open packet %s, want %s", got, want)
	}
}

func TestDecodeHandshakeRefuses(t *testing.T) {
	for _, data := range []string{
		``,
		`null`,
		`[]`,
		`{"sid":1}`,
		`{"sid":"","pingInterval":1,"pingTimeout":1}`,
		`{"sid":"x","pingInterval":0,"pingTimeout":1}`,
		`{"sid":"x","pingInterval":-1,"pingTimeout":1}`,
		`{"sid":"x","pingInterval":1,"pingTimeout":9223372036854775807}`,
		`{"sid":"x","pingInterval":9223372036854775807,"pingTimeout":1}`,
	} {
		if h, err := eioproto.DecodeHandshake([]byte(data)); err == nil {
			t.Errorf("DecodeHandshake(%s) = %+v, want an error", data, h)
		}
	}
}

func TestDecodeSID(t *testing.T) {
	if sid, err := eioproto.DecodeSID([]byte(`{"sid":"abc","more":1}`)); sid != "abc" || err != nil {
		t.Errorf("DecodeSID = %q, %v", sid, err)
	}
	for _, data := range []string{"", "{}", "null", `{"sid":""}`, `{"sid":1}`, `{"sid":"abc"`, `"abc"`} {
		if sid, err := eioproto.DecodeSID([]byte(data)); err == nil {
			t.Errorf("DecodeSID(%s) = %q", data, sid)
		}
	}
}
