// Package rttest runs a server in memory, so that a service can test its
// handlers without a network:
//
//	server := rttest.Serve(t, srv)
//	bob := server.Socket(t, "/lobby", client.Options{})
//	said := rttest.Receive(t, bob, lineSaid)
//	rttest.Connect(t, bob)
//	… // somebody says something
//	if got := said(); got.Text != "hello" {
//		t.Errorf("Bob was told %q", got.Text)
//	}
//
// Peers are sockets of package client and speak the whole protocol. Everything
// stops when the test ends. Within a bubble of testing/synctest no time passes
// while something can happen: heartbeats, timeouts and reconnections of hours
// take none.
package rttest
