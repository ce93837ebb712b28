package docs

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/rtgen/rtgen/examples/chat/internal/chat"
	rt "github.com/rtgen/rtgen/runtime"
)

type user struct {
	ID           string
	TokenExpires time.Time
}

type verifier interface {
	Verify(ctx context.Context, token string) (user, error)
}

type handler struct{ tokens verifier }

var (
	ctx    context.Context
	srv    *rt.Server
	ns     *rt.Namespace
	s      *rt.Socket
	api    *chat.ChatAPI
	tokens verifier
	token  struct{ ExpiresAt time.Time }
	banned user
)

func blocked(addr string) bool
func mayEnter(auth json.RawMessage, tenant string) bool
func renew(ctx context.Context, s *rt.Socket) (time.Time, error)
