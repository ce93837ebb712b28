// Bench measures what the runtime costs beside Node's socket.io and beside
// WebSocket libraries that do nothing else. README.md says how to read it.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/rtgen/rtgen/bench/internal/serve"
)

// config is what the command line says.
type config struct {
	rounds  int
	only    string
	servers string
	scale   int
	write   bool
	profile string

	serve string
	ping  time.Duration
}

func main() {
	var c config
	flag.IntVar(&c.rounds, "rounds", 5, "how often every server has its turn")
	flag.StringVar(&c.only, "run", "", "measure only what matches this `regexp`")
	flag.StringVar(&c.servers, "servers", strings.Join(allServers, ","), "the servers to measure")
	flag.IntVar(&c.scale, "scale", 1, "divide the work by this `number`, for a quick look")
	flag.BoolVar(&c.write, "write", false, "write README.md and results/")
	flag.StringVar(&c.profile, "profile", "", "write CPU profiles of the Go servers to this `folder`, which costs them time")
	flag.StringVar(&c.serve, "serve", "", "be the `server` of this name")
	flag.DurationVar(&c.ping, "ping", never, "the server's ping interval")
	flag.Parse()

	if err := c.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (c *config) run() error {
	if c.serve != "" {
		return serve.Run(c.serve, c.ping, c.profile)
	}
	chosen, err := choose(c.only)
	if err != nil {
		return err
	}
	runtime.GOMAXPROCS(1)
	starter, pinned := pin()
	starter.profiles = c.profile
	fmt.Println(pinned)
	b := &bench{
		starter:  starter,
		servers:  strings.Split(c.servers, ","),
		measures: chosen,
		rounds:   c.rounds,
		scale:    scale(c.scale),
		progress: os.Stdout,
	}
	f, err := b.run()
	if err != nil {
		return err
	}
	t := report(chosen, f)
	if err := t.print(os.Stdout); err != nil || !c.write {
		return err
	}
	return write(".", circumstances(pinned, c.rounds), t, chart(f))
}

// choose returns the measures whose name matches.
func choose(only string) ([]measure, error) {
	match, err := regexp.Compile(only)
	if err != nil {
		return nil, err
	}
	chosen := slices.DeleteFunc(slices.Clone(measures), func(m measure) bool { return !match.MatchString(m.name) })
	if len(chosen) == 0 {
		return nil, errors.New("no measure has such a name")
	}
	return chosen, nil
}
