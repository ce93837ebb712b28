package main_test

import (
	"bufio"
	"encoding/json"
	"io"
	"log"
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
	addr   string
	cmd    *exec.Cmd
	stderr *strings.Builder // read it after the end
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
	s.stderr = new(strings.Builder)
	s.cmd = exec.Command(s.binary, "-addr", s.addr, "-web", s.web)
	s.cmd.Stderr = s.stderr
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
		t.Fatalf("the server said %q (%v)\n%s", line, err, s.stderr)
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
		t.Errorf("after Ctrl-C: %v, want status 0\n%s", err, s.stderr)
	}
}

// blockUpgrades returns the address of a proxy of s that refuses WebSockets,
// as some companies' do.
func blockUpgrades(t *testing.T, s *server) string {
	t.Helper()
	target := &url.URL{Scheme: "http", Host: s.addr}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // the page's origin stays its own
		},
		ErrorLog: log.New(t.Output(), "", 0),
	}
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

// A browser is a script with a Chromium, which runs scenarios.
type browser struct {
	script *exec.Cmd
	stderr *strings.Builder // its log; read it after the end
	out    *bufio.Scanner
	in     io.WriteCloser
}

// startBrowser starts testdata/run.mjs. The test ends with stopping it.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	needNode(t, "playwright-core")
	b := &browser{script: exec.Command("node", "testdata/run.mjs"), stderr: new(strings.Builder)}
	b.script.Stderr = b.stderr
	stdout, err := b.script.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	b.out = bufio.NewScanner(stdout)
	b.out.Buffer(nil, 1<<20)
	if b.in, err = b.script.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := b.script.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = b.in.Close() // the end of its input is its end
		if err := b.script.Wait(); err != nil {
			t.Errorf("browser: %v\n%s", err, b.stderr)
		}
	})
	return b
}

// run runs one scenario of testdata/scenarios.mjs with the page at addr. The
// script asks for what only the test can do to s, and waits until it is done.
func (b *browser) run(t *testing.T, scenario string, s *server, addr string) {
	t.Helper()
	b.tell(t, scenario+" http://"+addr)
	for b.out.Scan() {
		switch line, why, _ := strings.Cut(b.out.Text(), " "); line {
		case "kill":
			s.kill(t)
			b.tell(t, "done")
		case "stop":
			s.stop(t)
			b.tell(t, "done")
		case "start":
			s.start(t)
			b.tell(t, "done")
		case "passed":
			return
		case "failed":
			var stack string
			if err := json.Unmarshal([]byte(why), &stack); err != nil {
				t.Fatalf("%q: %v", why, err)
			}
			t.Fatal(stack)
		default:
			t.Fatalf("the script says %q", b.out.Text())
		}
	}
	t.Fatal("the script ended before the scenario did")
}

// tell gives the script a line.
func (b *browser) tell(t *testing.T, line string) {
	t.Helper()
	if _, err := io.WriteString(b.in, line+"\n"); err != nil {
		t.Fatal(err)
	}
}
