package rt_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/internal/memnet"
)

// explosiveLog panics at every record.
type explosiveLog struct{ *records }

func (explosiveLog) Handle(context.Context, slog.Record) error { panic("log") }

// A log handler is user code too, and called on goroutines of ours.
func TestLogHandlerThatPanics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, err := rt.NewServer(rt.Options{Logger: slog.New(explosiveLog{})})
		if err != nil {
			t.Fatal(err)
		}
		l := memnet.Listen()
		httpServer := &http.Server{Handler: srv}
		go httpServer.Serve(l)
		defer httpServer.Close()
		defer shutdown(t, srv)
		w := &world{Server: srv, t: t, listener: l}

		n := serveEcho(srv, "/")
		rt.On(n, slow, func(context.Context, *rt.Socket, json.RawMessage) error { panic("handler") })
		srv.Of("/slow").Use(func(ctx context.Context, _ *rt.Socket) error {
			<-time.After(time.Minute)
			return nil
		})
		bystander := w.connect("/")
		p := w.connect("/")
		p.send(`2["slow",1]`, `2["unknown",1]`, "0/slow,")
		p.want(`4/slow,{"message":"timeout"}`) // O01: from a timer
		p.send(`2[`)
		p.wantClosed()
		w.dial().wantClosed() // never connects
		bystander.send(`2["echo",1]`)
		bystander.want(`2["echo",1]`)
	})
}
