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
	packets []*sioproto.Packet
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
	if len(q.packets) >= limit.packets || q.bytes >= limit.bytes {
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
	if len(q.packets) == 0 {
		q.running, q.packets = false, nil
		return nil
	}
	p := q.packets[0]
	q.packets[0] = nil
	q.packets = q.packets[1:]
	q.bytes -= packetSize(p)
	if q.room != nil {
		close(q.room)
		q.room = nil
	}
	return p
}

func packetSize(p *sioproto.Packet) int {
	n := len(p.Data)
	for _, a := range p.Attachments {
		n += len(a)
	}
	return n
}
