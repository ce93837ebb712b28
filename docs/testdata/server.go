package docs

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/rtgen/rtgen/examples/chat/internal/chat"
	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/webtransport"
)

type verifier interface {
	Verify(ctx context.Context, token string) (user any, err error)
}

type handler struct {
	chat.UnimplementedChatHandler
	tokens verifier
}

type (
	counter   interface{ Inc() }
	histogram interface{ Observe(float64) }
)

var (
	ctx     context.Context
	logger  *slog.Logger
	mux     *http.ServeMux
	config  *tls.Config
	overTCP *http.Server
	tokens  verifier
	srv     *rt.Server
	s       *chat.ChatSocket
	api     *chat.ChatAPI
	id      chat.ChannelID
	msg     chat.Message
	online  chat.Online
	events  interface{ WithLabelValues(...string) histogram }
	ended   interface{ WithLabelValues(...string) counter }
)
