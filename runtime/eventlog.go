package rt

import (
	"crypto/rand"
	"strconv"
	"strings"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineio"
)

// eventLog holds the latest events of a namespace. Each has a position: the
// first one has 1. The owner guards it.
type eventLog struct {
	maxEvents, maxBytes int
	maxAge              time.Duration

	epoch  string // tells the offsets of this log from those of all others
	head   uint64 // the position of the last event
	events []loggedEvent
	first  int // those before it have been dropped
	bytes  int
}

// loggedEvent is an event and whom it was for.
type loggedEvent struct {
	message *engineio.Message
	size    int
	at      time.Time

	only       SocketID // unless it is empty, what follows does not count
	some       bool
	to, except []Room
	skip       SocketID
}

// addressedTo returns an event for a selection.
func addressedTo(sel selection) loggedEvent {
	e := loggedEvent{some: sel.some, to: sel.to, except: sel.except}
	if sel.skip != nil {
		e.skip = sel.skip.id
	}
	return e
}

// epochLength is how many characters of an offset are the log's own.
const epochLength = 8

func newEpoch() string { return rand.Text()[:epochLength] }

// base is the position of the last event that was dropped.
func (l *eventLog) base() uint64 { return l.head - uint64(len(l.events)-l.first) }

// offset returns what peers call a position.
func (l *eventLog) offset(position uint64) string {
	return l.epoch + strconv.FormatUint(position, 36)
}

// position returns what offset calls a position of this log.
func (l *eventLog) position(offset string) (uint64, bool) {
	number, ok := strings.CutPrefix(offset, l.epoch)
	if !ok {
		return 0, false
	}
	position, err := strconv.ParseUint(number, 36, 64)
	return position, err == nil && position <= l.head
}

// append adds an event at the next position and drops what is too much.
func (l *eventLog) append(e loggedEvent) {
	for _, room := range e.to {
		e.size += len(room)
	}
	for _, room := range e.except {
		e.size += len(room)
	}
	e.size += eventCost
	l.compact()
	l.events = append(l.events, e)
	l.bytes += e.size
	l.head++
	l.trim(e.at)
}

// eventCost is what an event takes besides its texts, in bytes.
const eventCost = 256

// trim drops what is too old at a time or too much.
func (l *eventLog) trim(now time.Time) {
	for l.first < len(l.events) {
		e := &l.events[l.first]
		if len(l.events)-l.first <= l.maxEvents && l.bytes <= l.maxBytes && now.Sub(e.at) < l.maxAge {
			return
		}
		l.drop()
	}
	l.events, l.first = nil, 0
}

// drop drops the oldest event.
func (l *eventLog) drop() {
	e := &l.events[l.first]
	l.bytes -= e.size
	*e = loggedEvent{}
	l.first++
}

// dropUntil drops what was sent until a time.
func (l *eventLog) dropUntil(t time.Time) {
	for l.first < len(l.events) && !l.events[l.first].at.After(t) {
		l.drop()
	}
	l.trim(t)
}

// remaining returns how long it is until the oldest event is too old, or zero
// when there is none.
func (l *eventLog) remaining(now time.Time) time.Duration {
	if l.first == len(l.events) {
		return 0
	}
	return l.maxAge - now.Sub(l.events[l.first].at)
}

// compact makes room at the end, so that dropped events do not cost memory for
// ever.
func (l *eventLog) compact() {
	if l.first > len(l.events)/2 && len(l.events) == cap(l.events) {
		n := copy(l.events, l.events[l.first:])
		clear(l.events[n:])
		l.events, l.first = l.events[:n], 0
	}
}

// clear drops all events. Their positions stay taken.
func (l *eventLog) clear() { l.events, l.first, l.bytes = nil, 0, 0 }

// missed returns the events that p has not got, when it has got everything up to
// an offset, and the position of the last one. It reports false when the log
// cannot tell.
func (l *eventLog) missed(p *presence, offset uint64) (events []*loggedEvent, last uint64, ok bool) {
	// Who has got the last event before some position has got them all.
	from := max(offset, p.since)
	switch {
	case offset >= p.last:
		from = max(from, p.parted)
	case offset >= p.left:
		from = max(from, p.leftAt)
	default:
		return nil, 0, false
	}
	base := l.base()
	if from < base {
		return nil, 0, false
	}
	for i := l.first + int(from-base); i < len(l.events); i++ {
		position := base + uint64(i-l.first) + 1
		if e := &l.events[i]; e.concerns(p, position) {
			events, last = append(events, e), position
		}
	}
	return events, last, true
}

// concerns reports whether p is one of those that the event at a position was
// for.
func (e *loggedEvent) concerns(p *presence, position uint64) bool {
	if e.only != "" {
		return e.only == p.id // not a room: others may be in one of that name
	}
	if e.skip == p.id {
		return false
	}
	for _, room := range e.except {
		if p.in(room, position) {
			return false
		}
	}
	if !e.some {
		return position > p.since
	}
	for _, room := range e.to {
		if p.in(room, position) {
			return true
		}
	}
	return false
}
