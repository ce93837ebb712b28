package eioproto

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

var errNoSID = errors.New("eioproto: open packet: no sid")

// A Handshake is the data of an open packet.
type Handshake struct {
	// SID is the session id.
	SID string
	// Upgrades lists the transports the client may move to.
	Upgrades []string
	// PingInterval and PingTimeout have millisecond precision on the wire.
	PingInterval time.Duration
	PingTimeout  time.Duration
	// MaxPayload is the largest request body the server accepts, in bytes.
	MaxPayload int64
}

// wireHandshake has the keys in the order the reference server writes them.
type wireHandshake struct {
	SID          string   `json:"sid"`
	Upgrades     []string `json:"upgrades"`
	PingInterval int64    `json:"pingInterval"`
	PingTimeout  int64    `json:"pingTimeout"`
	MaxPayload   int64    `json:"maxPayload"`
}

// OpenPacket returns the packet that carries h.
func (h Handshake) OpenPacket() Packet {
	upgrades := h.Upgrades
	if upgrades == nil {
		upgrades = []string{} // null would break clients
	}
	data, err := json.Marshal(wireHandshake{
		SID:          h.SID,
		Upgrades:     upgrades,
		PingInterval: h.PingInterval.Milliseconds(),
		PingTimeout:  h.PingTimeout.Milliseconds(),
		MaxPayload:   h.MaxPayload,
	})
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	return Packet{Type: Open, Data: data}
}

// DecodeHandshake decodes the data of an open packet. Keys it does not know are
// ignored.
func DecodeHandshake(data []byte) (Handshake, error) {
	var w wireHandshake
	if err := json.Unmarshal(data, &w); err != nil {
		return Handshake{}, fmt.Errorf("eioproto: open packet: %w", err)
	}
	const maxMillis = int64(1<<63-1) / int64(time.Millisecond)
	switch {
	case w.SID == "":
		return Handshake{}, errNoSID
	case w.PingInterval <= 0 || w.PingInterval > maxMillis:
		return Handshake{}, errors.New("eioproto: open packet: pingInterval out of range")
	case w.PingTimeout <= 0 || w.PingTimeout > maxMillis:
		return Handshake{}, errors.New("eioproto: open packet: pingTimeout out of range")
	}
	return Handshake{
		SID:          w.SID,
		Upgrades:     w.Upgrades,
		PingInterval: time.Duration(w.PingInterval) * time.Millisecond,
		PingTimeout:  time.Duration(w.PingTimeout) * time.Millisecond,
		MaxPayload:   w.MaxPayload,
	}, nil
}

// DecodeSID decodes the data of a client's open packet: the id of the session
// that a stream is to carry on.
func DecodeSID(data []byte) (string, error) {
	var w struct {
		SID string `json:"sid"`
	}
	if err := json.Unmarshal(data, &w); err != nil {
		return "", fmt.Errorf("eioproto: open packet: %w", err)
	}
	if w.SID == "" {
		return "", errNoSID
	}
	return w.SID, nil
}
