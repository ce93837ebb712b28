// Package engineio serves Engine.IO v4, and v3 to those who ask for it if
// Options.AllowEIO3 is set: sessions over HTTP long polling, WebSocket and streams
// of bytes, with the upgrade from the first to the others, heartbeats, and a
// bounded queue for each peer.
//
// A [Server] is an http.Handler. For every handshake it makes a [Session] and
// asks its accept function for the [Receiver] that gets the session's messages.
// Messages go out as a [Message], which is encoded once and may be sent to any
// number of sessions.
//
// A stream is whatever net.Conn [Server.ServeStream] is given. The transport is
// called "webtransport", for that is where streams come from; this package knows
// nothing of HTTP/3.
//
// # Goroutines
//
// A WebSocket session has one goroutine, its reader; that of a stream is the
// caller of ServeStream. A polling session has none. Nothing waits to write:
// whoever finds a session's queue idle writes it with one non-blocking try, for
// Session.Enqueue a goroutine that does so for many sessions in a row; what the
// kernel does not take is left to one that exists only until the queue is empty.
//
// # Memory
//
// An idle WebSocket session holds about 7 KiB: 4 KiB are its reader's stack, the
// rest gorilla's connection with a read buffer of 128 bytes, the kept parts
// of the handshake, and this package's own state. An idle polling session holds
// about 2 KiB besides what net/http holds for its connections. A stranger can
// make it more only by the URL and headers of the handshake, at most 16 KiB, and
// by what is on its way: at most Options.MaxPayload for a message that is
// arriving, 4 KiB that were read with it, and some 50 KiB for its inflation if
// Options.PerMessageDeflate is set.
//
// # Differences from the Node server
//
// A close packet on a WebSocket ends the session at once. A protocol version
// other than 4 is refused before the WebSocket handshake. The Origin header is
// checked on WebSockets too. The poll that waits is released as soon as a probe
// arrives. A session that upgrades while a ping is unanswered still expires, and
// pongs that were not asked for do not put off the next ping. Base64 is decoded
// strictly, and text that is not valid UTF-8 ends the session. JSONP is not
// served.
package engineio
