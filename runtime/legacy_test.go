package rt_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

var legacyOptions = rt.Options{AllowEIO3: true}

// legacy dials as a client of Socket.IO 2 and expects to be in "/".
func (w *world) legacy() *peer {
	w.t.Helper()
	p := w.dialEngine("3")
	p.want("0")
	return p
}

// serveLegacy has what TestLegacyConversation talks to.
func serveLegacy(w *world) {
	for _, path := range []string{"/", "/c"} {
		n := serveEcho(w.Server, path)
		rt.On(n, rt.Event[bool]{Name: "kick"}, func(_ context.Context, s *rt.Socket, all bool) error {
			s.Disconnect(all)
			return nil
		})
		question := rt.AckEvent[int, json.RawMessage]{Name: "q", Raw: true}
		rt.OnWithAck(n, rt.AckEvent[rt.None, json.RawMessage]{Name: "back", Raw: true}, func(ctx context.Context, s *rt.Socket, _ rt.None) (json.RawMessage, error) {
			return rt.EmitWithAck(ctx, s, question, 1)
		})
		rt.OnWithAck(n, rt.AckEvent[rt.None, json.RawMessage]{Name: "auth", Raw: true}, func(_ context.Context, s *rt.Socket, _ rt.None) (json.RawMessage, error) {
			return s.Auth(), nil
		})
	}
}

// The answers are those of the reference, socket.io 4.8 with allowEIO3.
func TestLegacyConversation(t *testing.T) {
	inWorld(t, legacyOptions, func(t *testing.T, w *world) {
		serveLegacy(w)
		p := w.legacy()
		for _, step := range []struct{ send, want []string }{
			{[]string{`2["echo","x"]`}, []string{`2["echo","x"]`}},
			{[]string{`20["plain","x"]`}, []string{`30["x"]`}},
			{[]string{`0/c?tok=9&x=a%20b,`}, []string{`0/c,`}},
			{[]string{`2/c,1["auth"]`}, []string{`3/c,1[{"tok":"9","x":"a b"}]`}},
			{[]string{`0/zz?a=1,`}, []string{`4/zz,{"message":"Invalid namespace"}`}},
			{
				[]string{`51-["blob",{"_placeholder":true,"num":0}]`, "b\x04\x01\x02"},
				[]string{`51-["blob",{"_placeholder":true,"num":0}]`, "b\x04\x01\x02"},
			},
			{[]string{`22["back"]`}, []string{`20["q",1]`}},
			{[]string{`30["a"]`}, []string{`32["a"]`}},
			{[]string{`2/c,["kick",false]`}, []string{`1/c,`}},
			{[]string{`0/c,`}, []string{`0/c,`}},
			{[]string{`1/c,`, `0/c,`}, []string{`0/c,`}},
			{[]string{`2["kick",true]`}, []string{`1`, `1/c,`}},
		} {
			p.send(step.send...)
			p.want(step.want...)
		}
		p.wantClosed()
	})
}

func TestLegacyRefusals(t *testing.T) {
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"message", &rt.ConnectError{Message: "no \"entry\""}, `4"no \"entry\""`},
		{"data", &rt.ConnectError{Message: "no", Data: map[string]int{"code": 7}}, `4{"code":7}`},
		{"data that is text", &rt.ConnectError{Message: "no", Data: "never"}, `4"never"`},
		{"data that clients cannot read", &rt.ConnectError{Message: "no", Data: 5}, `4"no"`},
		{"data that does not encode", &rt.ConnectError{Message: "no", Data: make(chan int)}, `4"internal error"`},
		{"data that panics", &rt.ConnectError{Message: "no", Data: explosive{}}, `4"internal error"`},
		{"N10 any other error", errors.New("secret"), `4"internal error"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, legacyOptions, func(t *testing.T, w *world) {
				w.Of("/").Use(func(context.Context, *rt.Socket) error { return tt.err })
				serveEcho(w.Server, "/c")
				p := w.dialEngine("3")
				p.want(tt.want)
				p.send("0/c,", `2/c,["echo",1]`) // goes on
				p.want("0/c,", `2/c,["echo",1]`)
			})
		})
	}
}

// TestLegacyMisuse ends connections as it does those of other clients.
func TestLegacyMisuse(t *testing.T) {
	tests := []struct{ name, packet string }{
		{"second CONNECT", "0"},
		{"second CONNECT with a query", "0/?a=1,"},
		{"namespace that the peer is not in", `2/c,["echo",1]`},
		{"auth object", `0/c,{"a":1}`},
		{"N03 long query", "0/c?" + strings.Repeat("a", 17<<10)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, legacyOptions, func(t *testing.T, w *world) {
				serveEcho(w.Server, "/")
				serveEcho(w.Server, "/c")
				p := w.legacy()
				p.send(tt.packet)
				p.wantClosed()
			})
		})
	}
}

func TestLegacyAuthIsBounded(t *testing.T) {
	inWorld(t, legacyOptions, func(t *testing.T, w *world) {
		serveEcho(w.Server, "/c")
		p := w.dialEngine("3")
		p.send("0/c?a=" + strings.Repeat("%00", 5000) + ",") // six bytes each in JSON
		p.want(`4/c,{"message":"auth is too large"}`)
	})
}

// TestLegacyWithoutMainNamespace tells a peer nothing of the namespace that it
// has not asked for.
func TestLegacyWithoutMainNamespace(t *testing.T) {
	inWorld(t, rt.Options{AllowEIO3: true, ConnectTimeout: time.Minute}, func(t *testing.T, w *world) {
		serveEcho(w.Server, "/c")
		p := w.dialEngine("3")
		p.wantNothing()
		p.send("0/c,")
		p.want("0/c,")
		silent := w.dialEngine("3")
		start := time.Now()
		<-silent.gone
		if got := time.Since(start); got > time.Minute {
			t.Errorf("a peer that is in no namespace was cut off after %v", got)
		}
	})
}

// TestLegacyContract reads the auth that a contract declares, and refuses with
// the errors that it declares.
func TestLegacyContract(t *testing.T) {
	tests := []struct{ name, query, want string }{
		{"let in", "?token=tim", `0/chat,`},
		{"declared error", "?token=forged", `4/chat,{"code":"badToken","message":"who are you","tries":2}`},
		{
			"N07 no auth", "",
			`4/chat,{"code":"invalidPayload","message":"invalid auth","issues":[{"path":["token"],"message":"is required"}]}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, legacyOptions, func(t *testing.T, w *world) {
				if _, err := bindChat(w.Server, new(chat)); err != nil {
					t.Fatal(err)
				}
				p := w.dialEngine("3")
				p.send("0/chat" + tt.query + ",")
				p.want(tt.want)
			})
		})
	}
}

// TestLegacyReason lets a peer fall silent.
func TestLegacyReason(t *testing.T) {
	inWorld(t, legacyOptions, func(t *testing.T, w *world) {
		reasons := make(chan rt.Reason, 1)
		w.Of("/").OnDisconnect(func(_ context.Context, _ *rt.Socket, r rt.Reason) { reasons <- r })
		w.legacy()
		if got := <-reasons; got != rt.ReasonPingTimeout {
			t.Errorf("reason = %q", got)
		}
	})
}

func TestBroadcastToAllProtocols(t *testing.T) {
	inWorld(t, legacyOptions, func(t *testing.T, w *world) {
		n := serveEcho(w.Server, "/")
		old, current := w.legacy(), w.connect("/")
		synctest.Wait()
		if err := rt.Emit(t.Context(), n, blob, []byte{1, 2}); err != nil {
			t.Fatal(err)
		}
		const text = `51-["blob",{"_placeholder":true,"num":0}]`
		old.want(text, "b\x04\x01\x02")
		current.want(text, "b\x01\x02")
	})
}

// H16: the id of a socket is no key to its session, nor the key itself.
func TestSocketIDIsNoSessionID(t *testing.T) {
	for _, version := range []string{"3", "4"} {
		t.Run(version, func(t *testing.T) {
			inWorld(t, legacyOptions, func(t *testing.T, w *world) {
				n := serveEcho(w.Server, "/")
				if version == "3" {
					w.legacy()
				} else {
					w.connect("/")
				}
				synctest.Wait()
				if n.Len() != 1 {
					t.Fatalf("%d sockets", n.Len())
				}
				for s := range n.Sockets() {
					status, body := w.answer("POST", fmt.Sprintf("EIO=%s&transport=polling&sid=%s", version, s.ID()))
					if want := `{"code":1,"message":"Session ID unknown"}`; status != http.StatusBadRequest || body != want {
						t.Errorf("POST with the id of a socket: %d %s, want 400 %s", status, body, want)
					}
				}
			})
		})
	}
}

// answer returns what a request with a query gets.
func (w *world) answer(method, query string) (status int, body string) {
	w.t.Helper()
	transport := &http.Transport{DialContext: w.listener.DialContext}
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(w.t.Context(), method, "http://mem/socket.io/?"+query, strings.NewReader("3"))
	if err != nil {
		w.t.Fatal(err)
	}
	res, err := transport.RoundTrip(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

func TestLegacyIsOffByDefault(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		serveEcho(w.Server, "/")
		if got, _ := w.answer("GET", "EIO=3&transport=polling"); got != http.StatusBadRequest {
			t.Errorf("status %d, want 400", got)
		}
	})
}
