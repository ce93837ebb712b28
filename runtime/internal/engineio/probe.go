package engineio

import (
	"time"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// probeLimit is the largest message of a probe, in bytes.
const probeLimit = 64

// probe reads the probe's packets until the upgrade, which must come before the
// deadline, and then the session's messages. A probe that fails leaves the session
// on polling.
func (t *duplex) probe(deadline time.Time) {
	t.framing.setLimit(probeLimit)
	t.conn.Conn.SetReadDeadline(deadline)
	for {
		packet, err := t.readProbe()
		switch {
		case err == nil && packet == pingProbe:
			t.session.probed()
			t.conn.send(pongProbe, false, false)
		case err == nil && packet == upgradePacket && t.session.upgrade(t):
			t.conn.Conn.SetReadDeadline(time.Time{})
			t.run()
			return
		default:
			t.failProbe(err == nil)
			return
		}
	}
}

// failProbe closes a probe, politely if the peer is still there.
func (t *duplex) failProbe(politely bool) {
	t.session.probeFailed()
	if t.conn.goodbye(t.framing.farewell(plainly)) && politely {
		t.conn.linger()
	}
	t.conn.Conn.Close()
}

const (
	pingProbe     = string(eioproto.Ping) + eioproto.Probe
	upgradePacket = string(eioproto.Upgrade)
)

var pongProbe = newPacket(byte(eioproto.Pong), eioproto.Probe)

// readProbe reads one text message of a probe.
func (t *duplex) readProbe() (string, error) {
	binary, buf, err := t.framing.readMessage()
	if err != nil {
		return "", err
	}
	defer free(&inputs, buf)
	if binary {
		return "", nil
	}
	return string(*buf), nil
}
