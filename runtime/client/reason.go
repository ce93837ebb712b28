package client

import rt "github.com/rtgen/rtgen/runtime"

// The reasons for which only a client sees a socket leave. The others are those
// of package rt: rt.ReasonPingTimeout, rt.ReasonTransportClose,
// rt.ReasonTransportError and rt.ReasonParseError. After them the client
// reconnects by itself.
const (
	// ReasonServerDisconnect: the server has made the socket leave. It does not
	// come back by itself.
	ReasonServerDisconnect rt.Reason = "io server disconnect"
	// ReasonClientDisconnect: [Socket.Disconnect] or [Client.Close] was called.
	ReasonClientDisconnect rt.Reason = "io client disconnect"
)
