package engineio_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

const lifetime = 45 * time.Second // of a silent peer: 25s to the ping, 20s for the pong

// expectPingTimeout waits for the end of a session and compares its time.
func expectPingTimeout(t testing.TB, r *recorder, start time.Time, want time.Duration) {
	t.Helper()
	if got := r.awaitClosed(t); got != engineio.ReasonPingTimeout {
		t.Errorf("reason = %q, want %q", got, engineio.ReasonPingTimeout)
	}
	if got := time.Since(start); got != want {
		t.Errorf("ended after %v, want %v", got, want)
	}
}

func TestSilentWebSocket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		start := time.Now()
		ws := e.openWebSocket(t)
		if got := readText(t, ws); got != "2" || time.Since(start) != 25*time.Second {
			t.Errorf("packet %q after %v, want a ping after 25s", got, time.Since(start))
		}
		if _, _, err := ws.ReadMessage(); closeCode(err) != 1005 {
			t.Errorf("end of the connection: %v, want a close frame without a code", err)
		}
		expectPingTimeout(t, e.session(t), start, lifetime)
	})
}

func TestAbandonedPolling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // P13
		e := inMemory(t, engineio.Options{}, nil)
		start := time.Now()
		sid := e.openPolling(t)
		go func() { // probes that never finish
			for time.Since(start) < lifetime {
				if ws, _, err := e.tryWebSocket(t, "&sid="+sid, nil); err == nil {
					ws.WriteMessage(1, []byte("2probe"))
					ws.ReadMessage()
					ws.Close()
				}
				time.Sleep(time.Second)
			}
		}()
		expectPingTimeout(t, e.session(t), start, lifetime)
		time.Sleep(10 * time.Second)
	})
}

func TestPollIsEndedByPingTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		start := time.Now()
		sid := e.openPolling(t)
		expectAnswer(t, "first poll", <-e.get(t, sid), 200, "2")
		expectAnswer(t, "second poll", <-e.get(t, sid), 200, "1")
		expectPingTimeout(t, e.session(t), start, lifetime)
	})
}

func TestPongRestartsTheInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, engineio.Options{}, nil)
		start := time.Now()
		ws := e.openWebSocket(t)
		var pings []time.Duration
		for range 3 {
			if got := readText(t, ws); got != "2" {
				t.Fatalf("packet %q", got)
			}
			pings = append(pings, time.Since(start))
			time.Sleep(7 * time.Second)
			writeText(t, ws, "3")
		}
		want := []time.Duration{25 * time.Second, 57 * time.Second, 89 * time.Second}
		if diff := cmp.Diff(want, pings); diff != "" {
			t.Errorf("pings (-want +got):\n%s", diff)
		}
	})
}

func TestUnsolicitedPongsDoNotPostponePings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // trap 11
		e := inMemory(t, engineio.Options{}, nil)
		start := time.Now()
		ws := e.openWebSocket(t)
		go func() {
			for ws.WriteMessage(1, []byte("3")) == nil && time.Since(start) < 20*time.Second {
				time.Sleep(time.Second)
			}
		}()
		if got := readText(t, ws); got != "2" || time.Since(start) != 25*time.Second {
			t.Errorf("packet %q after %v, want a ping after 25s", got, time.Since(start))
		}
	})
}

func TestUpgradeDuringAPingStillExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // trap 10
		e := inMemory(t, engineio.Options{}, nil)
		start := time.Now()
		sid := e.openPolling(t)
		expectAnswer(t, "poll", <-e.get(t, sid), 200, "2")
		ws := e.probe(t, sid)
		writeText(t, ws, "5")
		r := e.session(t)
		expectPingTimeout(t, r, start, lifetime)
	})
}

// TestBusyReceiver blocks the receiver while pongs wait behind the message.
func TestBusyReceiver(t *testing.T) {
	tests := []struct {
		name string
		busy time.Duration
		ends time.Duration // 0: goes on
	}{
		{"excused", 80 * time.Second, 0},
		{"not for ever", 200 * time.Second, 2 * lifetime},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, engineio.Options{}, func(r *recorder) {
					r.onText = func(s *engineio.Session, _ []byte) {
						select {
						case <-time.After(tt.busy):
						case <-s.Done():
						}
					}
				})
				start := time.Now()
				ws := e.openWebSocket(t)
				r := e.session(t)
				writeText(t, ws, "4block")
				if got := readText(t, ws); got != "2" {
					t.Fatalf("packet %q", got)
				}
				writeText(t, ws, "3")
				if tt.ends != 0 {
					expectPingTimeout(t, r, start, tt.ends)
					return
				}
				if got := readText(t, ws); got != "2" || time.Since(start) != tt.busy+25*time.Second {
					t.Errorf("packet %q after %v, want the next ping", got, time.Since(start))
				}
			})
		})
	}
}
