package engineio

// A Cause says whose doing the end of a session was, and where it showed. It is
// zero while the session lives.
type Cause struct {
	By    Party
	Layer Layer
}

// A Party is who can end a session.
type Party string

// The parties.
const (
	// PartyPeer said goodbye, broke a rule, or did not take what was sent to it.
	PartyPeer Party = "peer"
	// PartyServer is this process: it closed the session, or something panicked.
	PartyServer Party = "server"
	// PartyNetwork broke the connection, or nothing came through it any more.
	PartyNetwork Party = "network"
)

// A Layer is where the end of a session showed.
type Layer string

// The layers.
const (
	// LayerTransport is that of HTTP requests, WebSocket frames and what they
	// run on.
	LayerTransport Layer = "transport"
	// LayerEngine is that of Engine.IO packets, the heartbeat and the queue.
	LayerEngine Layer = "engine"
	// LayerApplication is whoever uses the session.
	LayerApplication Layer = "application"
)

var (
	causeApplication   = &Cause{PartyServer, LayerApplication}
	causePanic         = &Cause{PartyServer, LayerEngine}
	causePeer          = &Cause{PartyPeer, LayerEngine}
	causePeerTransport = &Cause{PartyPeer, LayerTransport}
	causeSilence       = &Cause{PartyNetwork, LayerEngine}
	causeNetwork       = &Cause{PartyNetwork, LayerTransport}
)
