// Package script holds what is said in the benchmark, byte for byte: the load
// sends it, every server has to answer with it.
package script

import "strings"

// Message is the payload of most events, the Message of talk.rt.yaml.
const Message = `{"id":"01J9Z3VQ6T8RM","seq":123456789,"at":"2026-03-14T15:09:26.535Z",` +
	`"from":{"id":4711,"name":"Ada Lovelace"},"tags":["news","urgent"],"text":"It is late"}`

// The packets of Socket.IO that the load sends, without the attachment of Keep.
const (
	Connect = `40`
	Echo    = `42["echo",` + Message + `]`
	Ask     = `421["ask",` + Message + `]`
	Keep    = `451-["keep",{"data":{"_placeholder":true,"num":0}}]`
	Join    = `421["join"]`
	Shout   = `42["shout",` + Message + `]`
)

// What they are answered with.
const (
	Echoed   = `42["echoed",` + Message + `]`
	Answer   = `431[{"ok":true,"data":` + Message + `}]`
	Returned = `451-["returned",{"data":{"_placeholder":true,"num":0}}]`
	Joined   = `431[{"ok":true}]`
	Heard    = `42["heard",` + Message + `]`
)

// The packets of Engine.IO.
const (
	Ping    = "2"
	Pong    = "3"
	Probe   = "2probe"
	Probed  = "3probe"
	Upgrade = "5"
	Noop    = "6"
)

// Attachment returns the 1 KiB that goes with Keep and Returned.
func Attachment() []byte {
	b := make([]byte, 1024)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}

// Long returns Shout and Heard with a text of 16 KiB.
func Long() (shout, heard string) {
	text := strings.Repeat("It is late", 16<<10/10)
	long := func(packet string) string { return strings.Replace(packet, "It is late", text, 1) }
	return long(Shout), long(Heard)
}
