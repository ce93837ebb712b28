package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rtgen/rtgen/examples/chat/internal/chat"
)

// A page whose connection was cut is in its channels again without asking, with
// what was said meanwhile.
func TestPageThatWasCutOffMissesNothing(t *testing.T) {
	r := newRoom(t)
	token := mustSign(t, r.tokens, chat.User{ID: userID("Ada"), Name: "Ada"})
	ada, first := dial(t, r.addr, token)
	wantOK(t, ada.join("general"))
	offset := ada.wait("rt:offset")
	bob := r.enter(t, "Bob")
	wantOK(t, bob.join("general"))

	_ = ada.conn.Close()
	for len(onlineNames(t, bob.wait("onlineChanged"))) != 1 {
		continue // the ones about Bob's coming
	}
	wantOK(t, bob.say("general", firstID, "Are you there?"))

	first = strings.TrimPrefix(first, "40/chat,")
	auth := fmt.Sprintf(`{"pid":%q,"offset":%s,"token":%q}`, pick(t, first, "pid"), offset, token)
	ada, second := dialWith(t, r.addr, auth)
	if diff := cmp.Diff("40/chat,"+first, second); diff != "" {
		t.Fatalf("the answer to the return (-first +second):\n%s", diff)
	}
	if got := pick(t, ada.wait("messageSent"), "body", "text"); got != "Are you there?" {
		t.Errorf("the missed message is %q", got)
	}
	wantOK(t, ada.say("general", secondID, "Here I am."))
	if diff := cmp.Diff([]string{"Ada", "Bob"}, onlineNames(t, bob.wait("onlineChanged"))); diff != "" {
		t.Errorf("after the return (-want +got):\n%s", diff)
	}
}
