package rt_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

var (
	recovering = rt.Options{RecoveryWindow: 2 * time.Minute}
	news       = rt.Event[int]{Name: "news"}
	tick       = rt.Event[rt.None]{Name: "tick"}
)

// send emits numbers, one event each.
func send(t *testing.T, to rt.Emitter, numbers ...int) {
	t.Helper()
	for _, n := range numbers {
		if err := rt.Emit(t.Context(), to, news, n); err != nil {
			t.Fatal(err)
		}
	}
}

// told returns what send sends.
func told(numbers ...int) []string {
	var events []string
	for _, n := range numbers {
		events = append(events, fmt.Sprintf(`"news" %d`, n))
	}
	return events
}

func wantHeard(t *testing.T, v *visitor, want []string) {
	t.Helper()
	if diff := cmp.Diff(want, v.heard()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

// The bytes of a recovery: D05, B12.
func TestRecoveryOnTheWire(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		n := w.Of("/")
		var auths []string
		n.Use(func(_ context.Context, s *rt.Socket) error {
			auths = append(auths, string(s.Auth()))
			return nil
		})
		n.OnConnect(func(_ context.Context, s *rt.Socket) { s.Join("here") })
		p := w.dial()
		p.send("0")
		var first struct{ SID, PID string }
		if err := json.Unmarshal([]byte(p.next()[1:]), &first); err != nil {
			t.Fatal(err)
		}
		epoch := strings.TrimSuffix(strings.TrimPrefix(p.next(), `2["rt:offset","`), `0"]`)
		at := func(position string) string { return `"` + epoch + position + `"` }

		send(t, n, 1)
		rt.Emit(t.Context(), n, tick, rt.None{})
		rt.Emit(t.Context(), n, blob, []byte("\x01\x02"))
		p.want(`2["news",1,`+at("1")+`]`, `2["tick",`+at("2")+`]`,
			`51-["blob",{"_placeholder":true,"num":0},`+at("3")+`]`, "b\x01\x02")
		p.ws.NetConn().Close()
		synctest.Wait()

		send(t, n.To("elsewhere"), 4)
		send(t, n.Volatile(), 0)
		send(t, n.To("here"), 5)
		rt.Emit(t.Context(), n.To(rt.Room(first.SID)), blob, []byte("\x00\xff"))

		p = w.dial()
		p.send(`0{"pid":"` + first.PID + `","offset":` + at("2") + `,"token":"t"}`)
		p.want(`51-["blob",{"_placeholder":true,"num":0},`+at("3")+`]`, "b\x01\x02",
			`2["news",5,`+at("5")+`]`,
			`51-["blob",{"_placeholder":true,"num":0},`+at("6")+`]`, "b\x00\xff",
			`0{"sid":"`+first.SID+`","pid":"`+first.PID+`"}`,
			`2["rt:offset",`+at("6")+`]`)
		send(t, n.To("here"), 7)
		p.want(`2["news",7,` + at("7") + `]`)
		p.wantNothing()
		if diff := cmp.Diff([]string{"", `{"token":"t"}`}, auths); diff != "" {
			t.Errorf("what the checks see of auth (-want +got):\n%s", diff)
		}
	})
}

// D05
func TestRecovered(t *testing.T) {
	leave := map[string]func(v *visitor){
		"cut":     (*visitor).cut,
		"orderly": func(v *visitor) { v.peer.ws.Close(); synctest.Wait() },
		"close packet": func(v *visitor) {
			v.peer.write(1, "1")
			v.peer.wantClosed()
			synctest.Wait()
		},
		"broke the rules": func(v *visitor) {
			v.peer.send("2/nowhere,[1]")
			v.peer.wantClosed()
			synctest.Wait()
		},
	}
	for name, leave := range leave {
		t.Run(name, func(t *testing.T) {
			inWorld(t, recovering, func(t *testing.T, w *world) {
				n := w.Of("/")
				var last *rt.Socket
				n.OnConnect(func(_ context.Context, s *rt.Socket) {
					if !s.Recovered() {
						s.Join("room")
						s.SetData("data")
					}
					last = s
				})
				v := w.visit("/")
				id := v.id
				for i := range 3 { // three times, then quiet
					send(t, n, 10*i)
					wantHeard(t, v, told(10*i))
					leave(v)
					send(t, n.To("room"), 10*i+1)
					send(t, n.Except("room"), 10*i+2)
					send(t, n, 10*i+3)
					if !v.comeBack() {
						t.Fatalf("not recovered at return %d", i+1)
					}
					wantHeard(t, v, told(10*i+1, 10*i+3))
				}
				for range 2 {
					leave(v)
					<-time.After(time.Minute)
					if !v.comeBack() {
						t.Fatal("not recovered after a quiet time")
					}
					wantHeard(t, v, nil)
				}
				if v.id != id || last.ID() != id || last.Data() != "data" || !last.In("room") || n.Len() != 1 {
					t.Errorf("id %s, want %s; data %v, rooms %v, %d members", v.id, id, last.Data(), last.Rooms(), n.Len())
				}
			})
		})
	}
}

// D06: time that passes while a peer is connected takes nothing away from it, be
// it that it got its last event long ago or none at all.
func TestRecoveredAfterAnIdleTime(t *testing.T) {
	for name, before := range map[string][]int{"no event": nil, "an event long ago": {1}} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, recovering, func(t *testing.T, w *world) {
				n := w.Of("/")
				v := w.visit("/")
				send(t, n, before...)
				wantHeard(t, v, told(before...))
				for _, missed := range [][]int{nil, {2}} {
					<-time.After(time.Hour) // the window is two minutes
					v.cut()
					send(t, n, missed...)
					if !v.comeBack() {
						t.Errorf("not recovered when it has missed %v", missed)
					}
					wantHeard(t, v, told(missed...))
				}
			})
		})
	}
}

// What a peer must not be recovered from: D06, D08, D09.
func TestNotRecovered(t *testing.T) {
	tests := []struct {
		name string
		do   func(w *world, n *rt.Namespace, v *visitor)
	}{
		{"D08 after the window", func(_ *world, _ *rt.Namespace, v *visitor) {
			v.cut()
			<-time.After(2 * time.Minute)
		}},
		{"D08 after a goodbye", func(_ *world, _ *rt.Namespace, v *visitor) {
			v.peer.send("1")
			synctest.Wait()
			v.cut()
		}},
		{"D08 sent away", func(_ *world, n *rt.Namespace, v *visitor) {
			n.Everyone().DisconnectSockets(context.Background(), false)
			v.peer.want("1")
			v.cut()
		}},
		{"sent away with the connection", func(_ *world, n *rt.Namespace, v *visitor) {
			n.Everyone().DisconnectSockets(context.Background(), true)
			v.peer.want("1")
			v.peer.wantClosed()
		}},
		{"parse error", func(_ *world, _ *rt.Namespace, v *visitor) {
			v.peer.write(1, "x")
			v.peer.wantClosed()
			synctest.Wait()
		}},
		{"D09 the public id", func(_ *world, _ *rt.Namespace, v *visitor) { v.cut(); v.pid = string(v.id) }},
		{"D09 __proto__", func(_ *world, _ *rt.Namespace, v *visitor) { v.cut(); v.pid = "__proto__" }},
		{"D09 empty", func(_ *world, _ *rt.Namespace, v *visitor) { v.cut(); v.pid, v.auth = "", `"pid":""` }},
		{"D09 no text", func(_ *world, _ *rt.Namespace, v *visitor) { v.cut(); v.pid, v.auth = "", `"pid":["x"],"offset":{}` }},
		{"D09 a guess", func(_ *world, _ *rt.Namespace, v *visitor) { v.cut(); v.pid = strings.Repeat("A", 20) }},
		{"D09 of another namespace", func(w *world, _ *rt.Namespace, v *visitor) {
			other := w.visit("/other")
			other.absent()
			v.cut()
			v.pid, v.offset = other.pid, other.offset
		}},
		{"D06 no offset", func(_ *world, _ *rt.Namespace, v *visitor) { v.cut(); v.offset = "" }},
		{"D08 an offset of a server that is no more", func(_ *world, _ *rt.Namespace, v *visitor) { v.cut(); v.offset = "ABCDEFGH0" }},
		{"an offset that is not yet", func(_ *world, _ *rt.Namespace, v *visitor) { v.cut(); v.offset += "0" }},
		{"an offset that is no number", func(_ *world, _ *rt.Namespace, v *visitor) { v.cut(); v.offset += "é" }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, recovering, func(t *testing.T, w *world) {
				n := w.Of("/")
				w.Of("/other")
				v := w.visit("/")
				send(t, n, 1, 2)
				wantHeard(t, v, told(1, 2))
				id, pid := v.id, v.pid
				tt.do(w, n, v)
				send(t, n, 3)
				v.comeBack()
				if v.recovered || v.id == id || v.pid == pid || v.pid == string(v.id) {
					t.Errorf("recovered %t, id %s after %s, pid %s after %s", v.recovered, v.id, id, v.pid, pid)
				}
				send(t, n, 4)
				wantHeard(t, v, told(4))
			})
		})
	}
}

// D09: the key to a session cannot be guessed from others or from a public id.
func TestRecoveryIDsAreRandom(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		w.Of("/")
		ids := make(map[string]bool)
		for range 100 {
			v := w.visit("/")
			ids[v.pid], ids[string(v.id)] = true, true
			v.peer.ws.Close()
		}
		if len(ids) != 200 {
			t.Errorf("100 peers have %d ids, want 200", len(ids))
		}
		for i := range 20 { // 120 bits: neither a prefix nor a counter
			chars := make(map[byte]bool)
			for id := range ids {
				if len(id) != 20 {
					t.Fatalf("id %q is not of 20 characters", id)
				}
				chars[id[i]] = true
			}
			if len(chars) < 32 {
				t.Errorf("character %d has %d values in 200 ids, want about 61 of 64", i, len(chars))
			}
		}
	})
}

// Trap 7: a pid is good for one return.
func TestRecoveryIsConsumedOnce(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		n := w.Of("/")
		v := w.visit("/")
		v.absent()
		thief := *v
		if !v.comeBack() {
			t.Fatal("not recovered")
		}
		v.peer.send("1")
		synctest.Wait()
		if thief.comeBack() || thief.id == v.id || n.Len() != 1 {
			t.Errorf("recovered %t as %s, %d members", thief.recovered, thief.id, n.Len())
		}
	})
}

// D07: the old connection is still there when the peer comes with a new one.
func TestReturnBeforeTheServerHasNoticed(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		n := w.Of("/")
		var log []string
		n.OnConnect(func(_ context.Context, s *rt.Socket) { log = append(log, fmt.Sprint("came ", s.Recovered())) })
		n.OnDisconnect(func(_ context.Context, s *rt.Socket, r rt.Reason) { log = append(log, string(r)) })
		v := w.visit("/")
		v.heard()
		held := v.peer
		send(t, n, 1) // lost: the visitor does not look
		if !v.comeBack() {
			t.Fatal("not recovered")
		}
		<-held.gone
		send(t, n, 2)
		wantHeard(t, v, told(1, 2))
		if diff := cmp.Diff([]string{"came false", "transport close", "came true"}, log); diff != "" || n.Len() != 1 {
			t.Errorf("%d members, hooks (-want +got):\n%s", n.Len(), diff)
		}
	})
}

// D02, D05: silence, which only the heartbeat ends.
func TestRecoveryAfterSilence(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		n := w.Of("/")
		v := w.visit("/")
		v.heard()
		v.peer.silent.Store(true)
		<-time.After(time.Minute)
		if n.Len() != 0 {
			t.Fatalf("%d members after the ping timeout", n.Len())
		}
		send(t, n, 1)
		if !v.comeBack() {
			t.Fatal("not recovered")
		}
		wantHeard(t, v, told(1))
	})
}

// The window ends on the clock, not with a sweep.
func TestRecoveryWindow(t *testing.T) {
	for _, tt := range []struct {
		away time.Duration
		want bool
	}{{2*time.Minute - time.Nanosecond, true}, {2 * time.Minute, false}} {
		t.Run(tt.away.String(), func(t *testing.T) {
			inWorld(t, recovering, func(t *testing.T, w *world) {
				n := w.Of("/")
				v := w.visit("/")
				send(t, n, 1)
				v.absent()
				send(t, n, 2)
				<-time.After(tt.away)
				if v.comeBack() != tt.want {
					t.Errorf("recovered = %t, want %t", v.recovered, tt.want)
				}
			})
		})
	}
}

// Trap 5: clients take any text that an event ends with for the offset.
func TestVolatileEventsKeepTheOffset(t *testing.T) {
	inWorld(t, recovering, func(t *testing.T, w *world) {
		n := w.Of("/")
		v := w.visit("/")
		send(t, n, 1)
		v.heard()
		rt.Emit(t.Context(), n.Volatile(), whoami, "a text")
		rt.Emit(t.Context(), n.Volatile(), tick, rt.None{})
		for s := range n.Sockets() {
			rt.Emit(t.Context(), s, rt.Event[string]{Name: "direct", Volatile: true}, "another")
		}
		wantHeard(t, v, []string{`"whoami" "a text"`, `"tick"`, `"direct" "another"`})
		v.cut()
		send(t, n, 2)
		if !v.comeBack() {
			t.Fatal("not recovered")
		}
		wantHeard(t, v, told(2))
	})
}
