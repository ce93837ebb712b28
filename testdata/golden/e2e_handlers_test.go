package golden_test

import (
	"context"
	"errors"
	"strings"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/testdata/golden/chat/want/go/chat"
	"github.com/rtgen/rtgen/testdata/golden/edge/want/go/edge"
	"github.com/rtgen/rtgen/testdata/golden/twonamespaces/want/go/twonamespaces"
	"github.com/rtgen/rtgen/testdata/golden/types/want/go/types"
)

// someTime is when everything happens here.
var someTime = time.Date(2026, 1, 2, 3, 4, 5, 6_000_000, time.UTC)

// closed is a conversation that nobody may join.
const closed = "00000000-0000-4000-8000-00000000dead"

type chatHandler struct {
	chat.UnimplementedChatHandler
	w *world
}

// Connect lets in all but tokens that begin with "bad".
func (h *chatHandler) Connect(_ context.Context, _ *chat.ChatSocket, auth *chat.ChatAuth) error {
	h.w.note("tokens", auth.Token)
	if strings.HasPrefix(auth.Token, "bad") {
		return chat.ErrBadToken()
	}
	return nil
}

func (h *chatHandler) Disconnect(_ context.Context, _ *chat.ChatSocket, reason rt.Reason) {
	h.w.note("reasons", reason)
}

func (h *chatHandler) JoinConversation(_ context.Context, _ *chat.ChatSocket, key *chat.ConversationKey) (*chat.ConversationJoinAck, error) {
	if key.ConversationID == closed {
		return nil, chat.ErrNotMember()
	}
	h.w.note("joins", key.ConversationID)
	return &chat.ConversationJoinAck{Members: 7, Last: &someTime}, nil
}

// SendMessage does what the text asks for and tells the conversation.
func (h *chatHandler) SendMessage(ctx context.Context, s *chat.ChatSocket, msg *chat.SendMessage) (*chat.SendMessageAck, error) {
	if msg.Body.Text != nil {
		h.w.note("texts", msg.Body.Text.Text)
		switch msg.Body.Text.Text {
		case "slow":
			return nil, chat.ErrSlowMode(1500 * time.Millisecond)
		case "stranger":
			return nil, chat.ErrNotMember()
		case "undeclared":
			return nil, chat.ErrBadToken()
		case "fail":
			return nil, errors.New("secret of the house")
		case "panic":
			panic("secret of the house")
		case "wait":
			select {
			case <-h.w.gate:
			case <-ctx.Done():
			}
		case "cut":
			h.w.now().listener.cut()
		}
	}
	m := &chat.Message{
		ID:     "m1",
		Author: chat.Author{ID: "00000000-0000-4000-8000-000000000001", Name: "Ada"},
		Body:   msg.Body,
		SentAt: someTime,
	}
	if err := h.w.now().chat.ToConversation(msg.ConversationID).MessageSent(ctx, m); err != nil {
		return nil, err
	}
	return &chat.SendMessageAck{ID: m.ID, SentAt: m.SentAt}, nil
}

func (h *chatHandler) SetTyping(ctx context.Context, s *chat.ChatSocket, msg *chat.SetTyping) error {
	h.w.note("typing", msg.Typing)
	e := &chat.TypingChanged{UserID: "00000000-0000-4000-8000-000000000001", Typing: msg.Typing}
	return h.w.now().chat.ToConversation(msg.ConversationID).TypingChanged(ctx, e)
}

func (h *chatHandler) SetAvailability(_ context.Context, _ *chat.ChatSocket, msg *chat.SetAvailability) error {
	h.w.note("availability", msg.Availability)
	return nil
}

type inHandler struct {
	edge.UnimplementedInHandler
	w *world
}

func (h *inHandler) JoinCell(_ context.Context, _ *edge.InSocket, key *edge.CellKey) error {
	h.w.note("cells", key)
	return nil
}

func (h *inHandler) Ping(context.Context, *edge.InSocket) error {
	h.w.note("pings", true)
	return nil
}

func (h *inHandler) Poke(context.Context, *edge.InSocket) error {
	h.w.note("pokes", true)
	return nil
}

func (h *inHandler) Ask(context.Context, *edge.InSocket) (*edge.AskAck, error) {
	return &edge.AskAck{Answer: tree()}, nil
}

// Tell passes an attachment on to the board.
func (h *inHandler) Tell(ctx context.Context, _ *edge.InSocket, msg *edge.Attachment) error {
	if msg.None != nil {
		return edge.ErrDefault()
	}
	e := &edge.FileAdded{File: msg.File}
	return h.w.now().out.ToBoard("b1").FileAdded(ctx, e)
}

func (h *inHandler) Say(_ context.Context, _ *edge.InSocket, msg *edge.Words) error {
	h.w.note("words", encode(msg))
	return nil
}

// tree has integers beyond what a float64 holds, in every place.
func tree() edge.Node {
	return edge.Node{
		Value:    -1 << 63,
		Values:   []int64{1<<63 - 1, 0},
		Index:    map[string]uint64{"__proto__": 1<<64 - 1, "constructor": 1},
		Left:     &edge.Node{Value: 1},
		Right:    rt.Null[*edge.Node](),
		Children: []edge.Node{{Value: 2}},
	}
}

type outHandler struct {
	edge.UnimplementedOutHandler
	w *world
}

func (h *outHandler) Connect(_ context.Context, s *edge.OutSocket) error {
	h.w.note("out", s)
	return s.Join(edge.BoardRoom("b1"), edge.TeamRoom("t1"))
}

type typesHandler struct {
	types.UnimplementedTypesHandler
	w *world
}

func (h *typesHandler) Connect(_ context.Context, _ *types.TypesSocket, auth *types.TypesAuth) error {
	h.w.note("locale", auth.Locale)
	return nil
}

// Echo sends back what it got, under a name that the contract does not have.
// The string decides how it ends.
func (h *typesHandler) Echo(ctx context.Context, s *types.TypesSocket, msg *types.Echo) (*types.Person, error) {
	switch msg.Bounded.String {
	case "plain":
		return nil, types.ErrPlain()
	case "data":
		return nil, types.ErrWithData(1500*time.Millisecond, "kind", nil)
	case "type":
		return nil, types.ErrWithType(&types.Person{Name: "Bob", Age: new(int32(30))})
	case "much":
		return nil, types.ErrWithMuch(&types.WithMuchData{A: 1, B: 2, C: 3, D: 4, E: 5})
	}
	if err := rt.Emit(ctx, s.Socket, rt.Event[types.Echo]{Name: "echoed"}, *msg); err != nil {
		return nil, err
	}
	return &types.Person{Name: "Ada", Age: new(int32(36))}, nil
}

func (h *typesHandler) Defaults(_ context.Context, _ *types.TypesSocket, msg *types.Defaults) error {
	h.w.note("defaults", msg)
	return nil
}

type rootHandler struct {
	twonamespaces.UnimplementedRootHandler
	w *world
}

func (h *rootHandler) JoinItem(context.Context, *twonamespaces.RootSocket, *twonamespaces.RootItemKey) error {
	return nil
}

func (h *rootHandler) Save(ctx context.Context, _ *twonamespaces.RootSocket, msg *twonamespaces.RootSave) (*twonamespaces.RootSaveAck, error) {
	e := &twonamespaces.RootSaveEvent{Text: msg.Text}
	return &twonamespaces.RootSaveAck{ID: "root"}, h.w.now().root.ToItem("1").Save(ctx, e)
}

type adminHandler struct {
	twonamespaces.UnimplementedAdminUserListHandler
	w *world
}

func (h *adminHandler) Connect(context.Context, *twonamespaces.AdminUserListSocket, *twonamespaces.AdminUserListAuth) error {
	return nil
}

func (h *adminHandler) JoinItem(_ context.Context, _ *twonamespaces.AdminUserListSocket, key *twonamespaces.AdminUserListItemKey) (*twonamespaces.AdminUserListItemJoinAck, error) {
	return &twonamespaces.AdminUserListItemJoinAck{Open: key.Part == 2}, nil
}

func (h *adminHandler) Save(ctx context.Context, _ *twonamespaces.AdminUserListSocket, msg *twonamespaces.AdminUserListSave) (*twonamespaces.AdminUserListSaveAck, error) {
	e := &twonamespaces.AdminUserListSaveEvent{By: msg.Text}
	return &twonamespaces.AdminUserListSaveAck{ID: "admin"}, h.w.now().admin.ToItem(1, 2).Save(ctx, e)
}
