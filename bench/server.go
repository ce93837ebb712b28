package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"
)

// The servers, in the order in which they are shown.
const (
	rtgen   = "rtgen"
	gorilla = "gorilla"
	gws     = "gws"
	node    = "node"
)

var allServers = []string{rtgen, gorilla, gws, node}

// A server is one of those that are measured, in a process of its own.
type server struct {
	name  string
	addr  string
	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines *bufio.Scanner
}

// never is a ping interval that no measurement reaches.
const never = time.Hour

// start starts a server and waits until it listens.
func (st starter) start(name string, ping time.Duration) (*server, error) {
	cmd, err := st.program(name, ping)
	if err != nil {
		return nil, err
	}
	cmd.Env = append(os.Environ(), "GOMAXPROCS=1", "NODE_ENV=production")
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	s := &server{name: name, cmd: cmd, stdin: stdin, lines: bufio.NewScanner(stdout)}
	if s.addr, err = s.line(); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// program returns what is to be run: ourselves, but for Node's server.
func (st starter) program(name string, ping time.Duration) (*exec.Cmd, error) {
	if name == node {
		return st.command("node", "--expose-gc", "node/server.mjs", strconv.FormatInt(ping.Milliseconds(), 10)), nil
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{"-serve", name, "-ping", ping.String()}
	if st.profiles != "" {
		args = append(args, "-profile", filepath.Join(st.profiles, name+".pprof"))
	}
	return st.command(self, args...), nil
}

func (s *server) line() (string, error) {
	if !s.lines.Scan() {
		return "", fmt.Errorf("%s has ended", s.name)
	}
	return s.lines.Text(), nil
}

// cpu returns the processor time that the server has used so far.
func (s *server) cpu() (cpu, error) { return cpuOf(s.cmd.Process.Pid) }

// resident lets the server free what it does not use and returns the resident
// memory in bytes.
func (s *server) resident() (int, error) {
	if _, err := io.WriteString(s.stdin, "gc\n"); err != nil {
		return 0, err
	}
	if _, err := s.line(); err != nil {
		return 0, err
	}
	return residentOf(s.cmd.Process.Pid)
}

// stop ends the process.
func (s *server) stop() error {
	s.stdin.Close()
	late := time.AfterFunc(10*time.Second, func() { s.cmd.Process.Kill() })
	defer late.Stop()
	return s.cmd.Wait()
}
