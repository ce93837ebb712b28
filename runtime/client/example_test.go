package client_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"net/http/httptest"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
)

// exampleServer starts what the examples talk to.
func exampleServer() (address string, stop func()) {
	srv, err := rt.NewServer(rt.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		log.Fatal(err)
	}
	sum := rt.AckEvent[[]int, int]{Name: "sum", Errors: []string{"empty"}}
	rt.OnWithAck(srv.Of("/math"), sum, func(_ context.Context, _ *rt.Socket, terms []int) (total int, err error) {
		if len(terms) == 0 {
			return 0, &rt.Error{Code: "empty", Message: "there is nothing to add"}
		}
		for _, n := range terms {
			total += n
		}
		return total, nil
	})
	srv.Of("/greeter").OnConnect(func(ctx context.Context, s *rt.Socket) {
		rt.Emit(ctx, s, rt.Event[string]{Name: "greeting"}, "welcome")
	})
	srv.Of("/private").Use(func(context.Context, *rt.Socket) error {
		return &rt.ConnectError{Message: "members only"}
	})
	ts := httptest.NewServer(srv)
	return ts.URL, ts.Close
}

func ExampleEmitWithAck() {
	address, stop := exampleServer()
	defer stop()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	c, err := client.New(address, client.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	math := c.Of("/math")
	if err := math.Connect(ctx); err != nil {
		log.Fatal(err)
	}

	sum := rt.AckEvent[[]int, int]{Name: "sum"}
	fmt.Println(client.EmitWithAck(ctx, math, sum, []int{1, 2, 3}))

	_, err = client.EmitWithAck(ctx, math, sum, []int{})
	if refused, ok := errors.AsType[*rt.Error](err); ok {
		fmt.Println(refused.Code)
	}
	// Output:
	// 6 <nil>
	// empty
}

func ExampleOn() {
	address, stop := exampleServer()
	defer stop()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()

	c, err := client.New(address, client.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	greeter := c.Of("/greeter")
	greeted := make(chan string)
	client.On(greeter, rt.Event[string]{Name: "greeting"}, func(_ context.Context, text string) error {
		greeted <- text
		return nil
	})
	if err := greeter.Connect(ctx); err != nil {
		log.Fatal(err)
	}
	fmt.Println(<-greeted)
	// Output: welcome
}

func ExampleSocket_Connect() {
	address, stop := exampleServer()
	defer stop()

	c, err := client.New(address, client.Options{})
	if err != nil {
		log.Fatal(err)
	}
	defer c.Close()
	err = c.Of("/private").Connect(context.Background())
	if refused, ok := errors.AsType[*rt.ConnectError](err); ok {
		fmt.Println("refused:", refused.Message)
	}
	// Output: refused: members only
}
