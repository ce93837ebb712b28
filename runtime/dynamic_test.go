package rt_test

import (
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

var whoami = rt.Event[string]{Name: "whoami"}

// tenants serves a pattern that tells every socket where it is.
func tenants(w *world) *rt.Namespace {
	n := serveEcho(w.Server, "/tenant/{tenant}")
	n.OnConnect(func(ctx context.Context, s *rt.Socket) {
		rt.Emit(ctx, s, whoami, s.Namespace().Name()+" "+s.Param("tenant"))
	})
	return n
}

func TestPatterns(t *testing.T) {
	patterns := []string{"/x", "/{a}", "/t/{a}/y", "/t/x/{b}", "/t/{a}/{b}", "/t/{a}/{b}/c"}
	tests := []struct {
		path string
		want string // the pattern and the parameters, "" for none
	}{
		{"/x", "/x  "},
		{"/y", "/{a} y "},
		{"/X", "/{a} X "},
		{"/%78", "/{a} %78 "}, // N01: nothing is unescaped
		{"/x?token=secret", "/{a} x?token=secret "},
		{"/t/x/y", "/t/x/{b}  y"}, // a literal where they first differ
		{"/t/q/y", "/t/{a}/y q "},
		{"/t/q/z", "/t/{a}/{b} q z"},
		{"/t/../z", "/t/{a}/{b} .. z"},
		{"/t/__proto__/z/c", "/t/{a}/{b}/c __proto__ z"}, // S05
		{"/", ""},
		{"//", ""},
		{"/x/", ""},
		{"/t//z", ""},
		{"/t/q/z/", ""},
		{"/t/q/z/c/d", ""},
		{"/T/q/z/", ""},
		{"/{a}", ""},
		{"/t/{/z", ""},
	}
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		for _, pattern := range patterns {
			w.Of(pattern).OnConnect(func(ctx context.Context, s *rt.Socket) {
				rt.Emit(ctx, s, whoami, pattern+" "+s.Param("a")+" "+s.Param("b"))
			})
		}
		for _, tt := range tests {
			p := w.dial()
			if tt.want == "" {
				p.send("0" + tt.path + ",")
				p.want("4" + prefix(tt.path) + `{"message":"Invalid namespace"}`)
				continue
			}
			p.join(tt.path)
			p.want(fmt.Sprintf(`2%s,["whoami",%q]`, tt.path, tt.want))
		}
	})
}

func TestMalformedPatterns(t *testing.T) {
	tests := []struct{ name, path, want string }{
		{"no name", "/{}", "a parameter is a whole segment"},
		{"no identifier", "/{a-b}", "a parameter is a whole segment"},
		{"open", "/{a", "a parameter is a whole segment"},
		{"half a segment", "/x{a}", "a parameter is a whole segment"},
		{"more behind it", "/{a}x", "a parameter is a whole segment"},
		{"a brace", "/a}", "a parameter is a whole segment"},
		{"a name twice", "/{a}/{a}", "no two have one name"},
		{"another name", "/tenant/{id}", "/tenant/{id} and /tenant/{tenant} differ only in the names"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			srv, err := rt.NewServer(rt.Options{})
			if err != nil {
				t.Fatal(err)
			}
			srv.Of("/tenant/{tenant}")
			if got := panicOf(func() { srv.Of(tt.path) }); !strings.Contains(got, tt.want) {
				t.Errorf("Of(%s) panics with %s, want %s", tt.path, got, tt.want)
			}
		})
	}
}

func TestPatternStandsForAllItsNamespaces(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := tenants(w)
		one, two, other := w.connect("/tenant/1"), w.connect("/tenant/2"), w.connect("/tenant/2")
		one.want(`2/tenant/1,["whoami","/tenant/1 1"]`)
		for _, p := range []*peer{two, other} {
			p.want(`2/tenant/2,["whoami","/tenant/2 2"]`)
		}
		synctest.Wait()
		if n.Len() != 3 || w.Of("/tenant/1").Len() != 1 || w.Of("/tenant/2").Len() != 2 || w.Of("/tenant/3").Len() != 0 {
			t.Errorf("%d sockets, want 3", n.Len())
		}
		for s := range n.Sockets() {
			s.Join("room")
			if got := s.Namespace(); got != w.Of(got.Name()) {
				t.Errorf("two namespaces for %s", got.Name())
			}
		}

		rt.Emit(t.Context(), n.To("room"), echo, json.RawMessage("1"))
		one.want(`2/tenant/1,["echo",1]`)
		two.want(`2/tenant/2,["echo",1]`)
		other.want(`2/tenant/2,["echo",1]`)

		rt.Emit(t.Context(), w.Of("/tenant/2").To("room"), echo, json.RawMessage("2")) // N05
		two.want(`2/tenant/2,["echo",2]`)
		other.want(`2/tenant/2,["echo",2]`)
		one.wantNothing()

		one.send(`2/tenant/1,["echo",3]`)
		one.want(`2/tenant/1,["echo",3]`)
	})
}

func TestQuestionToAPattern(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := serveEcho(w.Server, "/tenant/{tenant}")
		for _, path := range []string{"/tenant/1", "/tenant/2"} {
			p := w.connect(path)
			go func() {
				p.want(`2` + path + `,0["ask",null]`)
				p.send(`3` + path + `,0["` + path + `"]`)
			}()
		}
		synctest.Wait()
		ask := rt.AckEvent[json.RawMessage, string]{Name: "ask", Raw: true, Timeout: time.Second}
		got := map[string]bool{}
		for reply, err := range rt.BroadcastWithAck(t.Context(), n.Local(), ask, nil) {
			if err != nil || reply.Err != nil {
				t.Fatal(err, reply.Err)
			}
			got[reply.Ack] = true
		}
		if diff := cmp.Diff(map[string]bool{"/tenant/1": true, "/tenant/2": true}, got); diff != "" {
			t.Errorf("answers (-want +got):\n%s", diff)
		}
	})
}

// The first peer that was let in opens the door for nobody else.
func TestChecksOfPatternsRunForEverySocket(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := tenants(w)
		n.Use(func(_ context.Context, s *rt.Socket) error {
			if string(s.Auth()) != `{"key":"`+s.Param("tenant")+`"}` {
				return &rt.ConnectError{Message: "not yours"}
			}
			return nil
		})
		for range 2 {
			p := w.dial()
			p.send(`0/tenant/42,{"key":"41"}`)
			p.want(`4/tenant/42,{"message":"not yours"}`)
			p.send(`0/tenant/42,{"key":"42"}`)
			if got := p.next(); !strings.HasPrefix(got, `0/tenant/42,{"sid":`) {
				t.Fatalf("CONNECT was answered %s", got)
			}
		}
	})
}

// What an application keeps goes on to be the namespace of its path, also when
// all peers have left in between.
func TestNamespaceOfAPatternIsNeverStale(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		tenants(w)
		kept := w.Of("/tenant/42")
		for range 3 {
			p := w.connect("/tenant/42")
			p.want(`2/tenant/42,["whoami","/tenant/42 42"]`)
			rt.Emit(t.Context(), kept, echo, json.RawMessage("1"))
			p.want(`2/tenant/42,["echo",1]`)
			p.ws.Close()
			synctest.Wait()
			if kept.Len() != 0 {
				t.Errorf("%d sockets, want none", kept.Len())
			}
			runtime.GC()
		}
	})
}

func TestPathThatWasThereBeforeThePattern(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		w.Of("/tenant/admin")
		n := tenants(w)
		w.connect("/tenant/admin").wantNothing()
		if n.Len() != 0 || w.Of("/tenant/admin").Len() != 1 {
			t.Errorf("the pattern has %d sockets, want none", n.Len())
		}
	})
}

func TestContractOfAPattern(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		h := new(chat)
		bind := func(path string) error {
			_, err := rt.Bind(w.Server, rt.NamespaceSpec{Path: path}, chatHandler(h),
				func(s *rt.Socket) *chatSocket { return &chatSocket{s} }, chatBindings)
			return err
		}
		if err := bind("/chat/{room}"); err != nil {
			t.Fatal(err)
		}
		p := w.dial()
		p.send(`0/chat/42,{"token":"tim"}`)
		if got := p.next(); !strings.HasPrefix(got, `0/chat/42,{"sid":`) {
			t.Fatalf("CONNECT was answered %s", got)
		}
		p.send(`2/chat/42,0["send",{"text":"hi"}]`)
		p.want(`3/chat/42,0[{"ok":true,"data":{"text":"hi by tim, call 2"}}]`)
		for path, want := range map[string]string{
			"/chat/{other}": "differ only in the names",
			"/chat/{room}":  "bound already",
			"/chat/42":      "the handlers of /chat/42 are those of /chat/{room}",
			"/chat/{":       "a parameter is a whole segment",
		} {
			if err := bind(path); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("Bind to %s: %v, want %s", path, err, want)
			}
		}
	})
}

func TestHandlersBelongToThePattern(t *testing.T) {
	srv, err := rt.NewServer(rt.Options{})
	if err != nil {
		t.Fatal(err)
	}
	srv.Of("/tenant/{tenant}")
	child := srv.Of("/tenant/42")
	tests := map[string]func(){
		"On":  func() { rt.On(child, echo, func(context.Context, *rt.Socket, json.RawMessage) error { return nil }) },
		"Use": func() { child.Use(func(context.Context, *rt.Socket) error { return nil }) },
	}
	const want = "rt: the handlers of /tenant/42 are those of /tenant/{tenant}, unless it is made before"
	for name, set := range tests {
		if got := panicOf(set); got != want {
			t.Errorf("%s panics with %s, want %s", name, got, want)
		}
	}
}

// N04: a peer that asks for ever new namespaces, or again and again for one that
// it may not enter.
func TestPeerThatIsRefusedAgainAndAgain(t *testing.T) {
	tests := []struct{ name, path, refusal string }{
		{"unknown", "/nope/%d", "Invalid namespace"},
		{"refused by a check", "/tenant/%d", "no"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{MaxNamespaces: 5}, func(t *testing.T, w *world) {
				tenants(w).Use(func(context.Context, *rt.Socket) error { return &rt.ConnectError{Message: "no"} })
				serveEcho(w.Server, "/")
				p := w.connect("/")
				for i := range 106 {
					path := fmt.Sprintf(tt.path, i)
					p.send("0" + path + ",")
					p.want("4" + path + `,{"message":"` + tt.refusal + `"}`)
				}
				p.wantClosed()
				synctest.Wait()
				if w.log.count("connection ended", "refused too often") != 1 {
					t.Errorf("want the cause in the log:\n%s", w.log)
				}
			})
		})
	}
}

func TestLongNameOfANamespace(t *testing.T) {
	for _, length := range []int{600, 900_000} {
		inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
			tenants(w)
			p := w.dial()
			p.send("0/tenant/" + strings.Repeat("a", length) + "!,") // N03
			p.wantClosed()
		})
	}
}
