// Package payload turns the values of events and answers into the JSON and the
// attachments of packets, and back. The server and the Go client share it, so
// that both mean the same by a payload, an answer and a failure.
//
// Beneath the generic functions of both, a payload or answer is a pointer in an
// any: the T of its event when that is a pointer, otherwise a pointer to a T.
package payload
