package engineio

import (
	"bytes"
	"errors"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

var (
	errTwoPolls   = errors.New("overlap from client: two polls")
	errTwoPosts   = errors.New("overlap from client: two posts")
	errPollClosed = errors.New("poll connection closed prematurely")
)

// contentBytes is the content type of payloads of bytes.
const contentBytes = "application/octet-stream"

// The packets that end a poll when there is nothing else to say.
var (
	closePacket = newPacket(byte(eioproto.Close), "")
	noopPacket  = newPacket(byte(eioproto.Noop), "")
)

// A polling is the transport of a session on HTTP requests: a GET waits for
// packets, a POST brings some.
type polling struct {
	session *Session
	moved   chan struct{} // closed when another transport has taken over

	mu       sync.Mutex
	queue    queue
	poll     chan struct{}            // wakes the GET that waits; nil if none does
	posting  bool                     // a POST is at work
	reading  *http.ResponseController // of that POST, while it reads its body
	upgrades bool                     // a probe is at work: no GET waits
	closing  bool                     // a close packet follows once the queue is empty
	last     *Message                 // ends the last poll, once the session has ended
}

func newPolling() *polling { return &polling{moved: make(chan struct{})} }

func (p *polling) hasMoved() bool {
	select {
	case <-p.moved:
		return true
	default:
		return false
	}
}

func (p *polling) name() string { return transportPolling }

func (p *polling) send(m *Message, volatile, _ bool) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.hasMoved():
		return errMoved
	case p.closing || p.last != nil:
		return ErrClosed
	case volatile && p.poll == nil:
		return ErrDropped
	case p.queue.full(&p.session.srv.opts):
		return errFull
	}
	p.queue.push(m)
	p.wake()
	return nil
}

func (p *polling) queued() (messages, bytes int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.queue.depth()
}

func (p *polling) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closing = true
	p.wake()
}

// deserted reports whether no poll waits and no message is queued for one.
func (p *polling) deserted() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.poll == nil && p.queue.len() == 0
}

func (p *polling) abort(reason Reason) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.last = closePacket
	if reason == ReasonTransportClose { // the peer knows
		p.last = noopPacket
	}
	p.queue.giveUp()
	p.wake()
	if p.reading != nil {
		p.reading.SetReadDeadline(time.Unix(1, 0)) // its handler sees the error
	}
}

// move ends the transport and returns what still waits for the peer.
func (p *polling) move() []*Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.moved)
	p.wake()
	return p.queue.takeAll()
}

// release says whether polls are answered at once, as they are while a probe is
// at work, so that the client can stop polling.
func (p *polling) release(on bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.upgrades = on
	p.wake()
}

// wake lets the waiting GET answer if there is something to say. The caller
// holds p.mu.
func (p *polling) wake() {
	if p.poll == nil {
		return
	}
	if p.queue.len() > 0 || p.upgrades || p.closing || p.hasMoved() || p.last != nil {
		select {
		case p.poll <- struct{}{}:
		default: // woken already
		}
	}
}

// serveGet answers with what is queued as soon as there is something.
func (p *polling) serveGet(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	if p.poll != nil {
		p.mu.Unlock()
		p.session.end(causePeerTransport, ReasonTransportError, errTwoPolls)
		p.session.srv.answerEmpty(w, http.StatusBadRequest)
		return
	}
	poll := make(chan struct{}, 1)
	p.poll = poll
	p.wake()
	p.mu.Unlock()

	// A deadline of the user's http.Server would cut the wait.
	http.NewResponseController(w).SetWriteDeadline(time.Time{})
	select {
	case <-poll:
	case <-r.Context().Done():
	}
	if r.Context().Err() != nil { // nothing has been taken from the queue yet
		p.session.end(causeNetwork, ReasonTransportError, errPollClosed)
		return
	}
	p.answer(w, r, false)
}

// answer ends a poll with everything that is queued. Only an error of writing
// says that it did not arrive: clients close their connection as soon as they
// have the answer whole. First says that it is the session's first.
func (p *polling) answer(w http.ResponseWriter, r *http.Request, first bool) {
	messages, last := p.take()
	p.session.srv.decorate(w.Header(), r, first)
	if err := p.write(w, r, messages); err != nil {
		p.session.end(causeNetwork, ReasonTransportError, err)
	} else if last {
		p.session.end(causeApplication, "", nil)
	}
}

// take empties the queue into an answer. It reports whether that is the last one
// of a session that is closing. The close packet goes alone: the official client
// acts on it before it has handled the messages beside it.
func (p *polling) take() (messages []*Message, last bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.poll = nil // the client may have its next poll here before we return
	if messages = p.queue.takeAll(); len(messages) > 0 {
		return messages, false
	}
	end := noopPacket
	switch {
	case p.last != nil:
		end = p.last
	case p.closing && !p.hasMoved():
		end, last = closePacket, true
	}
	return []*Message{end.in(p.session.form)}, last
}

// write answers a poll. Like writeWaiting it gives each piece its own deadline.
func (p *polling) write(w http.ResponseWriter, r *http.Request, messages []*Message) error {
	body, binary := p.session.form.join(messages)
	h := w.Header()
	if c := p.session.srv.codingFor(r, messages, len(body)); c != nil {
		buf := bodies.Get().(*bytes.Buffer)
		defer freeBody(buf)
		c.compress(buf, body)
		h.Set("Content-Encoding", c.name)
		body = buf.Bytes()
	}
	h.Set("Content-Type", "text/plain; charset=UTF-8")
	if binary {
		h.Set("Content-Type", contentBytes)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	control := http.NewResponseController(w)
	for len(body) > 0 {
		piece := body[:min(len(body), batchSize)]
		control.SetWriteDeadline(time.Now().Add(p.session.srv.opts.WriteTimeout))
		if _, err := w.Write(piece); err != nil {
			return err
		}
		body = body[len(piece):]
	}
	if err := control.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	return nil
}
