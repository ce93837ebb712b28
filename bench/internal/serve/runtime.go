package serve

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/rtgen/rtgen/bench/internal/talk"
	rt "github.com/rtgen/rtgen/runtime"
)

// newRuntime is our own runtime with the code generated from talk.rt.yaml: what
// a user of rtgen gets.
func newRuntime(pingInterval time.Duration) (http.Handler, error) {
	srv, err := rt.NewServer(rt.Options{
		PingInterval: pingInterval,
		Logger:       slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return nil, err
	}
	t := &talker{}
	t.api, err = talk.RegisterRoot(srv, t)
	return srv, err
}

type talker struct {
	talk.UnimplementedRootHandler
	api *talk.RootAPI
}

func (*talker) Echo(ctx context.Context, s *talk.RootSocket, msg *talk.Message) error {
	return s.Echoed(ctx, msg)
}

func (*talker) Ask(_ context.Context, _ *talk.RootSocket, msg *talk.Message) (*talk.Message, error) {
	return msg, nil
}

func (*talker) Keep(ctx context.Context, s *talk.RootSocket, msg *talk.Blob) error {
	return s.Returned(ctx, msg)
}

func (*talker) Join(_ context.Context, s *talk.RootSocket) error {
	return s.Join(talk.CrowdRoom())
}

func (t *talker) Shout(ctx context.Context, _ *talk.RootSocket, msg *talk.Message) error {
	return t.api.ToCrowd().Heard(ctx, msg)
}
