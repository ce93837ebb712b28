package load

import (
	"fmt"
	"io"
	"net"
	"sync/atomic"
	"time"

	"github.com/rtgen/rtgen/bench/internal/script"
)

// Exchange lets every peer send request and wait for response, times over. The
// first response has to be right to the byte, the others in their length.
func (ps Peers) Exchange(request, response []byte, times int) error {
	return parallel(len(ps), len(ps), func(i int) error {
		p := ps[i]
		for n := range times {
			if err := p.Send(request); err != nil {
				return err
			}
			if err := p.receive(response, n == 0); err != nil {
				return fmt.Errorf("response %d: %w", n, err)
			}
		}
		return nil
	})
}

func (p *Peer) receive(response []byte, compare bool) error {
	if compare {
		return p.Expect(response)
	}
	return p.Skip(len(response))
}

// Broadcast lets the first peer send request, waits until all of them have read
// response, and so on, times over. It returns how long the last peer had to
// wait each time.
func (ps Peers) Broadcast(request, response []byte, times int) ([]time.Duration, error) {
	var left atomic.Int64
	all := make(chan struct{}, 1)
	failed := make(chan error, len(ps))
	for _, p := range ps {
		go func() {
			for n := range times {
				if err := p.receive(response, n == 0); err != nil {
					failed <- fmt.Errorf("broadcast %d: %w", n, err)
					return
				}
				if left.Add(-1) == 0 {
					all <- struct{}{}
				}
			}
		}()
	}
	waits := make([]time.Duration, 0, times)
	for range times {
		left.Store(int64(len(ps)))
		start := time.Now()
		if err := ps[0].Send(request); err != nil {
			return nil, err
		}
		select {
		case <-all:
			waits = append(waits, time.Since(start))
		case err := <-failed:
			return nil, err
		}
	}
	return waits, nil
}

// AnswerPings lets the peers answer pings for a while and returns how many they
// have answered.
func (ps Peers) AnswerPings(d time.Duration) (int, error) {
	var pings atomic.Int64
	ping, pong := ServerText(script.Ping), Text(script.Pong)
	deadline := time.Now().Add(d)
	err := parallel(len(ps), len(ps), func(i int) error {
		p := ps[i]
		p.conn.SetReadDeadline(deadline)
		for {
			err := p.Expect(ping)
			if time.Now().After(deadline) {
				return nil
			}
			if err != nil {
				return err
			}
			if err := p.Send(pong); err != nil {
				return err
			}
			pings.Add(1)
		}
	})
	return int(pings.Load()), err
}

// Churn connects and disconnects n peers, a few at a time.
func Churn(addr string, n, inFlight int) error {
	return parallel(n, inFlight, func(int) error {
		p, err := Dial(addr)
		if err == nil {
			p.Close()
		}
		return err
	})
}

// A Flood is what became of broadcasts that some peers did not read.
type Flood struct {
	Delivered int // of those that the readers should have got
	Missing   int
	Dropped   int // peers that the server has disconnected
}

// stall is how long a flood waits for a reader that gets nothing.
const stall = 5 * time.Second

// Flood broadcasts as Broadcast does, while the last slow peers do not read. It
// then looks at what the slow ones have left to read: nothing but the end when
// the server has dropped them.
func (ps Peers) Flood(request, response []byte, times, slow int) (Flood, error) {
	readers, stuck := ps[:len(ps)-slow], ps[len(ps)-slow:]
	var got atomic.Int64
	done := make(chan error, 1)
	go func() {
		done <- parallel(len(readers), len(readers), func(i int) error {
			for range times {
				readers[i].conn.SetReadDeadline(time.Now().Add(stall))
				if readers[i].Skip(len(response)) != nil {
					return nil // counted as missing
				}
				got.Add(1)
			}
			return nil
		})
	}()
	for n := range times {
		if err := ps[0].Send(request); err != nil {
			return Flood{}, err
		}
		for got.Load() < int64(len(readers)*max(0, n-8)) && len(done) == 0 {
			time.Sleep(time.Millisecond) // at most eight are on their way
		}
	}
	if err := <-done; err != nil {
		return Flood{}, err
	}
	f := Flood{Delivered: int(got.Load()), Missing: len(readers)*times - int(got.Load())}
	for _, p := range stuck {
		if p.ended(len(response) * times) {
			f.Dropped++
		}
	}
	return f, nil
}

// ended reads what waits for the peer and reports whether that is the end of
// the connection, before all that was sent.
func (p *Peer) ended(sent int) bool {
	p.conn.SetReadDeadline(time.Now().Add(stall))
	n, err := io.Copy(io.Discard, io.LimitReader(p.in, int64(sent)))
	if ne, ok := err.(net.Error); ok && ne.Timeout() {
		return false
	}
	return n < int64(sent)
}
