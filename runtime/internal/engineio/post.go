package engineio

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"
)

var errContentType = errors.New("invalid content type")

// bodies holds the buffers of request bodies while they are handled, and of
// compressed answers while they are written.
var bodies = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// servePost handles the packets of a request body, once it is here whole.
func (p *polling) servePost(w http.ResponseWriter, r *http.Request) {
	control := http.NewResponseController(w)
	if !p.beginPost(control) {
		p.session.end(causePeerTransport, ReasonTransportError, errTwoPosts)
		p.session.srv.answerEmpty(w, http.StatusBadRequest)
		return
	}
	binary := ofBytes(r.Header.Get("Content-Type"))
	if binary && !p.session.form.v3() {
		p.endPost()
		p.session.end(causePeerTransport, ReasonTransportError, errContentType)
		p.session.srv.answerEmpty(w, http.StatusBadRequest)
		return
	}
	control.SetReadDeadline(time.Now().Add(p.session.srv.opts.ReadTimeout))
	body := bodies.Get().(*bytes.Buffer)
	defer freeBody(body)
	err := p.readBody(body, w, r)
	done := err == nil && p.handleBody(body.Bytes(), binary)
	p.endPost() // the client may have its next POST here before we return
	switch {
	case err != nil:
		p.refuseBody(w, err)
	case !done:
		p.session.srv.refuse(w, r, errMismatch)
	default:
		p.confirm(w, r)
	}
}

// ofBytes reports whether a content type is that of payloads of bytes. Others, which
// most are, need not be parsed to see that.
func ofBytes(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	if !strings.EqualFold(strings.TrimSpace(kind), contentBytes) {
		return false
	}
	kind, _, _ = mime.ParseMediaType(contentType)
	return kind == contentBytes
}

// confirm answers a POST whose packets have been handled.
func (p *polling) confirm(w http.ResponseWriter, r *http.Request) {
	p.session.srv.decorate(w.Header(), r, false)
	p.session.srv.boundWrite(w)
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Cache-Control", "no-store")
	io.WriteString(w, "ok")
}

func (p *polling) beginPost(control *http.ResponseController) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.posting || p.last != nil {
		return false
	}
	p.posting, p.reading = true, control
	return true
}

func (p *polling) endPost() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.posting, p.reading = false, nil
}

func freeBody(body *bytes.Buffer) {
	if body.Cap() <= maxPooled {
		body.Reset()
		bodies.Put(body)
	}
}

// readBody reads a body that is within the limit.
func (p *polling) readBody(body *bytes.Buffer, w http.ResponseWriter, r *http.Request) error {
	limit := p.session.srv.opts.MaxPayload
	if r.ContentLength > limit {
		return &http.MaxBytesError{Limit: limit}
	}
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, limit))
	p.mu.Lock()
	p.reading = nil
	p.mu.Unlock()
	return err
}

// refuseBody answers a request whose body did not arrive whole. A client that
// was told of the limit breaks it at its own loss; a body cut short is a broken
// connection.
func (p *polling) refuseBody(w http.ResponseWriter, err error) {
	w.Header().Set("Connection", "close")
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		p.session.srv.answerEmpty(w, http.StatusRequestEntityTooLarge)
		return
	}
	p.session.end(causeNetwork, ReasonTransportError, fmt.Errorf("request body: %w", err))
	p.session.srv.answerEmpty(w, http.StatusBadRequest)
}

// handleBody handles the packets of a body up to the first that ends the
// session. It reports false if another transport has taken over meanwhile.
func (p *polling) handleBody(body []byte, binary bool) bool {
	s := p.session
	select {
	case s.turn <- struct{}{}:
		defer s.yield()
	case <-p.moved: // the turn is not free again before the session ends
		return false
	case <-s.done:
		return true
	}
	for packet, err := range s.form.decodePayload(body, binary, s.srv.opts.MaxPayloadPackets) {
		if err != nil {
			s.end(causePeer, ReasonParseError, err)
			break
		}
		if f := s.handle(packet, len(packet.Data)+1); f != nil {
			s.end(f.cause, f.reason, f.err)
			break
		}
	}
	return true
}
