package main_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestReadme does what the README tells a newcomer to do: with its contract, its
// server and its client, word by word but for the port.
func TestReadme(t *testing.T) {
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	blocks := codeBlocks(t, filepath.Join(root, "README.md"))
	addr := freeAddr(t)
	dir := t.TempDir()
	write(t, dir, "notes.rt.yaml", blocks["yaml"])
	write(t, dir, "main.go", strings.ReplaceAll(blocks["go"], "localhost:8080", addr))
	write(t, dir, "web/client.ts", strings.ReplaceAll(blocks["ts"], "localhost:8080", addr))
	if err := os.Symlink(filepath.Join(root, "node_modules"), filepath.Join(dir, "node_modules")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOBIN", filepath.Join(dir, "bin"))
	t.Setenv("PATH", filepath.Join(dir, "bin")+string(filepath.ListSeparator)+os.Getenv("PATH"))
	typeCheck := "npx tsc --noEmit --strict --target es2022 --module preserve --moduleResolution bundler --types node web/client.ts"

	var lines <-chan string
	for line := range strings.Lines(blocks["sh"]) {
		line, _, _ = strings.Cut(line, "#")
		line = strings.ReplaceAll(strings.TrimSpace(line), "../rtgen", root)
		background, isBackground := strings.CutSuffix(line, "&")
		switch {
		case line == "" || strings.HasPrefix(line, "npm install"): // the link has them
		case isBackground:
			start(t, dir, background)
		case strings.HasPrefix(line, "node "):
			run(t, dir, typeCheck)
			lines = start(t, dir, line)
		default:
			run(t, dir, line)
		}
	}
	want := map[string]bool{"added as #1": true, "#1 Buy milk": true}
	timeout := time.After(30 * time.Second)
	for len(want) > 0 {
		select {
		case line, ok := <-lines:
			if !ok {
				t.Fatalf("the client ended; still expected: %v", want)
			}
			if !want[line] {
				t.Fatalf("the client printed %q, want one of %v", line, want)
			}
			delete(want, line)
		case <-timeout:
			t.Fatalf("the client did not print %v", want)
		}
	}
}

// codeBlocks returns the first fenced block of each language: of shell commands,
// those that run the example.
func codeBlocks(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string]string{}
	for _, m := range regexp.MustCompile("(?ms)^```([a-z]+)\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		if _, seen := blocks[m[1]]; !seen {
			blocks[m[1]] = m[2]
		}
	}
	for _, language := range []string{"yaml", "go", "ts", "sh"} {
		if blocks[language] == "" {
			t.Fatalf("%s shows no %s", path, language)
		}
	}
	return blocks
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func run(t *testing.T, dir, line string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
}

// start runs a command until the test ends and returns the lines it prints.
func start(t *testing.T, dir, line string) <-chan string {
	t.Helper()
	cmd := exec.Command("sh", "-c", line)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // "go run" has a child
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
	lines := make(chan string, 16)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			lines <- s.Text()
		}
	}()
	t.Cleanup(func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait() // it was killed
	})
	return lines
}

// freeAddr returns an address that nobody listens on. The port is none of those
// that the system hands out by itself: other tests, at work meanwhile, get them.
func freeAddr(t *testing.T) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprint("localhost:", 10_000+rand.IntN(20_000)))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no port is free")
	return ""
}
