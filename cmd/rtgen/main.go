// Command rtgen compiles event contracts into typed Go server handlers and
// TypeScript clients. Run "rtgen help" for its commands.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	os.Exit(program())
}

// program runs with what the process was given and returns its exit code.
func program() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	dir, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "rtgen:", err)
		return exitIO
	}
	a := &app{dir: dir, getenv: os.Getenv, stdout: os.Stdout, stderr: os.Stderr}
	return a.run(ctx, os.Args[1:])
}
