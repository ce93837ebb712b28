package main

import (
	"slices"
	"time"

	"github.com/rtgen/rtgen/bench/internal/load"
	"github.com/rtgen/rtgen/bench/internal/script"
)

// A measure is a load and what it tells about a server. The goals are those
// that the project has set itself.
type measure struct {
	name    string
	servers []string // nil means all
	ping    time.Duration
	fresh   bool // wants a process of its own
	once    bool // is not repeated
	rows    []row
	run     func(s *server, sc scale) (sample, error)
}

// A sample is what one run has told, by the names of rows.
type sample map[string]float64

// A row is one line of the table: a figure of each server.
type row struct {
	name  string
	unit  string
	floor string // the server that the goal compares with
	goal  goal
	// median is set for what is no cost: then the best round says little.
	median bool
}

// A goal is met when our figure is at most so many times that of the floor, so
// many times Node's, and so much. Zero sets no such goal.
type goal struct{ floor, node, most float64 }

// A scale divides the amount of work: 1 for figures, more for a quick look.
type scale int

func (sc scale) of(n int) int { return max(2, n/int(sc)) }

const (
	perOp = "µs"
	kib   = "KiB"
	ms    = "ms"
)

var measures = []measure{
	exchange("echo", 400, 1, goal{floor: 1.25, node: 0.60}, text(script.Echo), serverText(script.Echoed)),
	exchange("ack", 400, 1, goal{floor: 1.25, node: 0.60}, text(script.Ask), serverText(script.Answer)),
	exchange("binary 1 KiB", 300, 1, goal{floor: 0.75, node: 0.45},
		append(text(script.Keep), load.Binary(script.Attachment())...),
		append(serverText(script.Returned), load.ServerBinary(script.Attachment())...)),
	exchange("16 echoes in one write", 50, 16, goal{floor: 0.40, node: 0.20},
		slices.Repeat(text(script.Echo), 16), slices.Repeat(serverText(script.Echoed), 16)),
	broadcast("broadcast to 1,000", 1000, 100, 1, goal{floor: 1.00, node: 0.65}),
	broadcast("broadcast to 5,000", 5000, 20, 1, goal{floor: 1.05, node: 0.68}),
	broadcast("10 broadcasts in one write", 1000, 20, 10, goal{floor: 0.25, node: 0.18}),
	handshakes,
	upgrades,
	heartbeats,
	idle,
	flood,
}

func text(packet string) []byte { return load.Text(packet) }

func serverText(packet string) []byte { return load.ServerText(packet) }

// exchanging is how many peers send and wait at the same time.
const exchanging = 100

// exchange measures requests and responses that have batch events each.
func exchange(name string, times, batch int, g goal, request, response []byte) measure {
	return measure{
		name: name,
		rows: []row{{name: name, unit: perOp, floor: gws, goal: g}},
		run: func(s *server, sc scale) (sample, error) {
			peers, err := load.DialMany(s.addr, sc.of(exchanging))
			if err != nil {
				return nil, err
			}
			defer peers.Close()
			used, err := s.using(func() error { return peers.Exchange(request, response, sc.of(times)) })
			return sample{name: micros(used.total(), len(peers)*sc.of(times)*batch)}, err
		},
	}
}

// broadcast measures what one delivery costs, and how long the last member
// waits.
func broadcast(name string, members, times, batch int, g goal) measure {
	user, last := name+", user time only", name+", the last has it, p99"
	rows := []row{{name: name + ", a delivery", unit: perOp, floor: gws, goal: g}}
	if batch == 1 {
		rows = append(rows,
			row{name: user, unit: perOp, floor: gws, goal: goal{node: 0.30}},
			row{name: last, unit: ms, floor: gws, goal: goal{node: 0.75}, median: true})
	}
	request := slices.Repeat(text(script.Shout), batch)
	response := slices.Repeat(serverText(script.Heard), batch)
	return measure{
		name: name,
		rows: rows,
		run: func(s *server, sc scale) (sample, error) {
			peers, err := load.DialMany(s.addr, sc.of(members))
			if err != nil {
				return nil, err
			}
			defer peers.Close()
			if err := peers.Join(); err != nil {
				return nil, err
			}
			var waits []time.Duration
			used, err := s.using(func() (err error) {
				waits, err = peers.Broadcast(request, response, sc.of(times))
				return err
			})
			if err != nil {
				return nil, err
			}
			deliveries := len(peers) * sc.of(times) * batch
			return sample{
				rows[0].name: micros(used.total(), deliveries),
				user:         micros(used.user, deliveries),
				last:         millis(quantile(waits, 0.99)),
			}, nil
		},
	}
}

// settle is what a server is given to finish what it does behind a load.
const settle = 50 * time.Millisecond

// using returns the processor time that a server uses for a load.
func (s *server) using(f func() error) (cpu, error) {
	time.Sleep(settle)
	before, err := s.cpu()
	if err != nil {
		return cpu{}, err
	}
	if err := f(); err != nil {
		return cpu{}, err
	}
	time.Sleep(settle)
	after, err := s.cpu()
	return after.minus(before), err
}

func micros(d time.Duration, ops int) float64 {
	return float64(d.Nanoseconds()) / 1e3 / float64(ops)
}

func millis(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e6 }

// quantile returns the value that q of all values do not exceed. There must be
// one.
func quantile(values []time.Duration, q float64) time.Duration {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}
