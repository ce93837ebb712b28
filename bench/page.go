package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// The marks in README.md between which the figures stand.
const (
	beginMark = "<!-- figures -->\n"
	endMark   = "<!-- end of figures -->"
)

// write puts the chart into dir/results and the table into dir/README.md.
func write(dir, heading string, t table, chart string) error {
	if err := os.MkdirAll(filepath.Join(dir, "results"), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(dir, "results", "chart.svg"), []byte(chart), 0o644); err != nil {
		return err
	}
	path := filepath.Join(dir, "README.md")
	page, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	text, err := splice(string(page), heading+"\n\n"+t.markdown())
	if err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// splice puts text between the marks of page.
func splice(page, text string) (string, error) {
	before, rest, ok1 := strings.Cut(page, beginMark)
	_, after, ok2 := strings.Cut(rest, endMark)
	if !ok1 || !ok2 {
		return "", fmt.Errorf("README.md has no %q with %q behind it", strings.TrimSpace(beginMark), endMark)
	}
	return before + beginMark + "\n" + text + "\n" + endMark + after, nil
}

// circumstances says what the figures were made with, but not where.
func circumstances(pinned string, rounds int) string {
	version := "missing"
	if out, err := exec.Command("node", "--version").Output(); err == nil {
		version = strings.TrimPrefix(strings.TrimSpace(string(out)), "v")
	}
	return fmt.Sprintf("%s, Node %s, socket.io 4.8, %d cores; %s. Best of %d rounds, latencies the middle one.",
		strings.Replace(runtime.Version(), "go", "Go ", 1), version, runtime.NumCPU(), pinned, rounds)
}
