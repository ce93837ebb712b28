package webtransport_test

import (
	"context"
	"crypto/tls"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/webtransport"
)

// One server on two ports of the same number: polling and WebSocket on TCP,
// WebTransport on UDP.
func Example() {
	certificate, err := tls.LoadX509KeyPair("cert.pem", "key.pem")
	if err != nil {
		log.Fatal(err)
	}
	config := &tls.Config{Certificates: []tls.Certificate{certificate}}

	srv, err := rt.NewServer(rt.Options{Transports: []string{"polling", "websocket", "webtransport"}})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/socket.io/", srv)
	overTCP := &http.Server{Addr: ":443", Handler: mux, TLSConfig: config, ReadHeaderTimeout: 10 * time.Second}
	overUDP, err := webtransport.NewServer(srv, webtransport.Options{Addr: ":443", TLSConfig: config})
	if err != nil {
		log.Fatal(err)
	}
	serve := func(listenAndServe func() error) {
		if err := listenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			log.Fatal(err)
		}
	}
	go serve(func() error { return overTCP.ListenAndServeTLS("", "") })
	go serve(overUDP.ListenAndServe)

	stop, cancel := signal.NotifyContext(context.Background(), os.Interrupt)
	defer cancel()
	<-stop.Done()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := errors.Join(srv.Shutdown(ctx), overUDP.Shutdown(ctx), overTCP.Shutdown(ctx)); err != nil {
		log.Print(err)
	}
}
