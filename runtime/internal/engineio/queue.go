package engineio

// A queue holds the messages that wait for a peer, oldest first. Its owner
// guards it.
type queue struct {
	items []*Message
	head  int // items before it have been taken
	bytes int
	// lost is what waited when the peer was given up.
	lostItems, lostBytes uint32
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

// depth returns how much waits, or waited when the peer was given up.
func (q *queue) depth() (messages, bytes int) {
	return q.len() + int(q.lostItems), q.bytes + int(q.lostBytes)
}

// giveUp empties the queue for good and remembers its depth.
func (q *queue) giveUp() {
	messages, bytes := q.depth()
	*q = queue{lostItems: uint32(messages), lostBytes: uint32(bytes)}
}

// reset empties the queue.
func (q *queue) reset() {
	items := q.items[:0]
	if cap(items) > keepItems {
		items = nil
	}
	clear(q.items)
	q.items, q.head, q.bytes = items, 0, 0
}

// takeAll returns all messages and leaves the queue empty.
func (q *queue) takeAll() []*Message {
	all := q.items[q.head:]
	q.items, q.head, q.bytes = nil, 0, 0
	return all
}
