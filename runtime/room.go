package rt

import (
	"net/url"
	"strings"
)

// A Room is the name of a set of sockets in one namespace, known to the server
// only. Every socket is also reached by the room that is called as its id.
type Room string

// RoomName returns the name of the room of a kind for some key, as in
// "conversation:42". The parts of the key are escaped, so that different keys
// never make the same room.
func RoomName(kind string, keys ...string) Room {
	size := len(kind)
	for _, k := range keys {
		size += 1 + len(k)
	}
	var b strings.Builder
	b.Grow(size)
	b.WriteString(kind)
	for _, k := range keys {
		b.WriteByte(':')
		b.WriteString(strings.ReplaceAll(url.QueryEscape(k), "+", "%20"))
	}
	return Room(b.String())
}
