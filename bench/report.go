package main

import (
	"fmt"
	"io"
	"math"
	"strings"
	"text/tabwriter"
)

// A table is the report as text, a heading first.
type table [][]string

// report lays out the figures of our servers beside the goals.
func report(measures []measure, f figures) table {
	t := table{{"", "unit", "rtgen", "gorilla", "gws", "Node", "to floor", "to Node", "goal", ""}}
	for _, m := range measures {
		for _, r := range m.rows {
			ours := f.of(r.name, rtgen)
			line := []string{r.name, r.unit}
			for _, server := range allServers {
				line = append(line, number(f.of(r.name, server)))
			}
			toFloor, toNode := ours/f.of(r.name, r.floor), ours/f.of(r.name, node)
			t = append(t, append(line, ratio(toFloor), ratio(toNode), r.goal.text(r), r.goal.verdict(ours, toFloor, toNode)))
		}
	}
	return t
}

// text says what the goal is.
func (g goal) text(r row) string {
	var parts []string
	if g.floor != 0 {
		parts = append(parts, fmt.Sprintf("%.2f × %s", g.floor, r.floor))
	}
	if g.node != 0 {
		parts = append(parts, fmt.Sprintf("%.2f × Node", g.node))
	}
	switch {
	case g.most == missedNone:
		parts = append(parts, "none")
	case g.most != 0:
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%.0f %s", g.most, r.unit)))
	}
	return strings.Join(parts, ", ")
}

// verdict is empty when a figure that the goal needs has not been measured.
func (g goal) verdict(ours, toFloor, toNode float64) string {
	for _, part := range []struct{ limit, got float64 }{{g.floor, toFloor}, {g.node, toNode}, {g.most, ours}} {
		switch {
		case part.limit == 0:
		case math.IsNaN(part.got):
			return ""
		case part.got > part.limit:
			return "missed"
		}
	}
	return "met"
}

// number prints three digits of a figure, as far as it has them.
func number(v float64) string {
	switch {
	case math.IsNaN(v):
		return "–"
	case v == math.Trunc(v), v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
	}
}

func ratio(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return "–"
	}
	return fmt.Sprintf("%.2f", v)
}

// print writes the table for a terminal.
func (t table) print(w io.Writer) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, line := range t {
		fmt.Fprintln(tw, strings.Join(line, "\t"))
	}
	return tw.Flush()
}

// markdown returns the table for a page.
func (t table) markdown() string {
	var b strings.Builder
	for i, line := range t {
		fmt.Fprintf(&b, "| %s |\n", strings.Join(line, " | "))
		if i == 0 {
			b.WriteString("|---|---|" + strings.Repeat("--:|", 6) + "---|---|\n")
		}
	}
	return b.String()
}
