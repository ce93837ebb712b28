package rt_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

// who returns the names of the sockets of list.
func (c *crowd) who(b rt.Broadcast) map[string]int {
	names := map[string]int{}
	for s := range b.Sockets() {
		for name, other := range c.sockets {
			if s == other {
				names[name]++
			}
		}
	}
	return names
}

func TestBulk(t *testing.T) {
	tests := []struct {
		name string
		do   func(ctx context.Context, c *crowd) error
		in   rt.Room
		want map[string]int
	}{
		{"join", func(ctx context.Context, c *crowd) error {
			return c.n.To("red").SocketsJoin(ctx, "green", "gold")
		}, "gold", map[string]int{"a": 1, "b": 1}},
		{"everyone joins", func(ctx context.Context, c *crowd) error {
			return c.n.Everyone().SocketsJoin(ctx, "green")
		}, "green", map[string]int{"a": 1, "b": 1, "c": 1, "d": 1}},
		{"join of those who are in it", func(ctx context.Context, c *crowd) error {
			return c.n.To("blue").SocketsJoin(ctx, "blue")
		}, "blue", map[string]int{"b": 1, "c": 1}},
		{"join of all but the socket", func(ctx context.Context, c *crowd) error {
			return c.sockets["a"].To("red", "blue").SocketsJoin(ctx, "green")
		}, "green", map[string]int{"b": 1, "c": 1}},
		{"leave", func(ctx context.Context, c *crowd) error {
			return c.n.Except("blue").SocketsLeave(ctx, "red", "blue")
		}, "red", map[string]int{"b": 1}},
		{"nobody", func(ctx context.Context, c *crowd) error {
			return c.n.To().SocketsLeave(ctx, "red")
		}, "red", map[string]int{"a": 1, "b": 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				c := newCrowd(t, w)
				if err := tt.do(t.Context(), c); err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(tt.want, c.who(c.n.To(tt.in))); diff != "" {
					t.Errorf("in %s (-want +got):\n%s", tt.in, diff)
				}
				rt.Emit(t.Context(), c.n.To(tt.in), echo, json.RawMessage("1"))
				if diff := cmp.Diff(tt.want, c.heard()); diff != "" {
					t.Errorf("heard (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestBulkJoinAtTheLimit(t *testing.T) {
	inWorld(t, rt.Options{MaxRooms: 2}, func(t *testing.T, w *world) {
		c := newCrowd(t, w)
		err := c.n.Everyone().SocketsJoin(t.Context(), "green")
		if !errors.Is(err, rt.ErrLimit) {
			t.Errorf("F03: error = %v, want ErrLimit", err)
		}
		want := "1 of 4 sockets cannot join: rt: limit reached: a socket is in 2 rooms"
		if fmt.Sprint(err) != want {
			t.Errorf("error = %v, want %s", err, want)
		}
		if diff := cmp.Diff(map[string]int{"a": 1, "c": 1, "d": 1}, c.who(c.n.To("green"))); diff != "" {
			t.Errorf("in green (-want +got):\n%s", diff)
		}
	})
}

func TestDisconnectSockets(t *testing.T) {
	for _, closeConnection := range []bool{false, true} {
		t.Run(fmt.Sprintf("close %t", closeConnection), func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				c := newCrowd(t, w)
				if err := c.n.To("red").Except("blue").DisconnectSockets(t.Context(), closeConnection); err != nil {
					t.Fatal(err)
				}
				c.peers["a"].want("1")
				if closeConnection {
					c.peers["a"].wantClosed()
				} else {
					c.peers["a"].wantOpen()
				}
				synctest.Wait()
				if diff := cmp.Diff(map[string]int{"b": 1, "c": 1, "d": 1}, c.who(c.n.Everyone())); diff != "" {
					t.Errorf("left over (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// A loop over sockets may end early.
func TestSocketsUntilFound(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		c := newCrowd(t, w)
		seen := 0
		for range c.n.To("red").Sockets() {
			seen++
			break
		}
		if seen != 1 {
			t.Errorf("%d sockets, want 1", seen)
		}
	})
}
