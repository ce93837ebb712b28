package rt_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

var (
	echo    = rt.Event[json.RawMessage]{Name: "echo"}
	ask     = rt.AckEvent[json.RawMessage, json.RawMessage]{Name: "ask"}
	answers = rt.AckEvent[json.RawMessage, json.RawMessage]{Name: "plain", Raw: true}
	blob    = rt.Event[[]byte]{Name: "blob"}
)

// serveEcho makes a namespace that sends everything back.
func serveEcho(srv *rt.Server, path string) *rt.Namespace {
	n := srv.Of(path)
	rt.On(n, echo, func(ctx context.Context, s *rt.Socket, msg json.RawMessage) error {
		return rt.Emit(ctx, s, echo, msg)
	})
	rt.On(n, blob, func(ctx context.Context, s *rt.Socket, msg []byte) error {
		return rt.Emit(ctx, s, blob, msg)
	})
	same := func(_ context.Context, _ *rt.Socket, msg json.RawMessage) (json.RawMessage, error) { return msg, nil }
	rt.OnWithAck(n, ask, same)
	rt.OnWithAck(n, answers, same)
	return n
}

func TestExchange(t *testing.T) {
	tests := []struct {
		name string
		send []string
		want []string
	}{
		{"event", []string{`2["echo",{"a":1}]`}, []string{`2["echo",{"a":1}]`}},
		{"ack", []string{`212["ask",[1,2]]`}, []string{`312[{"ok":true,"data":[1,2]}]`}},
		{"S09 largest ack id", []string{`218446744073709551615["ask",1]`}, []string{`318446744073709551615[{"ok":true,"data":1}]`}},
		{"raw ack", []string{`20["plain","x"]`}, []string{`30["x"]`}},
		{"S19 no id, no answer", []string{`2["ask",1]`, `2["echo",2]`}, []string{`2["echo",2]`}},
		{"an event may be acknowledged too", []string{`27["echo",1]`}, []string{`2["echo",1]`, `37[{"ok":true}]`}},
		{"extra arguments are ignored", []string{`2["echo",1,"offset"]`}, []string{`2["echo",1]`}},
		{"a missing payload is an empty object", []string{`20["ask"]`}, []string{`30[{"ok":true,"data":{}}]`}},
		{"binary", []string{`51-["blob",{"_placeholder":true,"num":0}]`, "b\x01\x02"}, []string{`51-["blob",{"_placeholder":true,"num":0}]`, "b\x01\x02"}},
		{"namespace", []string{`2/x,["echo",1]`}, []string{`2/x,["echo",1]`}},
		{
			"S05 names of object members",
			[]string{`20["__proto__",1]`, `20["ask",{"constructor":1,"__proto__":{"hasOwnProperty":2}}]`},
			[]string{`30[{"ok":true,"data":{"constructor":1,"__proto__":{"hasOwnProperty":2}}}]`},
		},
		{"an unknown event is not answered", []string{`20["nope"]`, `2["echo",1]`}, []string{`2["echo",1]`}},
		{"S10 an ack that nobody asked for", []string{`399["x"]`, `3["x"]`, `2["echo",1]`}, []string{`2["echo",1]`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				serveEcho(w.Server, "/")
				serveEcho(w.Server, "/x")
				p := w.connect("/", "/x")
				p.send(tt.send...)
				p.want(tt.want...)
				p.wantNothing()
			})
		})
	}
}

// S16: whatever stands in a string, what a neighbour gets is one packet of valid
// UTF-8 and valid JSON, be it decoded and encoded again or passed on.
func TestRelayedText(t *testing.T) {
	type note struct{ Text string }
	notes := rt.Event[note]{Name: "note"}
	texts := rt.Event[string]{Name: "text"}
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		rt.On(n, echo, func(ctx context.Context, _ *rt.Socket, msg json.RawMessage) error { return rt.Emit(ctx, n, echo, msg) })
		rt.On(n, notes, func(ctx context.Context, _ *rt.Socket, msg note) error { return rt.Emit(ctx, n, notes, msg) })
		rt.On(n, texts, func(ctx context.Context, _ *rt.Socket, msg string) error { return rt.Emit(ctx, n, texts, msg) })
		p := w.connect("/")
		neighbour := w.poll()
		neighbour.join()
		for _, text := range []string{
			`"\ud800"`, `"\udc00\ud800x"`, `"a\u0000b"`, `"a\u001e42[\"x\"]"`, "\"\u2028\u2029\uffff\U0010ffff\"", `"\u2028\uffff"`,
		} {
			for _, packet := range []string{`["echo",` + text + `]`, `["text",` + text + `]`, `["note",{"Text":` + text + `}]`} {
				p.send("2" + packet)
				got := neighbour.get()
				data, isEvent := strings.CutPrefix(got, "42")
				if !isEvent || !utf8.ValidString(got) || !json.Valid([]byte(data)) || strings.ContainsAny(got, "\x00\x1e") {
					t.Errorf("%s came as %q", packet, got)
				}
				var sent, came any
				if json.Unmarshal([]byte(packet), &sent); json.Unmarshal([]byte(data), &came) != nil || !cmp.Equal(sent, came) {
					t.Errorf("%s came as %s", packet, data)
				}
			}
		}
	})
}

func TestPacketsThatEndTheConnection(t *testing.T) {
	tests := []struct {
		name string
		send []string
	}{
		{"S01 not a packet", []string{`abc`}},
		{"S01 event that is an object", []string{`2{}`}},
		{"S01 event without a name", []string{`2[]`}},
		{"S01 event without payload", []string{`2`}},
		{"S02 two values", []string{`2["echo",1]xyz`}},
		{"S03 name that is no string", []string{`2[{"toString":"foo"}]`}},
		{"S04 reserved name", []string{`2["disconnect","x"]`}},
		{"S06 depth", []string{`2["echo",` + nested(5000) + `]`}},
		{"S07 arguments", []string{`2["echo"` + strings.Repeat(",1", 1000) + `]`}},
		{"S09 negative ack id", []string{`2-1["ask",1]`}},
		{"S12 CONNECT twice", []string{`0`}},
		{"S13 event for a namespace not joined", []string{`2/x,["echo",1]`}},
		{"S13 ack for a namespace not joined", []string{`3/x,0[]`}},
		{"S13 DISCONNECT of a namespace not joined", []string{`1/x,`}},
		{"CONNECT_ERROR from a client", []string{`4{"message":"x"}`}},
		{"B01 attachment count", []string{`511-["blob"]`}},
		{"B03 binary that nobody announced", []string{"b\x01"}},
		{"B04 binary for a namespace not joined", []string{`51-/x,["blob",{"_placeholder":true,"num":0}]`}},
		{"B05 placeholder out of range", []string{`51-["blob",{"_placeholder":true,"num":5}]`}},
		{"B07 text while attachments are due", []string{`51-["blob",{"_placeholder":true,"num":0}]`, `2["echo",1]`}},
		{"N07 auth that is a list", []string{`0/x,[]`}},
		{"N07 auth that is a string", []string{`0/x,"secret"`}},
		{"N07 auth that is true", []string{`0/x,true`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				reasons := make(chan rt.Reason, 1)
				n := serveEcho(w.Server, "/")
				n.OnDisconnect(func(_ context.Context, _ *rt.Socket, r rt.Reason) { reasons <- r })
				serveEcho(w.Server, "/x")
				p := w.connect("/")
				synctest.Wait() // the hooks of a socket that is not in yet stay silent
				p.send(tt.send...)
				p.wantClosed()
				if got := <-reasons; got != rt.ReasonForcedClose {
					t.Errorf("reason = %q, want %q", got, rt.ReasonForcedClose)
				}
			})
		})
	}
}

func TestFirstPacketIsNoConnect(t *testing.T) {
	for _, packet := range []string{`2["echo",1]`, `3[]`, `1`, `4{"message":"x"}`, `51-["blob",{"_placeholder":true,"num":0}]`, "b\x01"} {
		t.Run("S13 "+packet, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				serveEcho(w.Server, "/")
				p := w.dial()
				p.send(packet)
				p.wantClosed()
			})
		})
	}
}

func TestConnectTimeout(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		serveEcho(w.Server, "/")
		start := time.Now()
		p := w.dial()
		p.send(`0/nope,`) // a refusal does not stop the clock
		p.want(`4/nope,{"message":"Invalid namespace"}`)
		p.wantClosed()
		if got := time.Since(start); got != 45*time.Second {
			t.Errorf("N09: closed after %v, want 45s", got)
		}
	})
}

// N09: polling and answering pings is no sign of wanting to be let in.
func TestConnectTimeoutOfPollers(t *testing.T) {
	inWorld(t, rt.Options{ConnectTimeout: 40 * time.Second}, func(t *testing.T, w *world) {
		serveEcho(w.Server, "/")
		start := time.Now()
		p := w.poll()
		if got := p.get(); got != "2" {
			t.Errorf("the first poll was answered %s, want a ping", got)
		}
		p.post("3")
		if got := p.get(); got != "1" || time.Since(start) != 40*time.Second {
			t.Fatalf("the second poll was answered %s after %v, want a close packet after 40s", got, time.Since(start))
		}
		if got := p.get(); got != `400 {"code":1,"message":"Session ID unknown"}` {
			t.Errorf("the next poll was answered %s", got)
		}
		synctest.Wait()
		if w.Len() != 0 {
			t.Errorf("%d connections are left", w.Len())
		}
	})
}

func TestUnknownNamespaces(t *testing.T) {
	for _, path := range []string{"/AUTH", "//auth", "/auth/", "/./auth", "/%61uth", "/auth\x00", "/auth?token=secret", "/*", "/аuth"} {
		t.Run("N01 "+path, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				w.Of("/auth")
				p := w.dial()
				p.send("0" + path + ",")
				p.want("4" + path + `,{"message":"Invalid namespace"}`)
				p.join("/auth")
			})
		})
	}
}

func TestNamespaceLimit(t *testing.T) {
	inWorld(t, rt.Options{MaxNamespaces: 2}, func(t *testing.T, w *world) {
		for _, path := range []string{"/a", "/b", "/c"} {
			w.Of(path)
		}
		p := w.connect("/a", "/b")
		p.send("0/c,")
		p.want(`4/c,{"message":"too many namespaces"}`) // N04
		p.send("1/a,")
		p.join("/a") // in its old place
	})
}

func TestLargeAuth(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		serveEcho(w.Server, "/auth")
		p := w.dial()
		p.send(`0/auth,{"token":"` + strings.Repeat("x", 500_000) + `"}`) // N07
		p.want(`4/auth,{"message":"auth is too large"}`)
		p.send(`0/auth,{"token":"` + strings.Repeat("x", 10_000) + `"}`)
		if got := p.next(); !strings.HasPrefix(got, `0/auth,{"sid":`) {
			t.Errorf("N07: CONNECT was answered %s", got)
		}
	})
}

func TestLeaveAndReturn(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := serveEcho(w.Server, "/auth")
		p := w.connect("/auth")
		if err := onlySocket(t, n).Join("old"); err != nil {
			t.Fatal(err)
		}
		ids := make(map[string]bool)
		for i := range 500 {
			p.send(`1/auth,`, `0/auth,`, fmt.Sprintf(`2/auth,["echo",%d]`, i))
			ids[p.next()] = true
			p.want(fmt.Sprintf(`2/auth,["echo",%d]`, i))
		}
		if len(ids) != 500 {
			t.Errorf("N06: %d different ids, want 500", len(ids))
		}
		if s := onlySocket(t, n); n.Len() != 1 || len(s.Rooms()) != 0 {
			t.Errorf("N06: %d members, the last one is in %v; want 1 without rooms", n.Len(), s.Rooms())
		}
		rt.Emit(t.Context(), n.To("old"), echo, json.RawMessage("1"))
		p.wantNothing()
	})
}

func TestIsolationOfNamespaces(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		a, b := w.Of("/a"), w.Of("/b")
		for _, n := range []*rt.Namespace{a, b} {
			n.OnConnect(func(_ context.Context, s *rt.Socket) { s.Join("room") })
		}
		p := w.connect("/a", "/b")
		synctest.Wait()
		if err := rt.Emit(t.Context(), a.To("room"), echo, json.RawMessage("1")); err != nil {
			t.Fatal(err)
		}
		p.want(`2/a,["echo",1]`)
		p.wantNothing() // N05: the room of the same name

		answers := make(chan string, 2)
		for _, n := range []*rt.Namespace{a, b} {
			s := onlySocket(t, n)
			go func() {
				got, err := rt.EmitWithAck(t.Context(), s, question, 1)
				answers <- fmt.Sprintln(n.Name(), got, err)
			}()
		}
		synctest.Wait()
		p.send(`3/b,0[{"ok":true,"data":2}]`) // N05: the ack id of the same number
		synctest.Wait()
		p.send(`3/a,0[{"ok":true,"data":1}]`)
		for _, want := range []string{"/b 2 <nil>\n", "/a 1 <nil>\n"} {
			if got := <-answers; got != want {
				t.Errorf("answer %q, want %q", got, want)
			}
		}
	})
}

func TestEventsOfTheServerThatTheClientDidNotExpect(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := serveEcho(w.Server, "/")
		serveEcho(w.Server, "/x")
		p := w.connect("/", "/x")
		synctest.Wait()
		for s := range n.Sockets() {
			s.Disconnect(false)
		}
		p.want("1")
		p.send(`2["echo",1]`, `2/x,["echo",2]`) // the first was on its way
		p.want(`2/x,["echo",2]`)
		p.join("/")
	})
}

func nested(depth int) string {
	return strings.Repeat("[", depth) + strings.Repeat("]", depth)
}

// TestReservedNames is S04: what the libraries raise themselves is neither
// handled nor sent.
func TestReservedNames(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := serveEcho(w.Server, "/")
		p := w.connect("/")
		synctest.Wait()
		s := slices.Collect(n.Sockets())[0]
		nothing := func(context.Context, *rt.Socket, rt.None) error { return nil }
		answer := func(context.Context, *rt.Socket, rt.None) (rt.None, error) { return rt.None{}, nil }
		for _, name := range []string{"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"} {
			want := fmt.Sprintf("rt: the event name %q is reserved", name)
			_, asked := rt.EmitWithAck(t.Context(), s, rt.AckEvent[rt.None, rt.None]{Name: name}, rt.None{})
			got := []string{
				panicOf(func() { rt.On(n, rt.Event[rt.None]{Name: name}, nothing) }),
				panicOf(func() { rt.OnWithAck(n, rt.AckEvent[rt.None, rt.None]{Name: name}, answer) }),
				fmt.Sprint(rt.Emit(t.Context(), s, rt.Event[rt.None]{Name: name}, rt.None{})),
				fmt.Sprint(rt.Emit(t.Context(), n, rt.Event[rt.None]{Name: name}, rt.None{})),
				fmt.Sprint(asked),
			}
			if diff := cmp.Diff(slices.Repeat([]string{want}, len(got)), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		for _, name := range []string{"error", "connection", "__proto__"} { // names like any other
			rt.On(n, rt.Event[rt.None]{Name: name}, nothing)
			if err := rt.Emit(t.Context(), n, rt.Event[rt.None]{Name: name}, rt.None{}); err != nil {
				t.Errorf("Emit of %s: %v", name, err)
			}
			p.want(`2["` + name + `"]`)
		}
		p.wantNothing()
	})
}

// panicOf returns what f panics with.
func panicOf(f func()) (v string) {
	defer func() { v = fmt.Sprint(recover()) }()
	f()
	return ""
}

// B02: attachments may take their time, but not for ever.
func TestAttachmentsThatNeverCome(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		parts := make(chan int, 1)
		n.OnAny(func(_ context.Context, _ *rt.Socket, _ string, args []json.RawMessage) {
			parts <- strings.Count(string(args[0]), "_placeholder")
		})
		p := w.connect("/")
		header := `52-["slow",[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]]`
		p.send(header)
		for _, part := range []string{"b\x01", "b\x02"} {
			<-time.After(40 * time.Second)
			p.send(part)
		}
		synctest.Wait()
		if len(parts) != 1 || <-parts != 2 {
			t.Error("the event did not come with 2 attachments")
		}
		<-time.After(10 * time.Minute)
		p.wantOpen()

		p.send(header, "b\x01")
		start := time.Now()
		p.wantClosed()
		if got := time.Since(start); got != 45*time.Second {
			t.Errorf("closed after %v, want 45s", got)
		}
		synctest.Wait()
		if w.log.count("connection ended", "attachments did not follow in time") != 1 {
			t.Errorf("want the cause in the log:\n%s", w.log)
		}
	})
}
