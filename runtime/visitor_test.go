package rt_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing/synctest"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

// visitor is a peer that keeps what the official client keeps to be recovered:
// the pid, and for an offset any text that an event without an ack ends with.
type visitor struct {
	w         *world
	namespace string
	auth      string // members of the auth object
	peer      *peer

	id          rt.SocketID
	pid, offset string
	recovered   bool
	events      []string // what has come since the last look, without offsets
}

// visit connects a new visitor.
func (w *world) visit(namespace string) *visitor {
	w.t.Helper()
	v := &visitor{w: w, namespace: namespace}
	v.comeBack()
	return v
}

// comeBack connects again and reports whether the server has recovered the peer.
func (v *visitor) comeBack() bool {
	v.w.t.Helper()
	v.peer = v.w.dial()
	v.peer.send("0" + prefix(v.namespace) + v.ticket())
	answered := false
	for !answered {
		answered = v.take(v.peer.next())
	}
	return v.recovered
}

// ticket returns the auth object.
func (v *visitor) ticket() string {
	var members []string
	if v.pid != "" {
		members = append(members, fmt.Sprintf(`"pid":%q`, v.pid))
		if v.offset != "" {
			members = append(members, fmt.Sprintf(`"offset":%q`, v.offset))
		}
	}
	if v.auth != "" {
		members = append(members, v.auth)
	}
	return "{" + strings.Join(members, ",") + "}"
}

// take takes a packet and reports whether it is the answer to the CONNECT.
func (v *visitor) take(packet string) (answered bool) {
	v.w.t.Helper()
	if data, ok := strings.CutPrefix(packet, "0"+prefix(v.namespace)); ok {
		var answer struct{ SID, PID string }
		if err := json.Unmarshal([]byte(data), &answer); err != nil || answer.PID == "" {
			v.w.t.Fatalf("CONNECT was answered %s", packet)
		}
		v.recovered = v.pid == answer.PID
		v.id, v.pid = rt.SocketID(answer.SID), answer.PID
		return true
	}
	v.hear(packet)
	return false
}

// hear takes an event.
func (v *visitor) hear(packet string) {
	v.w.t.Helper()
	var args []json.RawMessage
	data, ok := strings.CutPrefix(packet, "2"+prefix(v.namespace))
	if !ok || json.Unmarshal([]byte(data), &args) != nil {
		v.w.t.Fatalf("got packet %s, want an event", packet)
	}
	end := len(args) - 1
	if json.Unmarshal(args[end], &v.offset) == nil {
		args = args[:end]
	}
	if string(args[0]) == `"rt:offset"` {
		return
	}
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i] = string(a)
	}
	v.events = append(v.events, strings.Join(texts, " "))
}

// heard returns the events that have come since the last call.
func (v *visitor) heard() []string {
	v.w.t.Helper()
	synctest.Wait()
	for len(v.peer.got) > 0 {
		v.take(<-v.peer.got)
	}
	events := v.events
	v.events = nil
	return events
}

// cut breaks the connection; the server knows when it returns.
func (v *visitor) cut() {
	v.w.t.Helper()
	v.peer.ws.NetConn().Close()
	select {
	case <-v.peer.gone:
	case <-time.After(time.Minute):
		v.w.t.Fatal("the connection is open")
	}
	synctest.Wait()
}

// absent takes what has come, and breaks the connection.
func (v *visitor) absent() {
	v.w.t.Helper()
	v.heard()
	v.cut()
}
