package rt_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

// sightings are what an Observer has been told, as text.
type sightings struct {
	mu    sync.Mutex
	lines []string
}

func (s *sightings) add(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lines = append(s.lines, fmt.Sprintf(format, args...))
}

// take returns the lines that begin with a word, and forgets them.
func (s *sightings) take(word string) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var taken []string
	s.lines = slices.DeleteFunc(s.lines, func(line string) bool {
		rest, ok := strings.CutPrefix(line, word+" ")
		if ok {
			taken = append(taken, rest)
		}
		return ok
	})
	return taken
}

// want checks all lines that begin with a word.
func (s *sightings) want(t *testing.T, word string, lines ...string) {
	t.Helper()
	if diff := cmp.Diff(lines, s.take(word)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", word, diff)
	}
}

// observer returns an Observer that writes everything down.
func (s *sightings) observer() *rt.Observer {
	return &rt.Observer{
		ConnectionOpened:   func(r rt.ConnectionRecord) { s.add("opened %s %s", r.Transport, r.RemoteAddr) },
		ConnectionUpgraded: func(r rt.ConnectionRecord) { s.add("upgraded %s", r.Transport) },
		ConnectionEnded: func(r rt.ConnectionRecord) {
			s.add("ended %s: %s by %s, %s: %v", r.Transport, r.Reason, r.EndedBy, r.Layer, r.Err)
		},
		RequestRefused:     func(r rt.RefusalRecord) { s.add("request refused %d %s: %v", r.Code, r.Message, r.Err) },
		SocketConnected:    func(r rt.SocketRecord) { s.add("connected %s", r.Namespace) },
		SocketRefused:      func(r rt.SocketRecord) { s.add("refused %q: %v", r.Namespace, r.Err) },
		SocketDisconnected: func(r rt.SocketRecord) { s.add("disconnected %s: %s", r.Namespace, r.Reason) },
		EventReceived: func(r rt.EventRecord) {
			s.add("received %s %q %s %v %d bytes", r.Namespace, r.Event, r.Outcome, r.Duration, r.Bytes)
		},
		EventSent: func(r rt.EventRecord) {
			s.add("sent %s %s to %d, %d dropped, %d bytes", r.Namespace, r.Event, r.Receivers, r.Dropped, r.Bytes)
		},
		AckTimedOut: func(r rt.EventRecord) { s.add("late %s %s", r.Namespace, r.Event) },
		Panicked:    func(r rt.EventRecord) { s.add("panic %s %q", r.Namespace, r.Event) },
	}
}

func TestObserverOfSockets(t *testing.T) {
	var seen sightings
	inWorld(t, rt.Options{MaxNamespaces: 2, Observer: seen.observer()}, func(t *testing.T, w *world) {
		w.Of("/")
		w.Of("/shut").Use(func(context.Context, *rt.Socket) error { return errors.New("no") })
		w.Of("/other")
		p := w.connect("/")
		p.send("0/nope,")
		p.want(`4/nope,{"message":"Invalid namespace"}`)
		p.send("0/shut,")
		p.want(`4/shut,{"message":"internal error"}`)
		p.send(`0/shut,{"a":"` + strings.Repeat("x", 16<<10) + `"}`)
		p.want(`4/shut,{"message":"auth is too large"}`)
		synctest.Wait() // the refused socket gives its place away
		p.join("/other")
		p.send("1")
		<-time.After(time.Second)
		p.ws.Close()
		<-time.After(time.Second)

		seen.want(t, "connected", "/", "/other")
		seen.want(t, "refused", `"": Invalid namespace`, `"/shut": no`, `"/shut": auth is too large`)
		seen.want(t, "disconnected", "/: client namespace disconnect", "/other: transport close")
		seen.want(t, "panic")
	})
}

func TestObserverOfRecoveredSockets(t *testing.T) {
	var connected []rt.SocketRecord
	opts := recovering
	opts.Observer = &rt.Observer{SocketConnected: func(r rt.SocketRecord) { connected = append(connected, r) }}
	inWorld(t, opts, func(t *testing.T, w *world) {
		w.Of("/")
		v := w.visit("/")
		v.absent()
		if !v.comeBack() {
			t.Error("not recovered")
		}
		synctest.Wait()
		want := []rt.SocketRecord{{Namespace: "/"}, {Namespace: "/", Recovered: true}}
		if diff := cmp.Diff(want, connected); diff != "" {
			t.Errorf("connected (-want +got):\n%s", diff)
		}
	})
}

func TestObserverOfEventsReceived(t *testing.T) {
	var seen sightings
	inWorld(t, rt.Options{Observer: seen.observer()}, func(t *testing.T, w *world) {
		n := w.Of("/")
		type text struct{ Text string }
		answers := rt.AckEvent[text, text]{Name: "answers", Errors: []string{"busy"}, Rate: rt.Rate{Events: 4, Per: time.Hour}}
		rt.OnWithAck(n, answers, func(_ context.Context, _ *rt.Socket, msg text) (text, error) {
			switch msg.Text {
			case "busy":
				return text{}, &rt.Error{Code: "busy"}
			case "secret":
				return text{}, errors.New("secret")
			}
			<-time.After(time.Second)
			return msg, nil
		})
		rt.On(n, echo, func(context.Context, *rt.Socket, json.RawMessage) error { panic("echo") })
		n.OnAny(func(context.Context, *rt.Socket, string, []json.RawMessage) { panic("any") })
		p := w.connect("/")
		p.send(`20["answers",{"text":"hi"}]`, `2["answers",{"text":"busy"}]`, `2["answers",{"text":"secret"}]`,
			`2["answers",7]`, `2["answers",{"text":"hi"}]`, `2["echo",1]`)
		// S08: a stranger's names are no labels.
		p.send(`2["`+strings.Repeat("x", 900_000)+`"]`, `2["__proto__",1]`, `51-["echo",{"_placeholder":true,"num":0}]`, "babc")
		<-time.After(2 * time.Second)

		seen.want(t, "received",
			`/ "answers" ok 1s 25 bytes`, `/ "answers" busy 0s 27 bytes`, `/ "answers" internal 0s 29 bytes`,
			`/ "answers" invalidPayload 0s 13 bytes`, `/ "answers" rateLimited 0s 25 bytes`,
			`/ "echo" internal 0s 10 bytes`, `/ "" unknownEvent 0s 900004 bytes`, `/ "" unknownEvent 0s 15 bytes`,
			`/ "echo" invalidPayload 0s 41 bytes`)
		seen.want(t, "panic", `/ "answers"`, `/ "answers"`, `/ "answers"`, `/ "answers"`, `/ "answers"`,
			`/ "echo"`, `/ "echo"`, `/ ""`, `/ ""`, `/ "echo"`)
	})
}

func TestObserverOfEventsSent(t *testing.T) {
	var seen sightings
	inWorld(t, rt.Options{Observer: seen.observer()}, func(t *testing.T, w *world) {
		n := w.Of("/")
		polls := w.poll()
		polls.join()
		p := w.connect("/")
		s := socketOf(t, n, "websocket")
		payload := json.RawMessage("1")
		rt.Emit(t.Context(), s, echo, payload)
		rt.Emit(t.Context(), n, echo, payload)
		rt.Emit(t.Context(), n.Volatile(), echo, payload)
		rt.Emit(t.Context(), socketOf(t, n, "polling"), rt.Event[json.RawMessage]{Name: "tick", Volatile: true}, payload)
		rt.Emit(t.Context(), n.To("nobody"), echo, payload)
		seen.want(t, "sent",
			"/ echo to 1, 0 dropped, 10 bytes", "/ echo to 2, 0 dropped, 10 bytes", "/ echo to 1, 1 dropped, 10 bytes",
			"/ tick to 0, 1 dropped, 10 bytes", "/ echo to 0, 0 dropped, 10 bytes")

		if _, err := rt.EmitWithAck(t.Context(), s, question, 1); !errors.Is(err, rt.ErrAckTimeout) {
			t.Errorf("EmitWithAck: %v", err)
		}
		for r, err := range rt.BroadcastWithAck(t.Context(), n.Timeout(time.Second), question, 1) {
			if r.Err == nil || err != nil {
				t.Errorf("BroadcastWithAck: %v, %v", r, err)
			}
		}
		seen.want(t, "sent", "/ question to 1, 0 dropped, 14 bytes", "/ question to 2, 0 dropped, 14 bytes")
		seen.want(t, "late", "/ question", "/ question", "/ question")
		p.ws.Close()
		<-time.After(time.Second)
		rt.Emit(t.Context(), s, echo, payload)
		seen.want(t, "sent")
	})
}

func TestObserverThatPanics(t *testing.T) {
	fail := func(rt.EventRecord) { panic("secret thought") }
	opts := rt.Options{Observer: &rt.Observer{EventReceived: fail, EventSent: fail}}
	inWorld(t, opts, func(t *testing.T, w *world) {
		serveEcho(w.Server, "/")
		p := w.connect("/")
		for range 3 {
			p.send(`2["echo",1]`)
			p.want(`2["echo",1]`)
		}
		if got := w.log.count("observer panicked", "level="+slog.LevelError.String()); got != 1 {
			t.Errorf("%d records, want one:\n%s", got, w.log)
		}
	})
}
