package main

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/examples/chat/internal/chat"
)

// Client ids of messages.
const (
	firstID  = "0b9a5f3e-55a1-4c0e-9a35-000000000001"
	secondID = "0b9a5f3e-55a1-4c0e-9a35-000000000002"
)

// A room is a server with people in it.
type room struct {
	addr   string
	tokens *signer
	store  *store
}

func newRoom(t *testing.T) *room {
	t.Helper()
	r := &room{tokens: newSigner(), store: newStore(channels())}
	r.addr = serveTest(t, r.tokens, r.store)
	return r
}

// enter lets somebody in, with a token of their own.
func (r *room) enter(t *testing.T, name string) *peer {
	t.Helper()
	return enter(t, r.addr, mustSign(t, r.tokens, chat.User{ID: userID(name), Name: name}))
}

// pick returns the value at a path of keys and indexes in a JSON text, printed.
func pick(t *testing.T, text string, path ...any) string {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	for _, step := range path {
		switch step := step.(type) {
		case string:
			value = value.(map[string]any)[step]
		case int:
			value = value.([]any)[step]
		}
	}
	return fmt.Sprint(value)
}

// wantError wants a failed ack with a code.
func wantError(t *testing.T, ack, code string) {
	t.Helper()
	if pick(t, ack, "ok") != "false" || pick(t, ack, "error", "code") != code {
		t.Errorf("ack = %s, want the error %s", ack, code)
	}
}

// wantOK wants a successful ack.
func wantOK(t *testing.T, ack string) {
	t.Helper()
	if pick(t, ack, "ok") != "true" {
		t.Fatalf("ack = %s, want ok", ack)
	}
}

func TestConnectWantsAToken(t *testing.T) {
	r := newRoom(t)
	token := mustSign(t, newSigner(), ada) // of another server
	_, answer := dial(t, r.addr, token)
	body, ok := strings.CutPrefix(answer, "44/chat,")
	if !ok || pick(t, body, "data", "code") != "badToken" {
		t.Errorf("answer = %q, want a refusal with badToken", answer)
	}
}

func TestListChannels(t *testing.T) {
	ack := newRoom(t).enter(t, "Ada").call("listChannels", "")
	wantOK(t, ack)
	var got []string
	for i := range channels() {
		got = append(got, pick(t, ack, "data", "channels", i, "id"))
	}
	if diff := cmp.Diff([]string{"general", "random", "slow"}, got); diff != "" {
		t.Errorf("channels (-want +got):\n%s", diff)
	}
	if got := pick(t, ack, "data", "channels", 2, "slowMode"); got != "5000" {
		t.Errorf("slowMode = %s ms, want 5000", got)
	}
}

func TestJoinTellsHistoryAndPeople(t *testing.T) {
	r := newRoom(t)
	mustAdd(t, r.store, say("general", ada, "before"))
	one, two := r.enter(t, "Ada"), r.enter(t, "bob")
	wantOK(t, one.join("general"))
	ack := two.join("general")
	wantOK(t, ack)
	if got := pick(t, ack, "data", "messages", 0, "body", "text"); got != "before" {
		t.Errorf("history begins with %q", got)
	}
	for i, want := range []string{"Ada", "bob"} {
		if got := pick(t, ack, "data", "online", "users", i, "name"); got != want {
			t.Errorf("person %d = %s, want %s", i, got, want)
		}
	}
	wantError(t, two.join("nowhere"), "unknownChannel")
}

func TestSendMessageReachesTheOthers(t *testing.T) {
	r := newRoom(t)
	one, two := r.enter(t, "Ada"), r.enter(t, "Bob")
	wantOK(t, one.join("general"))
	wantOK(t, two.join("general"))

	ack := one.say("general", firstID, "hello")
	wantOK(t, ack)
	message := two.wait("messageSent")
	want := map[string]string{
		"id": pick(t, ack, "data", "id"), "sentAt": pick(t, ack, "data", "sentAt"),
		"clientId": firstID, "channelId": "general",
	}
	for field, value := range want {
		if got := pick(t, message, field); got != value {
			t.Errorf("%s = %q, want %q", field, got, value)
		}
	}
	if got := pick(t, message, "author", "name"); got != "Ada" {
		t.Errorf("author = %q, want Ada", got)
	}
}

func TestSendMessageOnceForEachClientID(t *testing.T) {
	r := newRoom(t)
	one, two := r.enter(t, "Ada"), r.enter(t, "Bob")
	wantOK(t, one.join("general"))
	wantOK(t, two.join("general"))

	first := one.say("general", firstID, "hello")
	if again := one.say("general", firstID, "hello"); again != first {
		t.Errorf("the repeat was answered %s, want the first ack %s", again, first)
	}
	wantOK(t, one.say("general", secondID, "bye"))
	for _, want := range []string{firstID, secondID} {
		if got := pick(t, two.wait("messageSent"), "clientId"); got != want {
			t.Errorf("heard %s, want %s", got, want)
		}
	}
	if diff := cmp.Diff([]string{"hello", "bye"}, texts(t, r.store, "general")); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
}

func TestSendMessageRefused(t *testing.T) {
	r := newRoom(t)
	p := r.enter(t, "Ada")
	wantError(t, p.say("general", firstID, "too early"), "notMember")
	wantOK(t, p.join("general"))
	wantOK(t, p.join("slow"))
	wantError(t, p.say("general", "not-a-uuid", "hello"), "invalidPayload")
	wantError(t, p.say("general", firstID, ""), "invalidPayload")

	const image = `{"channelId":"general","clientId":"` + firstID + `","body":{"kind":"image","data":{"_placeholder":true,"num":0}}}`
	wantError(t, p.call("sendMessage", image, []byte("<svg/>")), "badImage")
	wantError(t, p.call("sendMessage", image, make([]byte, 512<<10+1)), "invalidPayload")

	wantOK(t, p.say("slow", firstID, "one"))
	ack := p.say("slow", secondID, "two")
	wantError(t, ack, "slowMode")
	if got := pick(t, ack, "error", "retryAfter"); got == "0" {
		t.Errorf("retryAfter = %s", got)
	}
	if got := texts(t, r.store, "general"); len(got) > 0 {
		t.Errorf("general has %q, want nothing", got)
	}
}

func TestPictureTravelsAsAnAttachment(t *testing.T) {
	r := newRoom(t)
	one, two := r.enter(t, "Ada"), r.enter(t, "Bob")
	wantOK(t, one.join("general"))
	wantOK(t, two.join("general"))
	const image = `{"channelId":"general","clientId":"` + firstID + `","body":{"kind":"image","alt":"a square","data":{"_placeholder":true,"num":0}}}`
	wantOK(t, one.call("sendMessage", image, []byte("\x89PNG\r\n\x1a\n")))
	if got := pick(t, two.wait("messageSent"), "body", "data", "_placeholder"); got != "true" {
		t.Errorf("placeholder = %s", got)
	}
}

func TestTypingReachesTheOthers(t *testing.T) {
	r := newRoom(t)
	one, two := r.enter(t, "Ada"), r.enter(t, "Bob")
	wantOK(t, two.join("general"))
	one.emit("setTyping", `{"channelId":"general","typing":true}`) // no member yet: nobody hears it
	wantOK(t, one.join("general"))
	one.emit("setTyping", `{"channelId":"general","typing":false}`)
	payload := two.wait("typingChanged")
	if pick(t, payload, "user", "name") != "Ada" || pick(t, payload, "typing") != "false" || pick(t, payload, "channelId") != "general" {
		t.Errorf("typingChanged = %s", payload)
	}
}

func TestOnlineChangedTellsWhoCameAndWent(t *testing.T) {
	r := newRoom(t)
	one := r.enter(t, "Ada")
	wantOK(t, one.join("general"))
	two := r.enter(t, "Bob")
	wantOK(t, two.join("general"))
	came := one.wait("onlineChanged")
	for len(onlineNames(t, came)) < 2 {
		came = one.wait("onlineChanged") // the one about Ada herself
	}
	if diff := cmp.Diff([]string{"Ada", "Bob"}, onlineNames(t, came)); diff != "" {
		t.Errorf("after Bob came (-want +got):\n%s", diff)
	}
	_ = two.conn.Close()
	if diff := cmp.Diff([]string{"Ada"}, onlineNames(t, one.wait("onlineChanged"))); diff != "" {
		t.Errorf("after Bob went (-want +got):\n%s", diff)
	}
}

// onlineNames returns the names in a payload of onlineChanged.
func onlineNames(t *testing.T, payload string) []string {
	t.Helper()
	var online struct{ Users []chat.User }
	if err := json.Unmarshal([]byte(payload), &online); err != nil {
		t.Fatalf("%q: %v", payload, err)
	}
	var names []string
	for _, user := range online.Users {
		names = append(names, user.Name)
	}
	return names
}
