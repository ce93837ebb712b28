package main

import (
	"context"
	"errors"
	"log/slog"

	"github.com/rtgen/rtgen/examples/chat/internal/chat"
	rt "github.com/rtgen/rtgen/runtime"
)

// A handler answers what the contract lets pages ask.
type handler struct {
	tokens *signer
	store  *store
	roster roster
	api    *chat.ChatAPI
	log    *slog.Logger
}

var _ chat.ChatHandler = (*handler)(nil)

// serveChat binds the contract to srv.
func serveChat(srv *rt.Server, tokens *signer, st *store, log *slog.Logger) error {
	h := &handler{tokens: tokens, store: st, log: log}
	api, err := chat.RegisterChat(srv, h)
	h.api = api // before srv serves anybody
	if err != nil {
		return err
	}
	api.Namespace().OnConnect(h.comeBack)
	return nil
}

// comeBack tells the others of a page that is back in its channels without
// having asked to join them again.
func (h *handler) comeBack(ctx context.Context, s *rt.Socket) {
	if s.Recovered() {
		h.publishOnline(ctx)
	}
}

// Connect admits whoever has a token of this server.
func (h *handler) Connect(_ context.Context, s *chat.ChatSocket, auth *chat.ChatAuth) error {
	user, err := h.tokens.verify(auth.Token)
	if err != nil {
		return chat.ErrBadToken()
	}
	s.SetData(user)
	return nil
}

// Disconnect tells the others.
func (h *handler) Disconnect(ctx context.Context, _ *chat.ChatSocket, _ rt.Reason) {
	h.publishOnline(context.WithoutCancel(ctx))
}

// JoinChannel joins before it reads: a message sent meanwhile comes twice, as
// part of the history and as an event, but it is never missed.
func (h *handler) JoinChannel(ctx context.Context, s *chat.ChatSocket, key *chat.ChannelKey) (*chat.ChannelView, error) {
	if !h.store.has(key.ChannelID) {
		return nil, chat.ErrUnknownChannel()
	}
	if err := s.Join(key.Room()); err != nil {
		return nil, err
	}
	messages, err := h.store.history(key.ChannelID)
	if err != nil {
		return nil, err
	}
	return &chat.ChannelView{Messages: messages, Online: h.publishOnline(ctx)}, nil
}

// ListChannels answers with every channel there is.
func (h *handler) ListChannels(context.Context, *chat.ChatSocket) (*chat.ListChannelsAck, error) {
	return &chat.ListChannelsAck{Channels: h.store.list}, nil
}

// SendMessage keeps the message and passes it on. The runtime has answered
// repeats of a clientId already.
func (h *handler) SendMessage(ctx context.Context, s *chat.ChatSocket, msg *chat.SendMessage) (*chat.SendMessageAck, error) {
	if !s.In(chat.ChannelRoom(msg.ChannelID)) {
		return nil, chat.ErrNotMember()
	}
	if image := msg.Body.Image; image != nil && !isImage(image.Data) {
		return nil, chat.ErrBadImage()
	}
	sent, err := h.store.add(chat.Message{
		ChannelID: msg.ChannelID,
		ClientID:  msg.ClientID,
		Author:    author(s),
		Body:      msg.Body,
	})
	if slow, ok := errors.AsType[*slowModeError](err); ok {
		return nil, chat.ErrSlowMode(slow.retryAfter)
	}
	if err != nil {
		return nil, err
	}
	if err := s.ToChannel(msg.ChannelID).MessageSent(ctx, &sent); err != nil {
		return nil, err
	}
	return &chat.SendMessageAck{ID: sent.ID, SentAt: sent.SentAt}, nil
}

// SetTyping passes on who types, to those who share the channel.
func (h *handler) SetTyping(ctx context.Context, s *chat.ChatSocket, msg *chat.SetTyping) error {
	if !s.In(chat.ChannelRoom(msg.ChannelID)) {
		return nil
	}
	return s.ToChannel(msg.ChannelID).TypingChanged(ctx, &chat.TypingChanged{User: author(s), Typing: msg.Typing})
}

// publishOnline tells everyone who is online if that has changed, and returns
// it.
func (h *handler) publishOnline(ctx context.Context) chat.Online {
	online, changed := h.roster.count(h.api.Namespace().Sockets())
	if !changed {
		return online
	}
	if err := h.api.OnlineChanged(ctx, &online); err != nil {
		h.log.WarnContext(ctx, "could not tell who is online", "error", err)
	}
	return online
}

// author returns the person whose socket it is.
func author(s *chat.ChatSocket) chat.User {
	user, _ := s.Data().(chat.User)
	return user
}
