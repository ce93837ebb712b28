package crew_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"github.com/rtgen/rtgen/runtime/internal/crew"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// goroutines returns how many there are in the bubble besides those of before.
func goroutines(before int) int {
	synctest.Wait()
	return runtime.NumGoroutine() - before
}

func TestNoTaskWaitsForAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var running atomic.Int32
		release := make(chan struct{})
		c := crew.New(func(int) {
			running.Add(1)
			<-release
		})
		defer c.Stop()
		const tasks = 100
		for i := range tasks {
			c.Do(i)
		}
		synctest.Wait()
		if got := running.Load(); got != tasks {
			t.Errorf("%d tasks run, want %d", got, tasks)
		}
		close(release)
	})
}

func TestGoroutinesAreUsedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := runtime.NumGoroutine()
		var sum atomic.Int64
		c := crew.New(func(n int) { sum.Add(int64(n)) })
		defer c.Stop()
		for n := range 100 {
			c.Do(n)
			if got := goroutines(before); got != 1 {
				t.Fatalf("%d goroutines after task %d, want 1", got, n)
			}
		}
		if got := sum.Load(); got != 99*100/2 {
			t.Errorf("the tasks add up to %d, want %d", got, 99*100/2)
		}
	})
}

func TestIdleGoroutinesEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := runtime.NumGoroutine()
		release := make(chan struct{})
		c := crew.New(func(wait bool) {
			if wait {
				<-release
			}
		})
		for range 10 {
			c.Do(true)
		}
		close(release)
		if got := goroutines(before); got != 10 {
			t.Errorf("%d goroutines linger, want 10", got)
		}
		for range 10 { // one is needed again and again
			time.Sleep(5 * time.Millisecond)
			c.Do(false)
		}
		if got := goroutines(before); got != 1 {
			t.Errorf("%d goroutines are left while one is needed, want 1", got)
		}
		time.Sleep(20 * time.Millisecond)
		if got := goroutines(before); got != 0 {
			t.Errorf("%d goroutines are left, want none", got)
		}
	})
}

func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := runtime.NumGoroutine()
		var done atomic.Int32
		c := crew.New(func(d time.Duration) {
			time.Sleep(d)
			done.Add(1)
		})
		c.Do(0)
		c.Do(time.Second)
		synctest.Wait()
		c.Stop()
		if got := goroutines(before); got != 1 {
			t.Errorf("%d goroutines after Stop, want the one at work", got)
		}
		c.Do(0)
		if got := goroutines(before); got != 1 || done.Load() != 2 {
			t.Errorf("%d goroutines and %d tasks done after another task, want 1 and 2", got, done.Load())
		}
		time.Sleep(2 * time.Second)
		if got := goroutines(before); got != 0 || done.Load() != 3 {
			t.Errorf("%d goroutines and %d tasks done in the end, want 0 and 3", got, done.Load())
		}
		c.Stop()
	})
}

// TestHammer is for the race detector.
func TestHammer(t *testing.T) {
	var left sync.WaitGroup
	c := crew.New(func(int) { left.Done() })
	const callers, tasks = 8, 1000
	left.Add(callers * tasks)
	for range callers {
		go func() {
			for i := range tasks {
				c.Do(i)
			}
		}()
	}
	left.Wait()
	c.Stop()
}

func BenchmarkDo(b *testing.B) {
	done := make(chan struct{})
	deep := func(struct{}) {
		growStack()
		done <- struct{}{}
	}
	b.Run("crew", func(b *testing.B) {
		c := crew.New(deep)
		defer c.Stop()
		for b.Loop() {
			c.Do(struct{}{})
			<-done
		}
	})
	b.Run("go", func(b *testing.B) {
		for b.Loop() {
			go deep(struct{}{})
			<-done
		}
	})
}

// growStack needs what a handler does.
//
//go:noinline
func growStack() {
	var frame [4 << 10]byte
	runtime.KeepAlive(&frame)
}
