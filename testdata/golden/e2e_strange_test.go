package golden_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"testing"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/testdata/golden/twonamespaces/want/go/twonamespaces"
)

// strange serves the namespace /chat as a newer server would, with codes and
// fields that clients do not know, and the root as one that does not handle any
// of their events.
func strange(t *testing.T) (url string) {
	t.Helper()
	srv, err := rt.NewServer(rt.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := twonamespaces.RegisterRoot(srv, twonamespaces.UnimplementedRootHandler{}); err != nil {
		t.Fatal(err)
	}
	type object = map[string]any
	ns := srv.Of("/chat")
	ns.Use(func(_ context.Context, s *rt.Socket) error {
		if !bytes.Contains(s.Auth(), []byte("refuse me")) {
			return nil
		}
		return &rt.ConnectError{Message: "no", Data: object{"code": "brandNew", "more": 1}}
	})
	availability := rt.AckEvent[object, rt.None]{Name: "setAvailability", Errors: []string{"brandNew"}}
	rt.OnWithAck(ns, availability, func(context.Context, *rt.Socket, object) (rt.None, error) {
		return rt.None{}, &rt.Error{Code: "brandNew", Message: "new", Data: object{"more": 1}}
	})
	send := rt.AckEvent[object, object]{Name: "sendMessage"}
	rt.OnWithAck(ns, send, func(context.Context, *rt.Socket, object) (object, error) {
		return object{"id": "m1", "sentAt": "2026-01-02T03:04:05.006Z", "more": []int{1}}, nil
	})
	server := httptest.NewServer(srv)
	t.Cleanup(func() {
		if err := srv.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return server.URL
}
