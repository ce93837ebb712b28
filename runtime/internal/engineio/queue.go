package engineio

// A queue holds the messages that wait for a peer, oldest first. Its owner
// guards it.
type queue struct {
	items []*Message
	head  int // items before it have been taken
	bytes int
}

// keepItems is the capacity an empty queue holds on to: enough for the answers
// to one burst, small enough to cost an idle session nothing to speak of.
const keepItems = 16

func (q *queue) len() int { return len(q.items) - q.head }

// full reports whether a peer for which this much waits is a slow consumer.
func (q *queue) full(opts *Options) bool {
	return q.bytes >= opts.SendQueueBytes || q.len() >= opts.SendQueuePackets
}

func (q *queue) push(m *Message) {
	q.items = append(q.items, m)
	q.bytes += m.size()
}

// peek returns the oldest message. The queue must not be empty.
func (q *queue) peek() *Message { return q.items[q.head] }

// pop removes the oldest message. The queue must not be empty.
func (q *queue) pop() *Message {
	m := q.items[q.head]
	q.items[q.head] = nil
	q.head++
	q.bytes -= m.size()
	if q.len() == 0 {
		q.reset()
	}
	return m
}

// reset empties the queue.
func (q *queue) reset() {
	items := q.items[:0]
	if cap(items) > keepItems {
		items = nil
	}
	clear(q.items)
	*q = queue{items: items}
}

// takeAll returns all messages and leaves the queue empty.
func (q *queue) takeAll() []*Message {
	all := q.items[q.head:]
	*q = queue{}
	return all
}
