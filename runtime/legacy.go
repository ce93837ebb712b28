package rt

import (
	"github.com/rtgen/rtgen/runtime/internal/jsontext"
	"github.com/rtgen/rtgen/runtime/internal/sioproto"
)

// legacy reports whether the peer is a client of Socket.IO 2: it does not ask to
// be let into the main namespace, and expects other answers to CONNECT.
func (c *conn) legacy() bool { return c.session.Protocol() == 3 }

// greet lets a client of Socket.IO 2 into the main namespace. Where there is
// none the peer is told nothing: it would take a refusal for one of the
// namespace that it is about to ask for.
func (c *conn) greet() {
	if c.legacy() && c.server.namespace("/") != nil {
		c.connect(nil, &sioproto.Packet{Type: sioproto.Connect, Namespace: "/"})
	}
}

// appendLegacyRefusal appends a CONNECT_ERROR's payload for a client of
// Socket.IO 2: the data, or the message alone. Its decoder takes objects and
// strings only.
func appendLegacyRefusal(dst []byte, e *ConnectError) ([]byte, error) {
	if e.Data != nil {
		data, err := appendData(nil, e.Data)
		if err != nil || data[0] == '{' || data[0] == '"' {
			return append(dst, data...), err
		}
	}
	return jsontext.AppendString(dst, e.Message), nil
}
