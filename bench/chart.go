package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// charted are the rows of the chart: what the processor does.
var charted = []string{
	"echo", "ack", "binary 1 KiB", "16 echoes in one write",
	"broadcast to 1,000, a delivery", "10 broadcasts in one write, a delivery",
	"WebSocket handshake", "polling handshake and upgrade", "heartbeat", "idle connection of 5,000",
}

// The measures of the drawing, in pixels.
const (
	width      = 760
	labelWidth = 270
	barWidth   = 400 // of Node, to which all bars are in proportion
	barHeight  = 9
	groupGap   = 14
	headHeight = 74
)

// bars are the servers of the chart and how they are drawn.
var bars = []struct{ server, class, label string }{
	{rtgen, "a", "rtgen"},
	{gorilla, "b", "gorilla/websocket alone"},
	{node, "c", "socket.io on Node"},
}

const chartStyle = `text{font:13px system-ui,sans-serif;fill:#1f2328}.t{font-size:16px;font-weight:600}.v{font-size:10px;fill:#59636e}
.a{fill:#0a7d4f}.b{fill:#9aa4af}.c{fill:#3d6fd1}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.v{fill:#9198a1}.a{fill:#3fb983}.b{fill:#6e7681}.c{fill:#6ea8fe}}`

// chart draws the figures as SVG. It reads in light and in dark surroundings,
// and says in words what it shows.
func chart(f figures) string {
	var b strings.Builder
	group := len(bars)*barHeight + groupGap
	height := headHeight + len(charted)*group
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-labelledby="title desc">`+"\n", width, height)
	fmt.Fprintf(&b, "<title id=\"title\">Processor time and memory of a server, relative to Node</title>\n<desc id=\"desc\">%s</desc>\n<style>%s</style>\n",
		html.EscapeString(inWords(f)), chartStyle)
	b.WriteString(`<text class="t" x="8" y="24">Processor time and memory, relative to Node; shorter is better</text>` + "\n")
	x := 8
	for _, bar := range bars {
		fmt.Fprintf(&b, `<rect class="%s" x="%d" y="40" width="12" height="12" rx="2"/><text x="%d" y="51">%s</text>`+"\n", bar.class, x, x+18, bar.label)
		x += 190
	}
	y := headHeight
	for _, name := range charted {
		drawGroup(&b, f, name, y)
		y += group
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// drawGroup draws the bars of one row.
func drawGroup(b *strings.Builder, f figures, name string, y int) {
	fmt.Fprintf(b, `<text x="8" y="%d">%s</text>`+"\n", y+len(bars)*barHeight/2+5, name)
	for _, bar := range bars {
		value := f.of(name, bar.server)
		part := value / f.of(name, node)
		if math.IsNaN(part) {
			continue
		}
		w := min(part, 1.1) * barWidth
		fmt.Fprintf(b, `<rect class="%s" x="%d" y="%d" width="%.1f" height="%d" rx="1"/><text class="v" x="%.1f" y="%d">%s %s</text>`+"\n",
			bar.class, labelWidth, y, w, barHeight-1, labelWidth+w+4, y+barHeight-1, number(value), unitOf(name))
		y += barHeight
	}
}

func unitOf(name string) string {
	for _, m := range measures {
		for _, r := range m.rows {
			if r.name == name {
				return r.unit
			}
		}
	}
	return ""
}

// inWords says what the chart shows to who cannot see it.
func inWords(f figures) string {
	var parts []string
	for _, name := range charted {
		if ours, theirs := f.of(name, rtgen), f.of(name, node); !math.IsNaN(ours / theirs) {
			parts = append(parts, fmt.Sprintf("%s: rtgen %s, Node %s %s", name, number(ours), number(theirs), unitOf(name)))
		}
	}
	return strings.Join(parts, "; ") + "."
}
