package rt

import (
	"context"
	"sync/atomic"
)

// tasks counts goroutines. Unlike a sync.WaitGroup it can be waited for with a
// context while new ones begin.
type tasks struct {
	n    atomic.Int64
	idle chan struct{} // has a token when n may have become zero; capacity 1
}

func (t *tasks) enter() { t.n.Add(1) }

func (t *tasks) exit() {
	if t.n.Add(-1) == 0 {
		t.signal()
	}
}

func (t *tasks) signal() {
	select {
	case t.idle <- struct{}{}:
	default:
	}
}

// wait returns when no goroutine is left, or with the error of ctx.
func (t *tasks) wait(ctx context.Context) error {
	for t.n.Load() > 0 {
		select {
		case <-t.idle:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	t.signal() // for others who wait
	return nil
}
