package rt_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	rt "github.com/rtgen/rtgen/runtime"
	"github.com/rtgen/rtgen/runtime/wire"
)

// What follows is what generated code looks like, made small.

type chatAuth struct{ Token string }

func (m *chatAuth) EncodeWire(e *wire.Encoder) { encodeText(e, `"token":`, m.Token) }
func (m *chatAuth) DecodeWire(d *wire.Decoder) { m.Token = decodeText(d, "token") }
func (m *chatAuth) CheckWire(c *wire.Checker)  { checkText(c, "token", m.Token, 3) }

type sendMessage struct{ Text string }

func (m *sendMessage) EncodeWire(e *wire.Encoder) { encodeText(e, `"text":`, m.Text) }
func (m *sendMessage) DecodeWire(d *wire.Decoder) { m.Text = decodeText(d, "text") }
func (m *sendMessage) CheckWire(c *wire.Checker)  { checkText(c, "text", m.Text, 1) }

type roomKey struct{ ID string }

func (m roomKey) Room() rt.Room               { return rt.RoomName("conversation", m.ID) }
func (m *roomKey) EncodeWire(e *wire.Encoder) { encodeText(e, `"id":`, m.ID) }
func (m *roomKey) DecodeWire(d *wire.Decoder) { m.ID = decodeText(d, "id") }
func (m *roomKey) CheckWire(c *wire.Checker)  { checkText(c, "id", m.ID, 1) }

func encodeText(e *wire.Encoder, field, s string) {
	e.BeginObject()
	e.Field(field)
	e.String(s)
	e.EndObject()
}

func decodeText(d *wire.Decoder, name string) (s string) {
	fields := wire.Fields{Required: 1, Names: []string{name}}
	for i := d.Object(&fields); i >= 0; i = d.Field() {
		s = d.String()
	}
	return s
}

func checkText(c *wire.Checker, name, s string, shortest int) {
	c.Field(name)
	c.Length(s, shortest, 40)
	c.Up()
}

type chatSocket struct{ *rt.Socket }

type chatHandler interface {
	Connect(ctx context.Context, s *chatSocket, auth *chatAuth) error
	Disconnect(ctx context.Context, s *chatSocket, reason rt.Reason)
	Send(ctx context.Context, s *chatSocket, msg *sendMessage) (*sendMessage, error)
	Note(ctx context.Context, s *chatSocket, msg *sendMessage) error
	Ping(ctx context.Context, s *chatSocket) error
	Query(ctx context.Context, s *chatSocket) (*sendMessage, error)
	Command(ctx context.Context, s *chatSocket, msg *sendMessage) error
	Trigger(ctx context.Context, s *chatSocket) error
	JoinConversation(ctx context.Context, s *chatSocket, key *roomKey) (*sendMessage, error)
	JoinPlain(ctx context.Context, s *chatSocket, key *roomKey) error
}

var (
	chatSend = rt.AckEvent[*sendMessage, *sendMessage]{
		Name: "send", Errors: []string{"muted"}, Deprecated: "use post",
		IdempotencyKey: func(m *sendMessage) string { return strings.TrimPrefix(m.Text, "every time") },
	}
	chatNote    = rt.Event[*sendMessage]{Name: "note", RejectUnknownFields: true, MaxSize: 200, Rate: rt.Rate{Events: 2, Per: 10 * time.Second}}
	chatPing    = rt.Event[rt.None]{Name: "signal"}
	chatQuery   = rt.AckEvent[rt.None, *sendMessage]{Name: "query"}
	chatCommand = rt.AckEvent[*sendMessage, rt.None]{Name: "command"}
	chatTrigger = rt.AckEvent[rt.None, rt.None]{Name: "trigger"}

	chatContract = &rt.Contract{Name: "chat", Version: "1.4.0", Fingerprint: "abc"}
)

func chatBindings(h chatHandler) []rt.Binding {
	return []rt.Binding{
		rt.BindAuth(h.Connect),
		rt.BindDisconnect(h.Disconnect),
		rt.BindCall(chatSend, h.Send),
		rt.BindEvent(chatNote, h.Note),
		rt.BindSignal(chatPing, h.Ping),
		rt.BindQuery(chatQuery, h.Query),
		rt.BindCommand(chatCommand, h.Command),
		rt.BindTrigger(chatTrigger, h.Trigger),
		rt.BindRoom(rt.RoomKind{Name: "conversation", Errors: []string{"notMember"}}, h.JoinConversation),
		rt.BindPlainRoom(rt.RoomKind{Name: "plain"}, h.JoinPlain),
	}
}

func bindChat(srv *rt.Server, h chatHandler) (*rt.Namespace, error) {
	return rt.Bind(srv, rt.NamespaceSpec{Path: "/chat", Contract: chatContract, ConnectErrors: []string{"badToken"}}, h,
		func(s *rt.Socket) *chatSocket { return &chatSocket{s} }, chatBindings)
}

// chat is the handler of a user.
type chat struct {
	mu    sync.Mutex
	calls []string
}

func (h *chat) note(format string, args ...any) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls = append(h.calls, fmt.Sprintf(format, args...))
}

func (h *chat) Connect(_ context.Context, s *chatSocket, auth *chatAuth) error {
	s.SetData(auth.Token)
	switch auth.Token {
	case "forged":
		return &rt.Error{Code: "badToken", Message: "who are you", Data: map[string]int{"tries": 2}}
	case "broken":
		return errors.New("secret")
	}
	h.note("connect %s", auth.Token)
	return nil
}

func (h *chat) Disconnect(_ context.Context, s *chatSocket, reason rt.Reason) {
	h.note("disconnect %v: %s", s.Data(), reason)
}

func (h *chat) Send(_ context.Context, s *chatSocket, msg *sendMessage) (*sendMessage, error) {
	h.note("send %s", msg.Text)
	switch msg.Text {
	case "muted":
		return nil, &rt.Error{Code: "muted", Message: "not you"}
	case "nothing":
		return nil, nil
	}
	return &sendMessage{Text: fmt.Sprintf("%s by %v, call %d", msg.Text, s.Data(), len(h.calls))}, nil
}

func (h *chat) Note(_ context.Context, _ *chatSocket, msg *sendMessage) error {
	h.note("note %s", msg.Text)
	return nil
}

func (h *chat) Ping(context.Context, *chatSocket) error { h.note("ping"); return nil }

func (h *chat) Query(context.Context, *chatSocket) (*sendMessage, error) {
	return &sendMessage{Text: "answer"}, nil
}

func (h *chat) Command(_ context.Context, _ *chatSocket, msg *sendMessage) error {
	h.note("command %s", msg.Text)
	return nil
}

func (h *chat) Trigger(context.Context, *chatSocket) error { return rt.ErrUnimplemented }

func (h *chat) JoinConversation(_ context.Context, _ *chatSocket, key *roomKey) (*sendMessage, error) {
	if key.ID == "closed" {
		return nil, &rt.Error{Code: "notMember", Message: "not a member"}
	}
	return &sendMessage{Text: "welcome"}, nil
}

func (h *chat) JoinPlain(context.Context, *chatSocket, *roomKey) error { return nil }
