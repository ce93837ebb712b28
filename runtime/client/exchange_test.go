package client_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
)

// transports are the settings with which a connection is made.
var transports = []struct {
	name string
	opts client.Options
	end  string // what carries the connection in the end
}{
	{"polling", client.Options{Transports: []string{"polling"}}, "polling"},
	{"no upgrade", client.Options{NoUpgrade: true}, "polling"},
	{"websocket", client.Options{Transports: []string{"websocket"}}, "websocket"},
	{"upgrade", client.Options{}, "websocket"},
}

func TestExchange(t *testing.T) {
	for _, tt := range transports {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			srv := newServer(t, rt.Options{})
			ts := httptest.NewServer(srv)
			defer ts.Close()
			defer shutdown(t, srv)
			c, err := client.New(ts.URL, tt.opts)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			exchange(t, srv, c, c.Of("/other"))
			exchange(t, srv, c, c.Of("/"))
			for c.Transport() != tt.end {
				call(t, c.Of("/"), "1")
			}
		})
	}
}

// exchange sends what there is in both directions.
func exchange(t *testing.T, srv *rt.Server, c *client.Client, s *client.Socket) {
	t.Helper()
	texts, blobs := collect(s, echo), collect(s, blob)
	client.OnWithAck(s, askMe, func(_ context.Context, n int) (int, error) {
		if n == 0 {
			return 0, &rt.Error{Code: "busy", Message: "not now"}
		}
		return n + 1, nil
	})
	mustConnect(t, s)
	if !s.Connected() || len(s.ID()) != 20 || s.Recovered() {
		t.Errorf("connected %v, id %q, recovered %v", s.Connected(), s.ID(), s.Recovered())
	}
	for i := range 50 {
		msg := json.RawMessage(fmt.Sprintf(`{"n":%d,"text":"…"}`, i))
		if err := client.Emit(t.Context(), s, echo, msg); err != nil {
			t.Fatal(err)
		}
		data := bytes.Repeat([]byte{byte(i), 0x1e}, i*100)
		if err := client.Emit(t.Context(), s, blob, data); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(msg), call(t, s, string(msg))); diff != "" {
			t.Errorf("answer (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(string(msg), string(next(t, texts))); diff != "" {
			t.Errorf("event %d (-want +got):\n%s", i, diff)
		}
		if got := next(t, blobs); !bytes.Equal(got, data) {
			t.Errorf("binary event %d: got %d bytes, want %d", i, len(got), len(data))
		}
	}
	for peer := range srv.Of(s.Namespace()).Sockets() {
		if got, err := rt.EmitWithAck(t.Context(), peer, askMe, 41); err != nil || got != 42 {
			t.Errorf("the server was answered %d, %v, want 42", got, err)
		}
		_, err := rt.EmitWithAck(t.Context(), peer, askMe, 0)
		if refused, ok := errors.AsType[*rt.Error](err); !ok || refused.Code != "busy" {
			t.Errorf("the server was answered %v, want busy", err)
		}
	}
}

func call(t *testing.T, s *client.Socket, msg string) string {
	t.Helper()
	got, err := client.EmitWithAck(t.Context(), s, ask, json.RawMessage(msg))
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}
