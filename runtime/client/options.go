package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rtgen/rtgen/runtime/internal/engineclient"
)

// Options configures a Client. The zero value is ready to be used: polling with
// an upgrade to WebSocket, reconnection without end, and a limit on whatever the
// server or the program can make grow. Zero always means the default.
type Options struct {
	_ struct{} // keyed literals only: fields may be added

	// Path is where the server is mounted. Empty means "/socket.io/".
	Path string
	// Transports lists what to use, "polling" and "websocket". The first one
	// opens the connection. Empty means both, polling first. With "websocket"
	// first the servers of a cluster need no sticky sessions.
	Transports []string
	// TryAllTransports opens the connection with the next of Transports when
	// the first one fails.
	TryAllTransports bool
	// NoUpgrade stays on polling when the connection has been opened with it.
	NoUpgrade bool
	// RememberUpgrade opens the next connection with a WebSocket, if the one
	// before has moved to it.
	RememberUpgrade bool

	// DialContext opens network connections. Nil means that of a [net.Dialer].
	DialContext func(ctx context.Context, network, addr string) (net.Conn, error)
	// TLS configures https and wss. Nil means the default configuration.
	TLS *tls.Config
	// Proxy returns the proxy for a request. Nil means
	// [http.ProxyFromEnvironment].
	Proxy func(*http.Request) (*url.URL, error)
	// Jar keeps cookies, which load balancers with sticky sessions may need.
	// Nil keeps none.
	Jar http.CookieJar
	// Header is sent with every request.
	Header http.Header
	// Query is added to the URL of every request, where the server finds it in
	// the handshake.
	Query url.Values

	// Auth is asked before each attempt to enter a namespace. What it returns
	// is sent as the auth of the socket and has to encode as a JSON object, or
	// to be nil. An error is an attempt that has failed: it is given to
	// [Socket.OnConnectError], and there is another attempt. Nil sends no auth.
	Auth func(ctx context.Context, namespace string) (any, error)

	// NoReconnection makes a failed attempt, and a lost connection, the end.
	NoReconnection bool
	// ReconnectionAttempts is how many attempts in a row may fail before the
	// client gives up. Zero means that it never does.
	ReconnectionAttempts int
	// ReconnectionDelay is the time before the first attempt to reconnect,
	// which doubles with each further one up to ReconnectionDelayMax. Zero
	// means 1s and 5s.
	ReconnectionDelay    time.Duration
	ReconnectionDelayMax time.Duration
	// RandomizationFactor is by how much of itself each delay may be shorter
	// or, up to ReconnectionDelayMax, longer, so that the clients of a server
	// do not come back all at once. It is at most 1. Zero means 0.5.
	RandomizationFactor float64
	// ConnectTimeout bounds an attempt to open the connection with one
	// transport, and then the time until the server has let a socket into its
	// namespace. Zero means 20s.
	ConnectTimeout time.Duration
	// WriteTimeout bounds each write to a server that does not read, and what
	// is left to be sent when the client is closed. Zero means 10s.
	WriteTimeout time.Duration

	// AckTimeout is how long the answer to an event is awaited when the event
	// does not say. Zero means 10s.
	AckTimeout time.Duration
	// Retries is how often an event is sent again when it was not answered in
	// time. When it is not zero, events leave one after the other, each once
	// the one before was answered, and [Emit] waits for the answer too. The
	// server may then get an event more than once.
	Retries int

	// BufferEvents and BufferBytes bound what waits to be sent: for the
	// connection, or for a server that does not read. Zero means 1,024 and
	// 1 MiB.
	BufferEvents int
	BufferBytes  int
	// ReceiveQueue is how many events of a socket may wait for its handlers.
	// When it is full nothing more is read from the connection. Zero means
	// 1,024.
	ReceiveQueue int
	// MaxPayload is the largest message from the server, and the largest answer
	// to a poll, in bytes. Zero means 16 MiB.
	MaxPayload int64

	// Logger gets the client's log. Nil means [slog.Default].
	Logger *slog.Logger
}

// withDefaults returns the options with every zero replaced. The error joins all
// that is wrong.
func (o Options) withDefaults() (Options, error) {
	err := o.check()
	orDefault(&o.Path, "/socket.io/")
	if len(o.Transports) == 0 {
		o.Transports = []string{engineclient.Polling, engineclient.WebSocket}
	}
	if o.DialContext == nil {
		o.DialContext = new(net.Dialer).DialContext
	}
	if o.Proxy == nil {
		o.Proxy = http.ProxyFromEnvironment
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	orDefault(&o.ReconnectionDelay, time.Second)
	orDefault(&o.ReconnectionDelayMax, max(5*time.Second, o.ReconnectionDelay))
	orDefault(&o.RandomizationFactor, 0.5)
	orDefault(&o.ConnectTimeout, 20*time.Second)
	orDefault(&o.WriteTimeout, 10*time.Second)
	orDefault(&o.AckTimeout, 10*time.Second)
	orDefault(&o.BufferEvents, 1024)
	orDefault(&o.BufferBytes, 1<<20)
	orDefault(&o.ReceiveQueue, 1024)
	orDefault(&o.MaxPayload, 16<<20)
	return o, err
}

func orDefault[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}

func (o *Options) check() error {
	var problems []error
	bad := func(wrong bool, format string, args ...any) {
		if wrong {
			problems = append(problems, fmt.Errorf("client: "+format, args...))
		}
	}
	for i, name := range o.Transports {
		bad(name != engineclient.Polling && name != engineclient.WebSocket, "unknown transport %q", name)
		bad(slices.Contains(o.Transports[:i], name), "transport %q is listed twice", name)
	}
	for name, n := range map[string]int64{
		"ReconnectionAttempts": int64(o.ReconnectionAttempts),
		"ReconnectionDelay":    int64(o.ReconnectionDelay),
		"ReconnectionDelayMax": int64(o.ReconnectionDelayMax),
		"ConnectTimeout":       int64(o.ConnectTimeout),
		"WriteTimeout":         int64(o.WriteTimeout),
		"AckTimeout":           int64(o.AckTimeout),
		"Retries":              int64(o.Retries),
		"BufferEvents":         int64(o.BufferEvents),
		"BufferBytes":          int64(o.BufferBytes),
		"ReceiveQueue":         int64(o.ReceiveQueue),
		"MaxPayload":           o.MaxPayload,
	} {
		bad(n < 0, "%s is negative", name)
	}
	bad(o.RandomizationFactor < 0 || o.RandomizationFactor > 1, "RandomizationFactor is not between 0 and 1")
	bad(o.Path != "" && !strings.HasPrefix(o.Path, "/"), "path %q does not begin with a slash", o.Path)
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return errors.Join(problems...)
}
