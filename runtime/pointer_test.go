package rt_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	rt "github.com/rtgen/rtgen/runtime"
)

// TestPointerPayloads sends a value through events whose types are pointers.
func TestPointerPayloads(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		echo := rt.AckEvent[*Line, *Line]{Name: "echo"}
		ns := w.Of("/")
		rt.OnWithAck(ns, echo, func(_ context.Context, _ *rt.Socket, msg *Line) (*Line, error) {
			if msg.Text == "" {
				return nil, nil
			}
			return &Line{From: "echo", Text: msg.Text}, nil
		})
		p := w.connect("/")
		p.send(`20["echo",{"text":"a"}]`, `21["echo",null]`)
		p.want(`30[{"ok":true,"data":{"from":"echo","text":"a"}}]`)
		p.want(`31[{"ok":false,"error":{"code":"internal","message":"internal error"}}]`)

		s := onlySocket(t, ns)
		type answer struct {
			ack *Line
			err error
		}
		answers := make(chan answer, 1)
		go func() {
			ack, err := rt.EmitWithAck(context.Background(), s, echo, &Line{Text: "b"})
			answers <- answer{ack, err}
		}()
		p.want(`20["echo",{"text":"b"}]`)
		p.send(`30[{"ok":true,"data":{"text":"c"}}]`)
		if got := <-answers; got.err != nil || !cmp.Equal(got.ack, &Line{Text: "c"}) {
			t.Errorf("EmitWithAck = %+v, %v", got.ack, got.err)
		}
	})
}

func TestNilPayload(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		ns := w.Of("/")
		p := w.connect("/")
		s := onlySocket(t, ns)
		ctx := context.Background()
		const want = "rt: the payload is nil"
		if err := rt.Emit(ctx, s, rt.Event[*Line]{Name: "e"}, nil); text(err) != want {
			t.Errorf("Emit: %v, want %s", err, want)
		}
		question := rt.AckEvent[*Line, *Line]{Name: "q", Timeout: time.Second}
		if ack, err := rt.EmitWithAck(ctx, s, question, nil); ack != nil || text(err) != want {
			t.Errorf("EmitWithAck = %v, %v, want %s", ack, err, want)
		}
		for _, err := range rt.BroadcastWithAck(ctx, ns.To(), question, nil) {
			if text(err) != want {
				t.Errorf("BroadcastWithAck: %v, want %s", err, want)
			}
		}
		p.wantNothing()
	})
}
