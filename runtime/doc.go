// Package rt is a Socket.IO server: namespaces, rooms, acknowledgements and
// binary events over polling and WebSocket, for the official clients of version
// 3 and 4, on demand of version 2, and for the clients that rtgen generates.
// Package webtransport adds the third transport, package client is the other
// side in Go, and package rttest serves in the memory of a test.
//
// A [Server] is an [http.Handler]. It owns namespaces; a [Namespace] has the
// handlers and rooms of one path; a [Socket] is one peer in one namespace:
//
//	srv, err := rt.NewServer(rt.Options{Origins: []string{"https://app.example.com"}})
//	…
//	lobby := srv.Of("/lobby")
//	said := rt.Event[Line]{Name: "said"}
//	rt.On(lobby, said, func(ctx context.Context, s *rt.Socket, msg Line) error {
//		return rt.Emit(ctx, s.To("everyone"), said, msg)
//	})
//	http.Handle("/socket.io/", srv)
//
// # Events
//
// Events are values with a type: [Event] for one that expects no answer and
// [AckEvent] for one that does. [On] and [OnWithAck] handle what peers send,
// [Emit], [EmitWithAck] and [BroadcastWithAck] send. Code generated from a
// contract holds these values and registers its handlers with [Bind]; it uses
// nothing that a person could not.
//
// The events of one socket are handled in order and one at a time, on a
// goroutine that exists only while there is work. A handler that blocks
// delays the events of its own socket, never heartbeats, other sockets, or the
// acknowledgements it may be waiting for. Its context ends with the socket.
//
// # Answers
//
// An acknowledgement is one object, {"ok":true,"data":…} or
// {"ok":false,"error":{"code":…,"message":…}}. Handlers choose the error by
// returning an [Error] whose code the event declares; every other error is
// logged and answered as "internal", without its text. A payload that breaks
// its contract never reaches a handler: the peer gets "invalidPayload" and the
// paths of what is wrong.
//
// # Permission
//
// [Namespace.Use] adds checks that every socket has to pass, and
// Options.AllowRequest looks at requests before that. By default only pages of
// the server's own origin may connect. [Socket.SetExpiry] ends a permission that
// runs out.
//
// # Broken connections
//
// Events are delivered at most once. With Options.RecoveryWindow a peer that is
// soon back keeps its id, its rooms and its data, and gets what was sent to it
// meanwhile: see [Socket.Recovered]. [Server.Shutdown] lets handlers finish and
// closes connections so that peers come back by themselves, to another server.
//
// # Limits
//
// Whatever a peer can make grow has a limit in [Options], with a default that
// is meant for the open internet. A peer that does not read is cut off when its
// queue is full; one that sends faster than handlers work is slowed down, and
// cut off when that does not help.
package rt
