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

	mu      sync.Mutex
	listed  []*conn
	running bool
}

// keepListed is the capacity that the list of an idle flusher may keep: that of
// a large room, 32 KiB.
const keepListed = 4096

// add lists c for the next round. The caller lists a conn once a round.
func (f *flusher) add(c *conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.listed = append(f.listed, c)
	if !f.running {
		f.running = true
		f.tasks.start(f.run)
	}
}

func (f *flusher) run() {
	runtime.Gosched()
	var round []*conn
	for {
		f.mu.Lock()
		clear(round) // let go of the connections
		round, f.listed = f.listed, round[:0]
		if len(round) == 0 {
			f.running = false
			if cap(f.listed) > keepListed {
				f.listed = nil
			}
			f.mu.Unlock()
			return
		}
		f.mu.Unlock()
		for _, c := range round {
			c.mu.Lock()
			c.listed = false
			c.unlockAndFlush()
		}
	}
}
