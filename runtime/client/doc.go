// Package client is a Socket.IO client: namespaces over one connection, events
// with and without answers, and binary data, over polling and WebSocket, for
// every server of Socket.IO 3 and 4. It is meant for services, tests, load and
// command lines.
//
// A [Client] has one connection to a server. A [Socket] is this side of one
// namespace:
//
//	c, err := client.New("https://app.example.com", client.Options{})
//	…
//	defer c.Close()
//	lobby := c.Of("/lobby")
//	said := rt.Event[Line]{Name: "said"}
//	client.On(lobby, said, func(ctx context.Context, msg Line) error {
//		fmt.Println(msg.Text)
//		return nil
//	})
//	if err := lobby.Connect(ctx); err != nil {
//		return err
//	}
//	err = client.Emit(ctx, lobby, said, Line{Text: "hello"})
//
// # Events
//
// Events are the values of package rt that servers use. [On] and [OnWithAck]
// handle what the server sends, [Emit] and [EmitWithAck] send. Handlers are
// added before Connect, so that none misses an event. Those of one socket run
// one after the other, on a goroutine that exists only while there is work; when
// they fall far behind, nothing more is read, and when that goes on the server
// takes the client for dead.
//
// # Connections
//
// The connection is opened when the first socket connects. When it is lost, the
// client opens it again, after a delay that grows with each failure and is
// random, and enters the namespaces again; [Socket.OnConnect],
// [Socket.OnDisconnect] and [Socket.OnConnectError] tell. What is emitted
// meanwhile is kept, within limits, and sent afterwards. What the server refuses
// or ends stays ended until Connect is called again.
//
// An event that was sent may be lost with the connection, and both sides can
// tell: the answer to EmitWithAck stays away with [rt.ErrDisconnected], and
// OnDisconnect is called. [Options.Retries] sends it again until it is answered.
// What a server with connection state recovery has sent meanwhile comes after
// the connection is back; then [Socket.Recovered] reports true.
package client
