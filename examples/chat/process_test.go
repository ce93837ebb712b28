package main_test

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// repository is the folder whose node_modules `make test` installs.
const repository = "../.."

// A program is the example as people run it: the real binary, built with the
// race detector, and the bundled page.
type program struct {
	binary, web string
}

// buildProgram builds both into a temporary folder.
func buildProgram(t *testing.T) program {
	t.Helper()
	needNode(t, "esbuild", "react", "react-dom", "socket.io-client")
	dir := t.TempDir()
	p := program{binary: filepath.Join(dir, "chat"), web: filepath.Join(dir, "web")}
	mustRun(t, exec.Command("node", "web/build.mjs", "--out", p.web))
	mustRun(t, exec.Command("go", "build", "-race", "-o", p.binary, "."))
	return p
}

// needNode fails the test when npm packages are missing.
func needNode(t *testing.T, packages ...string) {
	t.Helper()
	for _, name := range packages {
		if _, err := os.Stat(filepath.Join(repository, "node_modules", name)); err != nil {
			t.Fatalf("npm package %s is missing: `make test` installs it", name)
		}
	}
}

// mustRun runs cmd and fails the test with its output.
func mustRun(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(cmd.Args, " "), err, out)
	}
}

// A server is a running program. It can be killed and started again.
type server struct {
	program
	addr string
	cmd  *exec.Cmd
	log  *strings.Builder // its stderr; read it after the end
}

// startServer starts p on a free port. The test ends with stopping it.
func startServer(t *testing.T, p program) *server {
	t.Helper()
	s := &server{program: p, addr: "127.0.0.1:0"}
	s.start(t)
	t.Cleanup(func() {
		if s.cmd != nil {
			s.stop(t)
		}
	})
	return s
}

// start starts the program and waits until it has said where it listens.
func (s *server) start(t *testing.T) {
	t.Helper()
	s.log = new(strings.Builder)
	s.cmd = exec.Command(s.binary, "-addr", s.addr, "-web", s.web)
	s.cmd.Stderr = s.log
	stdout, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	addr, ok := strings.CutPrefix(strings.TrimSpace(line), "chat: http://")
	if err != nil || !ok {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
		t.Fatalf("the server said %q (%v)\n%s", line, err, s.log)
	}
	s.addr = addr // the same port after a restart
	go func() { _, _ = io.Copy(io.Discard, stdout) }()
}

// kill ends the program without warning.
func (s *server) kill(t *testing.T) {
	t.Helper()
	if err := s.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = s.cmd.Wait() // it was killed: that is its error
	s.cmd = nil
}

// stop presses Ctrl-C and wants a clean end, soon. A data race anywhere in the
// server's life ends it with another status.
func (s *server) stop(t *testing.T) {
	t.Helper()
	cmd := s.cmd
	s.cmd = nil
	overdue := time.AfterFunc(10*time.Second, func() { _ = cmd.Process.Signal(syscall.SIGQUIT) })
	defer overdue.Stop()
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("after Ctrl-C: %v, want status 0\n%s", err, s.log)
	}
}

// blockUpgrades returns the address of a proxy of s that refuses WebSockets,
// as some companies' do.
func blockUpgrades(t *testing.T, s *server) string {
	t.Helper()
	target := &url.URL{Scheme: "http", Host: s.addr}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.Host = r.In.Host // the page's origin stays its own
	}}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" {
			http.Error(w, "no upgrades here", http.StatusForbidden)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	return strings.TrimPrefix(front.URL, "http://")
}

// browse runs one scenario of testdata/scenarios.mjs. The script asks on its
// output for what only the test can do, and waits for the answer.
func browse(t *testing.T, s *server, addr, scenario string) {
	t.Helper()
	needNode(t, "playwright-core")
	cmd := exec.Command("node", "testdata/run.mjs", scenario, "http://"+addr)
	log := new(strings.Builder)
	cmd.Stderr = log
	asks, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	answers, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	serveScript(t, s, asks, answers)
	if err := cmd.Wait(); err != nil {
		t.Errorf("scenario %s: %v\n%s", scenario, err, log)
	}
}

// serveScript answers a script until it ends.
func serveScript(t *testing.T, s *server, asks io.Reader, answers io.Writer) {
	t.Helper()
	for lines := bufio.NewScanner(asks); lines.Scan(); {
		switch ask := lines.Text(); ask {
		case "kill":
			s.kill(t)
		case "start":
			s.start(t)
		default:
			t.Errorf("the script asks for %q", ask)
		}
		if _, err := io.WriteString(answers, "done\n"); err != nil && !errors.Is(err, syscall.EPIPE) {
			t.Error(err)
		}
	}
}
