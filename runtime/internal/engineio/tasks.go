package engineio

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
)

// A tasks counts a server's sessions and goroutines, so that Shutdown can wait
// for them. It is a sync.WaitGroup whose waiting obeys a context.
type tasks struct {
	log *slog.Logger

	mu   sync.Mutex
	n    int
	idle chan struct{} // closed when n reaches zero; nil unless somebody waits
}

func (t *tasks) add() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.n++
}

func (t *tasks) done() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n--; t.n == 0 && t.idle != nil {
		close(t.idle)
		t.idle = nil
	}
}

// start runs f on a goroutine that counts. The caller is itself counted, or
// holds a lock that keeps one that is from ending. A panic in f is logged: f
// defers whatever must happen nevertheless.
func (t *tasks) start(f func()) {
	t.add()
	go t.finish(f)
}

// run is start on the caller's own goroutine.
func (t *tasks) run(f func()) {
	t.add()
	t.finish(f)
}

// finish runs f, which counts already.
func (t *tasks) finish(f func()) {
	defer t.done()
	defer func() {
		if v := recover(); v != nil {
			logPanic(t.log, "engine", v)
		}
	}()
	f()
}

// logPanic logs a recovered panic with its stack.
func logPanic(log *slog.Logger, during string, v any) {
	log.Error("engineio: panic", "during", during, "panic", fmt.Sprint(v), "stack", string(debug.Stack()))
}

// wait returns when nothing is left, or with ctx's error.
func (t *tasks) wait(ctx context.Context) error {
	t.mu.Lock()
	if t.n == 0 {
		t.mu.Unlock()
		return nil
	}
	if t.idle == nil {
		t.idle = make(chan struct{})
	}
	idle := t.idle
	t.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
