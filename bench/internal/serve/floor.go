package serve

import (
	"strings"
	"sync"
	"time"

	"github.com/rtgen/rtgen/bench/internal/script"
)

// A floor is what a WebSocket library costs by itself: it knows the packets of
// the script by their beginning, has the answers ready, and does no work of
// Socket.IO at all.
type floor struct {
	beats []beat // each has a share of the members

	mu    sync.Mutex
	next  int
	crowd []member
}

// A member is a connection of some library. A frame is written by itself.
type member interface {
	text(packet string)
	binary(data []byte)
}

// beat is the members that are pinged at the same time.
type beat struct {
	mu      sync.Mutex
	members map[member]struct{}
}

// shares is how many parts the members are pinged in.
const shares = 10

func newFloor(pingInterval time.Duration) *floor {
	f := &floor{beats: make([]beat, shares)}
	for i := range f.beats {
		f.beats[i].members = make(map[member]struct{})
	}
	go func() {
		for i := 0; ; i++ {
			time.Sleep(pingInterval / shares)
			f.beats[i%shares].ping()
		}
	}()
	return f
}

func (b *beat) ping() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for m := range b.members {
		m.text(script.Ping)
	}
}

// openPacket is as long as that of a real server.
const openPacket = `0{"sid":"AAAAAAAAAAAAAAAAAAAA","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`

// enter adds a member, which the result removes again.
func (f *floor) enter(m member) (leave func()) {
	f.mu.Lock()
	f.next++
	b := &f.beats[f.next%shares]
	f.mu.Unlock()
	b.mu.Lock()
	b.members[m] = struct{}{}
	b.mu.Unlock()
	return func() {
		b.mu.Lock()
		delete(b.members, m)
		b.mu.Unlock()
		f.leave(m)
	}
}

func (f *floor) leave(m member) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, other := range f.crowd {
		if other == m {
			last := len(f.crowd) - 1
			f.crowd[i] = f.crowd[last]
			f.crowd = f.crowd[:last]
			return
		}
	}
}

// connected is the answer to a CONNECT.
const connected = `40{"sid":"BBBBBBBBBBBBBBBBBBBB"}`

func (f *floor) text(m member, packet string) {
	switch {
	case packet == script.Connect:
		m.text(connected)
	case packet == script.Echo:
		m.text(script.Echoed)
	case packet == script.Ask:
		m.text(script.Answer)
	case packet == script.Join:
		f.mu.Lock()
		f.crowd = append(f.crowd, m)
		f.mu.Unlock()
		m.text(script.Joined)
	case strings.HasPrefix(packet, `42["shout",`):
		f.broadcast(`42["heard",` + packet[len(`42["shout",`):])
	}
}

func (f *floor) binary(m member, data []byte) {
	m.text(script.Returned)
	m.binary(data)
}

func (f *floor) broadcast(packet string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, m := range f.crowd {
		m.text(packet)
	}
}
