package rt_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

// Calls with the key of a call that is being handled wait for its answer.
func TestConcurrentRepeats(t *testing.T) {
	tests := []struct {
		name  string
		first func() (int, error)
		want  []string // what the three callers get
	}{
		{"the first succeeds", func() (int, error) { return 1, nil }, []string{ok(1), ok(1), ok(1)}},
		{"the first fails", func() (int, error) { return 0, &rt.Error{Code: "busy"} }, []string{
			`30[{"ok":false,"error":{"code":"busy","message":""}}]`, ok(2), ok(2),
		}},
		{"the first panics", func() (int, error) { panic("O01") }, []string{
			`30[{"ok":false,"error":{"code":"internal","message":"internal error"}}]`, ok(2), ok(2),
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
				calls := 0
				pay := rt.AckEvent[string, int]{Name: "pay", Errors: []string{"busy"}, IdempotencyKey: func(key string) string { return key }}
				rt.OnWithAck(w.Of("/"), pay, func(context.Context, *rt.Socket, string) (int, error) {
					calls++
					if calls == 1 {
						<-time.After(time.Second)
						return tt.first()
					}
					return calls, nil
				})
				peers := []*peer{w.connect("/"), w.connect("/"), w.connect("/")}
				for _, p := range peers {
					p.send(`20["pay","key"]`)
					synctest.Wait()
				}
				for i, p := range peers {
					p.want(tt.want[i])
				}
			})
		})
	}
}

func ok(n int) string { return fmt.Sprintf(`30[{"ok":true,"data":%d}]`, n) }

func TestRepeatThatLeavesDoesNotWait(t *testing.T) {
	inWorld(t, rt.Options{}, func(t *testing.T, w *world) {
		n := w.Of("/")
		pay := rt.AckEvent[string, int]{Name: "pay", IdempotencyKey: func(key string) string { return key }}
		rt.OnWithAck(n, pay, func(context.Context, *rt.Socket, string) (int, error) {
			<-time.After(time.Minute)
			return 1, nil
		})
		left := make(chan time.Time, 1)
		n.OnDisconnect(func(context.Context, *rt.Socket, rt.Reason) { left <- time.Now() })
		first, second := w.connect("/"), w.connect("/")
		first.send(`20["pay","key"]`)
		synctest.Wait()
		second.send(`20["pay","key"]`)
		synctest.Wait()
		start := time.Now()
		second.ws.Close()
		if got := (<-left).Sub(start); got != time.Second {
			t.Errorf("left after %v, want 1s", got)
		}
		first.want(ok(1))
	})
}
