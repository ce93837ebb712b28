package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/rtgen/rtgen/examples/chat/internal/chat"
	rt "github.com/rtgen/rtgen/runtime"
)

// shutdownTimeout is how long sockets may take to end after Ctrl-C, and then
// as long again the requests that are left.
const shutdownTimeout = 3 * time.Second

// sendQueueBytes has room for the histories of all channels at once.
const sendQueueBytes = 8 << 20

// recoveryWindow is how long a page that has lost its connection gets what it
// has missed instead of the whole histories again.
const recoveryWindow = 2 * time.Minute

// slowModeDelay is what the channel named slow asks for between two messages.
const slowModeDelay = 5 * time.Second

func main() {
	addr := flag.String("addr", "localhost:8080", "`address` to listen on")
	web := flag.String("web", "web/dist", "`folder` of the bundled page")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *addr, *web); err != nil {
		fmt.Fprintln(os.Stderr, "chat:", err)
		os.Exit(1)
	}
}

// run serves until ctx ends, then lets handlers at work finish.
func run(ctx context.Context, addr, web string) error {
	page, err := openPage(web)
	if err != nil {
		return err
	}
	defer page.Close()

	srv, err := rt.NewServer(rt.Options{
		SendQueueBytes: sendQueueBytes,
		RecoveryWindow: recoveryWindow,
		Logger:         slog.Default(),
	})
	if err != nil {
		return err
	}
	tokens := newSigner()
	if err := serveChat(srv, tokens, newStore(channels()), slog.Default()); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Printf("chat: http://%s\n", listener.Addr())
	return serve(ctx, listener, srv, routes(srv, tokens, page.FS()))
}

// channels returns the channels of this server.
func channels() []chat.Channel {
	return []chat.Channel{
		{ID: "general", Topic: "Whatever concerns everyone"},
		{ID: "random", Topic: "Whatever does not"},
		{ID: "slow", Topic: "One thought at a time", SlowMode: new(slowModeDelay)},
	}
}

// serve runs handler on listener until ctx ends or the listener fails.
func serve(ctx context.Context, listener net.Listener, srv *rt.Server, handler http.Handler) error {
	// No limit on whole requests: a poll is answered when there is something.
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()

	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		fmt.Println("chat: shutting down")
	}
	// Sockets first: http.Server waits for polls but knows no WebSockets.
	return errors.Join(err, within(srv.Shutdown), within(server.Shutdown))
}

// within gives shutdown its time. What takes longer is cut off and no error:
// a page that has gone without a word must not make Ctrl-C fail.
func within(shutdown func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	err := shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		slog.Warn("cut off what had not ended", "error", err)
		return nil
	}
	return err
}
