//go:build soak && unix

package rt_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
)

// What may be left when all peers are gone: what the pools of Go and of the
// runtime hold, not something for each of the peers.
const (
	soakPeers           = 10_000
	toleratedGoroutines = 10
	toleratedBytes      = 16 << 20
	toleratedFiles      = 10
)

// TestSoak holds 10,000 peers for a while (SOAK, 2m unless set), of which some
// come and go, while sockets join and leave rooms and rooms are sent to. Then
// every peer has to answer, and when they are gone nothing of them may be left.
// The peers live in a process of their own, which has its own limit of files.
func TestSoak(t *testing.T) {
	d := soakTime(t)
	n := min(soakPeers, raiseFileLimit(t)-500)
	srv, addr, stop := serveSoak(t)
	ns := srv.Of("/")
	before := usage(t)

	peers := startSoakPeers(t, addr, n)
	peers.expect("ready")
	if got := srv.Len(); got != n {
		t.Fatalf("%d connections, want %d", got, n)
	}
	held := usage(t)
	t.Logf("%d connections hold %.1f KiB each, %d goroutines, %d files",
		n, float64(held.bytes-before.bytes)/1024/float64(n), held.goroutines, held.files)

	t.Logf("%d joins, leaves and broadcasts in %v", meddle(t, ns, d), d)
	peers.tell("settle")
	peers.expect("settled")
	if got := countAnswers(t, ns); got != n {
		t.Errorf("%d peers have answered, want %d", got, n)
	}
	peers.end()
	eventually(t, "all sockets have left", func() bool { return srv.Len() == 0 && ns.Len() == 0 })
	compareUsage(t, before)
	stop()
}

func soakTime(t *testing.T) time.Duration {
	d := 2 * time.Minute
	if s := os.Getenv("SOAK"); s != "" {
		var err error
		if d, err = time.ParseDuration(s); err != nil {
			t.Fatalf("SOAK: %v", err)
		}
	}
	return d
}

// raiseFileLimit makes the limit of files as high as it may be and returns it.
func raiseFileLimit(t *testing.T) int {
	const wanted = 2 * soakPeers
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	higher := syscall.Rlimit{Cur: wanted, Max: max(limit.Max, wanted)}
	if limit.Cur >= wanted || syscall.Setrlimit(syscall.RLIMIT_NOFILE, &higher) == nil {
		return wanted
	}
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if limit.Cur < soakPeers+500 {
		t.Logf("only %d files may be open: fewer than %d peers", limit.Cur, soakPeers)
	}
	return int(limit.Cur)
}

func serveSoak(t *testing.T) (srv *rt.Server, addr string, stop func()) {
	srv, err := rt.NewServer(rt.Options{
		PingInterval: 5 * time.Second, // heartbeats take part, also in short runs
		PingTimeout:  5 * time.Second,
		Logger:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	hs := &http.Server{Handler: srv}
	go hs.Serve(l)
	return srv, l.Addr().String(), func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := srv.Shutdown(ctx); err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		hs.Close()
	}
}

// meddle uses the sockets of n for a while from several goroutines and returns
// how often.
func meddle(t *testing.T, n *rt.Namespace, d time.Duration) int {
	heard := rt.Event[string]{Name: "heard"}
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	room := func() rt.Room { return rt.RoomName("room", strconv.Itoa(rand.IntN(1000))) }
	acts := []func(s *rt.Socket) error{
		func(s *rt.Socket) error { return s.Join(room(), room()) },
		func(s *rt.Socket) error { s.Leave(s.Rooms()...); return nil },
		func(s *rt.Socket) error { return rt.Emit(ctx, n.To(room(), room()), heard, "rooms") },
		func(s *rt.Socket) error {
			return rt.Emit(ctx, n.To(room()).Except(room()).Volatile(), heard, "volatile")
		},
		func(s *rt.Socket) error { return rt.Emit(ctx, s, heard, "one") },
	}
	var mu sync.Mutex
	var meddlers sync.WaitGroup
	total := 0
	for range 4 {
		meddlers.Go(func() {
			count := meddleUntil(ctx, n, acts)
			mu.Lock()
			total += count
			mu.Unlock()
		})
	}
	meddlers.Wait()
	return total
}

// meddleUntil does one act after another, at a rate that leaves time for the
// peers. A socket may leave at any moment, so errors say nothing.
func meddleUntil(ctx context.Context, n *rt.Namespace, acts []func(*rt.Socket) error) (count int) {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		for s := range n.Sockets() {
			_ = acts[count%len(acts)](s)
			count++
			select {
			case <-tick.C:
			case <-ctx.Done():
				return count
			}
		}
	}
}

// countAnswers returns how many peers answer to a broadcast.
func countAnswers(t *testing.T, n *rt.Namespace) (count int) {
	there := rt.AckEvent[string, bool]{Name: "there", Raw: true}
	for r, err := range rt.BroadcastWithAck(t.Context(), n.Everyone().Timeout(30*time.Second), there, "?") {
		if err != nil {
			t.Fatal(err)
		}
		if r.Err == nil && r.Ack {
			count++
		}
	}
	return count
}

// A load is what the process holds.
type load struct{ goroutines, bytes, files int }

func usage(t *testing.T) load {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	files, err := os.ReadDir("/dev/fd")
	if err != nil {
		t.Fatal(err)
	}
	return load{runtime.NumGoroutine(), int(m.HeapAlloc + m.StackInuse), len(files)}
}

// compareUsage waits until the process is back where it was.
func compareUsage(t *testing.T, before load) {
	var now load
	eventually(t, "everything is given back", func() bool {
		now = usage(t)
		return now.goroutines <= before.goroutines+toleratedGoroutines &&
			now.bytes <= before.bytes+toleratedBytes && now.files <= before.files+toleratedFiles
	})
	t.Logf("before %+v, after %+v", before, now)
}

// eventually waits a minute for something to be true.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(time.Minute)
	for !is() {
		select {
		case <-tick.C:
		case <-deadline:
			t.Fatalf("a minute later it is not true that %s; the process holds %+v", what, usage(t))
		}
	}
}

// A crowd is the process of the peers.
type soakCrowd struct {
	t     *testing.T
	cmd   *exec.Cmd
	stdin io.WriteCloser
	lines *bufio.Scanner
}

// startSoakPeers runs TestSoakPeers in a process of its own.
func startSoakPeers(t *testing.T, addr string, n int) *soakCrowd {
	cmd := exec.Command(os.Args[0], "-test.run", "^TestSoakPeers$", "-test.timeout", "0")
	cmd.Env = append(slices.Clone(os.Environ()), "SOAK_ADDR="+addr, fmt.Sprint("SOAK_PEERS=", n))
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return &soakCrowd{t, cmd, stdin, bufio.NewScanner(stdout)}
}

func (c *soakCrowd) tell(what string) {
	if _, err := io.WriteString(c.stdin, what+"\n"); err != nil {
		c.t.Fatal(err)
	}
}

// expect waits for a line of the peers.
func (c *soakCrowd) expect(what string) {
	c.t.Helper()
	if !c.lines.Scan() || c.lines.Text() != what {
		c.t.Fatalf("the peers say %q, want %q", c.lines.Text(), what)
	}
}

// end lets the process end, which closes all connections.
func (c *soakCrowd) end() {
	c.stdin.Close()
	for c.lines.Scan() { // the rest of the test's output
	}
	if err := c.cmd.Wait(); err != nil {
		c.t.Errorf("peers: %v", err)
	}
}
