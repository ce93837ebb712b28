// Package faultnet is a TCP proxy that breaks connections as a test tells it:
// it cuts them, closes them in order or by half, goes silent, is slow, damages
// bytes and refuses WebSockets. Put it between a client and a server to see
// what both make of a bad network.
//
//	proxy, err := faultnet.Listen(server.Addr().String())
//	…
//	defer proxy.Close()
//	client.Dial(proxy.Addr())
//	proxy.Set(faultnet.Faults{Delay: 20 * time.Millisecond})
//	proxy.Reset()
package faultnet
