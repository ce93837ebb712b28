package engineclient

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"

	"github.com/rtgen/rtgen/runtime/internal/eioproto"
)

// A polling carries a session over HTTP requests: a GET waits for packets, a
// POST sends some.
type polling struct {
	opts *Options
	sid  string
}

// openPolling makes the handshake with a first poll.
func (c *Conn) openPolling(ctx context.Context) error {
	p := &polling{opts: c.opts}
	body, err := p.get(ctx)
	if err != nil {
		return err
	}
	first := true
	for packet, err := range eioproto.DecodePayload(body, math.MaxInt) {
		if err == nil && first {
			err = c.opened(packet)
		}
		if err != nil {
			return err
		}
		if !first {
			c.early = append(c.early, packet)
		}
		first = false
	}
	p.sid = c.handshake.SID
	c.transport = p
	return nil
}

func (p *polling) name() string { return Polling }

// writable: one request is on its way at a time.
func (p *polling) writable(writing bool, _ int) bool { return !writing }

func (p *polling) size(packet *eioproto.Packet) int64 {
	n := len(packet.Data)
	if packet.Binary {
		n = base64.StdEncoding.EncodedLen(n)
	}
	return int64(1 + n)
}

// leave: the server has answered the goodbye.
func (p *polling) leave(c *Conn) { c.end(ReasonClosed, nil) }

func (p *polling) abort() {} // the requests end with the context of the session

// noBody keeps net/http from sending a poll a second time by itself when the
// connection breaks: what the first one was answered would be lost.
type noBody struct{}

func (noBody) Read([]byte) (int, error) { return 0, io.EOF }
func (noBody) Close() error             { return nil }

// get polls once.
func (p *polling) get(ctx context.Context) ([]byte, error) {
	return p.do(ctx, http.MethodGet, noBody{})
}

// write sends one request.
func (p *polling) write(ctx context.Context, packets []eioproto.Packet) error {
	body := eioproto.AppendPayload(nil, packets...)
	_, err := p.do(ctx, http.MethodPost, bytes.NewReader(body))
	return err
}

func (p *polling) do(ctx context.Context, method string, body io.Reader) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, p.opts.address(Polling, p.sid).String(), body)
	if err != nil {
		return nil, err
	}
	for name, values := range p.opts.Header {
		req.Header[name] = values
	}
	if host := p.opts.Header.Get("Host"); host != "" {
		req.Host = host
	}
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "text/plain;charset=UTF-8")
	}
	res, err := p.opts.HTTP.Do(req)
	if failed, ok := errors.AsType[*url.Error](err); ok { // tells the URL with the session id
		return nil, fmt.Errorf("%s: %w", method, failed.Err)
	}
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, refusal(res)
	}
	return readAtMost(res.Body, p.opts.MaxPayload)
}

func readAtMost(r io.Reader, limit int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = fmt.Errorf("engineclient: the answer has more than %d bytes", limit)
	}
	return body, err
}

// refusal makes an error of an answer other than 200. Of the body it takes the
// message that servers send there.
func refusal(res *http.Response) error {
	var reason struct{ Message string }
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<10))
	if err != nil || json.Unmarshal(body, &reason) != nil || reason.Message == "" {
		return fmt.Errorf("engineclient: the server answered %s", res.Status)
	}
	return fmt.Errorf("engineclient: the server answered %s: %.200q", res.Status, reason.Message)
}
