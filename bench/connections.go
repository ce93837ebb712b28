package main

import (
	"fmt"
	"time"

	"github.com/rtgen/rtgen/bench/internal/load"
	"github.com/rtgen/rtgen/bench/internal/script"
)

// handshakes measures connecting to "/" on a WebSocket, and the end.
var handshakes = measure{
	name: "WebSocket handshake",
	rows: []row{{name: "WebSocket handshake", unit: perOp, floor: gorilla, goal: goal{floor: 1.35, node: 0.35}}},
	run: func(s *server, sc scale) (sample, error) {
		n := sc.of(1500)
		used, err := s.using(func() error { return load.Churn(s.addr, n, 50) })
		return sample{"WebSocket handshake": micros(used.total(), n)}, err
	},
}

// upgrades measures clients that begin on polling.
var upgrades = measure{
	name:    "polling handshake and upgrade",
	servers: []string{rtgen, gorilla, node},
	rows: []row{
		{name: "polling handshake and upgrade", unit: perOp, floor: gorilla, goal: goal{floor: 1.6, node: 0.37}},
		{name: "the same with 100 in flight, p50", unit: ms, floor: gorilla, goal: goal{most: 35}, median: true},
	},
	run: func(s *server, sc scale) (sample, error) {
		n := sc.of(500)
		var took []time.Duration
		used, err := s.using(func() (err error) {
			took, err = load.Upgrades(s.addr, n, 100)
			return err
		})
		if err != nil {
			return nil, err
		}
		return sample{
			"polling handshake and upgrade":    micros(used.total(), n),
			"the same with 100 in flight, p50": millis(quantile(took, 0.5)),
		}, nil
	},
}

// heartbeats measures pings and their pongs.
var heartbeats = measure{
	name:  "heartbeat",
	ping:  250 * time.Millisecond,
	fresh: true,
	rows:  []row{{name: "heartbeat", unit: perOp, floor: gws, goal: goal{floor: 1.25, node: 0.60}}},
	run: func(s *server, sc scale) (sample, error) {
		peers, err := load.DialMany(s.addr, sc.of(2000))
		if err != nil {
			return nil, err
		}
		defer peers.Close()
		var pings int
		used, err := s.using(func() (err error) {
			pings, err = peers.AnswerPings(300*time.Millisecond + 2*time.Second/time.Duration(sc))
			return err
		})
		if err == nil && pings == 0 {
			err = fmt.Errorf("no ping has come")
		}
		return sample{"heartbeat": micros(used.total(), pings)}, err
	},
}

// idle measures the memory that connections take which do nothing.
var idle = measure{
	name:  "idle connection",
	fresh: true,
	once:  true,
	rows:  []row{{name: "idle connection of 5,000", unit: kib, floor: gws, goal: goal{most: 11}}},
	run: func(s *server, sc scale) (sample, error) {
		warm, err := load.DialMany(s.addr, 10)
		if err != nil {
			return nil, err
		}
		defer warm.Close()
		before, err := s.resident()
		if err != nil {
			return nil, err
		}
		n := sc.of(5000)
		peers, err := load.DialMany(s.addr, n)
		if err != nil {
			return nil, err
		}
		defer peers.Close()
		time.Sleep(10 * settle)
		after, err := s.resident()
		return sample{"idle connection of 5,000": float64(after-before) / 1024 / float64(n)}, err
	},
}

// flood measures what becomes of the others when one in a hundred does not
// read. The floors, whose broadcasts block, are of no use here.
var flood = measure{
	name:    "slow clients",
	servers: []string{rtgen, node},
	fresh:   true,
	once:    true,
	rows: []row{
		{name: "2 of 200 do not read: missed by the others", unit: "", goal: goal{most: missedNone}},
		{name: "2 of 200 do not read: not dropped", unit: "", goal: goal{most: missedNone}},
		{name: "2 of 200 do not read: memory", unit: "MiB", goal: goal{most: 2 + 8}},
	},
	run: runFlood,
}

// missedNone is a goal of none: zero would set no goal.
const missedNone = 0.5

func runFlood(s *server, sc scale) (sample, error) {
	shout, heard := script.Long()
	const slow = 2
	peers, err := load.DialMany(s.addr, 200)
	if err != nil {
		return nil, err
	}
	defer peers.Close()
	if err := peers.Join(); err != nil {
		return nil, err
	}
	before, err := s.resident()
	if err != nil {
		return nil, err
	}
	if err := forgetPeak(s.cmd.Process.Pid); err != nil {
		return nil, err
	}
	got, err := peers.Flood(text(shout), serverText(heard), sc.of(500), slow)
	if err != nil {
		return nil, err
	}
	peak, err := peakOf(s.cmd.Process.Pid)
	return sample{
		"2 of 200 do not read: missed by the others": float64(got.Missing),
		"2 of 200 do not read: not dropped":          float64(slow - got.Dropped),
		"2 of 200 do not read: memory":               float64(peak-before) / (1 << 20),
	}, err
}
