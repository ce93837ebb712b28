package docs

import (
	"context"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
)

type Message struct{ Text string }

var (
	ctx    context.Context
	tokens interface {
		Fresh(ctx context.Context) string
	}
	messageSent = rt.Event[Message]{Name: "messageSent"}
	send        = rt.AckEvent[Message, rt.None]{Name: "send"}
)
