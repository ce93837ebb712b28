package engineio

import (
	"time"

	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// probeLimit is the largest message of a probe, in bytes.
const probeLimit = 64

// probe reads the probe's packets until the upgrade, and then the session's
// messages. A probe that fails leaves the session on polling.
func (t *webSocket) probe() {
	t.setLimit(probeLimit)
	t.conn.Conn.SetReadDeadline(time.Now().Add(t.conn.srv.opts.UpgradeTimeout))
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
func (t *webSocket) failProbe(politely bool) {
	t.session.probeFailed()
	if t.conn.goodbye(closeFrame.frames) && politely {
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
func (t *webSocket) readProbe() (string, error) {
	kind, buf, err := t.readMessage()
	if err != nil {
		return "", err
	}
	defer free(&inputs, buf)
	if kind != websocket.TextMessage {
		return "", nil
	}
	return string(*buf), nil
}
