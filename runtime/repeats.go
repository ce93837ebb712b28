package rt

import (
	"context"
	"sync"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/payload"
)

// repeats remembers the answers of an idempotent event of a namespace, so that
// a call which comes again is answered and not handled again. It keeps them for
// repeatWindow, and the youngest up to repeatCount and repeatBytes.
type repeats struct {
	mu    sync.Mutex
	byKey map[string]*firstCall
	done  []*firstCall // answered, in the order of their times
	bytes int
}

const (
	repeatWindow = 10 * time.Minute
	repeatCount  = 10_000
	repeatBytes  = 16 << 20
)

// firstCall is the call of a key that is handled, or was.
type firstCall struct {
	key    string
	ready  chan struct{} // closed when answer is set
	answer payload.Answer
	time   time.Time
}

func newRepeats() *repeats { return &repeats{byKey: make(map[string]*firstCall)} }

// do returns the answer of the first call of key: what handle answers, when
// this is the first. A failure is not remembered, since its repeat may succeed;
// calls that have waited for it are handled in turn.
func (r *repeats) do(ctx context.Context, key string, handle func() payload.Answer) payload.Answer {
	for {
		call, first := r.call(key)
		if first {
			return r.handle(call, handle)
		}
		select {
		case <-call.ready:
		case <-ctx.Done():
			return payload.Answer{}
		}
		if !call.answer.Failed() {
			return call.answer
		}
	}
}

// call returns the call of key, and whether the caller is the one to handle it.
func (r *repeats) call(key string) (call *firstCall, first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.expire(time.Now())
	if call, ok := r.byKey[key]; ok {
		return call, false
	}
	call = &firstCall{key: key, ready: make(chan struct{}), answer: payload.Answer{Code: payload.CodeInternal}}
	r.byKey[key] = call
	return call, true
}

// handle answers a call. Should handle panic, it counts as failed.
func (r *repeats) handle(call *firstCall, handle func() payload.Answer) payload.Answer {
	defer r.finish(call)
	call.answer = handle()
	call.answer.Keep()
	return call.answer
}

func (r *repeats) finish(call *firstCall) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if call.answer.Failed() {
		delete(r.byKey, call.key)
	} else {
		call.time = time.Now()
		r.done = append(r.done, call)
		r.bytes += call.size()
		r.expire(call.time)
	}
	close(call.ready)
}

// expire forgets what is too old or too much.
func (r *repeats) expire(now time.Time) {
	for len(r.done) > 0 {
		oldest := r.done[0]
		if len(r.done) <= repeatCount && r.bytes <= repeatBytes && now.Sub(oldest.time) < repeatWindow {
			return
		}
		r.done[0] = nil
		r.done = r.done[1:]
		r.bytes -= oldest.size()
		delete(r.byKey, oldest.key)
	}
}

func (c *firstCall) size() int { return len(c.key) + c.answer.Size() }
