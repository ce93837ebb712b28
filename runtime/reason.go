package rt

// A Reason says why a socket left its namespace, in the words that Socket.IO
// uses everywhere.
type Reason string

// The reasons that a socket can have.
const (
	// ReasonClientDisconnect: the peer left the namespace by itself.
	ReasonClientDisconnect Reason = "client namespace disconnect"
	// ReasonServerDisconnect: [Socket.Disconnect] was called.
	ReasonServerDisconnect Reason = "server namespace disconnect"
	// ReasonPingTimeout: the peer did not answer a ping in time.
	ReasonPingTimeout Reason = "ping timeout"
	// ReasonTransportClose: the connection was closed or lost.
	ReasonTransportClose Reason = "transport close"
	// ReasonTransportError: the connection failed.
	ReasonTransportError Reason = "transport error"
	// ReasonParseError: the peer sent what is not Engine.IO.
	ReasonParseError Reason = "parse error"
	// ReasonForcedClose: the peer broke the rules of Socket.IO, or the server
	// closed its connection.
	ReasonForcedClose Reason = "forced close"
	// ReasonShutdown: the server is shutting down.
	ReasonShutdown Reason = "server shutting down"
	// ReasonExpired: the time of [Socket.SetExpiry] has come.
	ReasonExpired Reason = "permission expired"
	// ReasonSlowConsumer: the peer did not read what was sent to it.
	ReasonSlowConsumer Reason = "slow consumer"
)
