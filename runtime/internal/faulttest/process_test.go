package faulttest

import (
	"bufio"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"testing"

	rt "github.com/rtgen/rtgen/runtime"
)

// serve is what this program does as a server that is to be killed.
func serve(address string) {
	fail := func(err error) {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	srv, err := rt.NewServer(rt.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		fail(err)
	}
	serveEcho(srv)
	l, err := net.Listen("tcp", address)
	if err != nil {
		fail(err)
	}
	fmt.Println(l.Addr())
	fail(http.Serve(l, srv))
}

// A process is a server in a process of its own.
type process struct {
	t       *testing.T
	address string
	cmd     *exec.Cmd
}

// start runs the server and waits until it listens.
func (p *process) start() {
	p.t.Helper()
	cmd := exec.CommandContext(p.t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), serveEnv+"="+p.address)
	cmd.Stderr = os.Stderr
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	line := bufio.NewScanner(stdout)
	if !line.Scan() {
		p.t.Fatalf("the server did not start: %v", cmd.Wait())
	}
	p.address, p.cmd = line.Text(), cmd
}

// kill ends the server with SIGKILL.
func (p *process) kill() {
	p.cmd.Process.Kill()
	p.cmd.Wait()
}

func TestOfficialClientsComeBackAfterAKill(t *testing.T) { // D13
	t.Parallel()
	p := &process{t: t, address: "127.0.0.1:0"}
	p.start()
	defer func() { p.kill() }()
	obey := func(o order) report {
		switch o.Do {
		case "kill":
			p.kill()
		case "start":
			p.start()
		}
		return report{}
	}
	play(t, obey, "http://"+p.address, "", "killed")
}
