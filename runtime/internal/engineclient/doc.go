// Package engineclient is the client's side of Engine.IO 4: one session over
// polling or WebSocket, with the upgrade from the one to the other and the
// heartbeat. It knows nothing of what its messages mean and does not reconnect.
//
// A session has one reader, the goroutine that calls [Conn.Run], and one
// writer, a goroutine that exists only while something waits to be written.
package engineclient
