// Package engineio serves Engine.IO v4: sessions over HTTP long polling and
// WebSocket, with the upgrade from the one to the other, heartbeats, and a
// bounded queue for each peer.
//
// A [Server] is an http.Handler. For every handshake it makes a [Session] and
// asks its accept function for the [Receiver] that gets the session's messages.
// Messages go out as a [Message], which is encoded once and may be sent to any
// number of sessions.
//
// # Goroutines
//
// A WebSocket session has one goroutine, its reader. A polling session has
// none. Nothing waits to write: whoever finds a session's queue idle writes it
// with one non-blocking try, and what the kernel does not take is left to a
// goroutine that exists only until the queue is empty.
package engineio
