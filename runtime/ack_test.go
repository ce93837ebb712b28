package rt_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

var question = rt.AckEvent[int, int]{Name: "question"}

// onlySocket returns the one socket of a namespace.
func onlySocket(t *testing.T, n *rt.Namespace) *rt.Socket {
	t.Helper()
	synctest.Wait()
	for s := range n.Sockets() {
		return s
	}
	t.Fatal("nobody is in the namespace")
	return nil
}

func TestEmitWithAck(t *testing.T) {
	tests := []struct {
		name   string
		answer string // after the ack id
		want   int
		err    string
	}{
		{"value", `[{"ok":true,"data":7}]`, 7, ""},
		{"error", `[{"ok":false,"error":{"code":"busy","message":"later","n":1}}]`, 0, "busy: later"},
		{"no envelope", `[7]`, 0, "rt: the answer is not an object with the member ok"},
		{"no argument", `[]`, 0, "rt: the answer is not an object with the member ok"},
		{"error without code", `[{"ok":false,"error":{}}]`, 0, "rt: the answer is not an object with the member ok"},
		{"S18 wrong type", `[{"ok":true,"data":"seven"}]`, 0, "wire: invalid payload: is not of the expected type"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				n := w.Of("/")
				p := w.connect("/")
				go func() {
					p.want(`20["question",1]`)
					p.send("30"+tt.answer, "30"+tt.answer) // S10: the second one is ignored
				}()
				got, err := rt.EmitWithAck(t.Context(), onlySocket(t, n), question, 1)
				if got != tt.want || text(err) != tt.err {
					t.Errorf("got %d, %v; want %d, %s", got, err, tt.want, tt.err)
				}
				p.wantOpen()
			})
		})
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestErrorOfAPeerKeepsItsData(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		p := w.connect("/")
		go func() {
			p.next()
			p.send(`30[{"ok":false,"error":{"code":"busy","message":"later","n":1}}]`)
		}()
		_, err := rt.EmitWithAck(t.Context(), onlySocket(t, n), question, 1)
		e, ok := errors.AsType[*rt.Error](err)
		if !ok {
			t.Fatalf("error = %v, want an rt.Error", err)
		}
		want := `{"code":"busy","message":"later","n":1}`
		if got := fmt.Sprintf("%s", e.Data); got != want {
			t.Errorf("data = %s, want %s", got, want)
		}
	})
}

func TestAcksThatDoNotCome(t *testing.T) {
	tests := []struct {
		name   string
		event  rt.AckEvent[int, int]
		meddle func(cancel context.CancelFunc, s *rt.Socket, p *peer)
		want   error
		after  time.Duration
	}{
		{"S11 silent peer", question, nil, rt.ErrAckTimeout, 10 * time.Second},
		{"S11 the event's own timeout", rt.AckEvent[int, int]{Name: "question", Timeout: time.Second}, nil, rt.ErrAckTimeout, time.Second},
		{"S11 peer leaves", question, func(_ context.CancelFunc, _ *rt.Socket, p *peer) { p.send("1") }, rt.ErrDisconnected, 0},
		{"S11 peer vanishes", question, func(_ context.CancelFunc, _ *rt.Socket, p *peer) { p.ws.Close() }, rt.ErrDisconnected, 0},
		{"S11 server lets go", question, func(_ context.CancelFunc, s *rt.Socket, _ *peer) { s.Disconnect(false) }, rt.ErrDisconnected, 0},
		{"the caller gives up", question, func(cancel context.CancelFunc, _ *rt.Socket, _ *peer) { cancel() }, context.Canceled, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{MaxPendingAcks: 1}, func(t *testing.T, w *world) {
				n := w.Of("/")
				p := w.connect("/")
				s := onlySocket(t, n)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				start := time.Now()
				if tt.meddle != nil {
					go func() {
						p.next()
						tt.meddle(cancel, s, p)
					}()
				}
				_, err := rt.EmitWithAck(ctx, s, tt.event, 1)
				if !errors.Is(err, tt.want) {
					t.Errorf("error = %v, want %v", err, tt.want)
				}
				if got := time.Since(start); got != tt.after {
					t.Errorf("waited %v, want %v", got, tt.after)
				}
				if !s.Connected() {
					return
				}
				// Nobody owes the answer any more: there is room for one.
				if _, err := rt.EmitWithAck(t.Context(), s, question, 2); !errors.Is(err, rt.ErrAckTimeout) {
					t.Errorf("another question: %v, want %v", err, rt.ErrAckTimeout)
				}
			})
		})
	}
}

func TestPendingAcksAreBounded(t *testing.T) {
	inWorld(t, rt.Options{MaxPendingAcks: 1}, func(t *testing.T, w *world) {
		n := w.Of("/")
		p := w.connect("/")
		s := onlySocket(t, n)
		go rt.EmitWithAck(t.Context(), s, question, 1)
		p.want(`20["question",1]`)
		if _, err := rt.EmitWithAck(t.Context(), s, question, 2); !errors.Is(err, rt.ErrLimit) {
			t.Errorf("error = %v, want ErrLimit", err)
		}
		p.send(`30[{"ok":true,"data":0}]`)
		synctest.Wait()
		go rt.EmitWithAck(t.Context(), s, question, 3) // the place is free again
		p.want(`22["question",3]`)
	})
}

func TestAckOfAnotherSocketIsIgnored(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		w.Of("/x")
		p := w.connect("/")
		s := onlySocket(t, n)
		stranger := w.connect("/", "/x")
		go func() {
			p.want(`20["question",1]`)
			stranger.send(`30[{"ok":true,"data":1}]`, `3/x,0[{"ok":true,"data":2}]`)
			synctest.Wait()
			p.send(`30[{"ok":true,"data":3}]`)
		}()
		if got, err := rt.EmitWithAck(t.Context(), s, question, 1); got != 3 || err != nil {
			t.Errorf("S10: got %d, %v; want 3", got, err)
		}
	})
}

func TestHandlerMayWaitForItsOwnPeer(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := serveEcho(w.Server, "/")
		rt.OnWithAck(n, rt.AckEvent[int, int]{Name: "askMe"}, func(ctx context.Context, s *rt.Socket, msg int) (int, error) {
			return rt.EmitWithAck(ctx, s, question, msg)
		})
		p := w.connect("/")
		p.send(`25["askMe",41]`, `2["echo",1]`)
		p.want(`20["question",41]`)
		p.send(`30[{"ok":true,"data":42}]`)
		p.want(`35[{"ok":true,"data":42}]`, `2["echo",1]`)
	})
}

func TestBroadcastWithAck(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		answers := []string{`30[{"ok":true,"data":1}]`, `30[{"ok":false,"error":{"code":"no","message":"never"}}]`, `1`, ``}
		for _, answer := range answers {
			p := w.connect("/")
			go func() {
				p.want(`20["question",5]`)
				if answer != "" {
					p.send(answer)
				}
			}()
		}
		synctest.Wait()
		var got []string
		start := time.Now()
		for r, err := range rt.BroadcastWithAck(t.Context(), n.Timeout(3*time.Second), question, 5) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, fmt.Sprint(r.Ack, " ", text(r.Err)))
		}
		want := map[string]bool{"1 ": true, "0 no: never": true, "0 " + rt.ErrDisconnected.Error(): true, "0 " + rt.ErrAckTimeout.Error(): true}
		for _, line := range got {
			if !want[line] {
				t.Errorf("reply %q came, want each of %v once", line, want)
			}
			delete(want, line)
		}
		if len(want) > 0 {
			t.Errorf("replies %v did not come", want)
		}
		if took := time.Since(start); took != 3*time.Second {
			t.Errorf("took %v, want 3s", took)
		}
	})
}

// A question to many ends with one reply for everybody who was meant when it was
// asked, and for nobody else.
func TestRepliesToABroadcast(t *testing.T) {
	const yes = `30[{"ok":true,"data":1}]`
	say := func(packets ...string) func(*crowd, string) {
		return func(c *crowd, name string) { c.peers[name].send(packets...) }
	}
	tests := []struct {
		name  string
		to    func(c *crowd) rt.Broadcast
		asked func(c *crowd, name string) // what happens when a peer has got the question
		want  map[string]string           // errors of the replies
	}{
		{"everyone", func(c *crowd) rt.Broadcast { return c.n.Everyone() }, say(yes), map[string]string{"a": "", "b": "", "c": "", "d": ""}},
		{"except", func(c *crowd) rt.Broadcast { return c.n.To("red").Except("blue") }, say(yes), map[string]string{"a": ""}},
		{"all but the socket", func(c *crowd) rt.Broadcast { return c.sockets["a"].To("red", "blue") }, say(yes), map[string]string{"b": "", "c": ""}},
		{"volatile", func(c *crowd) rt.Broadcast { return c.n.To("red").Volatile() }, say(yes), map[string]string{"a": "", "b": ""}},
		{"nobody", func(c *crowd) rt.Broadcast { return c.n.To("green") }, say(yes), map[string]string{}},
		{"S10 answered twice", func(c *crowd) rt.Broadcast { return c.n.To("red") }, say(yes, yes), map[string]string{"a": "", "b": ""}},
		{"S10 answered by others", func(c *crowd) rt.Broadcast { return c.n.To("red") }, func(c *crowd, name string) {
			for _, p := range c.peers {
				p.send(yes) // each answers twice, and two of them were not asked
			}
		}, map[string]string{"a": "", "b": ""}},
		{"S11 one is silent", func(c *crowd) rt.Broadcast { return c.n.To("red") }, func(c *crowd, name string) {
			if name == "a" {
				c.peers[name].send(yes)
			}
		}, map[string]string{"a": "", "b": rt.ErrAckTimeout.Error()}},
		{"S11 one leaves", func(c *crowd) rt.Broadcast { return c.n.To("red") }, func(c *crowd, name string) {
			if name == "b" {
				c.peers[name].ws.Close()
				return
			}
			c.peers[name].send(yes)
		}, map[string]string{"a": "", "b": rt.ErrDisconnected.Error()}},
		{"S11 one is sent away", func(c *crowd) rt.Broadcast { return c.n.To("blue") }, func(c *crowd, name string) {
			if name == "c" {
				c.sockets[name].Disconnect(false)
				return
			}
			c.peers[name].send(yes)
		}, map[string]string{"b": "", "c": rt.ErrDisconnected.Error()}},
		{"another joins", func(c *crowd) rt.Broadcast { return c.n.To("red") }, func(c *crowd, name string) {
			c.sockets["d"].Join("red")
			c.peers[name].send(yes)
		}, map[string]string{"a": "", "b": ""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{MaxPendingAcks: 1}, func(t *testing.T, w *world) {
				c := newCrowd(t, w)
				names := map[rt.SocketID]string{}
				for name, s := range c.sockets {
					names[s.ID()] = name
				}
				go func() {
					synctest.Wait()
					for name := range c.heard() {
						tt.asked(c, name)
					}
				}()
				got := map[string]string{}
				for r, err := range rt.BroadcastWithAck(t.Context(), tt.to(c).Timeout(time.Second), question, 5) {
					if err != nil {
						t.Fatal(err)
					}
					if _, twice := got[names[r.Socket]]; twice {
						t.Errorf("two replies of %s", names[r.Socket])
					}
					got[names[r.Socket]] = text(r.Err)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Errorf("replies (-want +got):\n%s", diff)
				}
				for name := range tt.want { // nothing of the question is left
					if s := c.sockets[name]; s.Connected() {
						if _, err := rt.EmitWithAck(t.Context(), s, question, 1); !errors.Is(err, rt.ErrAckTimeout) {
							t.Errorf("%s: %v, want ErrAckTimeout", name, err)
						}
					}
				}
			})
		})
	}
}

// A volatile question that a peer was not ready for is not waited for.
func TestVolatileQuestionIsDropped(t *testing.T) {
	inWorld(t, rt.Options{MaxPendingAcks: 1, WriteTimeout: time.Minute}, func(t *testing.T, w *world) {
		n := w.Of("/")
		w.dialUnread("/")
		busy := onlySocket(t, n)
		ready := w.connect("/")
		big := json.RawMessage(`"` + strings.Repeat("x", 100_000) + `"`)
		for range 2 { // one that is being written, and one that waits
			rt.Emit(t.Context(), busy, echo, big)
		}
		synctest.Wait()
		go func() {
			ready.want(`20["question",5]`)
			ready.send(`30[{"ok":true,"data":1}]`)
		}()
		start := time.Now()
		replies := 0
		for r, err := range rt.BroadcastWithAck(t.Context(), n.Volatile().Timeout(3*time.Second), question, 5) {
			if err != nil {
				t.Fatal(err)
			}
			replies++
			if want := r.Socket == busy.ID(); errors.Is(r.Err, rt.ErrLimit) != want || !want && r.Err != nil {
				t.Errorf("error %v, and dropped: %v", r.Err, want)
			}
		}
		if took := time.Since(start); replies != 2 || took > 0 {
			t.Errorf("%d replies after %v, want 2 at once", replies, took)
		}
		if _, err := rt.EmitWithAck(t.Context(), busy, question, 6); !errors.Is(err, rt.ErrAckTimeout) { // the place is free again
			t.Errorf("next question: %v, want ErrAckTimeout", err)
		}
	})
}

func TestBroadcastWithAckEndsEarly(t *testing.T) {
	inWorld(t, rt.Options{MaxPendingAcks: 1}, func(t *testing.T, w *world) {
		n := w.Of("/")
		p := w.connect("/")
		synctest.Wait()
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			p.next()
			cancel(errors.New("enough"))
		}()
		for _, err := range rt.BroadcastWithAck(ctx, n.Timeout(time.Minute), question, 5) {
			if text(err) != "enough" {
				t.Errorf("error = %v, want the cause of the context", err)
			}
		}
		for r, err := range rt.BroadcastWithAck(t.Context(), n.Timeout(time.Second), question, 5) { // the place is free again
			if !errors.Is(r.Err, rt.ErrAckTimeout) || err != nil {
				t.Errorf("reply %v, error %v; want a timeout", r.Err, err)
			}
		}
	})
}

func TestBroadcastWithAckNeedsATimeout(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		for _, err := range rt.BroadcastWithAck(t.Context(), w.Of("/").To("x"), question, 5) {
			if err == nil {
				t.Error("no error, want one")
			}
		}
	})
}

// answer is what a peer gets for a call.
func TestAnswersOfHandlers(t *testing.T) {
	do := rt.AckEvent[string, map[string]int]{Name: "do", Errors: []string{"known"}}
	handle := func(_ context.Context, _ *rt.Socket, what string) (map[string]int, error) {
		switch what {
		case "known":
			return nil, fmt.Errorf("wrapped: %w", &rt.Error{Code: "known", Message: "sorry", Data: map[string]int{"n": 1}, Err: errors.New("secret")})
		case "empty data":
			return nil, &rt.Error{Code: "known", Data: map[string]int{}}
		case "undeclared":
			return nil, &rt.Error{Code: "other", Message: "secret"}
		case "plain":
			return nil, errors.New("secret")
		case "unimplemented":
			return nil, rt.ErrUnimplemented
		case "O01 panic":
			panic("secret")
		case "O01 nil map":
			assign(nil)
		case "data that is no object":
			return nil, &rt.Error{Code: "known", Data: []int{1}}
		}
		return map[string]int{"n": 2}, nil
	}
	internal := `30[{"ok":false,"error":{"code":"internal","message":"internal error"}}]`
	tests := []struct{ send, want string }{
		{"fine", `30[{"ok":true,"data":{"n":2}}]`},
		{"known", `30[{"ok":false,"error":{"code":"known","message":"sorry","n":1}}]`},
		{"empty data", `30[{"ok":false,"error":{"code":"known","message":""}}]`},
		{"undeclared", internal},
		{"plain", internal},
		{"O01 panic", internal},
		{"O01 nil map", internal},
		{"data that is no object", internal},
		{"unimplemented", `30[{"ok":false,"error":{"code":"unknownEvent","message":"unknown event"}}]`},
	}
	for _, tt := range tests {
		t.Run(tt.send, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				rt.OnWithAck(w.Of("/"), do, handle)
				p := w.connect("/")
				p.send(fmt.Sprintf(`20["do",%q]`, tt.send))
				p.want(tt.want)
				if strings.Contains(tt.want, "internal") && w.log.count("handler failed", "event=do", "namespace=/", "socket=") != 1 {
					t.Errorf("want one record of the failure, got\n%s", w.log)
				}
				if strings.HasPrefix(tt.send, "O01") && w.log.count("stack=", "ack_test.go") != 1 {
					t.Errorf("want the stack in the log, got\n%s", w.log)
				}
				p.send(`21["do","fine"]`) // the socket lives on
				p.want(`31[{"ok":true,"data":{"n":2}}]`)
			})
		})
	}
}

func assign(m map[string]int) { m["x"] = 1 }

func TestBinaryInAnswers(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		keep := rt.AckEvent[[]byte, []byte]{Name: "keep"}
		rt.OnWithAck(n, keep, func(_ context.Context, _ *rt.Socket, b []byte) ([]byte, error) { return b, nil })
		p := w.connect("/")
		p.send(`51-0["keep",{"_placeholder":true,"num":0}]`, "b\x00\xff")
		p.want(`61-0[{"ok":true,"data":{"_placeholder":true,"num":0}}]`, "b\x00\xff")

		go func() {
			p.want(`51-0["keep",{"_placeholder":true,"num":0}]`, "b\x01")
			p.send(`61-0[{"ok":true,"data":{"_placeholder":true,"num":0}}]`, "b\x02")
		}()
		got, err := rt.EmitWithAck(t.Context(), onlySocket(t, n), keep, []byte{1})
		if diff := cmp.Diff([]byte{2}, got); diff != "" || err != nil {
			t.Errorf("error %v, answer (-want +got):\n%s", err, diff)
		}
	})
}

// What is sent is what it was then, however long it waits or is kept.
func TestBytesThatChangeLater(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		n.Use(func(ctx context.Context, s *rt.Socket) error {
			b := []byte("early")
			defer copy(b, "later")
			return rt.Emit(ctx, s, rt.Event[[]byte]{Name: "early"}, b) // waits for the socket to be let in
		})
		once := rt.AckEvent[int, []byte]{Name: "once", IdempotencyKey: strconv.Itoa}
		b := []byte("first")
		rt.OnWithAck(n, once, func(context.Context, *rt.Socket, int) ([]byte, error) { return b, nil })
		p := w.connect("/")
		p.want(`51-["early",{"_placeholder":true,"num":0}]`, "bearly")
		for range 2 {
			p.send(`20["once",7]`)
			p.want(`61-0[{"ok":true,"data":{"_placeholder":true,"num":0}}]`, "bfirst")
			copy(b, "later")
		}
	})
}

func TestRawAck(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		raw := rt.AckEvent[int, json.RawMessage]{Name: "raw", Raw: true}
		p := w.connect("/")
		go func() {
			p.want(`20["raw",1]`)
			p.send(`30["as it is",2]`)
		}()
		got, err := rt.EmitWithAck(t.Context(), onlySocket(t, n), raw, 1)
		if string(got) != `"as it is"` || err != nil {
			t.Errorf("got %s, %v", got, err)
		}
	})
}
