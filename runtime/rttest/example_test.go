package rttest_test

import (
	"context"
	"testing"
	"testing/synctest"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
	"github.com/rtgen/rtgen/runtime/rttest"
)

// A service's handler, and the test of it.
func Example() {
	type Bid struct{ Cents int }
	place := rt.AckEvent[Bid, rt.None]{Name: "place", Errors: []string{"tooLow"}}
	placed := rt.Event[Bid]{Name: "placed"}

	serve := func(auction *rt.Namespace) {
		rt.OnWithAck(auction, place, func(ctx context.Context, s *rt.Socket, bid Bid) (rt.None, error) {
			if bid.Cents < 100 {
				return rt.None{}, &rt.Error{Code: "tooLow", Message: "bids begin at one euro"}
			}
			return rt.None{}, rt.Emit(ctx, auction, placed, bid)
		})
	}

	testBids := func(t *testing.T) {
		srv, err := rt.NewServer(rt.Options{})
		if err != nil {
			t.Fatal(err)
		}
		serve(srv.Of("/auction"))
		server := rttest.Serve(t, srv)

		watcher := server.Socket(t, "/auction", client.Options{})
		next := rttest.Receive(t, watcher, placed)
		rttest.Connect(t, watcher)

		bidder := server.Dial(t, "/auction", client.Options{})
		if _, err := client.EmitWithAck(t.Context(), bidder, place, Bid{500}); err != nil {
			t.Fatal(err)
		}
		if got := next(); got.Cents != 500 {
			t.Errorf("the watcher was told of %d, want 500", got.Cents)
		}
		if _, err := client.EmitWithAck(t.Context(), bidder, place, Bid{99}); err == nil {
			t.Error("a bid of 99 cents was taken")
		}
	}

	// In a file of tests this is func TestBids(t *testing.T).
	_ = func(t *testing.T) { synctest.Test(t, testBids) }
}
