// Package eioproto encodes and decodes Engine.IO v4 packets. It is pure: bytes
// in, values out.
//
// A [Packet] has one text form, which is a WebSocket text frame and an element
// of a polling payload alike. A payload is packets with the byte 0x1E between
// them. Binary messages have a second form, the bare binary WebSocket frame,
// which needs no codec.
package eioproto
