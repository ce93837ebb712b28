package client

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/rtgen/rtgen/runtime/internal/engineclient"
)

// A Client has one connection to a server, which the sockets of all namespaces
// share. The connection is opened when the first socket connects and closed when
// the last one leaves; in between the client opens it again whenever it is lost.
// Its methods may be called from any goroutine.
type Client struct {
	opts   Options
	engine engineclient.Options
	http   *http.Transport
	// trying ends when the client is closed, handling a grace later: then
	// handlers are told to hurry.
	trying   context.Context
	stop     context.CancelFunc
	handling context.Context
	hurry    context.CancelFunc
	tasks    sync.WaitGroup // every goroutine of the client
	idle     chan struct{}  // gets a value when no socket wants the connection any more
	upgraded bool           // the last connection was a WebSocket; belongs to run

	mu      sync.Mutex // guards the fields below and those of the sockets
	sockets map[string]*Socket
	running bool               // run has a goroutine
	abort   context.CancelFunc // ends the attempt at hand
	link    *link              // the connection, or nil
	failed  int                // attempts and connections since the server last answered a socket
	closed  bool
}

// New returns a client for the server at an address such as
// "https://app.example.com". A user and password in it are sent with every
// request; redirects are not followed. New does nothing until a socket connects.
// The error joins everything that is wrong with the address and opts.
func New(address string, opts Options) (*Client, error) {
	opts, err := opts.withDefaults()
	u, urlErr := serverURL(address, &opts)
	if err := errors.Join(urlErr, err); err != nil {
		return nil, err
	}
	c := &Client{opts: opts, sockets: make(map[string]*Socket), idle: make(chan struct{}, 1)}
	c.trying, c.stop = context.WithCancel(context.Background())
	c.handling, c.hurry = context.WithCancel(context.Background())
	c.http = &http.Transport{DialContext: opts.DialContext, TLSClientConfig: opts.TLS, Proxy: opts.Proxy}
	c.engine = engineclient.Options{
		URL:    u,
		Header: authorized(opts.Header, u.User),
		HTTP:   &http.Client{Transport: c.http, Jar: opts.Jar, CheckRedirect: stay},
		Dialer: &websocket.Dialer{
			NetDialContext: opts.DialContext, TLSClientConfig: opts.TLS, Proxy: opts.Proxy, Jar: opts.Jar,
			ReadBufferSize: 1 << 10, WriteBufferSize: 1 << 10, WriteBufferPool: &writeBuffers,
		},
		Upgrade:        !opts.NoUpgrade && slices.Contains(opts.Transports, engineclient.WebSocket),
		UpgradeTimeout: opts.ConnectTimeout,
		WriteTimeout:   opts.WriteTimeout,
		MaxPayload:     opts.MaxPayload,
		QueueBytes:     opts.BufferBytes,
		QueuePackets:   opts.BufferEvents,
	}
	u.User = nil
	return c, nil
}

// authorized returns a header with the user of the address, whom the URL of a
// WebSocket cannot name.
func authorized(header http.Header, user *url.Userinfo) http.Header {
	header = header.Clone()
	if user == nil || header.Get("Authorization") != "" {
		return header
	}
	if header == nil {
		header = make(http.Header)
	}
	password, _ := user.Password()
	(&http.Request{Header: header}).SetBasicAuth(user.Username(), password)
	return header
}

// stay refuses redirects. Whoever follows one may make a GET of a POST, and lose
// what it carries; WebSockets do not follow any either.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// writeBuffers serves the WebSockets of all clients.
var writeBuffers sync.Pool

func serverURL(address string, opts *Options) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, fmt.Errorf("client: %w", err)
	}
	scheme, ok := map[string]string{"http": "http", "ws": "http", "https": "https", "wss": "https"}[u.Scheme]
	if !ok || u.Host == "" {
		return nil, fmt.Errorf("client: %q is not the address of a server, as in https://app.example.com", address)
	}
	if strings.Trim(u.Path, "/") != "" {
		return nil, fmt.Errorf("client: the address %q has a path: namespaces belong to Client.Of, the path of the server to Options.Path", address)
	}
	query := u.Query()
	for name, values := range opts.Query {
		query[name] = values
	}
	return &url.URL{Scheme: scheme, Host: u.Host, User: u.User, Path: opts.Path, RawQuery: query.Encode()}, nil
}

// Of returns the socket of a namespace, always the same one. A leading slash is
// added when it is missing.
func (c *Client) Of(namespace string) *Socket {
	if !strings.HasPrefix(namespace, "/") {
		namespace = "/" + namespace
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.sockets[namespace]
	if s == nil {
		s = newSocket(c, namespace)
		c.sockets[namespace] = s
	}
	return s
}

// Transport returns what carries the connection now, "polling" or "websocket",
// or "" when there is none.
func (c *Client) Transport() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.link == nil {
		return ""
	}
	return c.link.conn.Transport()
}

// grace is how long handlers may go on after their socket has left.
const grace = time.Second

// Close makes all sockets leave, sends what is left to be sent, closes the
// connection, and waits until nothing of the client runs any more. The contexts
// of handlers that are still at work end a second after Close was called. The
// client cannot be used afterwards. A handler must not call Close, which waits
// for it; it may call [Socket.Disconnect].
func (c *Client) Close() {
	c.mu.Lock()
	for _, s := range c.sockets {
		s.leave()
	}
	c.closed = true
	c.stop()
	c.mu.Unlock()
	hurry := time.AfterFunc(grace, c.hurry)
	c.tasks.Wait()
	hurry.Stop()
	c.hurry()
	c.http.CloseIdleConnections()
}

// rest closes the connection, or the attempt at one, when no socket wants it.
// The caller holds c.mu.
func (c *Client) rest() {
	if c.wanted() {
		return
	}
	if c.abort != nil {
		c.abort()
	}
	if c.link != nil {
		c.link.conn.Close()
	}
	select {
	case c.idle <- struct{}{}:
	default:
	}
}

func (c *Client) log(level slog.Level, msg string, attrs ...slog.Attr) {
	c.opts.Logger.LogAttrs(context.Background(), level, msg, attrs...)
}
