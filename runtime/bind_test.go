package rt_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

// inChat runs test with a peer that has been let in as tim.
func inChat(t *testing.T, test func(t *testing.T, w *world, h *chat, p *peer)) {
	t.Helper()
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		h := new(chat)
		if _, err := bindChat(w.Server, h); err != nil {
			t.Fatal(err)
		}
		p := w.dial()
		p.send(`0/chat,{"token":"tim"}`)
		if got := p.next(); !strings.HasPrefix(got, `0/chat,{"sid":`) {
			t.Fatalf("CONNECT was answered %s", got)
		}
		test(t, w, h, p)
	})
}

func TestBoundEvents(t *testing.T) {
	tests := []struct {
		name, send, want, call string
	}{
		{"call", `20["send",{"text":"hi"}]`, `30[{"ok":true,"data":{"text":"hi by tim, call 2"}}]`, "send hi"},
		{"declared error", `20["send",{"text":"muted"}]`, `30[{"ok":false,"error":{"code":"muted","message":"not you"}}]`, "send muted"},
		{"no answer", `20["send",{"text":"nothing"}]`, `30[{"ok":false,"error":{"code":"internal","message":"internal error"}}]`, "send nothing"},
		{"event", `2["note",{"text":"n"}]`, ``, "note n"},
		{"event that is acknowledged", `20["note",{"text":"n"}]`, `30[{"ok":true}]`, "note n"},
		{"signal", `2["signal"]`, ``, "ping"},
		{"signal with a payload", `2["signal",7]`, ``, "ping"},
		{"query", `20["query"]`, `30[{"ok":true,"data":{"text":"answer"}}]`, ""},
		{"command", `20["command",{"text":"go"}]`, `30[{"ok":true}]`, "command go"},
		{"unimplemented", `20["trigger"]`, `30[{"ok":false,"error":{"code":"unknownEvent","message":"unknown event"}}]`, ""},
		{"C02 unknown event", `20["nope",1]`, `30[{"ok":false,"error":{"code":"unknownEvent","message":"unknown event"}}]`, ""},
		{"S18 wrong type", `20["send",{"text":7}]`, invalid(`{"path":["text"],"message":"must be a string"}`), ""},
		{"S18 missing", `20["send",{}]`, invalid(`{"path":["text"],"message":"is required"}`), ""},
		{"S18 out of range", `20["send",{"text":""}]`, invalid(`{"path":["text"],"message":"must be 1 to 40 characters long"}`), ""},
		{"no payload is an empty object", `20["send"]`, invalid(`{"path":["text"],"message":"is required"}`), ""},
		{"S15 another case", `20["send",{"TEXT":"x"}]`, invalid(`{"path":["text"],"message":"is required"}`), ""},
		{"C02 unknown field", `20["command",{"text":"go","more":1}]`, `30[{"ok":true}]`, "command go"},
		{"C02 unknown field refused", `20["note",{"text":"n","more":1}]`, invalid(`{"path":["more"],"message":"is not known"}`), ""},
		{"too large", `20["note",{"text":"n","more":"` + strings.Repeat("x", 200) + `"}]`, invalid(`{"path":[],"message":"must be at most 200 bytes large"}`), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inChat(t, func(t *testing.T, w *world, h *chat, p *peer) {
				p.send(at("/chat", tt.send))
				if tt.want != "" {
					p.want(at("/chat", tt.want))
				}
				p.wantNothing()
				want := []string{"connect tim"}
				if tt.call != "" {
					want = append(want, tt.call)
				}
				if diff := cmp.Diff(want, h.calls); diff != "" {
					t.Errorf("calls (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func invalid(issue string) string {
	return `30[{"ok":false,"error":{"code":"invalidPayload","message":"invalid payload","issues":[` + issue + `]}}]`
}

// at puts a namespace into a packet.
func at(namespace, packet string) string { return packet[:1] + namespace + "," + packet[1:] }

func TestBoundConnect(t *testing.T) {
	tests := []struct{ name, auth, want string }{
		{"declared error", `{"token":"forged"}`, `{"message":"who are you","data":{"code":"badToken","message":"who are you","tries":2}}`},
		{"other error", `{"token":"broken"}`, `{"message":"internal error"}`},
		{"N07 no auth", ``, invalidAuth(`{"path":["token"],"message":"is required"}`)},
		{"N07 wrong type", `{"token":["secret"]}`, invalidAuth(`{"path":["token"],"message":"must be a string"}`)},
		{"N07 too short", `{"token":"x"}`, invalidAuth(`{"path":["token"],"message":"must be 3 to 40 characters long"}`)},
		{"N07 hidden", `{"__proto__":{"token":"secret"}}`, invalidAuth(`{"path":["token"],"message":"is required"}`)},
		{"N07 method of objects", `{"toString":"secret"}`, invalidAuth(`{"path":["token"],"message":"is required"}`)},
		{"S15 another case", `{"TOKEN":"secret"}`, invalidAuth(`{"path":["token"],"message":"is required"}`)},
		{"S15 both cases", `{"token":"forged","TOKEN":"secret"}`, `{"message":"who are you","data":{"code":"badToken","message":"who are you","tries":2}}`},
		{"S15 Kelvin sign", "{\"to\u212aen\":\"secret\"}", invalidAuth(`{"path":["token"],"message":"is required"}`)},
		{"S15 twice", `{"token":"forged","token":"secret"}`, invalidAuth(`{"path":["token"],"message":"must not be given twice"}`)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				h := new(chat)
				if _, err := bindChat(w.Server, h); err != nil {
					t.Fatal(err)
				}
				p := w.dial()
				p.send("0/chat," + tt.auth)
				p.want("4/chat," + tt.want)
				p.ws.Close()
				synctest.Wait()
				if len(h.calls) > 0 {
					t.Errorf("calls %q, want none", h.calls)
				}
			})
		})
	}
}

func invalidAuth(issue string) string {
	return `{"message":"invalid auth","data":{"code":"invalidPayload","message":"invalid auth","issues":[` + issue + `]}}`
}

func TestBoundDisconnect(t *testing.T) {
	inChat(t, func(t *testing.T, w *world, h *chat, p *peer) {
		p.send("1/chat,")
		synctest.Wait()
		want := []string{"connect tim", "disconnect tim: client namespace disconnect"}
		if diff := cmp.Diff(want, h.calls); diff != "" {
			t.Errorf("calls (-want +got):\n%s", diff)
		}
	})
}

func TestJoinableRooms(t *testing.T) {
	tests := []struct{ name, send, want, room string }{
		{"join", `20["rt:join",{"room":"conversation","key":{"id":"a b"}}]`, `30[{"ok":true,"data":{"text":"welcome"}}]`, "conversation:a%20b"},
		{"join without value", `20["rt:join",{"room":"plain","key":{"id":"1"},"since":3}]`, `30[{"ok":true}]`, "conversation:1"},
		{"refused", `20["rt:join",{"room":"conversation","key":{"id":"closed"}}]`, `30[{"ok":false,"error":{"code":"notMember","message":"not a member"}}]`, ""},
		{"unknown kind", `20["rt:join",{"room":"x","key":{}}]`, invalid(`{"path":["room"],"message":"must be one of conversation, plain"}`), ""},
		{"key against the contract", `20["rt:join",{"room":"plain","key":{"id":1}}]`, invalid(`{"path":["key","id"],"message":"must be a string"}`), ""},
		{"no key", `20["rt:join",{"room":"plain"}]`, invalid(`{"path":["key"],"message":"is required"}`), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inChat(t, func(t *testing.T, w *world, _ *chat, p *peer) {
				p.send(at("/chat", tt.send))
				p.want(at("/chat", tt.want))
				s := onlySocket(t, w.Of("/chat"))
				var want []rt.Room
				if tt.room != "" {
					want = []rt.Room{rt.Room(tt.room)}
				}
				if diff := cmp.Diff(want, s.Rooms()); diff != "" && len(want)+len(s.Rooms()) > 0 {
					t.Errorf("rooms (-want +got):\n%s", diff)
				}
				p.send(at("/chat", strings.Replace(strings.Replace(tt.send, "rt:join", "rt:leave", 1), "20[", "2[", 1)))
				synctest.Wait()
				if rooms := s.Rooms(); len(rooms) > 0 {
					t.Errorf("rooms %v after leaving, want none", rooms)
				}
			})
		})
	}
}

func TestIdempotentCalls(t *testing.T) {
	inChat(t, func(t *testing.T, w *world, h *chat, p *peer) {
		call := func(id int, text, want string) {
			t.Helper()
			p.send(fmt.Sprintf(`2/chat,%d["send",{"text":%q}]`, id, text))
			p.want(fmt.Sprintf(`3/chat,%d[%s]`, id, want))
		}
		call(0, "once", `{"ok":true,"data":{"text":"once by tim, call 2"}}`)
		call(1, "once", `{"ok":true,"data":{"text":"once by tim, call 2"}}`)
		call(2, "other", `{"ok":true,"data":{"text":"other by tim, call 3"}}`)
		call(3, "every time", `{"ok":true,"data":{"text":"every time by tim, call 4"}}`)
		call(4, "every time", `{"ok":true,"data":{"text":"every time by tim, call 5"}}`)
		call(5, "muted", `{"ok":false,"error":{"code":"muted","message":"not you"}}`)
		call(6, "muted", `{"ok":false,"error":{"code":"muted","message":"not you"}}`) // handled again
		if len(h.calls) != 7 {
			t.Errorf("calls %q, want 7", h.calls)
		}
		<-time.After(11 * time.Minute)
		call(7, "once", `{"ok":true,"data":{"text":"once by tim, call 8"}}`)
	})
}

func TestRateOfAnEvent(t *testing.T) {
	inChat(t, func(t *testing.T, w *world, h *chat, p *peer) {
		limited := func(ms int) string {
			return fmt.Sprintf(`3/chat,1[{"ok":false,"error":{"code":"rateLimited","message":"too many events","retryAfterMs":%d}}]`, ms)
		}
		note := `2/chat,1["note",{"text":"n"}]`
		p.send(note, note, note)
		p.want(`3/chat,1[{"ok":true}]`, `3/chat,1[{"ok":true}]`, limited(5000))
		p.send(`2/chat,["note",{"text":"dropped"}]`, `2/chat,1["query"]`) // other events are free
		p.want(`3/chat,1[{"ok":true,"data":{"text":"answer"}}]`)
		<-time.After(4 * time.Second)
		p.send(note)
		p.want(limited(1000))
		<-time.After(time.Second)
		p.send(note, note)
		p.want(`3/chat,1[{"ok":true}]`, limited(5000))
		if len(h.calls) != 4 {
			t.Errorf("calls %q, want connect and three notes", h.calls)
		}
	})
}

func TestContractIdentity(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n, err := bindChat(w.Server, new(chat))
		if err != nil {
			t.Fatal(err)
		}
		var auths []string
		n.Use(func(_ context.Context, s *rt.Socket) error {
			auths = append(auths, string(s.Auth()))
			return nil
		})
		for _, auth := range []string{
			`{"token":"tim","rt:contract":"chat@1.4.0#abc"}`,
			`{"rt:contract":"chat@1.3.0#old","token":"tim"}`,
			`{"token":"tim", "rt:contract" : "chat@1.3.0#old" ,"device":{"a":[1]}}`,
			`{"token":"tim","rt:contract":7}`,
			`{"token":"tim"}`,
		} {
			p := w.dial()
			p.send("0/chat," + auth)
			p.next()
		}
		want := []string{`{"token":"tim"}`, `{"token":"tim"}`, `{"token":"tim","device":{"a":[1]}}`, `{"token":"tim"}`, `{"token":"tim"}`}
		if diff := cmp.Diff(want, auths); diff != "" {
			t.Errorf("auth (-want +got):\n%s", diff)
		}
		if got := w.log.count("peer has another contract"); got != 1 || w.log.count("contract=chat@1.3.0#old", "own=chat@1.4.0#abc") != 1 {
			t.Errorf("%d records of mismatches, want one for the version, in\n%s", got, w.log)
		}
	})
}

func TestDeprecatedEventIsLoggedOnce(t *testing.T) {
	inChat(t, func(t *testing.T, w *world, _ *chat, p *peer) {
		p.send(`2/chat,0["send",{"text":"a"}]`, `2/chat,1["send",{"text":"b"}]`)
		p.next()
		p.next()
		if got := w.log.count("deprecated event", "event=send", "use post"); got != 1 {
			t.Errorf("%d records, want 1", got)
		}
	})
}

func TestBindProblems(t *testing.T) {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var none *chat
	if _, err := bindChat(srv, none); text(err) != "rt: the handler of /chat is nil" {
		t.Errorf("nil pointer: %v", err)
	}
	if _, err := bindChat(srv, nil); text(err) != "rt: the handler of /chat is nil" {
		t.Errorf("nil interface: %v", err)
	}
	twice := func(h chatHandler) []rt.Binding { return []rt.Binding{rt.BindCall(chatSend, h.Send)} }
	_, err = rt.Bind(srv, rt.NamespaceSpec{Path: "/chat"}, chatHandler(new(chat)),
		func(s *rt.Socket) *chatSocket { return &chatSocket{s} }, chatBindings, twice)
	if want := `rt: event "send" has a handler already in namespace /chat`; text(err) != want {
		t.Errorf("event twice: %v, want %s", err, want)
	}
	if _, err := bindChat(srv, new(chat)); err != nil {
		t.Errorf("after the failures: %v", err)
	}
	if _, err := bindChat(srv, new(chat)); text(err) != "rt: namespace /chat is bound already" {
		t.Errorf("bound twice: %v", err)
	}
}

func TestContractRaisesTheLimitOfPayloads(t *testing.T) {
	inWorld(t, rt.Options{MaxPayload: 1000}, func(t *testing.T, w *world) {
		type handler struct{}
		upload := rt.Event[[]byte]{Name: "upload", MaxSize: 6 << 20}
		got := make(chan int, 1)
		_, err := rt.Bind(w.Server, rt.NamespaceSpec{Path: "/"}, handler{}, func(s *rt.Socket) *rt.Socket { return s },
			func(handler) []rt.Binding {
				return []rt.Binding{rt.BindEvent(upload, func(_ context.Context, _ *rt.Socket, b []byte) error {
					got <- len(b)
					return nil
				})}
			})
		if err != nil {
			t.Fatal(err)
		}
		p := w.connect("/")
		p.send(`51-["upload",{"_placeholder":true,"num":0}]`, "b"+strings.Repeat("x", 5<<20))
		if n := <-got; n != 5<<20 {
			t.Errorf("%d bytes came", n)
		}
	})
}
