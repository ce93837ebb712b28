// Command chat is a chat for a few channels: a Go server and a page, with the
// contract of chat.rt.yaml between them.
//
//	cd web && npm ci && npm run build && cd ..
//	go run .
//
// Then open the address it prints in two tabs. Stop it, write something,
// start it again: nothing that was written gets lost.
package main
