// Package eioproto encodes and decodes Engine.IO packets of version 4, and of
// version 3, which clients of Socket.IO 2 speak. It is pure: bytes in, values
// out.
//
// A [Packet] has one text form, which is a WebSocket text frame and an element
// of a polling payload alike. A payload is packets with the byte 0x1E between
// them. Binary messages have a second form, the bare binary WebSocket frame,
// which needs no codec.
//
// Version 3 has other forms for binary messages, which name their type, and two
// for payloads: of text, where each packet has its length in front, and of
// bytes. Their functions end in V3.
//
// In a stream of bytes, as WebTransport has, each packet is a frame: a [FrameHeader]
// says how long it is, and whether it is a binary message or in its text form.
package eioproto
