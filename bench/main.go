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

func main() {
	rounds := flag.Int("rounds", 5, "how often every server has its turn")
	only := flag.String("run", "", "measure only what matches this `regexp`")
	servers := flag.String("servers", strings.Join(allServers, ","), "the servers to measure")
	divide := flag.Int("scale", 1, "divide the work by this `number`, for a quick look")
	save := flag.Bool("write", false, "write README.md and results/")
	name := flag.String("serve", "", "be the `server` of this name")
	ping := flag.Duration("ping", time.Hour, "the server's ping interval")
	flag.Parse()

	if err := run(*name, *ping, *rounds, *only, *servers, scale(*divide), *save); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(name string, ping time.Duration, rounds int, only, servers string, divide scale, save bool) error {
	if name != "" {
		return serve.Run(name, ping)
	}
	chosen, err := choose(only)
	if err != nil {
		return err
	}
	runtime.GOMAXPROCS(1)
	cores, pinned := pin()
	fmt.Println(pinned)
	b := &bench{
		cores:    cores,
		servers:  strings.Split(servers, ","),
		measures: chosen,
		rounds:   rounds,
		scale:    divide,
		progress: os.Stdout,
	}
	f, err := b.run()
	if err != nil {
		return err
	}
	t := report(chosen, f)
	if err := t.print(os.Stdout); err != nil || !save {
		return err
	}
	return write(".", circumstances(pinned, rounds), t, chart(f))
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
