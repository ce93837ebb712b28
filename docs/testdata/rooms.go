package docs

import (
	"context"
	"log"
	"time"

	"github.com/rtgen/rtgen/examples/chat/internal/chat"
	rt "github.com/rtgen/rtgen/runtime"
)

type handler struct {
	store interface {
		Has(id chat.ChannelID) bool
		Snapshot(ctx context.Context, id chat.ChannelID) (*chat.ChannelView, error)
	}
}

type Ticket struct{}

type Renamed struct{}

var (
	ctx     context.Context
	srv     *rt.Server
	ns      *rt.Namespace
	s       *chat.ChatSocket
	api     *chat.ChatAPI
	id      chat.ChannelID
	msg     chat.Message
	typing  chat.TypingChanged
	ticket  Ticket
	room    rt.Room
	updated = rt.Event[Ticket]{Name: "updated"}
	renamed = rt.Event[Renamed]{Name: "renamed"}
	ready   = rt.AckEvent[Ticket, rt.None]{Name: "ready"}
	check   func(context.Context, *rt.Socket) error
	online  interface {
		add(rt.Room)
		remove(rt.Room)
	}
)
