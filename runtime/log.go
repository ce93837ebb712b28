package rt

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"

	"github.com/rtgen/rtgen/runtime/internal/guard"
)

// socketLog writes the records of one socket: with its id and namespace, never
// with what a peer has sent beyond names.
type socketLog struct{ s *Socket }

func (s *Socket) log() socketLog { return socketLog{s} }

func (l socketLog) write(ctx context.Context, level slog.Level, msg string, attrs ...slog.Attr) {
	logger := l.s.ns.server.opts.Logger
	if !logger.Enabled(ctx, level) {
		return
	}
	attrs = append(attrs, slog.String("socket", string(l.s.id)), slog.String("namespace", l.s.ns.name))
	logger.LogAttrs(ctx, level, msg, attrs...)
}

// failed reports an error of user code that the peer is not told of. That a peer
// left before it was answered is no failure: peers could fill the log with it.
func (l socketLog) failed(ctx context.Context, event string, err error) {
	if l.s.gone() && leftEarly(err) {
		l.write(ctx, slog.LevelDebug, "socket left before its handler was done", slog.String("event", event), slog.Any("error", err))
		return
	}
	l.logError(ctx, "handler failed", event, err)
}

// leftEarly reports whether err is what calls return for a socket that is gone.
func leftEarly(err error) bool {
	return errors.Is(err, ErrClosed) || errors.Is(err, ErrDisconnected) || errors.Is(err, context.Canceled)
}

func (l socketLog) logError(ctx context.Context, msg, event string, err error) {
	l.write(ctx, slog.LevelError, msg, failure(event, err)...)
	l.s.ns.panicked(event, err)
}

func failure(event string, err error) []slog.Attr {
	attrs := []slog.Attr{slog.String("event", event), slog.Any("error", err)}
	if p, ok := errors.AsType[*guard.PanicError](err); ok {
		attrs = append(attrs, slog.String("stack", string(p.Stack)))
	}
	return attrs
}

// safely calls a hook that no one socket is the cause of.
func (n *Namespace) safely(ctx context.Context, event string, fn func()) {
	if err := guard.Call(func() error { fn(); return nil }); err != nil {
		attrs := append(failure(event, err), slog.String("namespace", n.name))
		n.server.opts.Logger.LogAttrs(ctx, slog.LevelError, "hook failed", attrs...)
		n.panicked(event, err)
	}
}

func (l socketLog) declared(ctx context.Context, event string, e *Error) {
	attrs := []slog.Attr{slog.String("event", event), slog.String("code", e.Code)}
	l.write(ctx, slog.LevelDebug, "handler answered an error", withCause(attrs, e.Err)...)
}

func (l socketLog) refused(ctx context.Context, e *ConnectError) {
	attrs := []slog.Attr{slog.String("message", e.Message)}
	l.write(ctx, slog.LevelDebug, "socket refused", withCause(attrs, e.Err)...)
}

// expired reports that a permission has run out, which is no fault of anybody's,
// or a hook that failed to decide.
func (l socketLog) expired(ctx context.Context, err error) {
	if _, panicked := errors.AsType[*guard.PanicError](err); panicked || errors.Is(err, errExpiryTimeout) {
		l.logError(ctx, "hook failed", "expiry", err)
		return
	}
	l.write(ctx, slog.LevelDebug, "socket expired", withCause(nil, err)...)
}

func withCause(attrs []slog.Attr, err error) []slog.Attr {
	if err != nil {
		attrs = append(attrs, slog.Any("error", err))
	}
	return attrs
}

func (l socketLog) invalid(ctx context.Context, event string) {
	l.write(ctx, slog.LevelDebug, "invalid payload", slog.String("event", event))
}

func (l socketLog) limited(ctx context.Context, event string) {
	l.write(ctx, slog.LevelDebug, "rate limited", slog.String("event", event))
}

func (l socketLog) unknown(ctx context.Context, event string) {
	event = clip(event)
	if l.s.ns.noticed.first("unknown " + event) {
		l.write(ctx, slog.LevelWarn, "unknown event", slog.String("event", event))
	}
}

func (l socketLog) deprecated(ctx context.Context, e *entry) {
	if l.s.ns.noticed.first("deprecated " + e.name) {
		l.write(ctx, slog.LevelWarn, "deprecated event", slog.String("event", e.name), slog.String("note", e.deprecated))
	}
}

func (l socketLog) mismatch(ctx context.Context, identity string, own *Contract) {
	identity = clip(identity)
	if l.s.ns.noticed.first("contract " + identity) {
		l.write(ctx, slog.LevelInfo, "peer has another contract", slog.String("contract", identity), slog.String("own", own.String()))
	}
}

// clip bounds a name that comes from a peer. The handlers of slog quote it.
func clip(name string) string {
	const longest = 80
	if len(name) > longest {
		name = strings.ToValidUTF8(name[:longest], "") + "…"
	}
	return name
}

// noticed are the things that are logged once. Peers choose some of their
// names, so it stops to notice new ones at a limit.
type noticed struct {
	mu   sync.Mutex
	seen map[string]bool
}

const maxNoticed = 100

// first reports whether what is new and worth a record.
func (n *noticed) first(what string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.seen[what] || len(n.seen) >= maxNoticed {
		return false
	}
	if n.seen == nil {
		n.seen = make(map[string]bool)
	}
	n.seen[what] = true
	return true
}
