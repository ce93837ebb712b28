package main

import (
	"encoding/xml"
	"errors"
	"io"
	"maps"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestMain lets the harness start this program as its servers.
func TestMain(m *testing.M) {
	if slices.Contains(os.Args, "-serve") {
		main()
		return
	}
	os.Exit(m.Run())
}

// TestBench runs every measure on every server, with little load.
func TestBench(t *testing.T) {
	b := &bench{servers: allServers, measures: measures, rounds: 1, scale: 40, progress: t.Output()}
	f, err := b.run()
	if err != nil {
		t.Fatalf("%v (is Node installed, and what npm ci installs?)", err)
	}
	for _, m := range measures {
		servers := m.servers
		if servers == nil {
			servers = allServers
		}
		for _, r := range m.rows {
			got := slices.Sorted(maps.Keys(f[r.name]))
			if want := slices.Sorted(slices.Values(servers)); !slices.Equal(got, want) {
				t.Errorf("%s has figures of %v, want %v", r.name, got, want)
			}
		}
	}
	for _, line := range report(measures, f)[1:] {
		for _, cell := range line[2:8] {
			if v, err := strconv.ParseFloat(cell, 64); cell != "–" && (err != nil || v < 0) {
				t.Errorf("%s: %q is not a figure", line[0], cell)
			}
		}
	}
	if missed := f.of("2 of 200 do not read: missed by the others", rtgen); missed != 0 {
		t.Errorf("a peer that does not read cost the others %v broadcasts", missed)
	}
}

func TestVerdict(t *testing.T) {
	nan := math.NaN()
	tests := []struct {
		goal                  goal
		ours, toFloor, toNode float64
		want                  string
	}{
		{goal{floor: 1.25, node: 0.6}, 7, 1.25, 0.6, "met"},
		{goal{floor: 1.25, node: 0.6}, 7, 1.26, 0.6, "missed"},
		{goal{floor: 1.25, node: 0.6}, 7, 1.1, 0.61, "missed"},
		{goal{floor: 1.25, node: 0.6}, 7, nan, 0.5, ""},
		{goal{most: 11}, 10.9, 2, 2, "met"},
		{goal{most: 11}, 11.1, 0.5, 0.5, "missed"},
		{goal{most: missedNone}, 1, nan, nan, "missed"},
	}
	for _, tt := range tests {
		if got := tt.goal.verdict(tt.ours, tt.toFloor, tt.toNode); got != tt.want {
			t.Errorf("%+v.verdict(%v, %v, %v) = %q, want %q", tt.goal, tt.ours, tt.toFloor, tt.toNode, got, tt.want)
		}
	}
}

func TestBestRound(t *testing.T) {
	m := measure{rows: []row{{name: "cost"}, {name: "latency", median: true}}}
	b := &bench{measures: []measure{m}, samples: map[string]map[string][]float64{
		"cost":    {rtgen: {3, 1, 2}},
		"latency": {rtgen: {9, 1, 5}},
	}}
	f := b.figures()
	if got := f.of("cost", rtgen); got != 1 {
		t.Errorf("cost = %v, want the best", got)
	}
	if got := f.of("latency", rtgen); got != 5 {
		t.Errorf("latency = %v, want the one in the middle", got)
	}
	if got := f.of("cost", node); !math.IsNaN(got) {
		t.Errorf("cost of a server that was not measured = %v", got)
	}
}

func TestParseStat(t *testing.T) {
	got, err := parseStat("42 (a (b) c) S 1 42 42 0 -1 4194560 100 0 0 0 123 45 0 0 20 0 9 0 100 1000 200 1")
	if want := (cpu{1230 * time.Millisecond, 450 * time.Millisecond}); err != nil || got != want {
		t.Errorf("parseStat = %v, %v, want %v", got, err, want)
	}
	if got, err := parseStat("42 (sh) S 1"); err == nil {
		t.Errorf("parseStat of half a line = %v", got)
	}
}

func TestEndsOfCoreList(t *testing.T) {
	for list, want := range map[string][2]string{
		"0-3": {"0", "3"}, "2,5-7": {"2", "7"}, "4": {"4", "4"}, "": {"", ""},
	} {
		if first, last := ends(list); [2]string{first, last} != want {
			t.Errorf("ends(%q) = %q, %q, want %q", list, first, last, want)
		}
	}
}

func TestChartIsXML(t *testing.T) {
	f := figures{"echo": {rtgen: 7.1, gorilla: 6.5, node: 15}, "ack": {rtgen: 7}}
	d := xml.NewDecoder(strings.NewReader(chart(f)))
	var texts []string
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if text, ok := token.(xml.CharData); ok {
			texts = append(texts, string(text))
		}
	}
	for _, want := range []string{"echo: rtgen 7.10, Node 15 µs.", "7.10 µs", "6.50 µs", "15 µs"} {
		if !slices.Contains(texts, want) {
			t.Errorf("the chart lacks %q", want)
		}
	}
}

func TestSplice(t *testing.T) {
	got, err := splice("head\n"+beginMark+"old\n"+endMark+"\ntail\n", "new")
	if want := "head\n" + beginMark + "\nnew\n" + endMark + "\ntail\n"; err != nil || got != want {
		t.Errorf("splice = %q, %v, want %q", got, err, want)
	}
	if got, err := splice("no marks", "new"); err == nil {
		t.Errorf("splice without marks = %q", got)
	}
}
