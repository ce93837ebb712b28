// Package webtransport serves the third transport of Socket.IO's clients beside an
// rt.Server: WebTransport, which runs over HTTP/3. It has to be asked for: the
// server's Options.Transports lists "webtransport", and a [Server] of this package
// listens for QUIC on a UDP port, by custom of the same number as the TCP port of
// the http.Server.
//
// Clients connect with WebTransport at once or begin with polling and upgrade.
// Nothing changes for the handlers. The session rules are those of WebSocket:
// origins, Options.AllowRequest, limits and time-outs hold in the same way.
//
// A session carries one stream. Further ones are refused, and datagrams are not
// read.
//
// The package is on its own because it is the only one that needs a QUIC library:
// services that do not import it do not carry one.
package webtransport
