package rt_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

// crowd is four sockets: a is in red, b in red and blue, c in blue, d nowhere.
type crowd struct {
	n       *rt.Namespace
	peers   map[string]*peer
	sockets map[string]*rt.Socket
}

func newCrowd(t *testing.T, w *world) *crowd {
	t.Helper()
	c := &crowd{n: w.Of("/"), peers: map[string]*peer{}, sockets: map[string]*rt.Socket{}}
	rooms := map[string][]rt.Room{"a": {"red"}, "b": {"red", "blue"}, "c": {"blue"}, "d": nil}
	for name, list := range rooms {
		p := w.dial()
		id := p.join("/")
		c.peers[name] = p
		synctest.Wait()
		for s := range c.n.Sockets() {
			if s.ID() == id {
				c.sockets[name] = s
			}
		}
		if err := c.sockets[name].Join(list...); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// heard returns who has got packets, and how many.
func (c *crowd) heard() map[string]int {
	synctest.Wait()
	heard := map[string]int{}
	for name, p := range c.peers {
		for len(p.got) > 0 {
			<-p.got
			heard[name]++
		}
	}
	return heard
}

func TestBroadcast(t *testing.T) {
	tests := []struct {
		name string
		to   func(c *crowd) rt.Emitter
		want string
	}{
		{"namespace", func(c *crowd) rt.Emitter { return c.n }, "abcd"},
		{"room", func(c *crowd) rt.Emitter { return c.n.To("red") }, "ab"},
		{"two rooms, each once", func(c *crowd) rt.Emitter { return c.n.To("red", "blue") }, "abc"},
		{"rooms add up", func(c *crowd) rt.Emitter { return c.n.To("red").To("blue") }, "abc"},
		{"except a room", func(c *crowd) rt.Emitter { return c.n.To("red").Except("blue") }, "a"},
		{"all except a room", func(c *crowd) rt.Emitter { return c.n.Except("blue") }, "ad"},
		{"unknown room", func(c *crowd) rt.Emitter { return c.n.To("green") }, ""},
		{"no room at all", func(c *crowd) rt.Emitter { return c.n.To() }, ""},
		{"all but the socket", func(c *crowd) rt.Emitter { return c.sockets["a"].To("red") }, "b"},
		{"a socket's id", func(c *crowd) rt.Emitter { return c.n.To(rt.Room(c.sockets["d"].ID())) }, "d"},
		{"except a socket's id", func(c *crowd) rt.Emitter { return c.n.Except(rt.Room(c.sockets["d"].ID())) }, "abc"},
		{"id and room", func(c *crowd) rt.Emitter { return c.n.To(rt.Room(c.sockets["a"].ID()), "red") }, "ab"},
		{"local", func(c *crowd) rt.Emitter { return c.n.Local() }, "abcd"},
		{"volatile to peers that read", func(c *crowd) rt.Emitter { return c.n.Volatile() }, "abcd"},
		{"one socket", func(c *crowd) rt.Emitter { return c.sockets["c"] }, "c"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				c := newCrowd(t, w)
				if err := rt.Emit(t.Context(), tt.to(c), echo, json.RawMessage("1")); err != nil {
					t.Fatal(err)
				}
				want := map[string]int{}
				for _, name := range strings.Split(tt.want, "") {
					want[name] = 1
				}
				if diff := cmp.Diff(want, c.heard()); diff != "" {
					t.Errorf("heard (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestCompress(t *testing.T) {
	text := rt.Event[string]{Name: "text"}
	ask := rt.AckEvent[string, rt.None]{Name: "text", Timeout: time.Second}
	long := strings.Repeat("long ", 1000)
	emit := func(ctx context.Context, b rt.Broadcast) { rt.Emit(ctx, b, text, long) }
	tests := []struct {
		name string
		to   func(n *rt.Namespace) rt.Broadcast
		send func(ctx context.Context, b rt.Broadcast)
		want string
	}{
		{"as it is", (*rt.Namespace).Everyone, emit, "gzip"},
		{"no", func(n *rt.Namespace) rt.Broadcast { return n.Everyone().Compress(false) }, emit, ""},
		{"yes, after all", func(n *rt.Namespace) rt.Broadcast { return n.Everyone().Compress(false).Compress(true) }, emit, "gzip"},
		{"question", func(n *rt.Namespace) rt.Broadcast { return n.Everyone().Compress(false) }, func(ctx context.Context, b rt.Broadcast) {
			for range rt.BroadcastWithAck(ctx, b, ask, long) {
			}
		}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				n := w.Of("/")
				p := w.poll()
				p.join()
				synctest.Wait()
				tt.send(t.Context(), tt.to(n))
				if got := p.getEncoding(); got != tt.want {
					t.Errorf("Content-Encoding = %q, want %q", got, tt.want)
				}
			})
		})
	}
}

func TestBroadcastsAreValues(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		c := newCrowd(t, w)
		red := c.n.To("red")
		red.Except("blue")
		red.To("blue")
		rt.Emit(t.Context(), red, echo, json.RawMessage("1"))
		if diff := cmp.Diff(map[string]int{"a": 1, "b": 1}, c.heard()); diff != "" {
			t.Errorf("heard (-want +got):\n%s", diff)
		}
	})
}

func TestRoomsAreLeft(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		c := newCrowd(t, w)
		b := c.sockets["b"]
		b.Leave("red", "never joined")
		if diff := cmp.Diff([]rt.Room{"blue"}, b.Rooms()); diff != "" {
			t.Errorf("rooms (-want +got):\n%s", diff)
		}
		if b.In("red") || !b.In("blue") {
			t.Errorf("In: red %t, blue %t", b.In("red"), b.In("blue"))
		}
		c.peers["c"].ws.Close()
		synctest.Wait()
		rt.Emit(t.Context(), c.n.To("red", "blue"), echo, json.RawMessage("1"))
		if diff := cmp.Diff(map[string]int{"a": 1, "b": 1}, c.heard()); diff != "" {
			t.Errorf("heard (-want +got):\n%s", diff)
		}
	})
}

// From the answer to its CONNECT on a peer is a member: no broadcast passes it over.
// None reaches it before the answer.
func TestBroadcastsWhileAPeerIsLetIn(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		last := rt.Room("99")
		n.Use(func(_ context.Context, s *rt.Socket) error {
			for i := range 100 {
				if err := s.Join(rt.Room(strconv.Itoa(i))); err != nil {
					return err
				}
			}
			return nil
		})
		emit := func(text string) {
			if err := rt.Emit(t.Context(), n.To(last), echo, json.RawMessage(text)); err != nil {
				t.Error(err)
			}
		}
		for i := range 100 {
			p := w.dial()
			stop, stopped := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(stopped)
				for {
					select {
					case <-stop:
						return
					default:
						emit("0")
						runtime.Gosched()
					}
				}
			}()
			p.send("0")
			if got := p.next(); !strings.HasPrefix(got, `0{"sid":`) {
				t.Fatalf("peer %d got %s before the answer to its CONNECT", i, got)
			}
			emit("1")
			close(stop)
			<-stopped
			emit("2")
			got := p.next()
			for got == `2["echo",0]` {
				got = p.next()
			}
			if got != `2["echo",1]` {
				t.Fatalf("peer %d was passed over: it got %s", i, got)
			}
			p.ws.Close()
		}
	})
}

func TestRoomLimits(t *testing.T) {
	inWorld(t, rt.Options{MaxRooms: 3, MaxRoomName: 20}, func(t *testing.T, w *world) {
		n := w.Of("/")
		w.connect("/")
		s := onlySocket(t, n)
		if err := s.Join("a", "b", "a"); err != nil {
			t.Fatal(err)
		}
		for _, rooms := range [][]rt.Room{{"c", "d"}, {"c", "a room of 21 letters."}} {
			if err := s.Join(rooms...); !errors.Is(err, rt.ErrLimit) {
				t.Errorf("F03: Join(%v): %v, want ErrLimit", rooms, err)
			}
		}
		if err := s.Join("c", "a", rt.Room(s.ID())); err != nil {
			t.Errorf("Join: %v", err)
		}
		if diff := cmp.Diff([]rt.Room{"a", "b", "c"}, s.Rooms()); diff != "" {
			t.Errorf("rooms (-want +got):\n%s", diff)
		}
	})
}

func TestRoomName(t *testing.T) {
	tests := []struct {
		keys []string
		want rt.Room
	}{
		{nil, "kind"},
		{[]string{"42"}, "kind:42"},
		{[]string{"a:b", "c"}, "kind:a%3Ab:c"},
		{[]string{"a", "b:c"}, "kind:a:b%3Ac"},
		{[]string{"50% +/ü"}, "kind:50%25%20%2B%2F%C3%BC"},
		{[]string{""}, "kind:"},
	}
	for _, tt := range tests {
		if got := rt.RoomName("kind", tt.keys...); got != tt.want {
			t.Errorf("RoomName(%q) = %q, want %q", tt.keys, got, tt.want)
		}
	}
}

// Every member gets the parts of each message together and in the order of the
// sender.
func TestOrderOfBroadcasts(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		members := []*peer{w.connect("/"), w.connect("/"), w.connect("/")}
		synctest.Wait()
		const senders, each = 9, 20
		for sender := range senders {
			go func() {
				for i := range each {
					rt.Emit(t.Context(), n, blob, []byte{byte(sender), byte(i)})
				}
			}()
		}
		for _, p := range members {
			var next [senders]byte
			for range senders * each {
				p.want(`51-["blob",{"_placeholder":true,"num":0}]`) // B09
				part := p.next()
				sender, i := part[1], part[2]
				if i != next[sender] {
					t.Fatalf("F07: message %d of sender %d came in the place of %d", i, sender, next[sender])
				}
				next[sender]++
			}
			p.wantNothing()
		}
	})
}

// A counted payload knows how often it was encoded.
type counted struct{ encoded *atomic.Int64 }

func (c counted) MarshalJSON() ([]byte, error) {
	return strconv.AppendInt(nil, c.encoded.Add(1), 10), nil
}

func TestBroadcastIsEncodedOnce(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) { // F07
		n := w.Of("/")
		var members []*peer
		for range 50 {
			members = append(members, w.connect("/"))
		}
		synctest.Wait()
		const broadcasts = 200
		var encoded atomic.Int64
		for range broadcasts {
			if err := rt.Emit(t.Context(), n, rt.Event[counted]{Name: "counted"}, counted{&encoded}); err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range members {
			for i := range broadcasts {
				p.want(fmt.Sprintf(`2["counted",%d]`, i+1))
			}
			p.wantNothing()
		}
	})
}

func TestPayloadThatDoesNotEncode(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		p := w.connect("/")
		bad := rt.Event[func()]{Name: "bad"}
		for _, to := range []rt.Emitter{n, n.To("x"), onlySocket(t, n)} {
			if err := rt.Emit(t.Context(), to, bad, func() {}); err == nil {
				t.Errorf("Emit to %T: no error", to)
			}
		}
		p.wantNothing()
	})
}

func TestOnAny(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := serveEcho(w.Server, "/")
		var seen []string
		n.OnAny(func(_ context.Context, _ *rt.Socket, name string, args []json.RawMessage) {
			seen = append(seen, fmt.Sprintf("%s %s", name, args))
		})
		n.OnAny(func(context.Context, *rt.Socket, string, []json.RawMessage) { panic("O01") })
		p := w.connect("/")
		p.send(`2["unknown",1,"two"]`, `2["echo",{"a":1}]`)
		p.want(`2["echo",{"a":1}]`)
		if diff := cmp.Diff([]string{`unknown [1 "two"]`, `echo [{"a":1}]`}, seen); diff != "" {
			t.Errorf("seen (-want +got):\n%s", diff)
		}
	})
}

func TestUnknownEventsAreLoggedOnce(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		serveEcho(w.Server, "/")
		p := w.connect("/")
		for i := range 300 {
			p.send(`2["nope"]`, fmt.Sprintf(`2["kind %d"]`, i))
		}
		p.send(`2["`+strings.Repeat("x", 100_000)+`\n\u001b"]`, `2["echo",1]`)
		p.want(`2["echo",1]`)
		if got := w.log.count("unknown event", "event=nope"); got != 1 {
			t.Errorf("%d records of one name, want 1", got)
		}
		if got := w.log.count("unknown event"); got != 100 {
			t.Errorf("S08: %d records, want 100", got)
		}
	})
}

// Every event that leaves is observed once, whoever gets it.
func TestOnAnyOutgoing(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		c := newCrowd(t, w)
		var seen []string
		c.n.OnAnyOutgoing(func(_ context.Context, to rt.Emitter, name string, args []json.RawMessage) {
			seen = append(seen, fmt.Sprintf("%T %s %s", to, name, args))
		})
		c.n.OnAnyOutgoing(func(context.Context, rt.Emitter, string, []json.RawMessage) { panic("O01") })
		d := c.sockets["d"]
		asked := rt.AckEvent[int, int]{Name: `a"sk`, Timeout: 1}
		rt.Emit(t.Context(), c.n, echo, json.RawMessage(`{"a":1}`))
		rt.Emit(t.Context(), c.n.To("red"), rt.Event[rt.None]{Name: "tick"}, rt.None{})
		rt.Emit(t.Context(), d, blob, []byte("x"))
		rt.EmitWithAck(t.Context(), d, asked, 1)
		for range rt.BroadcastWithAck(t.Context(), c.n.To("blue"), asked, 2) {
		}
		d.Disconnect(false)
		if err := rt.Emit(t.Context(), d, echo, json.RawMessage("1")); !errors.Is(err, rt.ErrClosed) {
			t.Errorf("Emit: %v, want ErrClosed", err)
		}
		want := []string{
			`*rt.Namespace echo [{"a":1}]`,
			`rt.Broadcast tick []`,
			`*rt.Socket blob [{"_placeholder":true,"num":0}]`,
			`*rt.Socket a"sk [1]`,
			`rt.Broadcast a"sk [2]`,
		}
		if diff := cmp.Diff(want, seen); diff != "" {
			t.Errorf("seen (-want +got):\n%s", diff)
		}
		if got := w.log.count("hook failed", "panic: O01"); got != len(want) {
			t.Errorf("%d records of panics, want %d", got, len(want))
		}
		if got := c.heard(); got["a"] != 2 {
			t.Errorf("a has heard %d events, want 2", got["a"])
		}
	})
}
