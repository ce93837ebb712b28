package rt

import (
	"context"
	"fmt"
	"log/slog"
)

// steadyHandler keeps the panics of a user's handler from ending the process:
// much is logged on goroutines of our own, some of it just after a panic.
type steadyHandler struct{ slog.Handler }

// Enabled implements slog.Handler.
func (h steadyHandler) Enabled(ctx context.Context, level slog.Level) (enabled bool) {
	defer func() { _ = recover() }()
	return h.Handler.Enabled(ctx, level)
}

// Handle implements slog.Handler. A panic is an error, which slog ignores.
func (h steadyHandler) Handle(ctx context.Context, r slog.Record) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("rt: panic in a log handler: %v", v)
		}
	}()
	return h.Handler.Handle(ctx, r)
}
