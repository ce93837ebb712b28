package rt

import (
	"sync"

	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// inbox holds the packets of a socket until its handlers get to them. The zero
// value is ready. Whoever puts the first packet into an idle inbox starts the
// goroutine that empties it.
type inbox struct {
	mu      sync.Mutex
	packets []*sioproto.Packet // those before head have been taken
	head    int
	bytes   int
	running bool
	room    chan struct{} // closed when a full inbox is taken from; nil when nobody waits
}

// inboxLimit is when an inbox is full: at so many packets or bytes.
type inboxLimit struct{ packets, bytes int }

// put adds p. When the inbox is full it does not, and returns a channel that is
// closed when there may be room. Start says that the inbox was idle.
func (q *inbox) put(p *sioproto.Packet, limit inboxLimit) (start bool, full <-chan struct{}) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.packets)-q.head >= limit.packets || q.bytes >= limit.bytes {
		if q.room == nil {
			q.room = make(chan struct{})
		}
		return false, q.room
	}
	return q.add(p), nil
}

// force adds p to an inbox that may be full.
func (q *inbox) force(p *sioproto.Packet) (start bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.add(p)
}

func (q *inbox) add(p *sioproto.Packet) (start bool) {
	if q.head > 0 && len(q.packets) == cap(q.packets) {
		n := copy(q.packets, q.packets[q.head:])
		clear(q.packets[n:])
		q.packets, q.head = q.packets[:n], 0
	}
	q.packets = append(q.packets, p)
	q.bytes += packetSize(p)
	start = !q.running
	q.running = true
	return start
}

// next takes a packet, or marks the inbox as idle and returns nil.
func (q *inbox) next() *sioproto.Packet {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.head == len(q.packets) {
		q.rest()
		return nil
	}
	p := q.packets[q.head]
	q.packets[q.head] = nil
	q.head++
	q.bytes -= packetSize(p)
	if q.room != nil {
		close(q.room)
		q.room = nil
	}
	return p
}

// keptPackets is the capacity that an idle inbox may keep.
const keptPackets = 4

func (q *inbox) rest() {
	q.running, q.head = false, 0
	if cap(q.packets) > keptPackets {
		q.packets = nil
	}
	q.packets = q.packets[:0]
}

// more reports whether packets wait behind the one that was taken last.
func (q *inbox) more() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.head < len(q.packets)
}

func packetSize(p *sioproto.Packet) int {
	n := len(p.Data)
	for _, a := range p.Attachments {
		n += len(a)
	}
	return n
}
