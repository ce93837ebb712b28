package rt

import "github.com/rtgen/rtgen/runtime/internal/engineio"

// tally counts the sockets for which an event was queued, and those that were
// not ready for one that is volatile.
type tally struct{ receivers, dropped int }

// tallyOf returns the tally of one socket, given the error of sending to it.
func tallyOf(err error) tally {
	switch err {
	case nil:
		return tally{receivers: 1}
	case engineio.ErrDropped:
		return tally{dropped: 1}
	default:
		return tally{} // it is gone
	}
}

func (t *tally) add(u tally) {
	t.receivers += u.receivers
	t.dropped += u.dropped
}
