package docs

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/client"
	"github.com/rtgen/rtgen/runtime/rttest"
)

type Message struct{ Text string }

var (
	t           *testing.T
	bob         *client.Socket
	messageSent = rt.Event[Message]{Name: "messageSent"}
	send        = rt.AckEvent[Message, rt.None]{Name: "send"}
)

func serveChat(srv *rt.Server)
func as(user string) func(ctx context.Context, namespace string) (any, error)
