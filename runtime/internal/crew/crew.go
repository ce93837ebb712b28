// Package crew runs tasks on goroutines that are used again while there is much
// to do: to start one costs little, but each has to grow its stack anew.
package crew

import (
	"runtime"
	"slices"
	"sync"
	"time"
)

// linger is how long a goroutine that has nothing to do stays, at least; at most
// it is twice that.
const linger = 10 * time.Millisecond

// A Crew runs tasks, all at the same time. No task waits for another one: when
// every goroutine is busy, there is a new one.
type Crew[T any] struct {
	work func(T)

	mu      sync.Mutex
	idle    []chan T // of the goroutines that linger, the latest last
	spare   int      // how many of them nobody has needed since the last look
	looking bool     // a look is due
	stopped bool
}

// New returns a Crew whose tasks are calls of work.
func New[T any](work func(T)) *Crew[T] { return &Crew[T]{work: work} }

// Do begins a task and does not wait for it.
func (c *Crew[T]) Do(task T) {
	if next := c.take(); next != nil {
		next <- task // there is room
		return
	}
	go c.run(task)
}

// Stop ends the goroutines that linger, and lets none linger any more. Tasks may
// still be begun.
func (c *Crew[T]) Stop() {
	c.mu.Lock()
	idle := c.idle
	c.idle, c.spare, c.stopped = nil, 0, true
	c.mu.Unlock()
	dismiss(idle)
}

// take returns the goroutine that has become idle last, nil if none is. Its stack
// is the warmest.
func (c *Crew[T]) take() chan<- T {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := len(c.idle) - 1
	if last < 0 {
		return nil
	}
	next := c.idle[last]
	c.idle[last] = nil
	c.idle, c.spare = c.idle[:last], min(c.spare, last)
	return next
}

func (c *Crew[T]) run(task T) {
	growStack()
	c.work(task)
	for next := make(chan T, 1); c.rest(next); {
		task, ok := <-next
		if !ok {
			return
		}
		c.work(task)
	}
}

// growStack makes the stack of a new goroutine as large as handling an event
// takes. It would grow by itself, but deep in the calls, when there is much on
// it that has to be moved: that took a quarter of the time of an echo.
//
//go:noinline
func growStack() {
	var frame [4 << 10]byte
	runtime.KeepAlive(&frame)
}

// rest notes that next is idle, unless it should end.
func (c *Crew[T]) rest(next chan T) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.stopped {
		return false
	}
	c.idle = append(c.idle, next)
	if !c.looking {
		c.looking = true
		time.AfterFunc(linger, c.look)
	}
	return true
}

// look ends the goroutines that were not needed since the last look, those that
// have been idle longest.
func (c *Crew[T]) look() {
	c.mu.Lock()
	spare := slices.Clone(c.idle[:c.spare])
	c.idle = slices.Delete(c.idle, 0, c.spare)
	c.spare = len(c.idle)
	if c.looking = c.spare > 0; c.looking {
		time.AfterFunc(linger, c.look)
	} else {
		c.idle = nil
	}
	c.mu.Unlock()
	dismiss(spare)
}

func dismiss[T any](idle []chan T) {
	for _, next := range idle {
		close(next)
	}
}
