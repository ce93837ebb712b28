package engineio_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// moveTo asks for a stream that a session is to move to.
func (e *engine) moveTo(t testing.TB, query, sid string) *streamPeer {
	t.Helper()
	p, refused := e.stream(t, query, nil)
	if p == nil {
		t.Fatalf("refused: %v", refused)
	}
	p.write(t, textFrame(`0{"sid":"`+sid+`"}`))
	return p
}

func TestUpgradeToStream(t *testing.T) {
	for name, query := range map[string]string{"session in the request": "&sid=", "session in the packet alone": "&x="} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var moved []string
				opts := streaming(engineio.Options{})
				opts.Upgraded = func(s *engineio.Session) { moved = append(moved, s.Transport()) }
				e := inMemory(t, opts, nil)
				sid := e.openPolling(t)
				r := e.session(t)
				poll := e.get(t, sid)
				synctest.Wait()
				p := e.moveTo(t, query+sid, sid)
				p.write(t, textFrame("2probe"))
				if got := p.read(t); got != "3probe" {
					t.Fatalf("answer to the probe %q", got)
				}
				expectAnswer(t, "waiting poll", <-poll, 200, "6")
				expectAnswer(t, "poll during the upgrade", <-e.get(t, sid), 200, "6")
				send(t, r, "queued", []byte{1}) // nobody polls any more
				p.write(t, textFrame("5")+textFrame("4hello")+"\x81\x02")
				got := []string{p.read(t), p.read(t)}
				if diff := cmp.Diff([]string{"4queued", "binary:\x01"}, got); diff != "" {
					t.Errorf("packets after the upgrade (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff([]received{{"text", "hello"}, {"binary", "\x02"}}, r.await(t, 2)); diff != "" {
					t.Errorf("receiver (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff([]string{"webtransport"}, moved); diff != "" {
					t.Errorf("Upgraded (-want +got):\n%s", diff)
				}
				expectAnswer(t, "GET", <-e.get(t, sid), 400, `{"code":3,"message":"Bad request"}`)
				<-time.After(11 * time.Second) // the upgrade's time is over
				send(t, r, "goes on")
				if got := p.read(t); got != "4goes on" {
					t.Errorf("packet %q", got)
				}
			})
		})
	}
}

// TestFailingStreamProbes shows that the session stays on polling, in both
// directions, and can be upgraded later.
func TestFailingStreamProbes(t *testing.T) {
	tests := []struct {
		name string
		fail func(t *testing.T, p *streamPeer)
		want time.Duration // until the probe is closed
	}{
		{"wrong probe", func(t *testing.T, p *streamPeer) { p.write(t, textFrame("2wrong")) }, 0},
		{"message", func(t *testing.T, p *streamPeer) { p.write(t, textFrame(`42["x"]`)) }, 0},
		{"binary", func(t *testing.T, p *streamPeer) { p.write(t, "\x86"+"2probe") }, 0},
		{"empty", func(t *testing.T, p *streamPeer) { p.write(t, "\x00") }, 0},
		{"too long", func(t *testing.T, p *streamPeer) { p.write(t, textFrame(strings.Repeat("2", 10_000))) }, 0},
		{"second open packet", func(t *testing.T, p *streamPeer) { p.write(t, "\x010") }, 0},
		{"gone", func(_ *testing.T, p *streamPeer) { p.Close() }, 0},
		{"U12 silence", func(*testing.T, *streamPeer) {}, 10 * time.Second},
		{"U12 probe, then silence", func(t *testing.T, p *streamPeer) { p.write(t, textFrame("2probe")) }, 10 * time.Second},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, streaming(engineio.Options{}), nil)
				sid := e.openPolling(t)
				r := e.session(t)
				start := time.Now()
				p := e.moveTo(t, "&sid="+sid, sid)
				tt.fail(t, p)
				p.end()
				if took := time.Since(start); took != tt.want {
					t.Errorf("probe closed after %v, want %v", took, tt.want)
				}
				p.Close()
				<-p.served
				send(t, r, "down")
				expectAnswer(t, "poll", <-e.get(t, sid), 200, "4down")
				expectAnswer(t, "post", e.post(t, sid, "4up"), 200, "ok")
				e.probe(t, sid)
				if diff := cmp.Diff([]received{{"text", "up"}}, r.got()); diff != "" {
					t.Errorf("receiver (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestStreamsThatMayNotTakeOver shows that the session goes on as if nothing had
// been.
func TestStreamsThatMayNotTakeOver(t *testing.T) {
	expectRefused := func(t *testing.T, e *engine, sid string) {
		t.Helper()
		p := e.moveTo(t, "&sid="+sid, sid)
		if diff := cmp.Diff([]string{"1"}, p.end()); diff != "" {
			t.Errorf("answer (-want +got):\n%s", diff)
		}
	}
	t.Run("U06 a second probe", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, streaming(engineio.Options{}), nil)
			sid := e.openPolling(t)
			ws := e.probe(t, sid)
			expectRefused(t, e, sid)
			writeText(t, ws, "5")
			send(t, e.session(t), "hello")
			if got := readText(t, ws); got != "4hello" {
				t.Errorf("packet %q", got)
			}
			expectRefused(t, e, sid)
		})
	})
	t.Run("session on a stream", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, streaming(engineio.Options{}), nil)
			p := e.openStream(t)
			r := e.session(t)
			expectRefused(t, e, r.session.ID())
			send(t, r, "hello")
			if got := p.read(t); got != "4hello" {
				t.Errorf("packet %q", got)
			}
		})
	})
	t.Run("version 3", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, streaming(engineio.Options{AllowEIO3: true}), nil)
			expectRefused(t, e, e.openPollingV3(t, ""))
		})
	})
	t.Run("no upgrades", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			e := inMemory(t, streaming(engineio.Options{NoUpgrade: true}), nil)
			expectRefused(t, e, e.openPolling(t))
		})
	})
}

// TestSessionEndsDuringStreamProbe closes the probe with it.
func TestSessionEndsDuringStreamProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := inMemory(t, streaming(engineio.Options{}), nil)
		sid := e.openPolling(t)
		p := e.moveTo(t, "&sid="+sid, sid)
		p.write(t, textFrame("2probe"))
		p.read(t)
		start := time.Now()
		e.session(t).session.Abort(engineio.ReasonForcedClose, nil)
		p.end()
		if took := time.Since(start); took != 0 {
			t.Errorf("closed after %v", took)
		}
	})
}

func TestAdvertisedUpgrades(t *testing.T) {
	tests := []struct {
		name string
		opts engineio.Options
		want []string
	}{
		{"default", engineio.Options{}, []string{"websocket"}},
		{"all", streaming(engineio.Options{}), []string{"websocket", "webtransport"}},
		{"other order", engineio.Options{Transports: []string{"webtransport", "polling"}}, []string{"webtransport"}},
		{"none", streaming(engineio.Options{NoUpgrade: true}), []string{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				e := inMemory(t, tt.opts, nil)
				got, _ := e.do(t, e.request(t, "GET", "EIO=4&transport=polling", ""))
				if diff := cmp.Diff(tt.want, decodeOpen(t, got.Body).Upgrades); diff != "" {
					t.Errorf("upgrades (-want +got):\n%s", diff)
				}
			})
		})
	}
}
