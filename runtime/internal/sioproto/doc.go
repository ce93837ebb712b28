// Package sioproto is the codec of the Socket.IO protocol, version 5: bytes in,
// packets out, and back. It knows no connection, no clock and no goroutine. The
// packets of version 4 of the protocol, that of Socket.IO 2, look the same but
// for CONNECT.
//
// A packet is a line of text,
//
//	<type>[<attachments>-][<namespace>,][<ack id>][JSON]
//
// followed by its attachments, one binary message each. The [Decoder] of a
// connection accepts what an encoder can have written and nothing else; after
// an error the connection has to be closed, as the protocol says.
package sioproto
