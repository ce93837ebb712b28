// Package serve holds the Go servers that are measured. Each runs in a process
// of its own, which the harness starts.
package serve

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"runtime/pprof"
	"time"
)

// A Handler serves Socket.IO clients that send what package script says.
type Handler func(pingInterval time.Duration) (http.Handler, error)

// Servers are the servers by their names.
var Servers = map[string]Handler{
	"rtgen":   newRuntime,
	"gorilla": newGorilla,
	"gws":     newGWS,
}

// Run serves until stdin ends. It prints the address first. For each line of
// stdin it frees the memory that is not in use and then answers with a line.
// Where the time goes is written to the file profile, unless that is empty.
func Run(name string, pingInterval time.Duration, profile string) error {
	make, ok := Servers[name]
	if !ok {
		return fmt.Errorf("no server %q", name)
	}
	h, err := make(pingInterval)
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go http.Serve(l, h)
	fmt.Println(l.Addr())
	if profile == "" {
		return obey(os.Stdin)
	}
	f, err := os.Create(profile)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return obey(os.Stdin)
}

func obey(commands io.Reader) error {
	lines := bufio.NewScanner(commands)
	for lines.Scan() {
		debug.FreeOSMemory()
		fmt.Println("ok")
	}
	return lines.Err()
}
