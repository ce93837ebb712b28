package eioproto

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
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

// OpenPacket returns the packet that carries h, with the keys in the order the
// reference server writes them. The strings stand in it as they are: they must need
// no escaping, as session ids and names of transports never do.
func (h Handshake) OpenPacket() Packet {
	b := append(make([]byte, 0, 128), `{"sid":"`...)
	b = append(append(b, h.SID...), `","upgrades":[`...)
	for i, name := range h.Upgrades {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, '"'), name...), '"')
	}
	b = strconv.AppendInt(append(b, `],"pingInterval":`...), h.PingInterval.Milliseconds(), 10)
	b = strconv.AppendInt(append(b, `,"pingTimeout":`...), h.PingTimeout.Milliseconds(), 10)
	b = strconv.AppendInt(append(b, `,"maxPayload":`...), h.MaxPayload, 10)
	return Packet{Type: Open, Data: append(b, '}')}
}

// DecodeHandshake decodes the data of an open packet. Keys it does not know are
// ignored.
func DecodeHandshake(data []byte) (Handshake, error) {
	var w struct {
		SID          string   `json:"sid"`
		Upgrades     []string `json:"upgrades"`
		PingInterval int64    `json:"pingInterval"`
		PingTimeout  int64    `json:"pingTimeout"`
		MaxPayload   int64    `json:"maxPayload"`
	}
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
