// Package inbox holds what waits for the handlers of a socket, which run in
// order and one at a time.
package inbox

import "sync"

// An Item is what waits. Its size is in bytes.
type Item interface{ Size() int }

// A Queue holds items until somebody gets to them. The zero value is ready.
// Whoever puts the first item into an idle queue starts the goroutine that
// empties it.
type Queue[T Item] struct {
	mu      sync.Mutex
	items   []T // those before head have been taken
	head    int
	bytes   int
	running bool
	room    chan struct{} // closed when a full queue is taken from; nil when nobody waits
}

// A Limit is when a queue is full: at so many items or bytes.
type Limit struct{ Items, Bytes int }

// Put adds an item. When the queue is full it does not, and returns a channel that is
// closed when there may be room. Start says that the queue was idle.
func (q *Queue[T]) Put(item T, limit Limit) (start bool, full <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.items)-q.head >= limit.Items || q.bytes >= limit.Bytes {
		if q.room == nil {
			q.room = make(chan struct{})
		}
		return false, q.room
	}
	return q.add(item), nil
}

// Force adds an item to a queue that may be full.
func (q *Queue[T]) Force(item T) (start bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.add(item)
}

func (q *Queue[T]) add(item T) (start bool) {
	if q.head > 0 && len(q.items) == cap(q.items) {
		n := copy(q.items, q.items[q.head:])
		clear(q.items[n:])
		q.items, q.head = q.items[:n], 0
	}
	q.items = append(q.items, item)
	q.bytes += item.Size()
	start = !q.running
	q.running = true
	return start
}

// Next takes an item, or marks the queue as idle and reports false.
func (q *Queue[T]) Next() (item T, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.head == len(q.items) {
		q.rest()
		return item, false
	}
	item = q.items[q.head]
	clear(q.items[q.head : q.head+1])
	q.head++
	q.bytes -= item.Size()
	if q.room != nil {
		close(q.room)
		q.room = nil
	}
	return item, true
}

// kept is the capacity that an idle queue may keep: enough for a burst.
const kept = 16

func (q *Queue[T]) rest() {
	q.running, q.head = false, 0
	if cap(q.items) > kept {
		q.items = nil
	}
	q.items = q.items[:0]
}
