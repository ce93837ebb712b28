package main

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// A bench runs measures in rounds. In each round every server has its turn at
// every measure, so that what disturbs the machine disturbs all of them.
type bench struct {
	starter  starter
	servers  []string
	measures []measure
	rounds   int
	scale    scale
	progress io.Writer

	running map[string]*server
	samples map[string]map[string][]float64 // by row and server
}

// run returns the figures of all rows.
func (b *bench) run() (f figures, err error) {
	b.running = make(map[string]*server)
	b.samples = make(map[string]map[string][]float64)
	defer func() {
		for _, s := range b.running {
			err = errors.Join(err, s.stop())
		}
	}()
	for round := range b.rounds {
		for _, m := range b.measures {
			if m.once && round > 0 {
				continue
			}
			start := time.Now()
			if err := b.measure(m, round); err != nil {
				return nil, err
			}
			fmt.Fprintf(b.progress, "round %d of %d: %s took %.1fs\n", round+1, b.rounds, m.name, time.Since(start).Seconds())
		}
	}
	return b.figures(), nil
}

// measure gives every server its turn, another one first in each round.
func (b *bench) measure(m measure, round int) error {
	for i := range b.servers {
		name := b.servers[(i+round)%len(b.servers)]
		if m.servers != nil && !slices.Contains(m.servers, name) {
			continue
		}
		got, err := b.turn(m, name)
		if err != nil {
			return fmt.Errorf("%s of %s: %w", m.name, name, err)
		}
		for _, r := range m.rows {
			b.note(r.name, name, got[r.name])
		}
	}
	return nil
}

// turn runs a measure on a server that runs already, unless it has to be fresh.
func (b *bench) turn(m measure, name string) (sample, error) {
	if m.fresh {
		ping := m.ping
		if ping == 0 {
			ping = never
		}
		s, err := b.starter.start(name, ping)
		if err != nil {
			return nil, err
		}
		got, err := m.run(s, b.scale)
		return got, errors.Join(err, s.stop())
	}
	s := b.running[name]
	if s == nil {
		var err error
		if s, err = b.starter.start(name, never); err != nil {
			return nil, err
		}
		b.running[name] = s
	}
	return m.run(s, b.scale)
}

func (b *bench) note(row, server string, value float64) {
	if b.samples[row] == nil {
		b.samples[row] = make(map[string][]float64)
	}
	b.samples[row][server] = append(b.samples[row][server], value)
}

// figures are what a run has told, by row and server.
type figures map[string]map[string]float64

// figures takes the best round of each server, or the one in the middle.
func (b *bench) figures() figures {
	f := make(figures)
	for _, m := range b.measures {
		for _, r := range m.rows {
			f[r.name] = make(map[string]float64)
			for server, values := range b.samples[r.name] {
				slices.Sort(values)
				if r.median {
					f[r.name][server] = values[len(values)/2]
				} else {
					f[r.name][server] = values[0]
				}
			}
		}
	}
	return f
}

// of returns a figure, or NaN when the server has none.
func (f figures) of(row, server string) float64 {
	if v, ok := f[row][server]; ok {
		return v
	}
	return math.NaN()
}
