// Package memnet is a network inside one process: listeners and buffered
// connections with deadlines, for tests of net/http and WebSocket code inside
// testing/synctest bubbles, where real sockets would stop the fake clock.
package memnet
