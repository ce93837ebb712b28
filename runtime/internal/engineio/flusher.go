package engineio

import (
	"runtime"
	"sync"
)

// A flusher writes the connections that were listed since its last round, each
// once. Its goroutine exists only while the list is not empty.
//
// It lets those run first that are ready to: when many peers are to be answered at
// the same time, all answers are made, and then all are written. Either goes faster
// in a row than in turn with the other, and the kernel wakes fewer readers. The wait
// is short: an idle processor takes the flusher at once, a busy one behind those that
// were ready already.
type flusher struct {
	tasks *tasks
	begin func() // run, made once

	mu      sync.Mutex
	listed  []*conn
	written []*conn // the list before, whose memory the next one takes
	running bool
}

// keepListed is the capacity that a list of an idle flusher may keep: that of a
// large room, 32 KiB.
const keepListed = 4096

func (f *flusher) init(t *tasks) { f.tasks, f.begin = t, f.run }

// add lists c for the next round. The caller lists a conn once a round.
func (f *flusher) add(c *conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.listed = append(f.listed, c)
	if !f.running {
		f.running = true
		f.tasks.start(f.begin)
	}
}

func (f *flusher) run() {
	runtime.Gosched()
	for round := f.next(); len(round) > 0; round = f.next() {
		for _, c := range round {
			c.mu.Lock()
			c.listed = false
			c.unlockAndFlush()
		}
		clear(round) // let go of the connections
	}
}

// next returns the list and begins another one.
func (f *flusher) next() []*conn {
	f.mu.Lock()
	defer f.mu.Unlock()
	round := f.listed
	f.listed, f.written = f.written[:0], round
	if len(round) == 0 {
		f.running = false
		f.listed, f.written = trim(f.listed), trim(f.written)
	}
	return round
}

func trim(list []*conn) []*conn {
	if cap(list) > keepListed {
		return nil
	}
	return list
}
