package rt

import (
	"fmt"
	"sync"
)

// pendingAcks are the answers that a socket owes. The zero value is ready.
type pendingAcks struct {
	mu   sync.Mutex
	byID map[uint64]chan<- reply
	gone bool
}

// expect registers an answer, which is sent to ch together with every way in
// which it may stay away; ch must have room for it. At most limit are pending.
func (a *pendingAcks) expect(id uint64, ch chan<- reply, limit int) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.gone {
		return ErrClosed
	}
	if len(a.byID) >= limit {
		return fmt.Errorf("%w: %d answers of a socket are awaited", ErrLimit, limit)
	}
	if a.byID == nil {
		a.byID = make(map[uint64]chan<- reply)
	}
	a.byID[id] = ch
	return nil
}

// forget drops an answer that nobody waits for any more.
func (a *pendingAcks) forget(id uint64) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.remove(id)
}

// resolve hands over an answer. One that nobody has asked for is dropped.
func (a *pendingAcks) resolve(id uint64, r reply) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if ch, ok := a.byID[id]; ok {
		a.remove(id)
		ch <- r
	}
}

// fail answers all that is pending, and will ever be, with r.
func (a *pendingAcks) fail(r reply) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.gone = true
	for _, ch := range a.byID {
		ch <- r
	}
	a.byID = nil
}

// remove lets go of the table when it is empty: most sockets are idle.
func (a *pendingAcks) remove(id uint64) {
	delete(a.byID, id)
	if len(a.byID) == 0 {
		a.byID = nil
	}
}
